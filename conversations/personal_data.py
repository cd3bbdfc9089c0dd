"""A person's data as a whole, what they said to the assistant included: to give them a copy, and to erase it."""

import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import chain
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from conversations import notify, texts
from conversations.channels import linking
from conversations.desk.models import Note, ReadMark
from conversations.mail import send_mail
from conversations.models import (
    Conversation,
    Handoff,
    HandoffChange,
    Mail,
    Message,
    Suggestion,
    Ticket,
    TicketChange,
    Tracker,
)
from conversations.names import HandoffOutcome, Owner
from conversations.webhooks.models import WebhookEndpoint, WebhookEvent
from onboarding import clock, dates, erasure
from onboarding.documents.storage import DocumentStore
from onboarding.documents.submissions import name_with_ending
from onboarding.email_changes import addresses_of
from onboarding.models import Contact, DocumentFile, PaymentProof
from onboarding.opening.personal_data import proofs_sent_by
from onboarding.personal_data import Section, files_sent_by, held_by_business, rows_of
from onboarding.programme import programme

_ERASED = "erased"


def held(session: Session, contact: Contact) -> dict[str, Section]:
    """Everything that is kept about one person, in sections of rows; page and copy print the same."""
    hooks = select(WebhookEndpoint).where(WebhookEndpoint.contact_id == contact.id)
    return {
        **held_by_business(session, contact),
        "webhooks": rows_of(session.scalars(hooks), "url", "description", "events", "created_at"),
        **_said_to_us(session, _conversations_of(session, contact.id)),
        "channels": rows_of(
            linking.linked(session, contact), "channel", "who", "is_shared", linked_at="since"
        ),
        "mails": rows_of(
            session.scalars(_mails_to(session, contact).order_by(Mail.id)),
            "subject",
            "sent_at",
            at="created_at",
        ),
    }


def _said_to_us(session: Session, own: list[UUID]) -> dict[str, Section]:
    def of(table: Any, *in_order: Any) -> Iterable[Any]:
        return session.scalars(select(table).where(table.conversation_id.in_(own)).order_by(*in_order))

    return {
        "messages": rows_of(of(Message, Message.at, Message.seq), "at", "text", "channel", by="speaker"),
        "assistant_memory": rows_of(of(Tracker), "stretch", "events"),
        "late_answers": rows_of(of(Suggestion), "at", "text"),
        "tickets": rows_of(
            of(Ticket),
            "reference", "reason", "detail", "email", "created_at", "promised_by", "call_at", "phone",
            "settled_at", "outcome",
        ),
        "calls_for_a_person": rows_of(
            of(Handoff, Handoff.id),
            "asked_at", "reason", "detail", "email", "promised_by", "claimed_at", "ended_at", "outcome",
            "summary", "stars", "rating_comment", note_for_the_assistant="note",
        ),
    }  # fmt: skip


def write_archive(session: Session, contact: Contact, store: DocumentStore, target: IO[bytes]) -> None:
    """A zip with the copy as JSON, a text that explains it, and the files that the person sent."""
    made_at = clock.now(session)
    content = {"made_at": made_at, **held(session, contact)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("README.txt", texts.export_readme(day=dates.day(made_at.date())))
        zipped.writestr("data.json", json.dumps(content, indent=2, ensure_ascii=False, default=_plain))
        documents = (sent.file for sent in files_sent_by(session, contact) if sent.file.virus is None)
        proofs = (sent.file for sent in proofs_sent_by(session, contact))
        for number, file in enumerate(chain[DocumentFile | PaymentProof](documents, proofs), start=1):
            name = name_with_ending(file.name, file.format)
            zipped.write(store.path(file.stored_as), f"files/{number:03} {name}")


def erase_next_due(session: Session) -> bool:
    """Carries out the erasure that waits longest, in the caller's transaction; False where none is due."""
    request = erasure.next_due(session)
    if request is None:
        return False
    contact = session.get_one(Contact, request.contact_id)
    address = contact.email
    linking.forget_codes(session, contact)
    _erase_conversations(session, contact.id)
    session.execute(delete(Mail).where(Mail.recipient.in_(addresses_of(session, contact))))
    erasure.carry_out(session, request)
    send_mail(session, address, texts.erased("subject"), texts.erased("body"))
    return True


def forget_old_mails(session: Session) -> None:
    before = clock.now(session) - timedelta(days=programme().privacy.mail_days.value)
    session.execute(delete(Mail).where(Mail.created_at < before))


def _mails_to(session: Session, contact: Contact) -> Select[Mail]:
    """Also those that went to an address before."""
    return select(Mail).where(Mail.recipient.in_(addresses_of(session, contact)))


def _erase_conversations(session: Session, contact_id: UUID) -> None:
    """The empty conversation stays, because tickets hang on it: who was promised an answer and by when, no words."""
    for conversation_id in _conversations_of(session, contact_id):
        session.get_one(Conversation, conversation_id, with_for_update=True, populate_existing=True)
        linking.forget(session, conversation_id)
        for kept in (Message, Tracker, Suggestion, Note, ReadMark):
            session.execute(delete(kept).where(kept.conversation_id == conversation_id))
        told = WebhookEvent.data["conversation"].astext == str(conversation_id)
        session.execute(delete(WebhookEvent).where(told))
        _erase_tickets(session, conversation_id)
        _erase_handoffs(session, conversation_id)
        session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            # A turn that runs meanwhile finds another stretch, and drops its answer.
            .values(
                contact_id=None, owner=Owner.RESOLVED.value, staff_id=None, stretch=Conversation.stretch + 1
            )
        )
        notify.tell_desk(session, "queue", conversation_id)


def _erase_tickets(session: Session, conversation_id: UUID) -> None:
    """Nobody is there any more to be answered."""
    of_conversation = select(Ticket.id).where(Ticket.conversation_id == conversation_id)
    session.execute(update(TicketChange).where(TicketChange.ticket_id.in_(of_conversation)).values(note=None))
    session.execute(
        update(Ticket)
        .where(Ticket.conversation_id == conversation_id)
        .values(
            detail=None,
            email=None,
            phone=None,
            settled_at=func.coalesce(Ticket.settled_at, clock.now(session)),
            outcome=_ERASED,
        )
    )


def _erase_handoffs(session: Session, conversation_id: UUID) -> None:
    of_conversation = select(Handoff.id).where(Handoff.conversation_id == conversation_id)
    session.execute(
        update(HandoffChange).where(HandoffChange.handoff_id.in_(of_conversation)).values(note=None)
    )
    session.execute(
        update(Handoff)
        .where(Handoff.conversation_id == conversation_id)
        .values(
            detail=None,
            email=None,
            note=None,
            summary=None,
            rating_comment=None,
            ended_at=func.coalesce(Handoff.ended_at, clock.now(session)),
            outcome=func.coalesce(Handoff.outcome, HandoffOutcome.ERASED),
        )
    )


def _conversations_of(session: Session, contact_id: UUID) -> list[UUID]:
    """With those of a visitor that were joined to them, in one order for everybody."""
    own = select(Conversation.id).where(Conversation.contact_id == contact_id)
    return list(
        session.scalars(
            select(Conversation.id)
            .where(or_(Conversation.contact_id == contact_id, Conversation.merged_into.in_(own)))
            .order_by(Conversation.id)
        )
    )


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a copy")
