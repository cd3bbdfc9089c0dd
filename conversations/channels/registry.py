"""The channels that there are: a line each."""

from collections.abc import Mapping

from conversations.channels.email.channel import EmailChannel
from conversations.channels.meta.messenger import Messenger
from conversations.channels.meta.whatsapp import WhatsappCloud
from conversations.channels.names import ChannelKind
from conversations.channels.shapes import Channel
from conversations.channels.slack import Slack
from conversations.channels.teams.channel import Teams
from conversations.channels.telegram import Telegram
from conversations.channels.twilio.channel import TwilioSms, TwilioWhatsapp

_ALL: tuple[Channel, ...] = (
    Slack(),
    Telegram(),
    EmailChannel(),
    TwilioWhatsapp(),
    TwilioSms(),
    WhatsappCloud(),
    Messenger(),
    Teams(),
)
CHANNELS: Mapping[ChannelKind, Channel] = {channel.kind: channel for channel in _ALL}
