import pytest
from sqlalchemy.orm import Session

from onboarding import brands, clock
from onboarding.brands import ApplicationNotFound
from onboarding.names import Role, Stage
from tests.onboarding.people import INGRID, KENJI, SOFIA, application, brand, contact


def test_an_agency_sees_the_brands_it_looks_after(session: Session) -> None:
    found = brands.brands_of(session, contact(session, SOFIA))
    assert [one.name for one in found] == ["Fjellvann", "Nordlys Skincare"]


def test_everybody_has_a_role_in_their_own_brands_only(session: Session) -> None:
    nordlys = brand(session, "Nordlys Skincare")
    assert brands.role_of(session, contact(session, INGRID), nordlys) is Role.OWNER
    assert brands.role_of(session, contact(session, KENJI), nordlys) is None


def test_the_newest_application_counts(session: Session) -> None:
    found = brands.application_of(session, brand(session, "Kumo"))
    assert found is not None
    assert (found.number, found.company.name) == ("BD-2026-001502", "Kumo KK")


def test_a_withdrawn_application_does_not_count(session: Session) -> None:
    withdrawn = application(session, "Nordlys Skincare")
    withdrawn.stage, withdrawn.withdrawn_at = Stage.WITHDRAWN, clock.now(session)
    session.flush()
    assert brands.application_of(session, brand(session, "Nordlys Skincare")) is None
    assert brands.applications_of(session, contact(session, INGRID)) == [withdrawn]


@pytest.mark.parametrize("typed", ["BD-2026-004217", "bd-2026-004217", "BD2026 4217", " bd 2026-4217"])
def test_an_application_is_found_however_its_number_is_typed(session: Session, typed: str) -> None:
    found = brands.application_by_number(session, contact(session, INGRID), typed)
    assert found.brand.name == "Nordlys Skincare"


def test_the_number_of_another_brand_looks_as_if_it_did_not_exist(session: Session) -> None:
    ingrid = contact(session, INGRID)
    with pytest.raises(ApplicationNotFound) as of_another:
        brands.application_by_number(session, ingrid, "BD-2026-001502")
    with pytest.raises(ApplicationNotFound) as of_nobody:
        brands.application_by_number(session, ingrid, "BD-2026-999999")
    assert str(of_another.value).replace("001502", "999999") == str(of_nobody.value)
    assert of_another.value.what_to_do == of_nobody.value.what_to_do


def test_what_is_no_number_is_not_found(session: Session) -> None:
    with pytest.raises(ApplicationNotFound):
        brands.application_by_number(session, contact(session, INGRID), "the blue one")


@pytest.mark.parametrize("named", ["Nordlys Skincare", "nordlys", "NORDLYS SKINCARE", "Nordlys’s"])
def test_an_own_brand_is_known_by_how_its_name_begins(session: Session, named: str) -> None:
    found = brands.named_brand(session, contact(session, SOFIA), named)
    assert found is not None
    assert found.name == "Nordlys Skincare"


@pytest.mark.parametrize("named", ["Kumo", "Nord", "", "Skincare"])
def test_other_names_are_not_an_own_brand(session: Session, named: str) -> None:
    assert brands.named_brand(session, contact(session, SOFIA), named) is None


@pytest.mark.parametrize(
    "text",
    [
        "Nordlys Skincare",
        "nordlys",
        "What is the rank of Nordlys Skincare?",
        "how much does fjellvann’s store sell",
        "Are we ahead of Fjellvann AS?",
        "Does Kumo sell more than Fjellvann?",
    ],
)
def test_the_name_of_another_brand_is_noticed(session: Session, text: str) -> None:
    assert brands.is_other_brand(session, contact(session, KENJI), text)


@pytest.mark.parametrize(
    "text", ["Kumo", "What is the rank of Kumo?", "Kumo KK", "our brand", "", "skincare"]
)
def test_the_own_brand_and_no_brand_are_not_another(session: Session, text: str) -> None:
    assert not brands.is_other_brand(session, contact(session, KENJI), text)


def test_to_a_visitor_every_brand_is_another(session: Session) -> None:
    assert brands.is_other_brand(session, None, "How is Kumo doing?")
