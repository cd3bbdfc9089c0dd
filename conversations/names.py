"""The words for who answers and who speaks: in the database, on the wire and in tests alike."""

from enum import StrEnum


class Owner(StrEnum):
    BOT = "bot"
    WAITING = "waiting"
    PERSON = "person"
    RESOLVED = "resolved"


# By these channels a program or a site writes in somebody's name: whoever holds its key or secret could.
API_CHANNEL = "api"
SITE_CHANNEL = "site"
IN_SOMEBODYS_NAME = frozenset({API_CHANNEL, SITE_CHANNEL})


class Speaker(StrEnum):
    BRAND = "brand"
    ASSISTANT = "assistant"
    PERSON = "person"
    NOTICE = "notice"


class HandoffReason(StrEnum):
    """Why a person was called, or came by themselves."""

    ASKED_FOR_PERSON = "asked_for_person"
    COMPLAINT = "complaint"
    LEGAL_THREAT = "legal_threat"
    DATA_LEAK = "data_leak"
    MISUNDERSTOOD = "misunderstood"
    FAILED_TURNS = "failed_turns"
    BROKEN_PROMISE = "broken_promise"
    AGENT_REPLIED = "agent_replied"

    @property
    def is_grave(self) -> bool:
        """Kept as a ticket with reference and outcome also while people are there."""
        return self in (HandoffReason.COMPLAINT, HandoffReason.LEGAL_THREAT, HandoffReason.DATA_LEAK)


class HandoffOutcome(StrEnum):
    NEVER_MIND = "never_mind"
    HANDED_BACK = "handed_back"
    RESOLVED = "resolved"
    JOINED = "joined"
    ERASED = "erased"


class Resolution(StrEnum):
    """Why a person closed a conversation."""

    ANSWERED = "answered"
    SETTLED_ELSEWHERE = "settled_elsewhere"
    NO_REPLY = "no_reply"
    NOT_FOR_US = "not_for_us"


class HandoffEvent(StrEnum):
    ASKED = "asked"
    TICKETED = "ticketed"
    QUEUED = "queued"
    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    TRANSFERRED = "transferred"
    PROMISE_BROKEN = "promise_broken"
    ENDED = "ended"
    RATED = "rated"


class TicketEvent(StrEnum):
    OPENED = "opened"
    ASSIGNED = "assigned"
    PROMISE_BROKEN = "promise_broken"
    SETTLED = "settled"
    REOPENED = "reopened"
