"""Tickets, complaints and callbacks at the desk: who has them, when they are due, and what became of them."""

from datetime import timedelta

import pytest

from conversations import lookup, tickets
from conversations.models import Ticket
from onboarding import clock
from tests.onboarding import people
from tests.web.staff import JONAS, MEI, RUI, staff_named
from tests.web.visitor import INGRID, KENJI


def opened(
    sessions, email: str = INGRID, reason: str = "complaint", detail: str | None = "Nobody answers."
) -> str:
    with sessions.begin() as session:
        conversation = lookup.open_for_contact(session, people.contact(session, email).id)
        return tickets.open_separate_ticket(session, conversation, reason, detail).reference


def call(sessions, hours: int, email: str = INGRID) -> str:
    with sessions.begin() as session:
        conversation = lookup.open_for_contact(session, people.contact(session, email).id)
        at = clock.now(session) + timedelta(hours=hours)
        return tickets.ask_for_call(
            session, conversation, at=at, phone="+47 22 00 00 00", detail="About the fees"
        ).reference


def later(sessions, **by: int) -> None:
    with sessions.begin() as session:
        clock.advance(session, timedelta(**by))


def ticket(sessions, reference: str) -> Ticket:
    with sessions() as session:
        found = tickets.by_reference(session, reference)
        assert found is not None
        return found


def order(page, *references: str) -> list[str]:
    return sorted(references, key=page.html.index)


async def test_the_list_says_what_it_is_whose_it_is_and_when_it_is_due_on_both_clocks(agent, sessions):
    reference = opened(sessions)
    await agent.enter(MEI)
    page = await agent.open("/desk/tickets")

    assert f"{reference} Ingrid Solberg, Nordlys Skincare Complaint Due" in page.words
    assert "in Oslo" in page.words
    assert "in China)" in page.words
    assert "Nobody has it" in page.words


async def test_what_is_overdue_comes_first_and_has_a_tab_of_its_own(agent, sessions):
    first = opened(sessions)
    later(sessions, days=10)
    second = opened(sessions, KENJI)
    await agent.enter(MEI)
    page = await agent.open("/desk/tickets")
    overdue = await agent.open("/desk/tickets?show=overdue")

    assert order(page, second, first) == [first, second]
    assert "Overdue since" in page.words
    assert first in overdue.html
    assert second not in overdue.html
    assert "Open 2 Overdue 1 Settled" in page.words


async def test_complaints_are_looked_at_alone(agent, sessions):
    complaint, appeal = opened(sessions), opened(sessions, KENJI, "appeal BD-2026-001502")
    await agent.enter(MEI)
    page = await agent.open("/desk/tickets?kind=complaint")

    assert "All kinds Complaint Appeal" in page.words
    assert complaint in page.html
    assert appeal not in page.html


async def test_a_ticket_is_taken_and_stands_among_mine(agent, sessions):
    reference = opened(sessions)
    await agent.enter(MEI)
    assert "You have no tickets" in (await agent.open("/desk/tickets?show=mine")).words
    page = await agent.open(f"/desk/tickets/{reference}")
    with sessions() as session:
        mei = str(staff_named(session, MEI).id)
    taken = await agent.submit(page, f"/desk/tickets/{reference}/assign", to=mei)

    assert "Given to Mei Lin Mei Lin," in taken.words
    assert reference in (await agent.open("/desk/tickets?show=mine")).html


async def test_a_ticket_is_settled_with_what_became_of_it_and_opened_again_with_a_new_promise(
    agent, sessions
):
    reference = opened(sessions)
    path = f"/desk/tickets/{reference}"
    await agent.enter(MEI)
    page = await agent.open(path)
    without = await agent.submit(page, f"{path}/settle", outcome="  ")
    assert without.status == 422
    assert "Enter what became of it" in without.words

    settled = await agent.submit(page, f"{path}/settle", outcome="We called and apologised.")
    assert "We called and apologised." in settled.words
    assert reference in (await agent.open("/desk/tickets?show=settled")).html
    assert reference not in (await agent.open("/desk/tickets")).html

    later(sessions, hours=10)
    again = await agent.submit(settled, f"{path}/reopen", note="Ingrid wrote once more")
    assert "Opened again Ingrid wrote once more Mei Lin," in again.words
    with sessions() as session:
        assert ticket(sessions, reference).promised_by > clock.now(session)
    assert reference in (await agent.open("/desk/tickets")).html


async def test_the_second_of_two_who_settle_is_told_and_changes_nothing(agent, second_agent, sessions):
    reference = opened(sessions)
    path = f"/desk/tickets/{reference}"
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    open_already = await second_agent.open(path)
    await agent.submit(await agent.open(path), f"{path}/settle", outcome="We called.")

    late = await second_agent.submit(open_already, f"{path}/settle", outcome="I wrote.")

    assert late.status == 409
    assert "A colleague has settled it meanwhile." in late.words
    assert ticket(sessions, reference).outcome == "We called."


async def test_calls_stand_by_day_on_two_clocks_and_those_that_were_missed_say_so(agent, sessions):
    missed = call(sessions, 1)
    later(sessions, hours=2)
    tomorrow = call(sessions, 24, KENJI)
    await agent.enter(MEI)
    page = await agent.open("/desk/tickets/calls")

    assert order(page, tomorrow, missed) == [missed, tomorrow]
    assert "17:00 overdue 11:00 Oslo Ingrid Solberg, Nordlys Skincare +47 22 00 00 00" in page.words
    assert "Thu 21 May 2026" in page.words


async def test_a_visitors_ticket_is_one_without_a_brand(agent, sessions):
    with sessions.begin() as session:
        conversation = lookup.open_for_visitor(session)
        reference = tickets.open_ticket(session, conversation, "asked_for_person").reference
    await agent.enter(MEI)

    assert f"{reference} A visitor Asked for a person" in (await agent.open("/desk/tickets")).words
    assert "Not given yet" in (await agent.open(f"/desk/tickets/{reference}")).words


async def test_what_a_brand_wrote_is_shown_as_text(agent, sessions):
    reference = opened(sessions, detail="<script>alert(1)</script>")
    await agent.enter(RUI)

    assert "<script>alert" not in (await agent.open(f"/desk/tickets/{reference}")).html


@pytest.mark.parametrize("name", ["BR-NOSUCH", "%00", "x"])
async def test_what_is_no_ticket_is_not_found(agent, name):
    await agent.enter(MEI)

    assert (await agent.open(f"/desk/tickets/{name}")).status == 404


async def test_nobody_who_is_not_at_the_desk_is_given_a_ticket(agent, sessions):
    reference = opened(sessions)
    await agent.enter(MEI)
    page = await agent.open(f"/desk/tickets/{reference}")

    for nobody in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        sent = await agent.submit(page, f"/desk/tickets/{reference}/assign", to=nobody)
        assert sent.status == 404
    assert ticket(sessions, reference).staff_id is None
