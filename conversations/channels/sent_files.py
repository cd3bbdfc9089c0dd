"""Files that agents send: channels carry them where they can, else a link leads to them that is signed and expires.

Whoever has such a link can open the file, as whoever reads the chat can: the website's own address of it would ask
people on channels to sign in, which visitors cannot.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from mimetypes import guess_type
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels import calls
from conversations.channels.shapes import OutboundFile
from conversations.desk.files import PATH as ON_THE_WEBSITE
from conversations.desk.models import SentFile
from conversations.models import Message
from onboarding import clock
from onboarding.documents.storage import DocumentStore
from onboarding.documents.submissions import name_with_ending

PATH = "/channels/files"
LINKS_LAST = timedelta(days=7)
_MAC_BYTES = 16


def of(session: Session, message: Message) -> list[SentFile]:
    return list(session.scalars(select(SentFile).where(SentFile.message_id == message.id)))


def outbound(file: SentFile, store: DocumentStore, link: str) -> OutboundFile:
    name = name_with_ending(file.name, file.format)
    kind = guess_type(name)[0] or "application/octet-stream"
    return OutboundFile(name, kind, store.path(file.stored_as), file.size_bytes, link)


def path_of(file: SentFile, server_key: bytes, now: datetime) -> str:
    """The same all day, so that a message is cut in the same way at each attempt."""
    until = int((now.replace(hour=0, minute=0, second=0, microsecond=0) + LINKS_LAST).timestamp())
    return f"{PATH}/{file.id}/{until}/{_mac(server_key, file.id, until)}"


def opened(session: Session, server_key: bytes, file_id: UUID, until: int, mac: str) -> SentFile | None:
    """None for what was not signed by us, is over, or was erased."""
    if not calls.is_same(mac, _mac(server_key, file_id, until)):
        return None
    if clock.now(session).timestamp() >= until:
        return None
    file = session.get(SentFile, file_id)
    return file if file is not None and file.message_id is not None else None


def without_links(text: str, files: Sequence[SentFile]) -> str:
    for file in files:
        text = text.replace(_link(file), "")
    return text.strip()


def with_signed_links(text: str, files: Sequence[SentFile], server_key: bytes, now: datetime) -> str:
    for file in files:
        text = text.replace(f"]({ON_THE_WEBSITE}{file.id})", f"]({path_of(file, server_key, now)})")
    return text


def _link(file: SentFile) -> str:
    return f"[{file.name}]({ON_THE_WEBSITE}{file.id})"


def _mac(server_key: bytes, file_id: UUID, until: int) -> str:
    signed = f"file on a channel:{file_id}:{until}".encode()
    return hmac.digest(server_key, signed, "sha256")[:_MAC_BYTES].hex()
