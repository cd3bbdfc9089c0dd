"""What is told of an opening on its way."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.models import Ticket
from onboarding import clock
from onboarding.brands import application_of
from onboarding.models import Contact
from onboarding.names import Stage
from tests.actions.conftest import Opens, Talk, brands_in, colleague
from tests.onboarding.opening import way


def test_tells_the_status_with_days_of_each_side(ingrid: Talk) -> None:
    told = ingrid.ask("store_opening_status", "where do we stand?").text
    assert "Day 16 of 30, target opening by Wed 3 June 2026" in told
    assert "14 days were with us, 2 days with you" in told
    assert "You have 2 documents to send, we have 1 to check" in told
    assert "BD-2026-004217" in told
    assert "As of Wed 20 May 2026, 10:00 in Oslo (16:00 in China)" in told


def test_tells_the_days_left_as_a_target_not_as_a_promise(ingrid: Talk) -> None:
    told = ingrid.ask("store_opening_countdown", "how many days are left?").text
    assert told.startswith("14 days left: today is day 16 of 30. Target opening by Wed 3 June 2026")
    assert "promise" not in told


def test_tells_the_last_day_as_such(lena: Talk) -> None:
    assert "Today is the last of the 30 days" in lena.ask("store_opening_countdown", "days left?").text


def test_tells_an_overdue_opening_honestly(lena: Talk, session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 26, 8, tzinfo=UTC))
    told = lena.ask("store_opening_countdown", "days left?")
    assert "Fjellvann is 6 days over the 30, today is day 36" in told.text
    assert "22 days were with us, 14 days with you" in told.text
    assert told.titles[0] == "Can it go faster?"


def test_tells_what_holds_it_up_with_reason_act_and_deadline(ingrid: Talk) -> None:
    told = ingrid.ask("store_opening_blockers", "why can't we open yet?").text
    assert (
        "Trademark certificate: There is a problem. The owner on the certificate is Nordlys Holding AS"
        in told
    )
    assert "Send: authorisation letter from Nordlys Holding AS." in told
    assert "By Wed 27 May 2026, 18:00 in Oslo (midnight in China)." in told
    assert "With us:\n- ID of your representative: In review." in told


def test_tells_that_nothing_is_to_be_done(lena: Talk) -> None:
    assert "nothing for you to do now" in lena.ask("store_opening_next_step", "what next?").text


def test_records_a_wish_to_go_faster_with_its_reason(ingrid: Talk, session: Session) -> None:
    told = ingrid.ask("store_opening_expedite", "can you hurry, we need 6.18").text
    ticket = session.scalars(select(Ticket)).one()
    assert ticket.reference in told
    assert ticket.reason == "expedite"
    assert ticket.detail == "BD-2026-004217: can you hurry, we need 6.18"
    assert "what speeds it up most is with you: 2 documents to send" in told


def test_an_open_store_is_told_so(kenji: Talk) -> None:
    assert "Kumo is open, since Mon 6 April 2026" in kenji.ask("store_opening_status", "status").text


def test_a_draft_is_told_that_no_day_counts_yet(talk: Opens, session: Session) -> None:
    email, brand = colleague(session, brands_in(Stage.DRAFT))
    told = talk(email).ask("store_opening_countdown", "days left?").text
    assert f"{brand.name}: your application" in told
    assert "is a draft and not submitted" in told


def test_a_refused_application_leads_to_a_person(talk: Opens, session: Session) -> None:
    email, _ = colleague(session, brands_in(Stage.REJECTED))
    told = talk(email).ask("store_opening_status", "status")
    assert "we did not accept application" in told.text
    assert told.titles[0] == "Ask a person"


def test_each_stage_on_the_way_can_be_told(talk: Opens, session: Session) -> None:
    email, brand = colleague(session, brands_in(Stage.CONTRACT_AND_FEES))
    talk_of_colleague = talk(email)
    application = application_of(session, brand)
    assert application is not None
    for intent in ("store_opening_status", "store_opening_next_step", "store_opening_blockers"):
        told = talk_of_colleague.ask(intent, "status").text
        assert brand.name in told
        assert "{" not in told


def test_a_brand_whose_application_was_withdrawn_is_told_when(talk: Opens, session: Session) -> None:
    email, brand = colleague(session, brands_in(Stage.WITHDRAWN))
    assert application_of(session, brand) is None
    assert f"of {brand.name} was withdrawn on" in talk(email).ask("store_opening_status", "status").text


def test_somebody_without_brand_is_told_so(talk: Opens, session: Session) -> None:
    session.add(Contact(name="Nobody Yet", email="nobody@yet.example", time_zone="UTC"))
    session.flush()
    assert "no brand is linked" in talk("nobody@yet.example").ask("store_opening_status", "status").text


def test_names_the_steps_of_an_offer_with_their_pages(ingrid: Talk, session: Session) -> None:
    way.offer(session)
    told = ingrid.ask("store_opening_next_step", "what do we have to do next?").text
    assert "- [Read and accept the contract](/brands/nordlys-skincare/contract): To do." in told
    assert "- [Pay the deposit and the annual fee](/brands/nordlys-skincare/fees): To do." in told
    assert "Give a return address" not in told


def test_names_what_holds_the_opening_up_with_its_pages(ingrid: Talk, session: Session) -> None:
    way.offer(session)
    told = ingrid.ask("store_opening_blockers", "why can't we open yet?").text
    assert "[Read and accept the contract](/brands/nordlys-skincare/contract)" in told
