"""What a short message means after the answer before: the same with a difference, or what that answer left open."""

import re
from typing import TYPE_CHECKING

from actions.brands import means_own, mentioned, names_another
from actions.turn import NOT_UNDERSTOOD, Turn
from onboarding.knowledge import articles
from onboarding.names import Stage
from onboarding.search import has_words_of

if TYPE_CHECKING:
    from actions.base import Skill

_WORD = re.compile(r"[^\W_]+")
# Words that add nothing to a brand's name: "and for Fjellvann, please".
_FILLER = frozenset(
    _WORD.findall(
        "a about all also an and are at be both brand but by for from how i in is it mean meant my of oh ok on one"
        " or our please pls same so sorry store that the them then they this time to us was we what with yes"
    )
)
_OTHERS_DATA = "ask_other_brand_data"
_CORRECTS = "correct"
_OVERVIEW = "store_opening_status"
_WHICH_OF_OURS = re.compile(
    r"\b(?:which|what|any|one|either|both) of (?:them|our|my|these|the two)\b", re.IGNORECASE
)
_POINT_BACK = frozenset(("it", "that", "this", "those", "these", "them", "they"))
_MOST_WORDS_THAT_POINT_BACK = 6
_SURE_BY_ITSELF = 0.7
_UNSURE_BELOW = 0.5
_MAY_BELONG_TO_BEFORE = frozenset((NOT_UNDERSTOOD, "out_of_scope", _CORRECTS, "affirm", "non_english"))
# A question word alone asks about the topic before: its word, how that topic begins, what is meant.
_BARE_QUESTIONS = (
    ("until", "document_", "document_deadline"),
    ("until", "store_opening_", "document_deadline"),
    ("until", "incubation_", "incubation_days_left"),
    ("until", "gmv_", "incubation_days_left"),
    ("until", "commission_", "incubation_days_left"),
    ("when", "livestream_", "livestream_date"),
    ("when", "document_", "document_deadline"),
    ("when", "store_opening_", "store_opening_countdown"),
    ("when", "incubation_", "incubation_days_left"),
    ("when", "gmv_", "incubation_days_left"),
    ("why", "document_", "document_rejection_reason"),
    ("why", "store_opening_", "store_opening_blockers"),
)
_SAME_QUESTION_WORD = {"till": "until", "deadline": "until"}
_WITH_A_QUESTION_WORD = frozenset(("date", "day", "exactly", "not", "precisely", "which"))
_QUESTION_WORDS = frozenset(("when", "until", "till", "why", "deadline")) | _WITH_A_QUESTION_WORD
_ONE_CARD = frozenset(("store_opening_status", "store_opening_blockers", "store_opening_next_step"))
_OF_OPEN_STORES = ("gmv_", "incubation_days", "incubation_progress", "livestream_rank")
_OF_OPENINGS = ("document_status", "document_rejection", "document_deadline", "store_opening_")


def meant_by_topic(turn: Turn, skill: "Skill") -> str | None:
    """The intent that is really meant, or None where the message speaks for itself."""
    return (
        _same_with_a_difference(turn, skill)
        or _own_after_all(turn, skill)
        or _bare_question(turn)
        or _still_about_the_topic(turn)
        or _what_is_left_of_the_close(turn, skill)
    )


def says_nothing_else(turn: Turn) -> bool:
    """Beside entities, names of the asker's brands and filling words."""
    return not _words_beside(turn)


def names_own_brand(turn: Turn) -> bool:
    text = turn.heard.text
    return bool(mentioned(text, turn.own_brands)) or (len(turn.own_brands) > 1 and means_own(text))


def may_belong_to_before(turn: Turn) -> bool:
    """By itself it is nothing, or hardly anything."""
    heard = turn.heard
    return heard.intent in _MAY_BELONG_TO_BEFORE or bool(heard.close) or heard.confidence < _UNSURE_BELOW


def _same_with_a_difference(turn: Turn, skill: "Skill") -> str | None:
    """ "and Fjellvann?", "in dollars?", "for wine?" ask the question before once more."""
    before = turn.slot("topic")
    if before is None or before == turn.heard.intent:
        return None
    asked_before = skill.for_intent(before)
    if names_own_brand(turn) and (says_nothing_else(turn) or turn.heard.intent == _CORRECTS):
        return str(before)
    differs = bool(asked_before.takes_for(before) & turn.heard.entities.keys())
    says_no_more = set(_words_beside(turn)) <= _QUESTION_WORDS
    return str(before) if differs and (says_no_more or may_belong_to_before(turn)) else None


def _own_after_all(turn: Turn, skill: "Skill") -> str | None:
    """ "...for Nordlys Skincare?" sounds like another brand's data to whoever does not know whose brand it is."""
    about_openings = turn.heard.intent == _OTHERS_DATA or turn.heard.intent.startswith("store_opening_")
    if about_openings and len(turn.own_brands) > 1 and _WHICH_OF_OURS.search(turn.heard.text):
        return _OVERVIEW
    is_doubtful = bool(turn.heard.close) or _is_guessed(turn) or 0 < turn.heard.confidence < _UNSURE_BELOW
    may_be_about_it = is_doubtful and not skill.is_live
    if turn.heard.intent != _OTHERS_DATA and not may_be_about_it:
        return None
    if not names_own_brand(turn) or names_another(turn):
        return None
    return next((intent for intent in turn.heard.ranking if skill.for_intent(intent).is_live), None)


def _is_guessed(turn: Turn) -> bool:
    """Not understood, but one card answers the two best guesses."""
    guesses = [intent for intent in turn.heard.ranking if intent != NOT_UNDERSTOOD][:2]
    return turn.heard.intent == NOT_UNDERSTOOD and len(guesses) > 1 and _ONE_CARD.issuperset(guesses)


def _bare_question(turn: Turn) -> str | None:
    topic = str(turn.slot("topic") or "")
    about_times = turn.heard.entity("month") or turn.heard.entity("time_zone")
    if topic.startswith("livestream_") and about_times:
        return "livestream_date" if says_nothing_else(turn) or may_belong_to_before(turn) else None
    words = set(_words_beside(turn))
    if not words or not words <= _QUESTION_WORDS:
        return None
    asked = {_SAME_QUESTION_WORD.get(word, word) for word in words} | _until_in(turn)
    return next(
        (meant for word, area, meant in _BARE_QUESTIONS if word in asked and topic.startswith(area)), None
    )


def _until_in(turn: Turn) -> set[str]:
    """ "By which day?", "on which date?" """
    words = set(_words(turn.heard.text))
    asks_for_day = bool(words & {"day", "date"})
    return {"until"} if asks_for_day and "by" in words else {"when"} if asks_for_day else set()


def _still_about_the_topic(turn: Turn) -> str | None:
    """ "Who signs it?": what "it" is, one of the two articles has said that were told before."""
    words = _words(turn.heard.text)
    points_back = len(words) <= _MOST_WORDS_THAT_POINT_BACK and not _POINT_BACK.isdisjoint(words)
    if not points_back or turn.heard.entities or turn.heard.confidence >= _SURE_BY_ITSELF:
        return None
    told = [str(topic) for topic in (turn.slot("topic"), turn.slot("earlier_topic")) if topic in articles()]
    return next((topic for topic in told if has_words_of(articles()[topic], turn.heard.text)), None)


def _what_is_left_of_the_close(turn: Turn, skill: "Skill") -> str | None:
    """Nobody asks once more what the last two answers told, nor of an open store when it will open."""
    if len(turn.heard.close) < 2:
        return None
    told = {turn.slot("topic"), turn.slot("earlier_topic")}
    others = [intent for intent in turn.heard.close if intent not in told and _fits_the_stage(turn, intent)]
    if others:
        return others[0] if len(others) == 1 else None
    topic = turn.slot("topic")
    return str(topic) if topic and skill.for_intent(topic).is_live else None


def _fits_the_stage(turn: Turn, intent: str) -> bool:
    if not turn.own_brands:
        return True
    found = [turn.application_of(brand) for brand in turn.own_brands]
    are_open = [application is not None and application.stage is Stage.OPEN for application in found]
    if intent.startswith(_OF_OPEN_STORES):
        return any(are_open)
    return not all(are_open) if intent.startswith(_OF_OPENINGS) else True


def _words_beside(turn: Turn) -> list[str]:
    known = _FILLER | {word for brand in turn.own_brands for word in _words(brand.name)} | {"other"}
    return [word for word in _words(turn.heard.beside) if word not in known]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
