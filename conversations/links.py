"""Pages that mails and notices lead to: each reader's own addresses."""

from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.brand_slugs import document_slug, slugs
from onboarding.models import Contact
from onboarding.names import DocumentType


def brand_page(session: Session, contact: Contact, brand_id: int) -> str:
    """For somebody who acts for the brand."""
    return f"/brands/{slugs(brands.brands_of(session, contact))[brand_id]}"


def documents_page(session: Session, contact: Contact, brand_id: int) -> str:
    return f"{brand_page(session, contact, brand_id)}/documents"


def document_page(session: Session, contact: Contact, brand_id: int, document: DocumentType) -> str:
    """Where its next file is sent."""
    return f"{documents_page(session, contact, brand_id)}/{document_slug(document)}"
