"""What the business keeps about one person, as it is given to them; passwords and tokens are kept as hashes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from onboarding import brands, people
from onboarding.models import (
    AccessRequest,
    Agency,
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
        "devices": _rows(
            session.scalars(select(WebSession).where(WebSession.contact_id == contact.id)),
            "created_at", "last_seen_at", "expires_at", "user_agent", "signed_in_by",
        ),
        "sign_in_links": _rows(
            session.scalars(select(SignInLink).where(SignInLink.contact_id == contact.id)),
            "created_at", "expires_at", "used_at",
        ),
        "email_changes": _rows(
            session.scalars(select(EmailChange).where(EmailChange.contact_id == contact.id)),
            "email", "old_email", "created_at", "expires_at", "used_at",
        ),
        "reminder_stops": _rows(
            session.scalars(select(ReminderStop).where(ReminderStop.contact_id == contact.id)), "at"
        ),
        "api_keys": _rows(
            session.scalars(select(ApiKey).where(ApiKey.contact_id == contact.id)),
            "name", "public_id", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
        ),
        "chat_sites": _rows(
            session.scalars(select(ChatSitePerson).where(ChatSitePerson.contact_id == contact.id)),
            "external_id", "allowed_at",
        ),
        "password": _rows(session.scalars(select(Password).where(Password.contact_id == contact.id)), "set_at"),
        "invitations": _rows(
            session.scalars(
                select(Invitation).where(
                    or_(Invitation.email == contact.email, Invitation.invited_by == contact.id)
                )
            ),
            "email", "role", "invited_at", "expires_at", "accepted_at", "withdrawn_at",
        ),
        "access_requests": _rows(
            session.scalars(select(AccessRequest).where(AccessRequest.contact_id == contact.id)),
            "named", "reason", "note", "asked_at", "decided_at", "granted_role",
        ),
        "changes_of_people": list(_changes(session, contact)),
        "erasure_requests": _rows(
            session.scalars(select(ErasureRequest).where(ErasureRequest.contact_id == contact.id)),
            "asked_at", "due_at", "cancelled_at", "done_at",
        ),
        "draft_answers": _rows(
            session.scalars(
                select(DraftAnswer).where(DraftAnswer.contact_id == contact.id).order_by(DraftAnswer.id)
            ),
            "field", "version", "value", "channel", "at",
        ),
        "brand_claims": _rows(
            session.scalars(
                select(BrandClaim)
                .join(Application, Application.id == BrandClaim.application_id)
                .join(Membership, Membership.brand_id == Application.brand_id)
                .where(Membership.contact_id == contact.id)
                .order_by(BrandClaim.id)
            ),
            "brand_name", "same_company", "status", "at", "by", "ended_at",
        ),
        "stages_entered": list(_stages_entered(session, contact)),
        **of_openings.held(session, contact),
        "documents_sent": [
            {
                "brand": sent.brand,
                "document": sent.document,
                "name": sent.file.name,
                "size_bytes": sent.file.size_bytes,
                "sha256": sent.file.sha256,
                "received_at": sent.file.received_at,
            }
            for sent in files_sent_by(session, contact)
        ],
        "documents_opened": [vars(opening) for opening in openings_of(session, contact)],
    }  # fmt: skip


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
            "stages": _rows(
                session.scalars(select(StageChange).where(of_this).order_by(StageChange.id)),
                "stage", "started_on", "at", "by", "reason",
            ),
            "documents": _rows(
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
        .where(StageChange.by == contact.name, Brand.id.in_(people.brands_ever_of(session, contact)))
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


def _rows(found: Iterable[Any], *columns: str) -> Section:
    return [{column: getattr(row, column) for column in columns} for row in found]
