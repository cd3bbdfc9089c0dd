"""How often somebody may do what costs us, or others, something."""

import math
import time
from dataclasses import dataclass

from aiohttp import hdrs, web
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerSecond

from web.keys import LIMITER, SETTINGS

_LONGEST_ADDRESS = 45  # of IPv6


class TooMany(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


LINKS_PER_EMAIL = RateLimitItemPerHour(5, namespace="link-email")
LINKS_PER_ADDRESS = RateLimitItemPerHour(60, namespace="link-address")
UPLOADS_PER_CONTACT = RateLimitItemPerHour(120, namespace="upload")
DRAFTS_PER_CONTACT = RateLimitItemPerHour(30, namespace="drafts")
PLANS_PER_ADDRESS = RateLimitItemPerHour(120, namespace="plans")
SIGN_INS_PER_ADDRESS = RateLimitItemPerHour(120, namespace="sign-in")
PASSWORDS_PER_ADDRESS = RateLimitItemPerHour(60, namespace="password-address")
PASSWORDS_PER_ACCOUNT = RateLimitItemPerHour(10, namespace="password-account")
INVITATIONS_PER_BRAND = RateLimitItemPerHour(30, namespace="invitation-brand")
INVITATIONS_PER_EMAIL = RateLimitItemPerHour(5, namespace="invitation-email")
EXPORTS = RateLimitItemPerHour(10, namespace="export")
CHANNEL_TESTS = RateLimitItemPerHour(60, namespace="channel-test")
# A page of the desk says where it is, that somebody types, and that it is still there.
DESK_FRAMES = RateLimitItemPerSecond(90, 30, namespace="desk-frames")
DESK_REPLIES = RateLimitItemPerSecond(60, 60, namespace="desk-replies")
LINK_CODES = RateLimitItemPerHour(20, namespace="link-code")
ACCESS_REQUESTS = RateLimitItemPerHour(5, namespace="access-request")


@dataclass(frozen=True)
class ChatLimits:
    messages: RateLimitItem
    messages_per_address: RateLimitItem
    frames: RateLimitItem
    sessions_per_address: RateLimitItem
    proofs_per_address: RateLimitItem


CHAT_LIMITS = web.AppKey("chat_limits", ChatLimits)


def chat_limits(messages_in_10_seconds: int) -> ChatLimits:
    """An address may be an office of several people; a page also greets and asks after us."""
    return ChatLimits(
        messages=RateLimitItemPerSecond(messages_in_10_seconds, 10, namespace="chat"),
        messages_per_address=RateLimitItemPerSecond(
            10 * messages_in_10_seconds, 10, namespace="chat-address"
        ),
        frames=RateLimitItemPerSecond(6 * messages_in_10_seconds, 60, namespace="frames"),
        sessions_per_address=RateLimitItemPerSecond(3 * messages_in_10_seconds, 60, namespace="sessions"),
        proofs_per_address=RateLimitItemPerSecond(20 * messages_in_10_seconds, 60, namespace="proofs"),
    )


def hit(app: web.Application, limit: RateLimitItem, who: str) -> None:
    """Counts one; raises TooMany with the seconds to wait."""
    if not app[LIMITER].hit(limit, who):
        raise _too_many(app, limit, who)


def require_room(app: web.Application, limit: RateLimitItem, who: str) -> None:
    """Counts nothing; raises TooMany as `hit` would."""
    if not app[LIMITER].test(limit, who):
        raise _too_many(app, limit, who)


def address_of(request: web.Request) -> str:
    """Behind proxies, what the outermost of ours was asked from: what stands before it, anybody may have written."""
    proxies = request.app[SETTINGS].proxies
    told = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, [])).split(",")
    if proxies and len(told) >= proxies and (address := told[-proxies].strip()):
        return address[:_LONGEST_ADDRESS]
    return request.remote or "unknown"


def _too_many(app: web.Application, limit: RateLimitItem, who: str) -> TooMany:
    over_at = app[LIMITER].get_window_stats(limit, who).reset_time
    return TooMany(max(1, math.ceil(over_at - time.time())))
