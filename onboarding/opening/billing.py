"""To whom the invoice is made out; corrected by a new invoice, which takes the place of the one before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding import clock, stages
from onboarding.models import Application, Contact, Invoice
from onboarding.names import Stage
from onboarding.opening import fees
from onboarding.opening.wording import FieldsRefused, OpeningRefused, texts
from onboarding.permissions import Permission, require
from onboarding.registration.answers import answers_of
from onboarding.registration.fields import Field

_LONGEST_NAME, _LONGEST_ADDRESS = 120, 300
_VAT = re.compile(r"[A-Z0-9][A-Z0-9 .\-/]{2,28}[A-Z0-9]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_ENDED = (Stage.REJECTED, Stage.WITHDRAWN)


@dataclass(frozen=True)
class Billing:
    name: str
    address: str
    vat_number: str = ""


def details_of(session: Session, application: Application, invoice: Invoice) -> Billing:
    """As the invoice has them, else as the application does."""
    if invoice.billing_name is not None:
        return Billing(invoice.billing_name, invoice.billing_address or "", invoice.vat_number or "")
    address = answers_of(session, application).get(Field.COMPANY_ADDRESS)
    return Billing(application.company.name, address.value if address else "")


def tidied(typed: Mapping[str, str]) -> Billing:
    """Of what was typed what would be printed."""
    name = " ".join(_plain(typed.get("name", "")).split())
    lines = (" ".join(line.split()) for line in _plain(typed.get("address", "")).splitlines())
    vat_number = " ".join(_plain(typed.get("vat_number", "")).upper().split())
    return Billing(name, "\n".join(filter(None, lines)), vat_number)


def reissue(
    session: Session, contact: Contact, application: Application, typed: Mapping[str, str]
) -> Invoice:
    """The same amounts and the same day to pay by, under a number of its own; the same details change nothing.

    Raises RoleTooLow, FieldsRefused, or OpeningRefused where there is no invoice.
    """
    require(session, contact, application.brand_id, Permission.PAY)
    application = stages.locked(session, application.id)
    before = fees.invoice_of(session, application)
    if before is None or application.stage in _ENDED:
        raise OpeningRefused("no_invoice")
    billing = tidied(typed)
    errors = _errors(billing)
    if errors:
        raise FieldsRefused(errors)
    if billing == details_of(session, application, before):
        return before
    before.replaced_at, before.replaced_by = clock.now(session), contact.name
    session.flush()
    again = Invoice(
        application_id=application.id,
        number=f"{fees.invoice_number(application)}-{len(fees.replaced_of(session, application)) + 1}",
        deposit_fen=before.deposit_fen,
        annual_fen=before.annual_fen,
        issued_on=clock.today_in_china(session),
        due_on=before.due_on,
        received_on=before.received_on,
        received_by=before.received_by,
        confirmed_at=before.confirmed_at,
        billing_name=billing.name,
        billing_address=billing.address,
        vat_number=billing.vat_number or None,
    )
    session.add(again)
    session.flush()
    return again


def _errors(billing: Billing) -> dict[str, str]:
    words, errors = texts()["billing"], {}
    if not billing.name:
        errors["name"] = words["no_name"]
    elif len(billing.name) > _LONGEST_NAME:
        errors["name"] = words["name_too_long"].format(longest=_LONGEST_NAME)
    if not billing.address:
        errors["address"] = words["no_address"]
    elif len(billing.address) > _LONGEST_ADDRESS:
        errors["address"] = words["address_too_long"].format(longest=_LONGEST_ADDRESS)
    if billing.vat_number and not _VAT.fullmatch(billing.vat_number):
        errors["vat_number"] = words["wrong_vat"]
    return errors


def _plain(typed: str) -> str:
    return _CONTROL.sub(" ", typed.replace("\r\n", "\n").replace("\r", "\n"))
