"""Answers to every question, and drafts made of them."""

from sqlalchemy.orm import Session

from onboarding import clock, requirements
from onboarding.models import Application, Contact, DocumentSubmission
from onboarding.names import DocumentStatus
from onboarding.registration import drafts
from onboarding.registration.fields import Field

F = Field
ANSWERS = {
    F.BRAND_NAME: "Glade Ceramics",
    F.COMPANY_NAME: "Glade Ceramics AS",
    F.COUNTRY: "Norway",
    F.CATEGORY: "HOME_AND_KITCHEN",
    F.COMPANY_NUMBER: "NO 912 345 678",
    F.COMPANY_SINCE: "27 3 2016",
    F.COMPANY_ADDRESS: "Storgata 1\n0155 Oslo\nNorway",
    F.DECLARES: "OWNER",
    F.TRADEMARK_NUMBER: "301234",
    F.TRADEMARK_COUNTRY: "NO",
    F.TRADEMARK_CLASSES: "21, 11",
    F.TRADEMARK_UNTIL: "31 12 2031",
    F.STORE_TYPE: "FLAGSHIP",
    F.PRODUCTS: "Stoneware bowls and plates.",
    F.PRODUCT_COUNT: "12",
    F.IMPORT_WAY: "DIRECT",
    F.CONTACT_NAME: "Nora Glade",
    F.CONTACT_EMAIL: "nora@glade.example",
    F.CONTACT_PHONE: "+47 22 12 34 56",
    F.REPRESENTATIVE: "Nora Marie Glade",
}
FIRST = {field: ANSWERS[field] for field in drafts.FIRST_FIELDS}


def person(session: Session, name: str = "Nora Glade", email: str = "nora@glade.example") -> Contact:
    contact = Contact(name=name, email=email, time_zone="Europe/Oslo")
    session.add(contact)
    session.flush()
    return contact


def begun(session: Session, contact: Contact, **answers: str) -> Application:
    return drafts.begin(session, contact, FIRST | {F(name): value for name, value in answers.items()})


def filled(session: Session, contact: Contact, **answers: str) -> Application:
    return drafts.begin(session, contact, ANSWERS | {F(name): value for name, value in answers.items()})


def with_documents(session: Session, application: Application) -> Application:
    """As if every document that is due had been sent."""
    for item in requirements.checklist(session, application).currently_due:
        session.add(
            DocumentSubmission(
                application_id=application.id,
                document_type=item.document,
                status=DocumentStatus.CHECKING,
                submitted_at=clock.now(session),
            )
        )
    session.flush()
    return application
