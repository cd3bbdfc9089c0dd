"""What the business keeps about one person, as it is given to them; passwords and tokens are kept as hashes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.models import (
    AccessRequest,
    Agency,
    ApiAnswer,
    ApiKey,
    Application,
    Brand,
    BrandClaim,
    ChatSitePerson,
    Contact,
    DocumentFile,
    DocumentOpening,
    DocumentSubmission,
    DraftAnswer,
    EmailChange,
    ErasureRequest,
    Invitation,
    Membership,
    Password,
    PeopleChange,
    ReminderStop,
    SignInLink,
    StageChange,
    WebSession,
)
from onboarding.names import DocumentType
from onboarding.opening import personal_data as of_openings
from onboarding.programme import programme

_PROOF = "the proof of payment"
Section = list[dict[str, Any]]


@dataclass(frozen=True)
class Opening:
    """Somebody opened a document of one of the person's brands."""

    brand: str
    document: str
    who: str
    at: datetime


@dataclass(frozen=True)
class SentFile:
    brand: str
    document: str
    file: DocumentFile


def openings_of(session: Session, contact: Contact) -> list[Opening]:
    """Who opened which document or proof of payment of the contact's brands and when, the newest first."""
    rows = session.execute(
        _documents_of(
            select(Brand.name, DocumentSubmission.document_type, DocumentOpening.who, DocumentOpening.at)
        )
        .join(DocumentOpening, DocumentOpening.file_id == DocumentFile.id)
        .join(Membership, Membership.brand_id == Brand.id)
        .where(Membership.contact_id == contact.id)
        .order_by(DocumentOpening.id.desc())
    )
    documents = [Opening(brand, _label(document), who, at) for brand, document, who, at in rows]
    proofs = [
        Opening(brand, f"{_PROOF} {name}", who, at)
        for brand, name, who, at in of_openings.openings_of_proofs(session, contact)
    ]
    return sorted(documents + proofs, key=lambda opening: opening.at, reverse=True)


def files_sent_by(session: Session, contact: Contact) -> list[SentFile]:
    """All files that the contact sent, also for brands that they left since, in the order of sending."""
    rows = session.execute(
        _documents_of(select(Brand.name, DocumentSubmission.document_type, DocumentFile))
        .where(DocumentFile.sent_by == contact.id)
        .order_by(DocumentSubmission.id)
    )
    return [SentFile(brand, _label(document), file) for brand, document, file in rows]


def held_by_business(session: Session, contact: Contact) -> dict[str, Section]:
    """Each section a list of rows; moments are aware UTC."""
    return {
        "details": [_details(session, contact)],
        "brands": [
            {"brand": brand.name, "role": role.value} for brand, role in brands.roles_of(session, contact)
        ],
        "applications": list(_applications(session, contact)),
        **_ways_in(session, contact),
        "invitations": rows_of(
            session.scalars(
                select(Invitation).where(
                    or_(Invitation.email == contact.email, Invitation.invited_by == contact.id)
                )
            ),
            "email", "role", "invited_at", "expires_at", "accepted_at", "withdrawn_at",
        ),
        "access_requests": _of(
            session, contact, AccessRequest,
            "named", "reason", "note", "asked_at", "decided_at", "granted_role",
        ),
        "changes_of_people": list(_changes(session, contact)),
        "erasure_requests": _of(
            session, contact, ErasureRequest, "asked_at", "due_at", "cancelled_at", "done_at"
        ),
        "draft_answers": rows_of(
            session.scalars(
                select(DraftAnswer).where(DraftAnswer.contact_id == contact.id).order_by(DraftAnswer.id)
            ),
            "field", "version", "value", "channel", "at",
        ),
        "brand_claims": rows_of(
            session.scalars(_claims_of_brands(contact)),
            "brand_name", "same_company", "status", "at", "by", "ended_at",
        ),
        "stages_entered": list(_stages_entered(session, contact)),
        **of_openings.held(session, contact),
        "documents_sent": [
            {"brand": sent.brand, "document": sent.document}
            | row_of(sent.file, "name", "size_bytes", "sha256", "received_at")
            for sent in files_sent_by(session, contact)
        ],
        "documents_opened": [vars(opening) for opening in openings_of(session, contact)],
    }  # fmt: skip


def rows_of(found: Iterable[Any], *columns: str, **renamed: str) -> Section:
    """`renamed` gives a column another name in what is shown."""
    return [row_of(one, *columns, **renamed) for one in found]


def row_of(one: Any, *columns: str, **renamed: str) -> dict[str, Any]:
    own = {column: getattr(one, column) for column in columns}
    return own | {name: getattr(one, column) for name, column in renamed.items()}


def _ways_in(session: Session, contact: Contact) -> dict[str, Section]:
    return {
        "devices": _of(
            session, contact, WebSession,
            "created_at", "last_seen_at", "expires_at", "user_agent", "signed_in_by",
        ),
        "sign_in_links": _of(session, contact, SignInLink, "created_at", "expires_at", "used_at"),
        "email_changes": _of(
            session, contact, EmailChange, "email", "old_email", "created_at", "expires_at", "used_at"
        ),
        "reminder_stops": _of(session, contact, ReminderStop, "at"),
        "api_keys": _of(
            session, contact, ApiKey,
            "name", "public_id", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
        ),
        "api_answers": rows_of(
            session.scalars(
                select(ApiAnswer)
                .join(ApiKey, ApiKey.id == ApiAnswer.key_id)
                .where(ApiKey.contact_id == contact.id)
                .order_by(ApiAnswer.at)
            ),
            "at", "status", "body",
        ),
        "chat_sites": _of(session, contact, ChatSitePerson, "external_id", "allowed_at", "confirmed_at"),
        "password": _of(session, contact, Password, "set_at"),
    }  # fmt: skip


def _of(session: Session, contact: Contact, table: Any, *columns: str) -> Section:
    return rows_of(session.scalars(select(table).where(table.contact_id == contact.id)), *columns)


def _claims_of_brands(contact: Contact) -> Select[BrandClaim]:
    return (
        select(BrandClaim)
        .join(Application, Application.id == BrandClaim.application_id)
        .join(Membership, Membership.brand_id == Application.brand_id)
        .where(Membership.contact_id == contact.id)
        .order_by(BrandClaim.id)
    )


def _details(session: Session, contact: Contact) -> dict[str, Any]:
    agency = session.get(Agency, contact.agency_id) if contact.agency_id else None
    return {
        "name": contact.name,
        "email": contact.email,
        "time_zone": contact.time_zone,
        "agency": agency.name if agency else None,
    }


def _applications(session: Session, contact: Contact) -> Iterable[dict[str, Any]]:
    """With what was sent for them, since the person acts for the brand."""
    for application in brands.applications_of(session, contact):
        of_this = StageChange.application_id == application.id
        yield {
            "number": application.number,
            "brand": application.brand.name,
            "company": application.company.name,
            "country": application.company.country,
            "store_type": application.store_type,
            "category": application.category,
            "stage": application.stage,
            "created_at": application.created_at,
            "submitted_at": application.submitted_at,
            "stages": rows_of(
                session.scalars(select(StageChange).where(of_this).order_by(StageChange.id)),
                "stage", "started_on", "at", "by", "reason",
            ),
            "documents": rows_of(
                session.scalars(
                    select(DocumentSubmission)
                    .where(DocumentSubmission.application_id == application.id)
                    .order_by(DocumentSubmission.id)
                ),
                "document_type", "status", "submitted_at", "decided_at", "reason_code", "reason_text",
            ),
        }  # fmt: skip


def _stages_entered(session: Session, contact: Contact) -> Iterable[dict[str, Any]]:
    """What the person moved on, also for brands that they left since; only names are kept there."""
    rows = session.execute(
        select(Brand.name, Application.number, StageChange)
        .select_from(StageChange)
        .join(Application, Application.id == StageChange.application_id)
        .join(Brand, Brand.id == Application.brand_id)
        .where(StageChange.by == contact.name, Brand.id.in_(brands.brands_ever_of(session, contact)))
        .order_by(StageChange.id)
    )
    for brand_name, number, change in rows:
        yield {
            "brand": brand_name,
            "application": number,
            "stage": change.stage,
            "at": change.at,
            "reason": change.reason,
        }


def _changes(session: Session, contact: Contact) -> Iterable[dict[str, Any]]:
    rows = session.execute(
        select(PeopleChange, Brand.name)
        .join(Brand, Brand.id == PeopleChange.brand_id)
        .where(or_(PeopleChange.contact_id == contact.id, PeopleChange.by_id == contact.id))
        .order_by(PeopleChange.id)
    )
    for change, brand_name in rows:
        yield {
            "brand": brand_name,
            "event": change.event,
            "at": change.at,
            "by_you": change.by_id == contact.id,
            "about_you": change.contact_id == contact.id,
            "old_role": change.old_role,
            "new_role": change.new_role,
        }


def _documents_of[*Columns](query: Select[*Columns]) -> Select[*Columns]:
    """From the files that were sent to the brands they belong to."""
    return (
        query.select_from(DocumentFile)
        .join(DocumentSubmission, DocumentSubmission.id == DocumentFile.submission_id)
        .join(Application, Application.id == DocumentSubmission.application_id)
        .join(Brand, Brand.id == Application.brand_id)
    )


def _label(document: DocumentType) -> str:
    return programme().documents[document].label
