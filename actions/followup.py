"""What a short message means after the one before: an answer to a question, or the same with a difference."""

import re
from typing import TYPE_CHECKING

from actions import callback_wish
from actions.brands import means_own, mentioned, names_another
from actions.turn import Turn
from conversations import tickets
from onboarding.knowledge import articles
from onboarding.search import has_words_of

if TYPE_CHECKING:
    from actions.base import Skill

_WORD = re.compile(r"[^\W_]+")
# Words that add nothing to a brand's name: "and for Fjellvann, please".
_FILLER = frozenset(
    _WORD.findall(
        "a about all also an and are at be both brand but by for from how i in is it mean meant my of oh ok on one"
        " or our please same so sorry store that the them then they this to us was we what with yes"
    )
)
_OTHERS_DATA = "ask_other_brand_data"
_CORRECTS = "correct"
_POINT_BACK = frozenset(("it", "that", "this", "those", "these", "them", "they"))
_MOST_WORDS_THAT_POINT_BACK = 6
_SURE_BY_ITSELF = 0.7
_NOT_UNDERSTOOD = frozenset(("nlu_fallback", "out_of_scope", "correct", "affirm", "non_english"))
# A question word alone asks about the topic before: its word, how that topic begins, what is meant.
_BARE_QUESTIONS = (
    ("until", "document_", "document_deadline"),
    ("until", "store_opening_", "document_deadline"),
    ("until", "incubation_", "incubation_days_left"),
    ("when", "livestream_", "livestream_date"),
    ("when", "document_", "document_deadline"),
    ("when", "store_opening_", "store_opening_countdown"),
    ("why", "document_", "document_rejection_reason"),
    ("why", "store_opening_", "store_opening_blockers"),
)
_ACTS = frozenset(("affirm", "deny"))
_GIVES_EMAIL = "give_email"
_CALLBACK = "handoff_callback"
_QUESTION_WORDS = frozenset(("when", "until", "till", "why", "exactly", "not"))


def meant_instead(turn: Turn, skill: "Skill") -> str | None:
    """The intent that is really meant, or None where the message speaks for itself."""
    if turn.heard.is_button:
        return _answered(turn, skill) if turn.heard.intent in _ACTS else None
    return (
        _answered(turn, skill)
        or _more_of_a_callback(turn)
        or _same_with_a_difference(turn, skill)
        or _own_after_all(turn, skill)
        or _bare_question(turn)
        or _still_about_the_topic(turn)
        or _not_what_was_just_answered(turn)
    )


def decided(turn: Turn, meant: str | None) -> str:
    """The intent that the message is taken for; a yes stays a yes, whatever it agrees to."""
    says_it_itself = meant is None or meant == _GIVES_EMAIL or turn.heard.intent in _ACTS
    return turn.heard.intent if says_it_itself else str(meant)


def keep_last_answer(turn: Turn) -> None:
    if turn.said and "last_answer" not in turn.changed:
        turn.remember(last_answer=[vars(said) for said in turn.said])


def _answered(turn: Turn, skill: "Skill") -> str | None:
    """The intent for which the assistant had asked what is answered now."""
    if _is_awaited_email(turn):
        return _GIVES_EMAIL
    asked = turn.slot("question") or {}
    agrees = asked.get("asks") == "yes" and turn.heard.intent == "affirm" and _is_about(turn, asked)
    chooses = asked.get("asks") == "brand" and _names_own_brand(turn) and _is_answer_rather_than(turn, skill)
    return str(asked["for"]) if agrees or chooses else None


def _more_of_a_callback(turn: Turn) -> str | None:
    says_nothing_else = not _words_beside(turn) or turn.heard.intent in _NOT_UNDERSTOOD
    return _CALLBACK if says_nothing_else and callback_wish.gives_more(turn) else None


def _is_about(turn: Turn, asked: dict[str, str]) -> bool:
    """A button that is pressed late agrees to nothing but what stood above it."""
    about = turn.heard.entity("about")
    return about is None or about == asked["for"]


def _is_awaited_email(turn: Turn) -> bool:
    conversation = turn.asker.conversation
    if conversation is None or turn.contact or not turn.heard.entity("email"):
        return False
    return tickets.waiting_for_email(turn.session, conversation) is not None


def _is_answer_rather_than(turn: Turn, skill: "Skill") -> bool:
    return not _words_beside(turn) or not skill.is_topic


def _own_after_all(turn: Turn, skill: "Skill") -> str | None:
    """ "...for Nordlys Skincare?" sounds like another brand's data to whoever does not know whose brand it is."""
    if turn.heard.intent != _OTHERS_DATA or not mentioned(turn.heard.text, turn.own_brands):
        return None
    if names_another(turn):
        return None
    return next((intent for intent in turn.heard.ranking if skill.for_intent(intent).is_live), None)


def _same_with_a_difference(turn: Turn, skill: "Skill") -> str | None:
    """ "and Fjellvann?", "in dollars?", "for wine?" ask the question before once more."""
    before = turn.slot("topic")
    if before is None or before == turn.heard.intent:
        return None
    says_no_more = not _words_beside(turn)
    if (says_no_more or turn.heard.intent == _CORRECTS) and _names_own_brand(turn):
        return str(before)
    differs = bool(skill.for_intent(before).takes_for(before) & turn.heard.entities.keys())
    return str(before) if differs and (says_no_more or turn.heard.intent in _NOT_UNDERSTOOD) else None


def _bare_question(turn: Turn) -> str | None:
    topic, words = str(turn.slot("topic") or ""), set(_words_beside(turn))
    if topic.startswith("livestream_") and not words and turn.heard.entity("month"):
        return "livestream_date"
    if not words or not words <= _QUESTION_WORDS:
        return None
    return next(
        (meant for word, area, meant in _BARE_QUESTIONS if word in words and topic.startswith(area)), None
    )


def _still_about_the_topic(turn: Turn) -> str | None:
    """ "Who signs it?": what "it" is, one of the two articles has said that were told before."""
    words = _words(turn.heard.text)
    points_back = len(words) <= _MOST_WORDS_THAT_POINT_BACK and not _POINT_BACK.isdisjoint(words)
    if not points_back or turn.heard.entities or turn.heard.confidence >= _SURE_BY_ITSELF:
        return None
    told = [str(topic) for topic in (turn.slot("topic"), turn.slot("earlier_topic")) if topic in articles()]
    return next((topic for topic in told if has_words_of(articles()[topic], turn.heard.text)), None)


def _not_what_was_just_answered(turn: Turn) -> str | None:
    """Where it is close, nobody asks once more what the last two answers told."""
    told = {turn.slot("topic"), turn.slot("earlier_topic")}
    others = [intent for intent in turn.heard.close if intent not in told]
    return others[0] if len(turn.heard.close) > 1 and len(others) == 1 else None


def _names_own_brand(turn: Turn) -> bool:
    text = turn.heard.text
    return bool(mentioned(text, turn.own_brands)) or (len(turn.own_brands) > 1 and means_own(text))


def _words_beside(turn: Turn) -> list[str]:
    """What a message says beside entities, names of the asker's brands and filling words."""
    known = _FILLER | {word for brand in turn.own_brands for word in _words(brand.name)} | {"other"}
    return [word for word in _words(turn.heard.beside) if word not in known]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
