"""The words for who answers and who speaks: in the database, on the wire and in tests alike."""

from enum import StrEnum


class Owner(StrEnum):
    BOT = "bot"
    WAITING = "waiting"
    PERSON = "person"
    RESOLVED = "resolved"


class Speaker(StrEnum):
    BRAND = "brand"
    ASSISTANT = "assistant"
    PERSON = "person"
    NOTICE = "notice"
