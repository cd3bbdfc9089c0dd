"""A mailbox and a mail server on this machine that speak as much IMAP and SMTP as real clients need."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

USER, PASSWORD = "desk", "open sesame"


@dataclass
class Box:
    """`hang_up_after` cuts the connection after so many fetched mails, once."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    hang_up_after: int | None = None
    port: int = 0

    def put(self, *raw: bytes) -> None:
        for mail in raw:
            self.mails[max(self.mails, default=0) + 1] = mail

    @property
    def url(self) -> str:
        return f"imap://{USER}@127.0.0.1:{self.port}/INBOX"


@dataclass
class Outbox:
    """`answers` are given to the next mails instead of taking them; an empty one cuts the connection."""

    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mailbox(port: int = 0) -> Iterator[Box]:
    box = Box()
    with _serving(_Imap, box, port) as box.port:
        yield box


@contextmanager
def mail_server(port: int = 0) -> Iterator[Outbox]:
    outbox = Outbox()
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

    def handle(self) -> None:
        with suppress(ConnectionError):
            self.converse()


class _Imap(_Lines):
    """RFC 3501: LOGIN, EXAMINE, UID SEARCH, UID FETCH, LOGOUT; literals in answers, and in a password."""

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
            self.say("* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN"):
            given = [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', command)[1:]]
            if given != [USER, PASSWORD]:
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
            if not self.fetch(int(word.split()[2]), "BODY" in word):
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

    def found(self, command: str) -> list[int]:
        """A range to * always holds the last mail, as the standard says."""
        asked = re.search(r"UID (\d+):\*", command.removeprefix("UID"))
        uids = sorted(self.state.mails)
        if asked is None or not uids:
            return uids
        return [uid for uid in uids if uid >= int(asked[1])] or uids[-1:]

    def fetch(self, uid: int, with_body: bool) -> bool:
        raw = self.state.mails.get(uid)
        if raw is None:
            return True
        number = sorted(self.state.mails).index(uid) + 1
        if not with_body:
            self.say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
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
    """RFC 5321: EHLO, MAIL, RCPT, DATA, RSET, QUIT."""

    state: Outbox

    def converse(self) -> None:
        self.say("220 mx.brand.example ready")
        sender = recipient = ""
        while line := self.rfile.readline():
            command = line.decode().rstrip("\r\n")
            word = command.upper()
            if word.startswith(("EHLO", "HELO")):
                self.say("250-mx.brand.example\r\n250 8BITMIME")
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
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)
