"""Where a webhook may go: never to an address inside a network, however its name is written or resolves.

The addresses that were looked at are the ones that are connected to, so that a name cannot change in between.
"""

import ipaddress
import socket
from collections.abc import Iterable

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from conversations.webhooks.lookups import look_up
from onboarding.errors import DomainError

_LONGEST_URL = 2000
# 6to4, Teredo and NAT64 carry an IPv4 address inside: a private one would come out at the other end.
_CARRIES_ANOTHER = [ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32", "64:ff9b::/96")]


class AddressRefused(DomainError):
    code = "address_refused"
    what_to_do = "Enter an address that begins with https:// and is reached over the internet."


def require_address(url: str, *, loopback: bool) -> None:
    """What can be said without asking the network; raises AddressRefused.

    Read as the client that connects reads it: another parser would look at one host and lead to another.
    """
    if len(url) > _LONGEST_URL or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise AddressRefused("The address is not one of the web.")
    try:
        parts = URL(url)
        host, _ = parts.raw_host, parts.port
    except ValueError:
        raise AddressRefused("The address is not one of the web.") from None
    if not host or "%" in host or parts.user is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("The address has no host, or carries a password or a fragment.")
    number = _as_number(host)
    here = loopback and _is_loopback(host)
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise AddressRefused("The address does not begin with https://.")
    if not here and (not is_public(number) if number is not None else "." not in host.strip(".")):
        raise AddressRefused("The address is inside a network.")


def is_public(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped is not None:
            return is_public(number.ipv4_mapped)
        if any(number in net for net in _CARRIES_ANOTHER):
            return False
    return number.is_global and not number.is_multicast and not number.is_reserved


class PublicResolver(AbstractResolver):
    """For aiohttp, which connects to exactly what this returns."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await look_up(host, port, family)
        addresses = [(kind, address[0]) for kind, _, _, _, address in found]
        self._require_public(str(address) for _, address in addresses)
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, address in addresses
        ]

    async def close(self) -> None:
        return None

    def _require_public(self, addresses: Iterable[str]) -> None:
        """One bad address is enough: it might be the one that is tried."""
        numbers = [ipaddress.ip_address(address.partition("%")[0]) for address in addresses]
        if not numbers or not all(
            is_public(number) or (self._loopback and number.is_loopback) for number in numbers
        ):
            raise AddressRefused("The address leads into a network.")


def _as_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Also "127.1", "0x7f000001" and "2130706433", as the C library reads them."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_loopback(host: str) -> bool:
    number = _as_number(host)
    return host == "localhost" or (number is not None and number.is_loopback)
