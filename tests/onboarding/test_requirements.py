from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from onboarding import clock, requirements
from onboarding.models import DocumentSubmission
from onboarding.names import (
    Category,
    Declares,
    DocumentStatus,
    DocumentType,
    ReasonCode,
    Stage,
    StoreType,
    Turn,
)
from onboarding.requirements import Checklist, ChecklistItem
from tests.onboarding.people import application

D = DocumentType


def nordlys(session: Session) -> Checklist:
    return requirements.checklist(session, application(session, "Nordlys Skincare"))


def documents(items: list[ChecklistItem]) -> list[DocumentType]:
    return [item.document for item in items]


def send(session: Session, document: DocumentType, status: DocumentStatus) -> None:
    session.add(
        DocumentSubmission(
            application_id=application(session, "Nordlys Skincare").id,
            document_type=document,
            status=status,
            submitted_at=clock.now(session),
        )
    )
    session.flush()


def compulsory(*conditions: object) -> dict[DocumentType, str]:
    return {rule.document: rule.compulsory for rule in requirements.rules_for(*conditions)}  # type: ignore[arg-type]


def test_what_a_brand_has_to_send_begins_with_what_is_due_first(session: Session) -> None:
    assert documents(nordlys(session).currently_due) == [D.TRADEMARK, D.PRODUCT_LIST]


def test_each_document_is_with_somebody_or_settled(session: Session) -> None:
    found = nordlys(session)
    assert documents(found.with_platform) == [D.REP_ID]
    assert documents(found.accepted) == [D.BUSINESS_REG, D.AUTH_REP_STATEMENT, D.BANK_PROOF, D.PRODUCT_CERT]
    assert documents(found.eventually_due) == [D.ALIPAY_ACCOUNT, D.ADDRESS_PROOF]
    assert documents(found.optional) == [D.BRAND_PROFILE]
    assert found.past_due == []


def test_a_problem_tells_reason_remedy_and_deadline(session: Session) -> None:
    trademark = nordlys(session).currently_due[0]
    assert trademark.label == "Trademark certificate"
    assert trademark.status.label == "There is a problem"
    assert trademark.reason_code is ReasonCode.NAME_MISMATCH
    assert (trademark.reason_text or "").startswith("The owner on the certificate is Nordlys Holding AS")
    assert trademark.send_instead == "authorisation letter from Nordlys Holding AS"
    assert trademark.deadline_at == datetime(2026, 5, 27, 16, tzinfo=UTC)
    assert trademark.turn is Turn.BRAND


def test_what_was_never_sent_has_no_deadline_and_no_date(session: Session) -> None:
    product_list = nordlys(session).currently_due[1]
    assert product_list.status is DocumentStatus.MISSING
    assert (product_list.deadline_at, product_list.submitted_at) == (None, None)
    assert product_list.hint == "Brand, category, name, material, price and maker."
    assert product_list.needed_by is Stage.APPROVED


def test_authorisation_is_not_asked_of_an_owner(session: Session) -> None:
    assert nordlys(session).item(D.BRAND_AUTH) is None


def test_a_deadline_is_past_at_the_end_of_its_day_in_china(session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 27, 15, 59, tzinfo=UTC))
    assert nordlys(session).past_due == []
    clock.freeze(session, datetime(2026, 5, 27, 16, 0, tzinfo=UTC))
    assert documents(nordlys(session).past_due) == [D.TRADEMARK]
    assert D.TRADEMARK in documents(nordlys(session).currently_due)


def test_the_newest_submission_counts_and_takes_the_deadline_away(session: Session) -> None:
    send(session, D.TRADEMARK, DocumentStatus.CHECKING)
    trademark = nordlys(session).item(D.TRADEMARK)
    assert trademark is not None
    assert (trademark.status, trademark.deadline_at) == (DocumentStatus.CHECKING, None)
    assert trademark.reason_text is None
    assert documents(nordlys(session).currently_due) == [D.PRODUCT_LIST]


def test_what_was_sent_without_being_asked_for_is_shown_too(session: Session) -> None:
    send(session, D.BRAND_PROFILE, DocumentStatus.IN_REVIEW)
    send(session, D.FINANCIAL, DocumentStatus.IN_REVIEW)
    assert set(documents(nordlys(session).with_platform)) == {D.REP_ID, D.BRAND_PROFILE, D.FINANCIAL}


def test_a_document_asked_for_by_a_date_is_due_before_its_stage(session: Session) -> None:
    session.add(
        DocumentSubmission(
            application_id=application(session, "Nordlys Skincare").id,
            document_type=D.ADDRESS_PROOF,
            status=DocumentStatus.MISSING,
            submitted_at=clock.now(session),
            deadline_on=date(2026, 5, 25),
        )
    )
    session.flush()
    found = nordlys(session)
    assert documents(found.currently_due) == [D.ADDRESS_PROOF, D.TRADEMARK, D.PRODUCT_LIST]
    assert found.currently_due[0].submitted_at is None


def test_a_waived_document_is_settled(session: Session) -> None:
    send(session, D.PRODUCT_LIST, DocumentStatus.WAIVED)
    assert D.PRODUCT_LIST in documents(nordlys(session).accepted)


def test_nothing_is_due_once_an_application_is_closed(session: Session) -> None:
    refused = application(session, "Nordlys Skincare")
    refused.stage = Stage.REJECTED
    found = requirements.checklist(session, refused)
    assert (found.currently_due, found.eventually_due, found.with_platform) == ([], [], [])


def test_an_open_store_has_settled_everything(session: Session) -> None:
    found = requirements.checklist(session, application(session, "Kumo"))
    assert documents(found.accepted) == documents(found.items)


def test_a_visitor_learns_what_depends_on_answers_not_given_yet() -> None:
    found = compulsory(None, None, None, None)
    assert found[D.BUSINESS_REG] == "always"
    assert found[D.TRADEMARK] == "depends"
    assert found[D.PRODUCT_CERT] == "depends"
    assert found[D.BRAND_PROFILE] == "optional"


def test_a_distributor_of_food_needs_the_chain_and_certificates() -> None:
    found = compulsory(StoreType.SPECIALTY, Category.FOOD, "CL", Declares.DISTRIBUTOR)
    assert found[D.BRAND_AUTH] == found[D.PRODUCT_CERT] == found[D.TRADEMARK] == "always"
    assert D.FINANCIAL not in found


def test_a_direct_import_of_textiles_needs_neither_trademark_nor_certificates() -> None:
    found = compulsory(StoreType.TDI, Category.HOME_TEXTILES, "PT", Declares.OWNER)
    assert found.keys().isdisjoint({D.TRADEMARK, D.PRODUCT_CERT, D.BRAND_AUTH, D.TAX})


def test_only_a_marketplace_flagship_shows_its_figures() -> None:
    found = compulsory(StoreType.MALL_FLAGSHIP, Category.FASHION, "IT", Declares.RETAILER)
    assert found[D.FINANCIAL] == "always"
