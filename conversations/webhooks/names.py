"""The words of webhooks, on the wire and in the database alike."""

from enum import StrEnum


class EventType(StrEnum):
    """All but TEST are noted by triggers of the database (migration 0013)."""

    STAGE_CHANGED = "application.stage_changed"
    DOCUMENT_CHANGED = "document.status_changed"
    MILESTONE_REACHED = "milestone.reached"
    MESSAGE_CREATED = "message.created"
    HANDOFF_CHANGED = "handoff.changed"
    TEST = "webhook.test"


CHOSEN = tuple(event for event in EventType if event is not EventType.TEST)


# They are of whoever set the webhook up, not of its brand.
OF_A_CONVERSATION = frozenset({EventType.MESSAGE_CREATED, EventType.HANDOFF_CHANGED})


class DeliveryStatus(StrEnum):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class WhyDisabled(StrEnum):
    BY_OWNER = "BY_OWNER"
    FAILING = "FAILING"
    GONE = "GONE"
