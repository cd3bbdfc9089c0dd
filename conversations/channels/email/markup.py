"""Mails that are HTML only, as text: quotes marked with >, so that they are cut like those of plain mails.

Own rules, each character looked at a few times: the parser of the library took 109 s for "<a " 33,000 times.
"""

import re
from collections import Counter
from collections.abc import Mapping
from html import unescape

_BLOCKS = {"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}
_UNSEEN = {"head", "style", "script", "title", "template"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base", "embed", "source"}
_QUOTING_CLASSES = {"gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"}
_QUOTE_BEGINS_AT = {"divrplyfwdmsg", "appendonsend", "olk_src_body_section"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A tag ends at the first > outside quotes, or, where its quotes do not match, at the first one.
_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)|<[!?][^<>]*+>|<(?P<ends>/?)(?P<name>[a-z][^\s/<>"'=]*+)"""
    r"""(?:(?P<attributes>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>|(?P<broken>[^<>]*+)>)""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])(class|href|id|style)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"']*+))""", re.IGNORECASE
)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_DEEPEST = 400


def as_text(html: str) -> str:
    reader, at = _Reader(), 0
    for token in _TOKEN.finditer(html):
        reader.take_words(html[at : token.start()])
        reader.take_tag(token)
        at = token.end()
    reader.take_words(html[at:])
    return reader.text()


class _Reader:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._open: list[tuple[str, bool, bool]] = []
        self._names: Counter[str] = Counter()
        self._unseen = 0
        self._quoted = 0
        self._rest_is_quote = False
        self._link: str | None = None
        self._link_began_at = 0

    def take_tag(self, token: re.Match[str]) -> None:
        name, ends = (token["name"] or "").lower(), token["ends"]
        if name and ends:
            self._end(name)
        elif name:
            self._begin(name, _attributes(token["attributes"] or token["broken"] or ""))

    def take_words(self, html: str) -> None:
        if self._unseen or not html:
            return
        words = _SPACES.sub(" ", unescape(html))
        self._line += words.lstrip() if not self._line or self._line.endswith(" ") else words

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def _begin(self, tag: str, given: Mapping[str, str]) -> None:
        if tag in _VOID:
            self._void(tag, given)
            return
        if given.get("id", "").lower() in _QUOTE_BEGINS_AT:
            self._end_line()
            self._rest_is_quote = True
        if tag in _BLOCKS or tag in {"blockquote", "li", "pre"}:
            self._end_line()
        unseen = tag in _UNSEEN or bool(_HIDDEN.search(given.get("style", "")))
        quoted = tag == "blockquote" or bool(_QUOTING_CLASSES & set(given.get("class", "").lower().split()))
        if len(self._open) < _DEEPEST:
            self._open.append((tag, unseen, quoted))
            self._names[tag] += 1
            self._unseen += unseen
            self._quoted += quoted
        if tag == "li":
            self._line = "- "
        if tag == "a":
            self._link, self._link_began_at = given.get("href"), len(self._line)

    def _end(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        if tag in _BLOCKS or tag in {"blockquote", "li", "pre"}:
            self._end_line()
        if tag in {"p", "blockquote"}:
            self._lines.append(self._mark())
        while self._names[tag]:
            name, unseen, quoted = self._open.pop()
            self._names[name] -= 1
            self._unseen -= unseen
            self._quoted -= quoted
            if name == tag:
                return

    def _void(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "br":
            self._lines.append(self._mark() + self._line.rstrip())
            self._line = ""
        if tag == "hr":
            self._end_line()
        if given.get("id", "").lower() in _QUOTE_BEGINS_AT:
            self._end_line()
            self._rest_is_quote = True

    def _end_link(self) -> None:
        address, self._link = self._link, None
        shown = self._line[self._link_began_at :].strip()
        if self._unseen or not address or not address.startswith(("http://", "https://")):
            return
        if address.rstrip("/") != shown.rstrip("/"):
            self._line += f" ({address})"

    def _end_line(self) -> None:
        if self._line.strip() and not self._unseen:
            self._lines.append(self._mark() + self._line.strip())
        self._line = ""

    def _mark(self) -> str:
        return "> " if self._quoted > 0 or self._rest_is_quote else ""


def _attributes(written: str) -> dict[str, str]:
    """Those that count here; of two of one name the first, as browsers do."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(written):
        found.setdefault(name.lower(), unescape("".join(values)))
    return found
