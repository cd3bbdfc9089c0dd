"""Nothing that signs us in is sent in the clear, but to this machine."""

import ssl
from functools import cache
from ipaddress import ip_address


@cache
def tls() -> ssl.SSLContext:
    """Once: reading the certificates takes longer than sending a mail."""
    return ssl.create_default_context()


def is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
