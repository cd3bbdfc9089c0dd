"""Pages that mails and notices lead to: each reader's own addresses."""

from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.addresses import document_path, step_path
from onboarding.brand_slugs import slugs
from onboarding.models import Contact
from onboarding.names import DocumentType
from onboarding.opening.names import Step


def brand_page(session: Session, contact: Contact, brand_id: int) -> str:
    """For somebody who acts for the brand."""
    return f"/brands/{slugs(brands.brands_of(session, contact))[brand_id]}"


def document_page(session: Session, contact: Contact, brand_id: int, document: DocumentType) -> str:
    return document_path(document, brand_page(session, contact, brand_id))


def step_page(session: Session, contact: Contact, brand_id: int, step: Step) -> str:
    return step_path(step, brand_page(session, contact, brand_id))


def documents_page(session: Session, contact: Contact, brand_id: int) -> str:
    return f"{brand_page(session, contact, brand_id)}/documents"
