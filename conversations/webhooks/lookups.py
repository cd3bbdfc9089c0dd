"""Names of receivers are looked up in threads of their own, for a few seconds.

uvloop looks all names of the process up in four threads, and nothing ends a lookup before the C library does: four
names whose servers are silent would hold up mail and channels as well.
"""

import asyncio
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

type Found = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]]

_LONGEST_SECONDS = 5.0
_MOST_THREADS = 64
_free = threading.BoundedSemaphore(_MOST_THREADS)


class NotFoundInTime(OSError):
    pass


async def look_up(host: str, port: int, family: socket.AddressFamily) -> Found:
    """Raises OSError, as getaddrinfo does, and UnicodeError for what is no name."""
    if not _free.acquire(blocking=False):
        raise NotFoundInTime("Too many names are being looked up.")
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            return await asyncio.wrap_future(_begun(host, port, family))
    except TimeoutError:
        raise NotFoundInTime("The name was not found in time.") from None


def _begun(host: str, port: int, family: socket.AddressFamily) -> "Future[Found]":
    """In a thread that ends with the process: an executor's would hold up its end."""
    found: Future[Found] = Future()
    found.set_running_or_notify_cancel()
    threading.Thread(target=_look_up, args=(found, host, port, family), daemon=True).start()
    return found


def _look_up(found: "Future[Found]", host: str, port: int, family: socket.AddressFamily) -> None:
    try:
        found.set_result(socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))
    except Exception as error:
        found.set_exception(error)
    finally:
        _free.release()
