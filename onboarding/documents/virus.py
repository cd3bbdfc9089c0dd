"""Asks clamd whether a file has a virus, by its INSTREAM command: the file goes over the connection in pieces."""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096
_UNIX = "unix:"
_CLEAN, _FOUND = "OK", "FOUND"


class ScannerAway(Exception):
    """There is no answer to rely on: the file must not pass."""


@dataclass(frozen=True)
class VirusScanner:
    """`address` is "host:port", or "unix:" with the path of a socket; without one nothing is asked."""

    address: str | None = None
    seconds_to_wait: float = 30.0

    def virus_in(self, path: Path) -> str | None:
        """The name of the virus; None for a clean file, and where no scanner was set. Raises ScannerAway."""
        if self.address is None:
            return None
        try:
            answer = self._asked(path, self.address)
        except OSError as error:
            raise ScannerAway(f"clamd did not answer ({type(error).__name__})") from None
        said = answer.partition(": ")[2]
        if said == _CLEAN:
            return None
        if said.endswith(_FOUND):
            return said.removesuffix(_FOUND).strip()
        raise ScannerAway(f"clamd answered {answer!r}")

    def _asked(self, path: Path, address: str) -> str:
        with _connected(address, self.seconds_to_wait) as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while piece := file.read(_PIECE):
                connection.sendall(struct.pack("!L", len(piece)) + piece)
            connection.sendall(struct.pack("!L", 0))
            return _answer(connection)


def _answer(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < _LONGEST_ANSWER:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece:
            break
        received += piece
    return received.rstrip(b"\0\n").decode("utf-8", errors="replace")


def _connected(address: str, seconds: float) -> socket.socket:
    if address.startswith(_UNIX):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        try:
            connection.connect(address.removeprefix(_UNIX))
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
