"""One question after a person has closed a conversation: how it went, from 1 to 5."""

from sqlalchemy.orm import Session

from conversations import lookup, notify
from conversations.handoff_history import last_handoff, note
from conversations.models import Conversation, Handoff
from conversations.names import HandoffEvent, HandoffOutcome, Owner
from onboarding import clock
from onboarding.errors import DomainError

LONGEST_COMMENT = 500
STARS = range(1, 6)


class NothingToRate(DomainError):
    code = "nothing_to_rate"
    what_to_do = "Write a message instead: it opens the conversation again."


class RatingInvalid(DomainError):
    code = "rating_invalid"
    what_to_do = f"Choose from {STARS[0]} to {STARS[-1]}, and write at most {LONGEST_COMMENT} characters."


def waits_for_rating(session: Session, conversation: Conversation) -> Handoff | None:
    """Once for each time that a person closed it, until the next message."""
    if conversation.owner != Owner.RESOLVED:
        return None
    handoff = last_handoff(session, conversation)
    if handoff is None or handoff.outcome != HandoffOutcome.RESOLVED or handoff.stars is not None:
        return None
    return handoff


def add_comment(session: Session, handoff: Handoff, comment: str) -> None:
    """To a rating that has none yet. Raises RatingInvalid, NothingToRate."""
    if len(comment) > LONGEST_COMMENT:
        raise RatingInvalid("The comment was not kept.")
    if handoff.stars is None or handoff.rating_comment is not None:
        raise NothingToRate("There is a comment already.")
    handoff.rating_comment = comment or None
    notify.tell_desk(session, "conversation", handoff.conversation_id)


def rate(session: Session, conversation: Conversation, stars: int, comment: str = "") -> Handoff:
    """Raises NothingToRate, RatingInvalid."""
    if stars not in STARS or len(comment) > LONGEST_COMMENT:
        raise RatingInvalid("The rating was not understood.")
    conversation = lookup.locked(session, conversation.id)
    handoff = waits_for_rating(session, conversation)
    if handoff is None:
        raise NothingToRate("There is nothing to rate any more.")
    handoff.stars, handoff.rating_comment = stars, comment.strip() or None
    handoff.rated_at = clock.now(session)
    note(session, handoff, HandoffEvent.RATED)
    session.flush()
    notify.tell_state(session, conversation.id)
    notify.tell_desk(session, "conversation", conversation.id)
    return handoff
