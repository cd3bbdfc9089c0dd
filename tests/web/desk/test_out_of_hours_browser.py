"""Asked for a person at night, with the real assistant: the promise is kept, or broken and owned up to."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from conversations.background import do_what_is_due
from conversations.models import Mail, Ticket
from onboarding import clock
from onboarding.names import AlertWish
from tests.conversations.desk import OUT_OF_HOURS, staff_named
from tests.web.desk.test_desk_browser import (
    HOME,
    assistant,
    brand,
    enter,
    heard,
    new_page,
    open_row,
    reply,
    row,
    writes,
)
from tests.web.staff import MEI
from tests.web.visitor import INGRID

__all__ = ["assistant", "brand"]

# In China on the next day at half past nine in the morning, and an hour after the promised time.
MORNING = datetime(2026, 5, 21, 1, 30, tzinfo=UTC)
PROMISED_IN_OSLO = "Thu 21 May 2026, 07:00 in Oslo (13:00 in China)"
TOO_LATE = datetime(2026, 5, 21, 6, 0, tzinfo=UTC)


@pytest.fixture
async def asked(brand, assistant, sessions) -> str:
    """Ingrid at eight in the evening in China; the reference of her ticket."""
    it_is(sessions, OUT_OF_HOURS)
    await brand.goto("/messages")
    await writes(brand, "I want to talk to a person")
    await assistant.answers(INGRID)
    with sessions() as session:
        reference = session.scalars(select(Ticket.reference)).one()
    answer = brand.locator(".m-bot").last
    await expect(answer).to_contain_text(f"I have passed this to our team as {reference}.")
    await expect(answer).to_contain_text(f"A person answers by {PROMISED_IN_OSLO}.")
    await expect(answer).to_contain_text(f"here in the chat and by email to {INGRID}.")
    return reference


@pytest.fixture
async def desk(browser, server):
    page = await new_page(browser, server)
    yield page
    await page.context.close()


async def arrives(desk, server) -> None:
    """Mei Lin, who was not here all night."""
    await enter(desk.context, server, MEI)
    await desk.goto(HOME)


def it_is(sessions, moment: datetime) -> None:
    with sessions.begin() as session:
        clock.freeze(session, moment)


async def test_who_asks_at_night_is_answered_the_next_morning(
    brand, desk, server, assistant, asked, sessions
):
    await writes(brand, "how long does it take to open a store?")
    await assistant.answers(INGRID)
    await expect(brand.locator(".m-bot").last).to_contain_text("30 days")

    it_is(sessions, MORNING)
    await arrives(desk, server)
    await expect(row(desk, "Nordlys Skincare")).to_contain_text("Answer by")
    await open_row(desk, "Nordlys Skincare")
    await expect(desk.locator("#talk-head")).to_contain_text("Asked out of hours")
    await expect(desk.locator("#card")).to_contain_text(asked)
    await reply(desk, "Good morning Ingrid, I am here.")

    await expect(heard(brand)).to_contain_text("Mei Lin has joined")
    await expect(brand.locator(".m-person").last).to_contain_text("Good morning Ingrid, I am here.")
    await expect(desk.locator("#tab-waiting .num")).to_have_text("0")
    it_is(sessions, TOO_LATE)
    do_what_is_due(sessions, "http://desk.example")
    await writes(brand, "Thank you")
    assert "apologise" not in await heard(brand).inner_text()


async def test_whom_nobody_answers_by_the_promised_time_hears_an_apology_first_and_then_of_other_ways(
    brand, desk, server, assistant, asked, sessions
):
    with sessions.begin() as session:
        staff_named(session, "Mei Lin").alerts = AlertWish.BROKEN
    it_is(sessions, TOO_LATE)
    for _ in range(2):
        do_what_is_due(sessions, "http://desk.example")

    apology = brand.locator(".m-bot").last
    await expect(apology).to_contain_text(
        f"I apologise: the answer to {asked} was promised by {PROMISED_IN_OSLO}, and it has not come."
    )
    await expect(apology.get_by_role("button")).to_have_text(["Ask for a call", "Ask a person"])
    assert (await heard(brand).inner_text()).count("I apologise") == 1
    [alert] = mails_to(sessions, MEI, "A promise to a brand was broken")
    assert f"A brand waits for the answer to {asked}." in alert
    [late] = mails_to(sessions, INGRID, f"Our answer to {asked} is late")
    assert PROMISED_IN_OSLO in late

    await arrives(desk, server)
    await expect(row(desk, "Nordlys Skincare")).to_contain_text("Promise broken")

    # Now people are there: whoever asks again stands in the queue at once.
    await open_row(desk, "Nordlys Skincare")
    await apology.get_by_role("button", name="Ask a person").click()
    await expect(desk.locator("#talk-log .m-person").last).to_contain_text("Ask a person")
    await assistant.answers(INGRID)
    await expect(heard(brand)).to_contain_text("You are next. The promised time is over")
    await reply(desk, "I am sorry, Ingrid.")
    await expect(brand.locator(".m-person").last).to_contain_text("I am sorry, Ingrid.")
    await expect(desk.locator("#tab-waiting .num")).to_have_text("0")


def mails_to(sessions, address: str, subject: str) -> list[str]:
    """What they say."""
    wanted = select(Mail.body).where(Mail.recipient == address, Mail.subject == subject)
    with sessions() as session:
        return list(session.scalars(wanted))
