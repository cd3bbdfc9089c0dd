"""What gives out access tokens, on this machine, as the token addresses of Microsoft and Google do."""

import base64
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

CLIENT_ID, CLIENT_SECRET = "app-of-the-desk", "s3cret=of+the&app"
SCOPE = "https://outlook.office365.com/.default"
REFRESH_TOKEN = "refresh-0"
_PATH = "/tenant/oauth2/v2.0/token"
# As long as Microsoft's: no command of SMTP has room for one.
_PADDING = "x" * 1500


@dataclass
class TokenDesk:
    """`faults` are answered next, instead of a token: a status with what is said.

    While it `is_unwelcome`, mail servers refuse every token; one that `explains` tells why (Google), others only refuse
    it (Microsoft).
    """

    client_secret: str = CLIENT_SECRET
    refresh_token: str = REFRESH_TOKEN
    lasts: Any = 3600
    rotates: bool = False
    is_unwelcome: bool = False
    explains: bool = True
    mechanisms: tuple[str, ...] = ("XOAUTH2",)
    asked: list[dict[str, str]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    counting: set[str] = field(default_factory=set)
    faults: deque[tuple[int, Any]] = field(default_factory=deque)
    heard_after_error: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{_PATH}"

    def settings(self, *, as_application: bool = True) -> dict[str, str]:
        """What an operator enters: for the grant of an application, or for a refresh token."""
        own = {"oauth_token_url": self.url, "oauth_client_id": CLIENT_ID}
        return own | ({"oauth_scope": SCOPE} if as_application else {})

    def secrets(self, *, as_application: bool = True) -> dict[str, str]:
        own = {"oauth_client_secret": CLIENT_SECRET}
        return own | ({} if as_application else {"oauth_refresh_token": self.refresh_token})

    def expire(self) -> None:
        """No token that was given out counts any more."""
        self.counting.clear()

    def takes(self, mechanism: str, user: str, shown: str) -> bool:
        """Whether a client that has to sign in showed a token that counts, in the way of the mechanism."""
        if self.is_unwelcome:
            return False
        said = base64.b64decode(shown).decode()
        ways = {
            "XOAUTH2": f"user={user}\1auth=Bearer {{}}\1\1",
            "OAUTHBEARER": f"n,a={user},\1auth=Bearer {{}}\1\1",
        }
        return mechanism in self.mechanisms and any(
            said == ways[mechanism].format(token) for token in self.counting
        )

    def answer(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if self.faults:
            return self.faults.popleft()
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, self.client_secret):
            return 401, _refusal("invalid_client", 7000215)
        match form.get("grant_type"):
            case "client_credentials" if form.get("scope") == SCOPE:
                return 200, self._grant()
            case "client_credentials":
                return 400, _refusal("invalid_scope", 70011)
            case "refresh_token" if form.get("refresh_token") == self.refresh_token:
                return 200, self._grant() | self._renewed()
            case "refresh_token":
                return 400, {
                    "error": "invalid_grant",
                    "error_description": "Token has been expired or revoked.",
                }
            case _:
                return 400, _refusal("unsupported_grant_type", 70003)

    def _grant(self) -> dict[str, Any]:
        token = f"access-{len(self.given)}-{_PADDING}"
        self.given.append(token)
        self.counting.add(token)
        return {"token_type": "Bearer", "expires_in": self.lasts, "access_token": token}

    def _renewed(self) -> dict[str, str]:
        if not self.rotates:
            return {}
        self.refresh_token = f"refresh-{len(self.given)}"
        return {"refresh_token": self.refresh_token}


@contextmanager
def token_desk(port: int = 0) -> Iterator[TokenDesk]:
    desk = TokenDesk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_here = self.path == _PATH
            status, said = desk.answer(dict(parse_qsl(body))) if is_here else (404, "nothing here")
            content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", said)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    desk.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()


def _refusal(error: str, number: int) -> dict[str, Any]:
    said = f"AADSTS{number}: something about {CLIENT_ID} and somebody@brand.example"
    return {"error": error, "error_description": said, "error_codes": [number], "trace_id": "0000"}
