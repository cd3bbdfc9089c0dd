"""What the team does between approval and opening, with the mail and notice that tell the brand in one transaction.

The desk calls these; an appeal comes from the brand and is a ticket of the team.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from conversations import links, lookup, mail, messages, texts, tickets
from conversations.models import Ticket
from onboarding import dates, people
from onboarding.models import Appeal, Application, Contact, Invoice
from onboarding.money import format_money
from onboarding.names import Stage
from onboarding.opening import brand_review, contract, fees, refusal, set_up, steps
from onboarding.opening.names import Step
from onboarding.programme import programme

_APPEAL, _CHANNEL = "appeal", "opening_notices"


def pass_brand_review(session: Session, application_id: int, *, by: str, base_url: str) -> None:
    """Where all documents are accepted already, it is approved at once."""
    brand_review.pass_on(session, application_id, by=by)
    application = session.get_one(Application, application_id)
    is_approved = application.stage is Stage.APPROVED
    tell(session, application_id, "approved" if is_approved else "brand_reviewed", base_url)


def approve(session: Session, application_id: int, *, by: str, base_url: str) -> None:
    brand_review.approve(session, application_id, by=by)
    tell_approved(session, application_id, base_url)


def tell_approved(session: Session, application_id: int, base_url: str) -> None:
    tell(session, application_id, "approved", base_url)


def offer(session: Session, application_id: int, *, by: str, base_url: str) -> None:
    contract.offer(session, application_id, by=by)
    invoice = _invoice(session, application_id)
    values = _said(invoice) | {"due": dates.day(invoice.due_on)}
    tell(session, application_id, "offered", base_url, **values)


def confirm_received(
    session: Session, application_id: int, *, received_on: date, by: str, base_url: str
) -> None:
    invoice = fees.confirm_received(session, application_id, received_on=received_on, by=by)
    values = _said(invoice) | {"day": dates.day(received_on)}
    tell(session, application_id, "received", base_url, **values)


def not_received(session: Session, application_id: int, *, reason: str, by: str, base_url: str) -> None:
    fees.not_received(session, application_id, by=by, reason=reason)
    values = _said(_invoice(session, application_id))
    tell(session, application_id, "not_received", base_url, reason=reason, **values)


def send_back(
    session: Session, application_id: int, *, found: Mapping[Step, str], by: str, base_url: str
) -> None:
    set_up.send_back(session, application_id, found, by=by)
    states = steps.states(session, session.get_one(Application, application_id))
    said = " ".join(f"{states[step].short}: {what}" for step, what in found.items())
    tell(session, application_id, "sent_back", base_url, reason=said)


def open_store(session: Session, application_id: int, *, by: str, base_url: str) -> None:
    set_up.open_store(session, application_id, by=by)
    days = programme().incubation.days.value
    tell(session, application_id, "opened", base_url, days=str(days))


def refuse(session: Session, application_id: int, *, reason: str, by: str, base_url: str) -> None:
    refusal.refuse(session, application_id, by=by, reason=reason)
    tell(session, application_id, "refused", base_url, reason=reason)


def decide_appeal(
    session: Session, application_id: int, *, granted: bool, answer: str, by: str, base_url: str
) -> None:
    refusal.decide_appeal(session, application_id, granted=granted, answer=answer, by=by)
    verdict = texts.appeal_verdict(granted)
    tell(session, application_id, "appeal_decided", base_url, verdict=verdict, answer=answer)


def appeal(session: Session, contact: Contact, application: Application, text: str) -> Appeal:
    """Raises what `refusal.appeal` does."""
    made = refusal.appeal(session, contact, application, text)
    conversation = lookup.open_for_contact(session, contact.id)
    # Named by the application: an agency may appeal for several brands at once.
    ticket = tickets.open_ticket(session, conversation, f"{_APPEAL} {application.number}", made.text)
    made.ticket = ticket.reference
    return made


def ticket_of(session: Session, made: Appeal) -> Ticket | None:
    return tickets.by_reference(session, made.ticket) if made.ticket else None


def tell(session: Session, application_id: int, kind: str, base_url: str, **values: str) -> None:
    """By email and in the conversation of each who may act; `kind` names words of opening_news."""
    application = session.get_one(Application, application_id)
    named = values | {"brand": application.brand.name, "application": application.number}
    subject, text = texts.opening_news(kind, **named)
    for contact in people.editors_of(session, application.brand_id):
        path = links.brand_page(session, contact, application.brand_id)
        letter = texts.opening_letter(name=contact.name, text=text, link=f"{base_url}{path}")
        sent = mail.send_mail(session, contact.email, subject, letter)
        notice = f"**{subject}.** {text} [Open your brand]({path})"
        messages.tell_contact(session, contact, notice, channel=_CHANNEL, told_once=f"mail {sent.id}")


def _invoice(session: Session, application_id: int) -> Invoice:
    invoice = fees.invoice_of(session, session.get_one(Application, application_id))
    assert invoice is not None
    return invoice


def _said(invoice: Invoice) -> dict[str, str]:
    return {"number": invoice.number, "total": format_money(fees.amounts_of(invoice).total)}
