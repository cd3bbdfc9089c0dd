from datetime import date

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from onboarding import planner
from onboarding.models import ExchangeRate
from onboarding.money import Money
from onboarding.names import Applicant, Category, Declares, DocumentType, StoreType
from onboarding.planner import Situation
from onboarding.registration.errors import AnswersRefused
from onboarding.registration.fields import Field

D = DocumentType


def situation(
    applicant: Applicant = Applicant.COMPANY,
    declares: Declares = Declares.OWNER,
    country: str = "NO",
    category: Category = Category.COSMETICS,
    products: str = "Face cream",
) -> Situation:
    return Situation(applicant, declares, country, category, products)


def test_a_plan_is_as_if_it_were_submitted_today(session: Session) -> None:
    found = planner.plan(session, situation())
    assert (found.submitted_on, found.open_by) == (date(2026, 5, 20), date(2026, 6, 19))


def test_deposit_and_annual_fee_of_the_category_make_the_total(session: Session) -> None:
    found = planner.plan(session, situation(category=Category.FASHION))
    assert found.total.amount == Money.of(210_000)
    assert found.total.shown is not None
    assert found.total.shown.rate_date == date(2026, 5, 19)


def test_without_a_rate_only_rmb_are_shown(session: Session) -> None:
    session.execute(delete(ExchangeRate))
    assert planner.plan(session, situation()).total.shown is None


@pytest.mark.parametrize(
    ("declares", "store_type"),
    [
        (Declares.OWNER, StoreType.FLAGSHIP),
        (Declares.EXCLUSIVE_LICENSEE, StoreType.FLAGSHIP),
        (Declares.DISTRIBUTOR, StoreType.SPECIALTY),
        (Declares.RETAILER, StoreType.MALL_FLAGSHIP),
    ],
)
def test_what_one_is_to_the_brand_decides_the_store(
    session: Session, declares: Declares, store_type: StoreType
) -> None:
    assert planner.plan(session, situation(declares=declares)).store_type is store_type


def test_no_document_of_a_plan_is_left_open(session: Session) -> None:
    found = planner.plan(session, situation(declares=Declares.DISTRIBUTOR))
    assert D.BRAND_AUTH in [one.document for one in found.to_submit]
    assert D.PRODUCT_LIST in [one.document for one in found.for_later]
    assert [one.document for one in found.optional] == [D.BRAND_PROFILE]
    assert {one.compulsory for one in found.documents} == {"always", "optional"}


def test_several_reasons_against_are_all_told(session: Session) -> None:
    found = planner.plan(
        session, situation(applicant=Applicant.PERSON, country="CN", products="Cigarettes, guns")
    )
    assert not found.may_apply
    assert len(found.reasons) == 4


@pytest.mark.parametrize("country", ["HK", "MO", "TW", "NO", "CL"])
def test_companies_of_all_other_places_may_apply(session: Session, country: str) -> None:
    assert planner.plan(session, situation(country=country)).may_apply


@pytest.mark.parametrize("products", ["Gun-metal rings", "Usedom beach towels", "Seedless raisins"])
def test_words_that_only_look_like_refused_goods_refuse_nothing(session: Session, products: str) -> None:
    assert planner.plan(session, situation(products=products)).may_apply


def test_an_agency_learns_for_whom_it_registers(session: Session) -> None:
    found = planner.plan(session, situation(applicant=Applicant.AGENCY))
    assert found.may_apply
    assert "not your agency" in found.to_know[0]


def test_all_five_answers_are_asked_for(session: Session) -> None:
    with pytest.raises(AnswersRefused) as refused:
        planner.situation(session, {})
    assert len(refused.value.refused) == 5


def test_answers_are_understood_as_typed(session: Session) -> None:
    typed = {
        Field.APPLICANT: "a company",
        Field.DECLARES: "Owner of the trademark",
        Field.COUNTRY: "Norway",
        Field.CATEGORY: "cosmetics",
        Field.PRODUCTS: "Face cream",
    }
    assert planner.situation(session, typed) == situation()
