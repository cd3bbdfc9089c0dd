"""The channels that there are: a line each."""

from collections.abc import Mapping

from conversations.channels.names import ChannelKind
from conversations.channels.shapes import Channel

CHANNELS: Mapping[ChannelKind, Channel] = {}
