"""Who writes to us from a provider on this machine, in the provider's own way; with what an operator enters for it."""

from dataclasses import dataclass, field
from email.policy import SMTP
from mimetypes import guess_type
from time import time
from typing import Any

from conversations.channels import guides
from conversations.channels.guides import Guide
from tests.channels.email.double import OUR_SERVER, EmailDouble
from tests.channels.email.mails import INGRID, written
from tests.channels.email.tokens import CLIENT_SECRET
from tests.channels.meta.doubles import MessengerDouble, WhatsappDouble
from tests.channels.provider import FIRST_SECOND, Heard, Hook, ProviderDouble
from tests.channels.slack import SlackDouble
from tests.channels.teams.double import TeamsDouble
from tests.channels.telegram import TelegramDouble
from tests.channels.twilio.double import ACCOUNT, OURS, TwilioDouble, TwilioSmsDouble

_NUMBER = {"from": OURS}
# Beyond the ports of the other providers.
_TO_TOKENS = 7
_TEAMS_FILE = "application/vnd.microsoft.teams.file.download.info"


@dataclass
class Correspondent:
    """`provider` is the double that the subclass names; `user` may be changed."""

    provider: Any
    user: str
    has_buttons = True

    @property
    def guide(self) -> Guide:
        return guides.guide(self.provider.kind)

    def entered(self) -> dict[str, str]:
        """What an operator enters, by the labels of the page and in its order."""
        given = {**self.provider.account_settings(), **self.provider.account_secrets()}
        return {field.label: str(given[field.name]) for field in self.guide.fields if field.name in given}

    def handshake(self) -> Hook | None:
        """What the provider asks of our address before it sends anything there."""
        return None

    def writes(self, text: str, external_id: str) -> Hook:
        return self.provider.written(self.user, text, external_id)

    def sends(self, name: str, content: bytes, external_id: str) -> Hook:
        return self.provider.sent_file(self.user, name, content, external_id)

    def presses(self, title: str, value: str, external_id: str) -> Hook:
        return self.provider.pressed_button(self.user, value)

    def heard(self) -> list[Heard]:
        return self.provider.heard


class OnSlack(Correspondent):
    def handshake(self) -> Hook:
        return self.provider.signed(
            b'{"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7"}'
        )


class OnTwilio(Correspondent):
    has_buttons = False

    def sends(self, name: str, content: bytes, external_id: str) -> Hook:
        self.provider.media[external_id] = content
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{external_id}/Media/{external_id}"
        media = {"NumMedia": "1", "MediaUrl0": self.provider.address + path, "MediaContentType0": _type(name)}
        return self.provider.hook(self.provider.form(self.user, "", external_id, **media))


class OnMeta(Correspondent):
    def handshake(self) -> Hook:
        return self.provider.handshake()


class OnWhatsapp(OnMeta):
    def sends(self, name: str, content: bytes, external_id: str) -> Hook:
        self.provider.media[external_id] = content
        document = {"id": external_id, "filename": name, "mime_type": _type(name)}
        return self.provider.batch(self.provider.message(self.user, external_id, document=document))

    def presses(self, title: str, value: str, external_id: str) -> Hook:
        reply = {"type": "button_reply", "button_reply": {"id": value, "title": title}}
        return self.provider.batch(self.provider.message(self.user, external_id, interactive=reply))


class OnMessenger(OnMeta):
    def sends(self, name: str, content: bytes, external_id: str) -> Hook:
        self.provider.media[external_id] = content
        file = {"type": "file", "payload": {"url": f"{self.provider.address}/files/{external_id}"}}
        return self._event({"mid": external_id, "attachments": [file]})

    def presses(self, title: str, value: str, external_id: str) -> Hook:
        return self._event({"mid": external_id, "text": title, "quick_reply": {"payload": value}})

    def _event(self, message: dict[str, Any]) -> Hook:
        return self.provider.batch(self.provider.event(self.user, message=message))


class OnTeams(Correspondent):
    def sends(self, name: str, content: bytes, external_id: str) -> Hook:
        self.provider.files[external_id] = content
        lies_at = {"downloadUrl": f"{self.provider.address}/sites/{external_id}"}
        file = {"contentType": _TEAMS_FILE, "name": name, "content": lies_at}
        return self.provider.hook(self.provider.activity(self.user, "", external_id, attachments=[file]))

    def presses(self, title: str, value: str, external_id: str) -> Hook:
        return self.provider.hook(
            self.provider.activity(self.user, title, external_id, value={"button": value})
        )


class ByMail(Correspondent):
    """Our mail server says of each mail that it is from the domain that it names."""

    has_buttons = False

    def sends(self, name: str, content: bytes, external_id: str) -> Hook:
        message = written("", self.user, message_id=f"<{external_id}@{self._domain}>")
        message["Authentication-Results"] = f"{OUR_SERVER}; dmarc=pass header.from={self._domain}"
        kind, _, subtype = _type(name).partition("/")
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
        return self.provider.hook(message.as_bytes(policy=SMTP))

    def heard(self) -> list[Heard]:
        return self.provider.taken()

    def leaves_in_mailbox(self, text: str, external_id: str) -> None:
        self.provider.box.put(self.writes(text, external_id).body)

    def ends_access(self) -> str:
        """The tokens that were given out count no more; says how many there were."""
        tokens = self.provider.tokens
        if tokens is None:
            return "start me with --oauth for this"
        tokens.expire()
        return f"access tokens given out so far: {len(tokens.given)}; none of them counts any more"

    def changes_client_secret(self) -> str:
        """As when it has expired at the provider, and once more to have it count again."""
        tokens = self.provider.tokens
        if tokens is None:
            return "start me with --oauth for this"
        is_right = tokens.client_secret == CLIENT_SECRET
        tokens.client_secret = f"not {CLIENT_SECRET}" if is_right else CLIENT_SECRET
        tokens.expire()
        return (
            "the client secret has expired: /secret makes it count again" if is_right else "it counts again"
        )

    @property
    def _domain(self) -> str:
        return self.user.partition("@")[2]


@dataclass(frozen=True)
class Local:
    """A provider that can be started by hand: always at the same port, so that what was entered once stays right."""

    double: type[ProviderDouble]
    correspondent: type[Correspondent]
    user: str
    port: int
    settings: dict[str, str] = field(default_factory=dict)

    def open(self, port: int | None, *, oauth: bool = False) -> Correspondent:
        """Raises OSError where the port is taken."""
        return self.correspondent(self._provider(port, oauth), self.user)

    def _provider(self, port: int | None, oauth: bool) -> ProviderDouble:
        if issubclass(self.double, EmailDouble):
            ports = (port, port + 1, port + _TO_TOKENS) if port else (0, 0, 0)
            return self.double(imap=True, oauth=oauth, ports=ports)
        given = {"port": port, "first_number": int(time()) - FIRST_SECOND}
        return type(self.double.__name__, (self.double,), given)(**self.settings)


LOCAL = {
    "slack": Local(SlackDouble, OnSlack, "U0INGRID", 8090),
    "telegram": Local(TelegramDouble, Correspondent, "771001", 8091),
    "email": Local(EmailDouble, ByMail, INGRID, 8092),
    "twilio-whatsapp": Local(TwilioDouble, OnTwilio, "+4790000001", 8094, _NUMBER),
    "twilio-sms": Local(TwilioSmsDouble, OnTwilio, "+4790000001", 8095, _NUMBER),
    "whatsapp-cloud": Local(WhatsappDouble, OnWhatsapp, "4790000001", 8096),
    "messenger": Local(MessengerDouble, OnMessenger, "7711223344", 8097),
    "teams": Local(TeamsDouble, OnTeams, "ingrid", 8098),
}


def _type(name: str) -> str:
    return guess_type(name)[0] or "application/octet-stream"
