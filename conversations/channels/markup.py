"""Our small markdown in the markup of each channel: bold, links, lists and paragraphs; and cut to its limits."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_BOLD, _LABEL, _ADDRESS = r"\*\*(?P<bold>.+?)\*\*", r"\[(?P<label>[^\]\n]+)\]", r"\((?P<address>[^)\s]+)\)"
_INLINE = re.compile(rf"{_BOLD}|{_LABEL}{_ADDRESS}")
_OWN_PAGE = re.compile(r"\]\((/[^)\s]*)\)")
_LIST_MARK = re.compile(r"^[-•] ", re.MULTILINE)
# What may not be cut: bold, links, and words.
_WHOLE = r"(?:\*\*.+?\*\*|\[[^\]\n]+\]\([^)\s]+\)|\S)+"
_PARAGRAPHS = re.compile(r".+?(?:\n{2,}|\Z)", re.DOTALL)
_LINES = re.compile(r".*?\n|.+", re.DOTALL)
_SENTENCES = re.compile(r".+?(?:[.!?]\s+|\Z)", re.DOTALL)
_WORDS = re.compile(rf"\s*{_WHOLE}\s*")
_PIECES = (_PARAGRAPHS, _LINES, _SENTENCES, _WORDS)

type Render = Callable[[str], str]


@dataclass(frozen=True)
class Markup:
    """`link` is given label and address, `bold` what is inside it; both escaped already."""

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    link: Callable[[str, str], str]
    list_mark: str = "• "

    def render(self, text: str) -> str:
        marked = _LIST_MARK.sub(self.list_mark, text.strip())
        rendered, end = [], 0
        for found in _INLINE.finditer(marked):
            rendered += [self.escape(marked[end : found.start()]), self._inline(found)]
            end = found.end()
        return "".join([*rendered, self.escape(marked[end:])])

    def _inline(self, found: re.Match[str]) -> str:
        if found["bold"] is not None:
            return self.bold(self.render(found["bold"]))
        return self.link(self.escape(found["label"]), self.escape(found["address"]))


def link_in_words(label: str, address: str) -> str:
    """For channels without links of their own: they make addresses clickable."""
    return address if label == address else f"{label}: {address}"


def as_it_is(text: str) -> str:
    return text


PLAIN = Markup(escape=as_it_is, bold=as_it_is, link=link_in_words, list_mark="- ")


def with_whole_addresses(text: str, base_url: str) -> str:
    """Our own pages are named by their path on the website, and by their whole address elsewhere."""
    return _OWN_PAGE.sub(lambda found: f"]({base_url}{found[1]})", text)


def cut(text: str, render: Render, longest: int) -> list[str]:
    """Markdown in pieces that are each no longer than `longest` once rendered: between paragraphs where that does,
    else between lines, sentences, words."""
    return [piece.strip() for piece in _packed(text.strip(), render, longest, _PIECES) if piece.strip()]


def _packed(text: str, render: Render, longest: int, ways: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    if len(render(text)) <= longest:
        yield text
    elif not ways:
        yield from (text[start : start + longest] for start in range(0, len(text), longest))
    else:
        smaller = (
            piece
            for found in ways[0].finditer(text)
            for piece in _packed(found[0], render, longest, ways[1:])
        )
        yield from _joined(smaller, render, longest)


def _joined(pieces: Iterable[str], render: Render, longest: int) -> Iterator[str]:
    held = ""
    for piece in pieces:
        if held and len(render(held + piece)) > longest:
            yield held
            held = ""
        held += piece
    if held:
        yield held
