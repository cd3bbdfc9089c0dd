"""What a message means that answers a question of ours; else what the topic before makes of it."""

from typing import TYPE_CHECKING

from actions import callback_wish, registration_form, topic
from actions.turn import Turn
from conversations import tickets

if TYPE_CHECKING:
    from actions.base import Skill

_ACTS = frozenset(("affirm", "deny"))
_GIVES_EMAIL = "give_email"
_CALLBACK = "handoff_callback"
_REGISTRATION = "registration_start"


def meant_instead(turn: Turn, skill: "Skill") -> str | None:
    """The intent that is really meant, or None where the message speaks for itself."""
    if turn.heard.is_button:
        return _answered(turn, skill) if turn.heard.intent in _ACTS else None
    return (
        _answered(turn, skill)
        or _more_of_a_callback(turn)
        or (_REGISTRATION if registration_form.is_answer(turn) else None)
        or topic.meant_by_topic(turn, skill)
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
    chooses = (
        asked.get("asks") == "brand" and topic.names_own_brand(turn) and _is_answer_rather_than(turn, skill)
    )
    return str(asked["for"]) if agrees or chooses else None


def _more_of_a_callback(turn: Turn) -> str | None:
    if not topic.says_nothing_else(turn) and not topic.may_belong_to_before(turn):
        return None
    return _CALLBACK if callback_wish.gives_more(turn) else None


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
    return topic.says_nothing_else(turn) or not skill.is_topic
