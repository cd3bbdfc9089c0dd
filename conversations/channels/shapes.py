"""The one message type of all channels, and what a channel module has to be able to do."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from aiohttp import ClientSession

from conversations.channels.names import ChannelKind, DeliveryStatus
from onboarding.errors import DomainError

LONGEST_WEBHOOK = 1024 * 1024
# Three times what a call may take.
LONGEST_SEND = timedelta(seconds=30)


class WebhookRefused(DomainError):
    """A request that is not the provider's, or makes no sense; its content is not logged.

    `code` says why, `status` is what the sender is answered.
    """

    status = 401
    what_to_do = "Check the secret and the address of the webhook."

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Forged(WebhookRefused):
    """No signature, or one that is not right."""


class Stale(WebhookRefused):
    """Signed rightly, but too long ago."""


class Malformed(WebhookRefused):
    status = 400


class Keeps(Protocol):
    """Puts a secret that the provider has replaced in the place of one of those before, if that is still the newest."""

    def __call__(self, name: str, before: Collection[str], now: str) -> None: ...


def _nowhere(name: str, before: Collection[str], now: str) -> None:
    """For an account that is not in the database."""


@dataclass(frozen=True)
class AccountView:
    """A channel account with its secrets in the clear: never logged, never shown.

    `previous` are the secrets before the last rotation, while they still count. `keep` is for channels whose provider
    replaces a secret; it waits for the database.
    """

    id: int
    public_id: str
    kind: ChannelKind
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    previous: Mapping[str, str] = field(default_factory=dict, repr=False)
    keep: Keeps = field(default=_nowhere, repr=False, compare=False)

    def secrets_named(self, name: str) -> list[str]:
        """The newest first: a signature by any of them is right."""
        return [found for found in (self.secrets.get(name), self.previous.get(name)) if found]


@dataclass(frozen=True)
class RawRequest:
    """`url` is our public address as the provider knows it, with its query; header names are in small letters.

    `received_at` is real time, as providers sign it: our own clock can be moved.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True)
class Answer:
    """What the provider is answered at once."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/plain"


@dataclass(frozen=True)
class Attachment:
    """`reference` is what the channel module needs to fetch it."""

    reference: Mapping[str, Any]
    name: str = ""
    content_type: str = ""
    size_bytes: int | None = None


@dataclass(frozen=True)
class PressedButton:
    """`value` is what we gave the provider with the button."""

    value: str


@dataclass(frozen=True)
class InboundMessage:
    """What somebody wrote, pressed or sent.

    `external_id` is the provider's own for it, the same each time it is delivered. `place` is where it was written: a
    private chat, or a thread of a shared channel; an identity is a user in a place. `address` is what is needed to
    answer there. `workspace` is whose people read a shared channel: none where others do too, and None where the
    provider does not say it, so that what was said before holds. `only_if_known` is for what people say to each other
    in shared channels: it counts where this person has begun to talk with us in this place.
    """

    external_id: str
    external_user: str
    place: str
    address: Mapping[str, Any]
    text: str = ""
    button: PressedButton | None = None
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime | None = None
    is_shared: bool = False
    display_name: str = ""
    workspace: str | None = ""
    only_if_known: bool = False


@dataclass(frozen=True)
class StatusReport:
    """What became of something that we sent; `status` is one of DELIVERED, READ and FAILED."""

    provider_id: str
    status: DeliveryStatus
    code: str | None = None


@dataclass(frozen=True)
class ReadReport:
    """That somebody has read everything that they were sent until then."""

    external_user: str
    place: str
    until: datetime


@dataclass(frozen=True)
class Consent:
    """Somebody asked to be sent nothing more, or takes that back."""

    external_user: str
    is_given: bool


type Event = InboundMessage | StatusReport | ReadReport | Consent


@dataclass(frozen=True)
class Parsed:
    """`while_answering` is answered instead where the assistant will write: that it does."""

    events: tuple[Event, ...] = ()
    answer: Answer = Answer()
    while_answering: Answer | None = None


@dataclass(frozen=True)
class Button:
    """`value` comes back as PressedButton."""

    title: str
    value: str


@dataclass(frozen=True)
class OutboundMessage:
    """One message for the provider, within its limits; `text` is in the channel's own markup.

    `key` is the same at each attempt, for providers that offer idempotency. `answers` is the provider's id of the
    message that this answers, where it is known. `settings` are of the delivery: a template, a subject. `now` is when
    it is attempted, by the same clock as `last_in_at`.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple["OutboundFile", ...] = ()
    key: str = ""
    answers: str | None = None
    sent_at: datetime | None = None
    last_in_at: datetime | None = None
    now: datetime | None = None
    is_by_person: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OutboundFile:
    """`link` leads to it, for a while, where it cannot be carried after all."""

    name: str
    content_type: str
    path: Path
    size_bytes: int
    link: str


@dataclass(frozen=True)
class Accepted:
    """The provider took it."""

    provider_id: str | None = None


@dataclass(frozen=True)
class TryLater:
    """Not now: after `seconds` where the provider says so (then nothing of the account is sent), else with backoff."""

    code: str
    seconds: float | None = None


@dataclass(frozen=True)
class Refused:
    """Never: the reason as the provider gives it. `asked_to_stop` where it is that this person wants nothing more."""

    code: str
    detail: str = ""
    asked_to_stop: bool = False


type Outcome = Accepted | TryLater | Refused


class CarriesFiles(Enum):
    """Within a message, or each as a message of its own that has no text; else a link leads to it."""

    WITHIN = "within"
    APART = "apart"
    NOT = "not"


@dataclass(frozen=True)
class Traits:
    """`render` turns our small markdown into the channel's markup; the other limits are of what is rendered.

    `longest_in_template` is of what is said inside a template, once the provider's window has closed. With more buttons
    than `most_buttons`, or longer titles, they are numbered in the text. Beyond `most_answered_an_hour` the assistant
    leaves it to people to answer somebody: it may be talking to a machine. Who is at one message for longer than
    `longest_send` has died.
    """

    render: Callable[[str], str]
    longest_text: int
    longest_in_template: int | None = None
    most_buttons: int = 0
    longest_title: int = 0
    most_answered_an_hour: int | None = None
    longest_body: int = LONGEST_WEBHOOK
    carries_files: CarriesFiles = CarriesFiles.NOT
    longest_send: timedelta = LONGEST_SEND


class Channel(Protocol):
    """A provider. `http` has a time limit; what it raises when the network is away is caught by the caller."""

    kind: ChannelKind
    traits: Traits

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        """Raises Forged, Stale or Malformed; before this nothing of the body is believed."""
        ...

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        """Called off the event loop, since the body may be long. Raises Malformed."""
        ...

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome: ...

    def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The content of an attachment, piece by piece; raises FetchRefused, FetchLater."""
        ...

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        """Where a test message goes that an operator sends: to what they typed."""
        ...


@runtime_checkable
class NamesUsers(Protocol):
    """A channel whose messages carry no names, and that can be asked for them."""

    async def name_of(self, account: AccountView, user: str, http: ClientSession) -> str | None:
        """None where we may not ask, or nobody is known by that; raises ClientError where the provider is away."""
        ...


class FetchLater(Exception):
    """The provider does not give the file out now, for a reason that passes or that an operator can mend."""


class FetchRefused(DomainError):
    """The provider does not give the file out, or the address is not the provider's."""

    code = "fetch_refused"
    what_to_do = "Send the file again, or upload it on your documents page."
