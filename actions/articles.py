"""Answers from knowledge/, the same as on the help pages."""

import re

from actions import suggestions, wording
from actions.base import Skill
from actions.own_case import own_case
from actions.turn import Turn
from onboarding.knowledge import Article, articles

_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s")

_TAKES = {
    "ask_fees": frozenset(("category", "country", "currency")),
    "ask_eligibility": frozenset(("country", "entity_type")),
    "ask_store_types": frozenset(("store_type", "entity_type")),
    "ask_categories": frozenset(("category",)),
    "prohibited_goods": frozenset(("category", "product")),
    "logistics_customs": frozenset(("logistics_mode", "product")),
    "document_translation": frozenset(("document_type", "language")),
    "document_formats": frozenset(("document_type", "file_format")),
}


class ActionArticle(Skill):
    """Says that there is no answer yet where no article covers the question."""

    intent = "article"
    is_topic = True

    def topic(self, turn: Turn) -> str:
        return turn.intent

    def takes_for(self, topic: str) -> frozenset[str]:
        return _TAKES.get(topic, frozenset())

    def respond(self, turn: Turn) -> None:
        article = articles().get(turn.intent)
        if article is None:
            turn.say("utter_no_article")
            turn.suggest("handoff_human", *suggestions.for_asker(turn, besides=turn.intent))
            return
        _tell(turn, article)
        turn.suggest(*(intent for intent in article.next if wording.has_button(intent)))


def first_sentence(text: str) -> str:
    return _END_OF_SENTENCE.split(text, maxsplit=1)[0]


def _tell(turn: Turn, article: Article) -> None:
    turn.say(
        "utter_article",
        answer=article.short,
        own=wording.paragraph(own_case(turn, article.intent)),
        first_sentence=first_sentence(article.short),
        title=article.title,
        slug=article.slug,
        source=article.source,
        valid_from=turn.day(article.valid_from),
        assumption=wording.phrase("line_assumption") if article.assumption else "",
    )
