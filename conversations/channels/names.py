"""The words for channels: in the database, in addresses and in tests alike."""

from enum import StrEnum


class ChannelKind(StrEnum):
    SLACK = "slack"
    TELEGRAM = "telegram"
    TWILIO_WHATSAPP = "twilio-whatsapp"
    TWILIO_SMS = "twilio-sms"
    MESSENGER = "messenger"
    WHATSAPP_CLOUD = "whatsapp-cloud"
    TEAMS = "teams"
    EMAIL = "email"


class AccountState(StrEnum):
    """Paused: what comes is kept, and waits for its answer; nothing is sent, what is to be sent waits."""

    ACTIVE = "active"
    PAUSED = "paused"


class DeliveryStatus(StrEnum):
    """Sent: the provider took it. Delivered: the provider says that it arrived, and read that it was read. Failed: it
    was refused for good, or did not arrive.

    Dead: it was tried in vain for a day.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    DEAD = "dead"


class FileState(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    SENT = "sent"
    TOLD = "told"
    REFUSED = "refused"
    ASIDE = "aside"


DEAD_LETTERS = (DeliveryStatus.FAILED, DeliveryStatus.DEAD)
