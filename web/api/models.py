"""What goes in and out of the API; the documentation is made of these."""

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from conversations.messages import LONGEST_TEXT
from conversations.names import Owner, Speaker
from conversations.webhooks.names import CHOSEN, DeliveryStatus, EventType, WhyDisabled
from onboarding.api_scopes import Scope
from onboarding.names import (
    Category,
    Declares,
    DocumentStatus,
    DocumentType,
    FileFormat,
    KeyKind,
    ListStatus,
    ReasonCode,
    Role,
    Stage,
    StoreType,
    Turn,
)


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("has no words")
    if any((ord(sign) < 32 and sign not in "\n\t") or ord(sign) == 127 for sign in text):
        raise ValueError("has control characters")
    return text


def _distinct[T](items: list[T]) -> list[T]:
    if len(set(items)) < len(items):
        raise ValueError("names something twice")
    return items


def _written_as_a_day(found: object) -> object:
    """Numbers are taken for seconds otherwise."""
    if isinstance(found, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
        raise ValueError("is not a day such as 2026-05-20")
    return found


def _chosen(event: EventType) -> EventType:
    if event not in CHOSEN:
        raise ValueError("is sent by the test alone")
    return event


# Words with at least one sign that shows; the pattern says the same to those who read the documentation.
_PRINTED = r"^[^\x00-\x08\x0b-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b-\x1f\x7f]*$"
# What more an address has to be, webhooks.addresses.require_address says.
_ADDRESS = r"^https?://"
Day = Annotated[date, BeforeValidator(_written_as_a_day)]
Words = Annotated[str, AfterValidator(_words)]
ChosenEvent = Annotated[EventType, AfterValidator(_chosen)]


class Asked(BaseModel):
    """A body: nothing is guessed, and what is not known is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoQuery(Query):
    pass


class PageQuery(Query):
    cursor: str | None = Field(
        default=None,
        max_length=300,
        description="The next_cursor of the page before.",
        pattern=r"^[A-Za-z0-9_-]+$",
    )
    limit: int = Field(default=25, ge=1, le=100)


class PageAnswer(BaseModel):
    next_cursor: str | None = Field(description="Where the next page begins; null on the last one.")


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class Money(BaseModel):
    model_config = _example(minor=24800000, currency="CNY")

    minor: int = Field(description="In the smallest unit: fen for CNY.")
    currency: str


class Me(BaseModel):
    model_config = _example(
        brand="Nordlys Skincare",
        contact="Ingrid Solberg",
        role="owner",
        key="bdk_5f0e6a1c9b2d",
        key_kind="KEY",
        scopes=["applications:read", "identity:read"],
        expires_at=None,
    )

    brand: str
    contact: str = Field(description="The person who made the key, as whom it acts.")
    role: Role
    key: str = Field(description="The public name of the key.")
    key_kind: KeyKind
    scopes: list[Scope]
    expires_at: datetime | None


class Application(BaseModel):
    model_config = _example(
        number="BD-2026-004217",
        stage="CORRECTION_NEEDED",
        turn="brand",
        store_type="FLAGSHIP",
        category="COSMETICS",
        declares="OWNER",
        created_at="2026-05-01T08:00:00Z",
        submitted_at="2026-05-09T08:00:00Z",
        target_on="2026-06-08",
        days_left=18,
    )

    number: str
    stage: Stage
    turn: Turn = Field(description="Who has to act.")
    store_type: StoreType | None
    category: Category | None
    declares: Declares | None
    created_at: datetime
    submitted_at: datetime | None
    target_on: date | None = Field(description="The promised day of the opening, in China; null for a draft.")
    days_left: int | None


class ApplicationPage(PageAnswer):
    data: list[Application]


class ChecklistItem(BaseModel):
    model_config = _example(
        document="TRADEMARK",
        label="Trademark certificate",
        status="REJECTED",
        turn="brand",
        needed_by="APPROVED",
        reason_code="NAME_MISMATCH",
        reason_text="The owner on the certificate is not your company.",
        send_instead="A certificate that names your company.",
        deadline_at="2026-05-25T16:00:00Z",
    )

    document: DocumentType
    label: str
    status: DocumentStatus
    turn: Turn | None = Field(description="Who has to act; null where nothing is left to do.")
    needed_by: Stage | None = Field(description="The stage that cannot be entered without it.")
    reason_code: ReasonCode | None
    reason_text: str | None
    send_instead: str | None
    deadline_at: datetime | None


class Checklist(BaseModel):
    """As the brand's page shows it: what is past due is still currently due."""

    application: str
    items: list[ChecklistItem]
    currently_due: list[DocumentType]
    eventually_due: list[DocumentType]
    past_due: list[DocumentType]
    with_platform: list[DocumentType]
    accepted: list[DocumentType]
    optional: list[DocumentType]


class SentFile(BaseModel):
    id: UUID
    name: str
    format: FileFormat
    size_bytes: int
    sha256: str


class Submission(BaseModel):
    model_config = _example(
        id=41,
        document="TRADEMARK",
        status="CHECKING",
        submitted_at="2026-05-20T08:00:00Z",
        decided_at=None,
        reason_code=None,
        reason_text=None,
        send_instead=None,
        file={
            "id": "0b0e7a4c-3f0d-4f4e-9d0a-5a1c1f4f8e10",
            "name": "certificate.pdf",
            "format": "PDF",
            "size_bytes": 83112,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
    )

    id: int
    document: DocumentType
    status: DocumentStatus
    submitted_at: datetime
    decided_at: datetime | None
    reason_code: ReasonCode | None
    reason_text: str | None
    send_instead: str | None
    file: SentFile | None


class SubmissionPage(PageAnswer):
    data: list[Submission]


class Milestone(BaseModel):
    model_config = _example(
        tier="T1", amount={"minor": 30000000, "currency": "CNY"}, reached_on="2026-05-02", granted_on=None
    )

    tier: str
    amount: Money
    reached_on: date | None = Field(description="A day in China; null while it is still ahead.")
    granted_on: date | None = Field(description="When the benefit for it was granted.")


class Incubation(BaseModel):
    """The first days of an open store."""

    opened_on: date
    last_day: date
    days_left: int
    total: Money
    target: Money
    as_of: datetime


class Milestones(BaseModel):
    incubation: Incubation | None = Field(description="Null before the store is open.")
    milestones: list[Milestone]


class SalesDay(BaseModel):
    model_config = _example(day="2026-05-19", amount={"minor": 1250000, "currency": "CNY"})

    day: date = Field(description="A complete day in China.")
    amount: Money


class SalesPage(PageAnswer):
    data: list[SalesDay]


class SalesQuery(PageQuery):
    since: Day | None = Field(default=None, description="From this day on.")
    until: Day | None = Field(default=None, description="Up to and with this day.")


class Rank(BaseModel):
    rank: int
    cohort: int
    slots: int
    in_slots: bool
    list_status: ListStatus
    rank_as_of: date
    held_on: date
    gap_to_slot: Money | None


class Livestream(BaseModel):
    held_on: date = Field(description="A day in China.")
    starts_at: datetime
    cut_off_on: date
    rank: Rank | None = Field(description="Where the brand stands; null while it is on no list.")


class Conversation(BaseModel):
    model_config = _example(id="5e2f9a52-6c0f-4f3f-9d57-3a0d6a5b8c11", owner="bot", last_message=12)

    id: UUID
    owner: Owner = Field(description="Who answers: the assistant (bot), nobody yet (waiting), or a person.")
    last_message: int


class ConversationPage(PageAnswer):
    data: list[Conversation]


class Message(BaseModel):
    model_config = _example(
        id=12,
        role="assistant",
        text="You have 18 days left.",
        at="2026-05-20T08:00:01Z",
        buttons=[],
        answers=11,
        name=None,
    )

    id: int = Field(description="Its place in the conversation, from 1.")
    role: Speaker
    text: str = Field(description="Light Markdown: bold, links and lists.")
    at: datetime
    buttons: list[str]
    answers: int | None = Field(description="The message that this one answers.")
    name: str | None = Field(description="Of the person of ours who wrote it.")


class MessagePage(PageAnswer):
    data: list[Message]


class MessageQuery(PageQuery):
    after: int = Field(default=0, ge=0, lt=2**31, description="The id of the last message that was read.")


class NewMessage(Asked):
    model_config = _example(text="How many days are left?") | ConfigDict(extra="forbid", strict=True)

    text: Words = Field(min_length=1, max_length=LONGEST_TEXT, pattern=_PRINTED)


class Webhook(BaseModel):
    model_config = _example(
        id="8a4c0d0e-5f5b-4d09-8b36-6f8e4c2a1b77",
        url="https://integrator.example/brand-desk",
        description="Orders",
        events=["document.status_changed"],
        enabled=True,
        why_disabled=None,
        failing_since=None,
        key_ids=["whk_8a4c0d0e5f5b_1"],
        created_at="2026-05-20T08:00:00Z",
    )

    id: UUID
    url: str
    description: str
    events: list[EventType]
    enabled: bool
    why_disabled: WhyDisabled | None
    failing_since: datetime | None
    key_ids: list[str] = Field(description="The secrets that sign now, the newest first.")
    created_at: datetime


class WebhookPage(PageAnswer):
    data: list[Webhook]


Events = Annotated[
    list[ChosenEvent],
    AfterValidator(_distinct),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "enum": [event.value for event in CHOSEN]},
            "uniqueItems": True,
            "minItems": 1,
        }
    ),
]


class NewWebhook(Asked):
    model_config = _example(
        url="https://integrator.example/brand-desk", events=["document.status_changed"], description="Orders"
    ) | ConfigDict(extra="forbid", strict=True)

    url: str = Field(
        max_length=2000,
        pattern=_ADDRESS,
        description="Begins with https:// and is reached over the internet.",
    )
    events: Events = Field(min_length=1)
    description: str = Field(default="", max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")


class WebhookChange(Asked):
    """What is left out stays as it is."""

    model_config = _example(enabled=True) | ConfigDict(extra="forbid", strict=True)

    url: str | None = Field(default=None, max_length=2000, pattern=_ADDRESS)
    events: Events | None = Field(default=None, min_length=1)
    description: str | None = Field(default=None, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")
    enabled: bool | None = None


class WebhookSecret(BaseModel):
    model_config = _example(
        key_id="whk_8a4c0d0e5f5b_1",
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        previous_until=None,
    )

    key_id: str
    secret: str
    previous_until: datetime | None = Field(description="Until when the secret before signs as well.")


class Attempt(BaseModel):
    at: datetime
    status_code: int | None
    error: str | None
    milliseconds: int


class Delivery(BaseModel):
    model_config = _example(
        id=7,
        event_id="evt_5e2f9a526c0f4f3f9d573a0d6a5b8c11",
        type="webhook.test",
        status="DELIVERED",
        next_attempt_at=None,
        attempts=[{"at": "2026-05-20T08:00:01Z", "status_code": 204, "error": None, "milliseconds": 84}],
    )

    id: int
    event_id: str
    type: EventType
    status: DeliveryStatus
    next_attempt_at: datetime | None
    attempts: list[Attempt]


class DeliveryPage(PageAnswer):
    data: list[Delivery]


class DeliveryQuery(PageQuery):
    status: DeliveryStatus | None = Field(default=None, description="Only those that stand so.")


class Token(BaseModel):
    model_config = _example(
        access_token="bdt_kQ8…", token_type="Bearer", expires_in=1800, scope="applications:read identity:read"
    )

    access_token: str
    token_type: str
    expires_in: int = Field(description="Seconds.")
    scope: str
