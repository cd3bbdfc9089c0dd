"""A test message of an operator: sent at once, with a trace of what happened."""

from asyncio import timeout
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession

from conversations.channels.shapes import Accepted, AccountView, Channel, OutboundMessage, Refused, TryLater

# Some mail servers take minutes; the operator waits before the page.
_SECONDS = 40


@dataclass(frozen=True)
class Tested:
    """`code` is the provider's, or "network"; `steps` are keys of the page's words, in order."""

    is_taken: bool
    steps: tuple[str, ...]
    code: str = ""
    detail: str = ""
    provider_id: str = ""


async def send_test(
    channel: Channel, account: AccountView, recipient: str, text: str, http: ClientSession
) -> Tested:
    message = OutboundMessage(text=channel.traits.render(text), key="test")
    opened = ("secrets_opened", "asked")
    try:
        async with timeout(_SECONDS):
            outcome = await channel.send(account, channel.test_address(recipient), message, http)
    except (ClientError, TimeoutError, OSError) as away:
        return Tested(False, (*opened, "no_answer"), "network", type(away).__name__)
    match outcome:
        case Accepted():
            return Tested(True, (*opened, "taken"), provider_id=outcome.provider_id or "")
        case TryLater():
            return Tested(False, (*opened, "later"), outcome.code)
        case Refused():
            return Tested(False, (*opened, "refused"), outcome.code, outcome.detail)
