"""The channels that there are: a line each."""

from collections.abc import Mapping

from conversations.channels.email.channel import EmailChannel
from conversations.channels.names import ChannelKind
from conversations.channels.shapes import Channel
from conversations.channels.twilio.channel import TwilioSms, TwilioWhatsapp

CHANNELS: Mapping[ChannelKind, Channel] = {
    ChannelKind.EMAIL: EmailChannel(),
    ChannelKind.TWILIO_SMS: TwilioSms(),
    ChannelKind.TWILIO_WHATSAPP: TwilioWhatsapp(),
}
