"""Answers that are kept for a day, so that a request sent twice is done once; they hold what was said, and go by
themselves, with their key, and with whoever made it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import DomainError
from onboarding.models import ApiAnswer, ApiKey

KEPT_FOR = timedelta(hours=24)
_NOT_YET = 0


class KeyUsedOtherwise(DomainError):
    code = "idempotency_key_reused"
    what_to_do = (
        "Send a new Idempotency-Key with each new request; repeat one only to repeat the same request."
    )


@dataclass(frozen=True)
class Answered:
    status: int
    body: str


def once(
    session: Session, key_id: UUID, idempotency_key: str, fingerprint: str, work: Callable[[], Answered]
) -> tuple[Answered, bool]:
    """The answer, and whether it was given before. Raises KeyUsedOtherwise.

    Of two at once the second waits for the first: its row is written before the work, in the same transaction, so that
    work that fails leaves nothing behind and can be tried again.
    """
    now = clock.now(session)
    session.execute(delete(ApiAnswer).where(ApiAnswer.key_id == key_id, ApiAnswer.at <= now - KEPT_FOR))
    begun = session.execute(
        insert(ApiAnswer)
        .values(
            key_id=key_id,
            idempotency_key=idempotency_key,
            fingerprint=fingerprint,
            status=_NOT_YET,
            body="",
            at=now,
        )
        .on_conflict_do_nothing()
        .returning(ApiAnswer.key_id)
    ).one_or_none()
    kept = session.get_one(ApiAnswer, (key_id, idempotency_key), populate_existing=True)
    if begun is None:
        if kept.fingerprint != fingerprint:
            raise KeyUsedOtherwise("This Idempotency-Key was used for another request.")
        return Answered(kept.status, kept.body), True
    answered = work()
    kept.status, kept.body = answered.status, answered.body
    return answered, False


def forget_old(session: Session) -> None:
    session.execute(delete(ApiAnswer).where(ApiAnswer.at <= clock.now(session) - KEPT_FOR))


def forget(session: Session, of_keys: ColumnElement[bool]) -> None:
    """`of_keys` is a condition on ApiKey."""
    session.execute(delete(ApiAnswer).where(ApiAnswer.key_id.in_(select(ApiKey.id).where(of_keys))))
