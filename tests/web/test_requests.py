"""Your requests: each with its reference, when it is due in both zones, and where it stands; nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest

from conversations import handoff, ownership, tickets
from conversations.background import do_what_is_due
from conversations.names import HandoffReason
from onboarding import clock
from tests.conversations.desk import conversation_of, staff_named
from tests.web.browsing import check, sign_in
from tests.web.visitor import INGRID, KENJI


@pytest.fixture
def asked(sessions):
    """Kenji's: a call that Mei has, and a complaint that was settled."""
    with sessions.begin() as session:
        kenjis = conversation_of(session, KENJI)
        mei = staff_named(session, "Mei Lin")
        call = tickets.ask_for_call(
            session, kenjis, at=datetime(2026, 5, 21, 1, tzinfo=UTC), phone="+81 3 1234 5678", detail="Call"
        )
        tickets.assign(session, call, mei, by=mei)
        complaint = tickets.open_ticket(session, kenjis, "complaint", "Too slow")
        tickets.settle(session, complaint, "Internal words of ours", by=mei)
        return call.reference, complaint.reference


async def test_lists_what_is_open_first_with_both_zones_and_who_has_it(visitor, asked):
    await visitor.sign_in(KENJI)

    words = (await visitor.open("/requests")).words

    call, complaint = asked
    assert words.index(call) < words.index(complaint)
    assert "Call asked for Thu 21 May 2026, 10:00 in Tokyo (09:00 in China), Mei Lin has it." in words
    assert "In work" in words
    assert "Done Wed 20 May 2026" in words
    assert "Internal words" not in words


async def test_shows_nothing_of_others(visitor, asked):
    await visitor.sign_in(INGRID)

    words = (await visitor.open("/requests")).words

    assert "Nothing asked yet" in words
    assert not any(reference in words for reference in asked)


async def test_says_that_somebody_waits_and_what_is_late(visitor, sessions):
    await visitor.sign_in(KENJI)
    with sessions.begin() as session:
        handoff.ask_for_person(session, conversation_of(session, KENJI), HandoffReason.COMPLAINT, "slow")
    assert "You are next." in (await visitor.open("/requests")).words

    with sessions.begin() as session:
        clock.advance(session, timedelta(days=1))
    do_what_is_due(sessions, "https://desk.example")

    assert "Late: our team has been alerted" in (await visitor.open("/requests")).words


async def test_is_reached_from_the_messages(visitor):
    await visitor.sign_in(KENJI)

    assert (await visitor.open("/messages")).links("/requests") == ["/requests"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_is_accessible_and_fits_every_screen(context, server, page, scheme, asked, sessions, tmp_path):
    with sessions.begin() as session:
        kenjis = conversation_of(session, KENJI)
        tickets.open_ticket(session, kenjis, "appeal BD-2026-004200", "Why?")
        ownership.claim(session, kenjis.id, staff_named(session, "Mei Lin"))
    await sign_in(context, server, KENJI)
    await page.emulate_media(color_scheme=scheme)

    await check(page, "/requests")

    await page.screenshot(path=tmp_path / "requests-320.png", full_page=True)
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.screenshot(path=tmp_path / "requests-1280.png")
