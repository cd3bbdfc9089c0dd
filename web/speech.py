"""What was said, as HTML: bold, lists and safe links, as the chat shows them; everything else is text."""

import re

from markupsafe import Markup, escape

_MARKED = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\[(?P<label>[^\]\n]+)\]\((?P<address>[^)\s]+)\)"
    r"|(?P<bare>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
)
_SAFE = re.compile(r"https?://|mailto:|/(?![/\\])", re.IGNORECASE)
_ITEM = re.compile(r"[-•] ")
# A list may follow its sentence without an empty line between them.
_LIST_AFTER_SENTENCE = re.compile(r"(^|\n)(?![-•] )(.+)\n(?=[-•] )")


def said(text: str) -> Markup:
    spaced = _LIST_AFTER_SENTENCE.sub(r"\1\2\n\n", text.strip())
    return Markup().join(_block(part) for part in re.split(r"\n{2,}", spaced))


def plain(text: str) -> Markup:
    """As it was typed, in paragraphs."""
    parts = re.split(r"\n{2,}", text.strip())
    return Markup().join(
        Markup("<p>{}</p>").format(_lines([escape(line) for line in part.split("\n")])) for part in parts
    )


def _block(part: str) -> Markup:
    lines = part.split("\n")
    if all(_ITEM.match(line) for line in lines):
        items = Markup().join(Markup("<li>{}</li>").format(_inline(line[2:])) for line in lines)
        return Markup("<ul>{}</ul>").format(items)
    return Markup("<p>{}</p>").format(_lines([_inline(line) for line in lines]))


def _lines(lines: list[Markup]) -> Markup:
    return Markup("<br>").join(lines)


def _inline(line: str) -> Markup:
    parts: list[Markup] = []
    place = 0
    for found in _MARKED.finditer(line):
        parts += [escape(line[place : found.start()]), _marked(found)]
        place = found.end()
    return Markup().join([*parts, escape(line[place:])])


def _marked(found: re.Match[str]) -> Markup:
    if found["bold"]:
        return Markup("<strong>{}</strong>").format(found["bold"])
    label, address = found["label"] or found["bare"], found["address"] or found["bare"]
    if not _SAFE.match(address):
        return escape(label)
    if address.startswith("/"):
        return Markup('<a href="{}">{}</a>').format(address, label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, label)
