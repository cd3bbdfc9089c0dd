"""Whatever strangers put in place of a signature, they are refused like anybody who has none."""

from datetime import UTC, datetime
from time import time

import pytest

from conversations.channels.email.channel import EmailChannel
from conversations.channels.meta.messenger import Messenger
from conversations.channels.meta.whatsapp import WhatsappCloud
from conversations.channels.names import ChannelKind
from conversations.channels.shapes import AccountView, Channel, Forged, RawRequest
from conversations.channels.slack import Slack
from conversations.channels.teams.channel import Teams
from conversations.channels.telegram import Telegram
from conversations.channels.twilio.channel import TwilioSms

_ODD = ["é", "v0=é", "\udcff", "\ud800", "sha256=\udce9", "Bearer \udcff.\udcff.\udcff", "Bearer \ud800"]
_HEADERS = (
    "x-slack-signature",
    "x-telegram-bot-api-secret-token",
    "x-twilio-signature",
    "x-hub-signature-256",
    "authorization",
    "x-brand-desk-signature",
    "x-brand-desk-timestamp",
)
_SECRETS = ("webhook_secret", "signing_secret", "secret_token", "auth_token", "app_secret", "verify_token")
CHANNELS: list[Channel] = [
    Slack(),
    Telegram(),
    TwilioSms(),
    WhatsappCloud(),
    Messenger(),
    Teams(),
    EmailChannel(),
]


def account(kind: ChannelKind) -> AccountView:
    settings = {"account_sid": "AC1", "app_id": "app"}
    return AccountView(1, "public", kind, "A test", settings, dict.fromkeys(_SECRETS, "known to us"))


def request(given: str, method: str = "POST", query: dict[str, str] | None = None) -> RawRequest:
    headers = dict.fromkeys(_HEADERS, given)
    headers |= {"x-slack-request-timestamp": str(int(time())), "content-type": "application/json"}
    url = "https://desk.example/channels/x/y?bodySHA256=%C3%A9"
    return RawRequest(method, url, headers, query or {}, b'{"channelId": "msteams"}', datetime.now(UTC))


@pytest.mark.parametrize("given", _ODD, ids=ascii)
@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.kind.value)
async def test_a_signature_of_odd_letters_is_refused(channel, given):
    with pytest.raises(Forged):
        await channel.verify(account(channel.kind), request(given), http=None)


@pytest.mark.parametrize("given", _ODD, ids=ascii)
async def test_a_handshake_of_odd_letters_is_refused(given):
    query = {"hub.mode": "subscribe", "hub.verify_token": given}
    with pytest.raises(Forged):
        await Messenger().verify(account(Messenger.kind), request("", "GET", query), http=None)
