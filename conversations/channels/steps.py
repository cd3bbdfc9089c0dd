"""The trace of a delivery: what was done with it and what became of it, for operators and agents."""

from datetime import datetime

from sqlalchemy.orm import Session

from conversations.channels.models import ChannelDelivery
from onboarding import clock

_LONGEST = 60


def add(
    session: Session,
    delivery: ChannelDelivery,
    step: str,
    code: str | None = None,
    until: datetime | None = None,
) -> None:
    line = {"at": clock.now(session).isoformat(), "step": step, "attempt": delivery.attempts}
    if code is not None:
        line["code"] = code
    if until is not None:
        line["until"] = until.isoformat()
    delivery.steps = [*delivery.steps, line][-_LONGEST:]


def has(delivery: ChannelDelivery, step: str) -> bool:
    return any(line["step"] == step for line in delivery.steps)
