"""Submitting a registration, and the mail that confirms it, in one transaction: from the page and the chat alike."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import mail, texts
from onboarding import dates
from onboarding.models import Application, Contact, Membership
from onboarding.names import Role
from onboarding.programme import programme
from onboarding.registration import submission
from onboarding.registration.submission import Receipt


def submit(
    session: Session, contact: Contact, application: Application, *, declared: bool, base_url: str
) -> Receipt:
    """Raises what onboarding.registration.submission.submit raises; no mail is written then."""
    receipt = submission.submit(session, contact, application, declared=declared)
    for reader in _readers(session, contact, application):
        subject, body = texts.submitted(**_values(receipt, base_url))
        mail.send_mail(session, reader.email, subject, body)
    return receipt


def _readers(session: Session, contact: Contact, application: Application) -> list[Contact]:
    """Who submitted it, and the owners of the brand."""
    owners = session.scalars(
        select(Contact)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.brand_id == application.brand_id, Membership.role == Role.OWNER)
        .order_by(Contact.email)
    )
    return list({reader.id: reader for reader in [contact, *owners]}.values())


def _values(receipt: Receipt, base_url: str) -> dict[str, str]:
    first_step = programme().opening.plan.value[0]
    return {
        "brand": receipt.application.brand.name,
        "company": receipt.application.company.name,
        "number": receipt.application.number,
        "submitted_on": dates.day(receipt.submitted_on),
        "target_on": dates.day(receipt.target_on),
        "days": str(programme().opening.days.value),
        "first_step": first_step.label.lower(),
        "first_step_days": str(first_step.to_day),
        "claim": texts.claim_noted() if receipt.claim else "",
        "link": f"{base_url}/registration/{receipt.application.number}/submitted",
    }
