"""What a short message means after the one before: an answer to a question, or the same with a difference."""

import re
from typing import TYPE_CHECKING

from actions.brands import means_all, mentioned
from actions.turn import Turn
from conversations import tickets

if TYPE_CHECKING:
    from actions.base import Skill

_WORD = re.compile(r"[^\W_]+")
# Words that add nothing to a brand's name: "and for Fjellvann, please".
_FILLER = frozenset(
    _WORD.findall(
        "a about all also an and both as at brand by for from how in is it mean my of ok on one or our please"
        " same so store that the then this to us we what with yes"
    )
)
_NOT_UNDERSTOOD = frozenset(("nlu_fallback", "out_of_scope", "correct", "affirm", "non_english"))


def meant_instead(turn: Turn, skill: "Skill") -> str | None:
    """The intent that is really meant, or None where the message speaks for itself."""
    if turn.heard.is_button:
        return None
    if _is_awaited_email(turn):
        return "give_email"
    asked = turn.slot("question") or {}
    if asked.get("asks") == "yes" and skill.intent == "affirm":
        return str(asked["for"])
    if asked.get("asks") == "brand" and (_names_own_brand(turn) or means_all(turn.heard.text)):
        says_more = _words_beside(turn, _own_brand_words(turn))
        if not says_more or skill.intent in _NOT_UNDERSTOOD or not skill.is_topic:
            return str(asked["for"])
    return _same_with_a_difference(turn, skill)


def keep_last_answer(turn: Turn) -> None:
    if turn.said and "last_answer" not in turn.changed:
        turn.remember(last_answer=[vars(said) for said in turn.said])


def _is_awaited_email(turn: Turn) -> bool:
    conversation = turn.asker.conversation
    if conversation is None or turn.contact or not turn.heard.entity("email"):
        return False
    return tickets.waiting_for_email(turn.session, conversation) is not None


def _same_with_a_difference(turn: Turn, skill: "Skill") -> str | None:
    """ "and Fjellvann?", "in dollars?", "for wine?" ask the question before once more."""
    before = turn.slot("topic")
    if before is None or before == skill.intent:
        return None
    says_no_more = not _words_beside(turn, _own_brand_words(turn))
    if says_no_more and _names_own_brand(turn):
        return str(before)
    differs = bool(skill.for_intent(before).takes & turn.heard.entities.keys())
    return str(before) if differs and (says_no_more or skill.intent in _NOT_UNDERSTOOD) else None


def _names_own_brand(turn: Turn) -> bool:
    return bool(mentioned(turn.heard.text, turn.own_brands))


def _own_brand_words(turn: Turn) -> set[str]:
    return {word for brand in turn.own_brands for word in _words(brand.name)}


def _words_beside(turn: Turn, known: set[str]) -> list[str]:
    return [word for word in _words(turn.heard.beside) if word not in known and word not in _FILLER]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
