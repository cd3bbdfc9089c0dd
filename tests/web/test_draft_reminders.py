"""Stopping the reminders of a draft: each person for themselves, and only of drafts of their own brands."""

from onboarding import reminders
from tests.onboarding import people
from tests.web.browsing import check, sign_in
from tests.web.registrant import NORA, begin, sign_up
from tests.web.visitor import INGRID, KENJI, Visitor


async def test_the_reminders_of_a_draft_are_stopped_by_a_button(visitor, sessions):
    await sign_up(visitor)
    path = f"{await begin(visitor)}/reminders"
    asked = await visitor.open(path)

    done = await visitor.submit(asked, path)

    assert "We write at most two times while a draft waits." in asked.words
    assert "We no longer remind you of this draft" in done.words
    with sessions() as session:
        application = people.application(session, "Glade Ceramics")
        assert reminders.is_stopped(session, people.contact(session, NORA).id, application)


async def test_of_what_was_submitted_there_is_nothing_to_stop(visitor):
    await visitor.sign_in(INGRID)

    page = await visitor.open("/registration/BD-2026-004217/reminders")

    assert "There are no reminders any more" in page.words


async def test_somebody_elses_draft_is_not_there(visitor):
    await visitor.sign_in(KENJI)

    assert (await visitor.open("/registration/BD-2026-004217/reminders")).status == 404


async def test_the_page_is_accessible_and_fits_every_screen(context, server, page):
    async with Visitor(server) as visitor:
        await sign_up(visitor)
        path = await begin(visitor)
    await sign_in(context, server, NORA)
    await check(page, f"{path}/reminders")
    await page.get_by_role("button", name="Stop the reminders").click()
    await check(page, f"{path}/reminders")
