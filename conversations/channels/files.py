"""A photo or file from a channel becomes a document of the sender's application: fetched, looked at, checked, told."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from conversations import documents, links, lookup
from conversations.channels import accounts, linking, words
from conversations.channels.models import ChannelAccount, ChannelFile, ChannelIdentity
from conversations.channels.names import FileState
from conversations.channels.outgoing import Post
from conversations.channels.shapes import AccountView, Attachment
from conversations.messages import FILE_CHOICE, Written, append, append_notice
from conversations.models import Conversation, Message
from conversations.names import Speaker
from onboarding import brands, clock
from onboarding.database import SessionFactory
from onboarding.documents import checking, reading, sniffing, submissions
from onboarding.documents.storage import DocumentStore, Incoming, Received
from onboarding.documents.virus import VirusScanner
from onboarding.documents.wording import FileRefused
from onboarding.errors import DomainError
from onboarding.models import Application, Contact, DocumentCheck, DocumentSubmission
from onboarding.names import DocumentType, FileFormat, Turn
from onboarding.programme import programme
from onboarding.requirements import ChecklistItem, checklist

NONE_OF_THESE = "none"
_MOST_IN_AN_HOUR = 60
_BYTES_IN_MEGABYTE = 1024 * 1024
_LEAST_LETTERS_OF_A_WORD = 4
_CHANNEL = "channel_files"


@dataclass(frozen=True)
class Option:
    """A document that the file may be."""

    application_id: int
    document: DocumentType
    label: str
    is_wanted: bool

    @property
    def choice(self) -> str:
        return f"{self.application_id}:{self.document.value}"


@dataclass(frozen=True)
class Wanted:
    """A file to fetch, and what it is to be."""

    account: AccountView
    attachment: Attachment
    contact_id: UUID
    option: Option


async def take(
    post: Post,
    store: DocumentStore,
    file_id: int,
    choice: str | None = None,
    *,
    scanner: VirusScanner = documents.NO_SCANNER,
) -> None:
    """Raises network errors, FetchLater and ScannerAway, to be tried again; does nothing the second time."""
    wanted = await asyncio.to_thread(_plan, post, file_id, choice)
    if wanted is None:
        return
    channel = post.channels[wanted.account.kind]
    try:
        with store.receive(programme().files.max_megabytes.value) as incoming:
            async with channel.fetch(wanted.account, wanted.attachment, post.http) as pieces:
                async for piece in pieces:
                    incoming.write(piece)
            received = await asyncio.to_thread(incoming.finish)
            found = await asyncio.to_thread(_looked_at, scanner, received.path, wanted.option.document)
            await asyncio.to_thread(_send, post, file_id, wanted, incoming, received, found)
    except DomainError as refused:
        await asyncio.to_thread(_refuse, post, file_id, _in_words(refused))


async def give_up(post: Post, file_id: int) -> None:
    """The provider was away for too long."""
    await asyncio.to_thread(_refuse, post, file_id, words.said("file_not_fetched"))


def tell_result(sessions: SessionFactory, submission_id: int) -> None:
    """What the first check found, to whoever sent the document on a channel; once."""
    with sessions.begin() as session:
        file = session.scalar(
            select(ChannelFile)
            .where(ChannelFile.submission_id == submission_id, ChannelFile.state == FileState.SENT)
            .with_for_update()
        )
        check = session.get(DocumentCheck, submission_id)
        if file is None or check is None:
            return
        file.state = FileState.TOLD
        submission = session.get_one(DocumentSubmission, submission_id)
        found = [
            f"- {finding.sentence} {finding.what_to_do or ''}".rstrip() for finding in checking.told(check)
        ]
        label = programme().documents[submission.document_type].label
        _notice(session, file, words.said("file_checked", document=label, findings="\n".join(found)))


def _plan(post: Post, file_id: int, choice: str | None) -> Wanted | None:
    """Says what is in the way, or asks which document it is; None where there is nothing to fetch now."""
    with post.sessions.begin() as session:
        file = session.get(ChannelFile, file_id, with_for_update=True)
        if file is None or file.state is not (FileState.ASKED if choice else FileState.WAITING):
            return None
        identity = session.get_one(ChannelIdentity, file.identity_id)
        contact = session.get(Contact, identity.contact_id) if identity.contact_id else None
        why_not = _why_not(session, file, identity, contact)
        if why_not is not None or contact is None:
            _end(session, file, FileState.REFUSED, why_not or words.said("file_unlinked"))
            return None
        options = _options(session, contact)
        option = _chosen(options, choice) if choice else _guessed(options, file)
        if option is None:
            _ask_or_leave(session, file, options, choice)
            return None
        account = session.get_one(ChannelAccount, identity.account_id)
        attachment = Attachment(file.reference, file.name, size_bytes=file.size_bytes)
        return Wanted(accounts.view(session, post.vault, account), attachment, contact.id, option)


def _why_not(
    session: Session, file: ChannelFile, identity: ChannelIdentity, contact: Contact | None
) -> str | None:
    account = session.get_one(ChannelAccount, identity.account_id)
    megabytes = programme().files.max_megabytes.value
    if contact is None or linking.may_not_be_told(account, identity):
        return words.said("file_in_public" if identity.is_shared else "file_unlinked")
    if (file.size_bytes or 0) > megabytes * _BYTES_IN_MEGABYTE:
        return _in_words(FileRefused("too_large", megabytes=megabytes))
    if _sent_lately(session, contact) > _MOST_IN_AN_HOUR:
        return words.said("files_too_many", most=str(_MOST_IN_AN_HOUR))
    return None if _options(session, contact) else words.said("file_not_needed")


def _sent_lately(session: Session, contact: Contact) -> int:
    since = clock.now(session) - timedelta(hours=1)
    query = (
        select(func.count(ChannelFile.id))
        .join(ChannelIdentity, ChannelIdentity.id == ChannelFile.identity_id)
        .where(ChannelIdentity.contact_id == contact.id, ChannelFile.created_at > since)
    )
    return session.scalar(query) or 0


def _options(session: Session, contact: Contact) -> list[Option]:
    """What this contact may send now, over all of their brands."""
    found = []
    roles = brands.roles_of(session, contact)
    for brand, role in roles:
        application = brands.application_of(session, brand)
        if application is None:
            continue
        for item in checklist(session, application).items:
            if submissions.why_not_sendable(application, item, role) is None:
                label = item.label if len(roles) == 1 else f"{brand.name}: {item.label}"
                found.append(Option(application.id, item.document, label, _is_wanted(item)))
    return found


def _is_wanted(item: ChecklistItem) -> bool:
    return item.turn is Turn.BRAND


def _guessed(options: list[Option], file: ChannelFile) -> Option | None:
    """The only one that is asked for, or the only one that caption or name speak of."""
    wanted = [option for option in options if option.is_wanted] or options
    said = _long_words(f"{file.caption} {file.name}")
    named = [option for option in wanted if _long_words(option.label) & said]
    if len(named) == 1:
        return named[0]
    return wanted[0] if len(wanted) == 1 else None


def _long_words(text: str) -> set[str]:
    found: Iterable[str] = re.findall(r"[a-z]+", text.lower())
    return {word for word in found if len(word) >= _LEAST_LETTERS_OF_A_WORD}


def _chosen(options: list[Option], choice: str) -> Option | None:
    return next((option for option in options if option.choice == choice), None)


def _ask_or_leave(session: Session, file: ChannelFile, options: list[Option], choice: str | None) -> None:
    if choice is not None:
        _end(session, file, FileState.ASIDE, words.said("file_left_aside"))
        return
    file.state = FileState.ASKED
    wanted = [option for option in options if option.is_wanted] or options
    buttons = [
        *({"title": one.label, "payload": f"{FILE_CHOICE}{file.id}:{one.choice}"} for one in wanted),
        {"title": words.said("file_none"), "payload": f"{FILE_CHOICE}{file.id}:{NONE_OF_THESE}"},
    ]
    conversation = _conversation(session, file)
    asked = words.said("file_which", name=file.name or words.said("file_without_name"))
    append(session, conversation, Written(Speaker.ASSISTANT, asked, _CHANNEL, str(uuid4()), buttons=buttons))


def _looked_at(scanner: VirusScanner, path: Path, document: DocumentType) -> FileFormat:
    """Raises FileRefused for what this document may not be, and for what nobody could review."""
    found = sniffing.sniff(path, document)
    if scanner.virus_in(path) is not None:
        raise FileRefused("virus")
    reading.require_reviewable(reading.look(path, found))
    return found


def _send(
    post: Post, file_id: int, wanted: Wanted, incoming: Incoming, received: Received, found: FileFormat
) -> None:
    """Raises what `documents.send` does; the job may come twice, the same file is a document once."""
    with post.sessions.begin() as session:
        file = session.get_one(ChannelFile, file_id, with_for_update=True)
        if file.state not in (FileState.WAITING, FileState.ASKED):
            return
        contact = session.get_one(Contact, wanted.contact_id)
        application = session.get_one(Application, wanted.option.application_id)
        sent = documents.send(
            session,
            contact,
            application,
            wanted.option.document,
            incoming,
            received,
            found,
            file.name,
        )
        file.submission_id = sent.submission.id
        path = links.documents_page(session, contact, application.brand_id)
        said = words.said(
            "file_received" if sent.is_new else "file_here_already",
            document=programme().documents[wanted.option.document].label,
            brand=application.brand.name,
            path=path,
        )
        _end(session, file, FileState.SENT if sent.is_new else FileState.TOLD, said)


def _refuse(post: Post, file_id: int, said: str) -> None:
    with post.sessions.begin() as session:
        file = session.get_one(ChannelFile, file_id, with_for_update=True)
        if file.state in (FileState.WAITING, FileState.ASKED):
            _end(session, file, FileState.REFUSED, said)


def _in_words(refused: DomainError) -> str:
    return f"{str(refused).rstrip('.')}. {refused.what_to_do}"


def _end(session: Session, file: ChannelFile, state: FileState, said: str) -> None:
    file.state = state
    # Where the provider cannot be asked again, the content itself is in it.
    file.reference = {}
    _notice(session, file, said)


def _notice(session: Session, file: ChannelFile, said: str) -> None:
    append_notice(session, _conversation(session, file), said)


def _conversation(session: Session, file: ChannelFile) -> Conversation:
    """Where the file is: an identity may have been linked or unlinked since."""
    message = session.get_one(Message, file.message_id, populate_existing=True)
    return lookup.locked(session, message.conversation_id)
