"""What the conversation says, as its window shows it: bold words and links, the rest as text."""

import re

from markupsafe import Markup, escape

from conversations.documents import Preview

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\((/[^)\s]*)\)")


def as_spoken(text: str, preview: Preview) -> Markup:
    """The reviewer's words are marked, so that the page can keep up with what is typed; the link leads nowhere here."""
    shown = str(escape(text))
    for name, words in (("sentence", preview.sentence), ("instead", preview.send_instead)):
        said = str(escape(words))
        shown = shown.replace(said, f'<span data-says="{name}">{said}</span>', 1)
    shown = _BOLD.sub(r"<b>\1</b>", shown)
    return Markup(_LINK.sub(r'<span class="as-link">\1</span>', shown))
