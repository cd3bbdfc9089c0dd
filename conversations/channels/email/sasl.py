"""How an access token is shown to a mail server.

https://developers.google.com/workspace/gmail/imap/xoauth2-protocol (XOAUTH2, of Google and Microsoft), RFC 7628
(OAUTHBEARER).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

_XOAUTH2, _OAUTHBEARER = "XOAUTH2", "OAUTHBEARER"


@dataclass(frozen=True)
class Mechanism:
    """`after_error` is what the server has to be sent when it tells why it refuses, before it says so."""

    name: str
    shown: str = field(repr=False)
    after_error: str

    def answers(self) -> Callable[..., str]:
        """To what the server asks, whatever that is: first the token, then nothing any more."""
        first = iter((self.shown,))
        return lambda *_: next(first, self.after_error)


def mechanism(offered: Collection[str], user: str, token: str) -> Mechanism:
    """The one that both big providers document, where the server does not offer the standard's alone."""
    if _OAUTHBEARER in offered and _XOAUTH2 not in offered:
        named = user.replace("=", "=3D").replace(",", "=2C")
        return Mechanism(_OAUTHBEARER, f"n,a={named},\1auth=Bearer {token}\1\1", after_error="\1")
    return Mechanism(_XOAUTH2, f"user={user}\1auth=Bearer {token}\1\1", after_error="")
