"""What WhatsApp has in common, whoever carries it: its markup, and what a template lets one say."""

from conversations.channels.markup import Markup, as_it_is, link_in_words

_LONGEST_VARIABLE = 900

WHATSAPP = Markup(escape=as_it_is, bold=lambda text: f"*{text}*", link=link_in_words, list_mark="- ")


def as_variable(text: str) -> str:
    """Meta refuses variables with line breaks, tabs or more than four spaces in a row."""
    return " ".join(text.split())[:_LONGEST_VARIABLE]
