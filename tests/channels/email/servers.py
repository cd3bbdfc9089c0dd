"""A mailbox and a mail server on this machine that speak as much IMAP and SMTP as real clients need."""

import base64
import json
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from tests.channels.email.tokens import TokenDesk

USER, PASSWORD = "desk", "open sesame"
LONGEST_COMMAND = 512


@dataclass
class Box:
    """`hang_up_after` cuts the connection after so many fetched mails, once; `now` is when mails arrive.

    With `tokens` no password is taken.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    arrived: dict[int, datetime] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    validity: int = 7
    hang_up_after: int | None = None
    tokens: TokenDesk | None = None
    port: int = 0

    def put(self, *raw: bytes) -> None:
        for mail in raw:
            uid = max(self.mails, default=0) + 1
            self.mails[uid], self.arrived[uid] = mail, self.now

    def make_anew(self) -> None:
        """As after a repair: the same mails under other UIDs."""
        self.validity += 1
        old, arrived = self.mails, self.arrived
        self.mails = {uid + 100: raw for uid, raw in old.items()}
        self.arrived = {uid + 100: at for uid, at in arrived.items()}

    @property
    def url(self) -> str:
        return f"imap://{USER}@127.0.0.1:{self.port}/INBOX"


@dataclass
class Outbox:
    """`answers` are given to the next mails instead of taking them; an empty one cuts the connection.

    With `tokens` nothing is taken from who has not signed in by one. `before_taken` happens between the end of a mail
    and the answer to it.
    """

    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    before_taken: Callable[[], object] = lambda: None
    goodbye: str = "221 bye"
    tokens: TokenDesk | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://{f'{USER}@' if self.tokens else ''}127.0.0.1:{self.port}"


@contextmanager
def mailbox(port: int = 0, tokens: TokenDesk | None = None) -> Iterator[Box]:
    box = Box(tokens=tokens)
    with _serving(_Imap, box, port) as box.port:
        yield box


@contextmanager
def mail_server(port: int = 0, tokens: TokenDesk | None = None) -> Iterator[Outbox]:
    outbox = Outbox(tokens=tokens)
    with _serving(_Smtp, outbox, port) as outbox.port:
        yield outbox


@contextmanager
def _serving(handler: type["_Lines"], state: object, port: int) -> Iterator[int]:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", port), type("Bound", (handler,), {"state": state}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


class _Lines(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    state: object

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def line(self) -> str:
        return self.rfile.readline().decode().rstrip("\r\n")

    def handle(self) -> None:
        with suppress(ConnectionError):
            self.converse()


class _Imap(_Lines):
    """RFC 3501: LOGIN, AUTHENTICATE, EXAMINE, UID SEARCH, UID FETCH, LOGOUT; literals in answers, and in a password."""

    state: Box

    def converse(self) -> None:
        self.fetched = 0
        self.say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().rstrip("\r\n").partition(" ")
            if not self.obey(tag, self.with_literals(command)):
                return

    def with_literals(self, command: str) -> str:
        while literal := re.search(r"\{(\d+)\}$", command):
            self.say("+ go on")
            content = self.rfile.read(int(literal[1])).decode()
            command = f'{command[: literal.start()]}"{content}"' + self.rfile.readline().decode().rstrip(
                "\r\n"
            )
        return command

    def obey(self, tag: str, command: str) -> bool:
        word = command.upper()
        if word == "CAPABILITY":
            offered = self.state.tokens.mechanisms if self.state.tokens else ()
            self.say(" ".join(["* CAPABILITY IMAP4rev1", *(f"AUTH={name}" for name in offered)]))
        elif word.startswith("AUTHENTICATE") and self.state.tokens:
            if not self.shown(self.state.tokens, word.split()[1]):
                self.say(f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")
                return True
        elif word.startswith("LOGIN"):
            given = [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', command)[1:]]
            if self.state.tokens or given != [USER, PASSWORD]:
                self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
                return True
        elif word.startswith("EXAMINE"):
            self.say(f"* {len(self.state.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.state.validity}] valid")
            self.say(f"{tag} OK [READ-ONLY] done")
            return True
        elif word.startswith("UID SEARCH"):
            self.say("* SEARCH " + " ".join(str(uid) for uid in self.found(word)))
        elif word.startswith("UID FETCH"):
            if not all(self.fetch(int(uid), "BODY" in word) for uid in word.split()[2].split(",")):
                return False
        elif word.startswith("LOGOUT"):
            self.say("* BYE")
            self.say(f"{tag} OK bye")
            return False
        else:
            self.say(f"{tag} BAD not known here")
            return True
        self.say(f"{tag} OK done")
        return True

    def shown(self, tokens: TokenDesk, mechanism: str) -> bool:
        self.say("+ ")
        if tokens.takes(mechanism, USER, self.line()):
            return True
        if tokens.explains:
            self.say(f"+ {_explained()}")
            tokens.heard_after_error.append(self.line())
        return False

    def found(self, command: str) -> list[int]:
        """A range to * always holds the last mail, as the standard says."""
        asked = re.search(r"UID (\d+):\*", command.removeprefix("UID"))
        uids = sorted(self.state.mails)
        if asked is None or not uids:
            return uids
        since = re.search(r"SINCE (\S+)", command)
        earliest = datetime.strptime(f"{since[1]} +0000", "%d-%b-%Y %z").date() if since else date.min
        found = [uid for uid in uids if uid >= int(asked[1])] or uids[-1:]
        return [uid for uid in found if self.state.arrived[uid].date() >= earliest]

    def fetch(self, uid: int, with_body: bool) -> bool:
        raw = self.state.mails.get(uid)
        if raw is None:
            return True
        number = sorted(self.state.mails).index(uid) + 1
        if not with_body:
            arrived = f"{self.state.arrived[uid]:%d-%b-%Y %H:%M:%S %z}"
            self.say(f'* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{arrived}")')
            return True
        if self.state.hang_up_after is not None and self.fetched >= self.state.hang_up_after:
            self.state.hang_up_after = None
            return False
        self.fetched += 1
        self.say(f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}")
        self.wfile.write(raw)
        self.say(")")
        return True


class _Smtp(_Lines):
    """RFC 5321: EHLO, AUTH (RFC 4954), MAIL, RCPT, DATA, RSET, QUIT."""

    state: Outbox

    def converse(self) -> None:
        self.say("220 mx.brand.example ready")
        sender = recipient = ""
        tokens = self.state.tokens
        is_in = tokens is None
        while line := self.rfile.readline():
            command = line.decode().rstrip("\r\n")
            word = command.upper()
            if len(line) > LONGEST_COMMAND:
                self.say("500 5.5.2 Line too long")
            elif word.startswith(("EHLO", "HELO")):
                offered = f"250-AUTH {' '.join(tokens.mechanisms)}\r\n" if tokens else ""
                self.say(f"250-mx.brand.example\r\n{offered}250 8BITMIME")
            elif word.startswith("AUTH ") and tokens:
                is_in = self.shown(tokens, word.split()[1])
                self.say("235 2.7.0 Accepted" if is_in else "535 5.7.3 Authentication unsuccessful")
            elif word.startswith("MAIL FROM:") and not is_in:
                self.say("530 5.7.57 Client not authenticated to send mail")
            elif word.startswith("MAIL FROM:"):
                sender = command[10:].split(">")[0].strip(" <")
                self.say("250 ok")
            elif word.startswith("RCPT TO:"):
                recipient = command[8:].split(">")[0].strip(" <")
                said = self.state.answers.pop(0) if self.state.answers else "250 ok"
                if not said:
                    return
                self.say(said)
            elif word == "DATA":
                self.say("354 go on")
                self.state.taken.append(self.content())
                self.state.envelopes.append((sender, recipient))
                self.state.before_taken()
                self.say("250 taken")
            elif word == "QUIT":
                self.say(self.state.goodbye)
                return
            else:
                self.say("250 ok")

    def shown(self, tokens: TokenDesk, mechanism: str) -> bool:
        self.say("334 ")
        if tokens.takes(mechanism, USER, self.line()):
            return True
        if tokens.explains:
            self.say(f"334 {_explained()}")
            tokens.heard_after_error.append(self.line())
        return False

    def content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


def _explained() -> str:
    """As Google says it: the client has to answer before it is refused."""
    why = {"status": "401", "schemes": "bearer mac", "scope": "https://mail.google.com/"}
    return base64.b64encode(json.dumps(why).encode()).decode()
