"""What is kept about the reader, seen, copied and erased through the pages."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations import background
from conversations.models import Mail
from onboarding import clock
from onboarding.models import ErasureRequest
from tests.web.visitor import INGRID, Page, Visitor


async def ask_for_erasure(who: Visitor) -> Page:
    return await who.submit(await who.open("/privacy/erase"), "/privacy/erase", sure="y")


def subjects(sessions) -> list[str]:
    with sessions() as session:
        query = select(Mail.subject).where(Mail.recipient == INGRID).order_by(Mail.id)
        return list(session.scalars(query))


async def test_a_person_sees_what_is_stored_about_them(visitor):
    await visitor.sign_in(INGRID)

    page = await visitor.open("/privacy/data")

    assert "Brands that you act for, with your role Kept: until you leave them 1" in page.words
    assert "Mails that we sent you Kept: 90 days 1" in page.words
    assert "Nobody has opened a document of yours" in page.words


async def test_a_person_downloads_a_copy(visitor):
    await visitor.sign_in(INGRID)
    page = await visitor.open("/privacy/data")
    form = {"csrf_token": page.field("csrf_token")}

    address = f"{visitor.origin}/privacy/export"
    async with visitor.http.post(address, data=form, headers={"Origin": visitor.origin}) as answer:
        body = await answer.read()

    assert answer.headers["Content-Disposition"] == 'attachment; filename="brand-desk-your-data.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(body)) as zipped:
        assert json.loads(zipped.read("data.json"))["details"][0]["email"] == INGRID


async def test_the_page_says_before_what_is_erased_and_what_stays_and_why(visitor):
    await visitor.sign_in(INGRID)

    words = (await visitor.open("/privacy/erase")).words

    assert "It is done 7 days after you ask." in words
    assert "business records that are kept for 10 years" in words
    assert "These times are the operator’s settings" in words
    assert "You are the only owner of Nordlys Skincare." in words


async def test_erasure_is_asked_for_with_a_clear_yes(visitor, sessions):
    await visitor.sign_in(INGRID)

    page = await visitor.submit(await visitor.open("/privacy/erase"), "/privacy/erase")

    assert page.status == 422
    assert page.words.count("Tick the box to say that you want your data erased") == 2
    with sessions() as session:
        assert session.scalars(select(ErasureRequest)).all() == []


async def test_erasure_waits_is_told_by_mail_and_can_be_cancelled(visitor, sessions):
    await visitor.sign_in(INGRID)

    page = await ask_for_erasure(visitor)
    assert "Your data will be erased on Wed 27 May 2026, 10:00 in Oslo" in page.words
    kept = await visitor.submit(page, "/privacy/erase/cancel")

    assert "Nothing will be erased." in kept.words
    assert subjects(sessions)[-2:] == [
        "Your data in Brand Desk will be erased",
        "Your data in Brand Desk stays",
    ]
    assert "Have it erased" in (await visitor.open("/privacy/data")).words


async def test_asking_twice_sends_one_mail(visitor, sessions):
    await visitor.sign_in(INGRID)
    page = await visitor.open("/privacy/erase")
    for _ in range(2):
        await visitor.submit(page, "/privacy/erase", sure="y")

    assert subjects(sessions).count("Your data in Brand Desk will be erased") == 1


async def test_cancelling_what_was_not_asked_for_changes_nothing(visitor):
    await visitor.sign_in(INGRID)

    page = await visitor.submit(await visitor.open("/privacy/data"), "/privacy/erase/cancel")

    assert page.status == 422
    assert "There is nothing to cancel." in page.words


async def test_after_the_waiting_period_the_person_is_gone(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    await ask_for_erasure(visitor)
    with sessions.begin() as session:
        clock.advance(session, timedelta(days=7))

    background.do_what_is_due(sessions, "http://desk.example")

    assert (await visitor.open("/account")).path == "/sign-in"
    await colleague.submit(await colleague.open("/sign-in"), "/sign-in", email=INGRID)
    assert not (await colleague.open("/demo/mail")).links("/sign-in/link/")
    assert subjects(sessions) == ["Your data in Brand Desk was erased"]


@pytest.mark.parametrize("path", ["/privacy/export", "/privacy/erase", "/privacy/erase/cancel"])
async def test_a_form_without_its_token_changes_nothing(visitor, sessions, path):
    await visitor.sign_in(INGRID)

    answer = await visitor.send("POST", path, data={"sure": "y"}, headers={"Origin": visitor.origin})

    assert answer.status == 422
    with sessions() as session:
        assert session.scalars(select(ErasureRequest)).all() == []


async def test_copies_are_made_so_often_and_no_more(visitor):
    await visitor.sign_in(INGRID)
    page = await visitor.open("/privacy/data")
    form = {"csrf_token": page.field("csrf_token")}

    async def fetch() -> int:
        address = f"{visitor.origin}/privacy/export"
        async with visitor.http.post(address, data=form, headers={"Origin": visitor.origin}) as answer:
            return answer.status

    assert [await fetch() for _ in range(11)] == [200] * 10 + [429]
