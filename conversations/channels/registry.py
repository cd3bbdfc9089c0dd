"""The channels that there are: a line each."""

from collections.abc import Mapping

from conversations.channels.names import ChannelKind
from conversations.channels.shapes import Channel
from conversations.channels.slack import Slack
from conversations.channels.telegram import Telegram

_ALL: tuple[Channel, ...] = (
    Slack(),
    Telegram(),
)
CHANNELS: Mapping[ChannelKind, Channel] = {channel.kind: channel for channel in _ALL}
