"""What WhatsApp has in common, whoever carries it: its markup, the files it takes, and what a template lets one say."""

from enum import StrEnum

from conversations.channels.markup import Markup, as_it_is, link_in_words
from conversations.channels.shapes import OutboundFile, OutboundMessage, Refused

# Of the 1,024 that a template may have in all.
LONGEST_VARIABLE = 900
TOO_LONG = "too_long_for_template"
_MEGABYTE = 1024 * 1024

WHATSAPP = Markup(escape=as_it_is, bold=lambda text: f"*{text}*", link=link_in_words, list_mark="- ")


class Media(StrEnum):
    """As Meta's API names them."""

    IMAGE = "image"
    DOCUMENT = "document"


_TAKEN = {
    "image/jpeg": (Media.IMAGE, 5 * _MEGABYTE),
    "image/png": (Media.IMAGE, 5 * _MEGABYTE),
    "application/pdf": (Media.DOCUMENT, 16 * _MEGABYTE),
}


def as_media(file: OutboundFile) -> Media | None:
    """None for what WhatsApp does not carry: by its type, or because it is too large."""
    media, largest_bytes = _TAKEN.get(file.content_type, (None, 0))
    return media if file.size_bytes <= largest_bytes else None


def in_words(message: OutboundMessage) -> str:
    """A file is its link."""
    return "\n".join(
        [message.text, *(WHATSAPP.link(file.name, file.link) for file in message.attachments)]
    ).strip()


def as_variable(text: str) -> str:
    """Meta refuses variables with line breaks, tabs or more than four spaces in a row."""
    return " ".join(text.split())


def variables(message: OutboundMessage) -> dict[str, str] | Refused:
    """What is said inside the template for later."""
    said = as_variable(in_words(message))
    return {"1": said} if len(said) <= LONGEST_VARIABLE else Refused(TOO_LONG)
