"""A server that speaks clamd's INSTREAM, and finds the test virus of EICAR."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# In two parts, so that no scanner takes this file for infected.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


class _Session(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        if self._exactly(10) != b"zINSTREAM\0":
            return self.request.sendall(b"UNKNOWN COMMAND\0")
        content = b""
        while length := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(length)
        self.server.looked_at.append(content)
        self.request.sendall(self.server.answer_to(content))

    def _exactly(self, size: int) -> bytes:
        received = b""
        while len(received) < size:
            piece = self.request.recv(size - len(received))
            if not piece:
                raise ConnectionError("the client went away")
            received += piece
        return received


class Clamd(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.looked_at: list[bytes] = []
        self.is_broken = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def answer_to(self, content: bytes) -> bytes:
        if self.is_broken:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def clamd(port: int = 0) -> Iterator[Clamd]:
    with Clamd(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
