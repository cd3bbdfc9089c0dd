"""The review, the board and the tickets in Chromium: by keyboard, without scripts, on small screens and in the dark."""

from datetime import timedelta

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from conversations import lookup, tickets
from onboarding import clock
from onboarding.documents.storage import DocumentStore
from onboarding.models import DocumentReview, DocumentSubmission
from onboarding.names import DocumentStatus, Verdict
from tests import papers
from tests.onboarding import people
from tests.onboarding.opening import way
from tests.web.browsing import check
from tests.web.desk import papers_sent
from tests.web.staff import RUI, TAO, open_staff_session, staff_named
from tests.web.visitor import INGRID

NORDLYS = "/desk/applications/BD-2026-004217"


@pytest.fixture
def paper(sessions, store) -> str:
    """What stands before all other documents, since its brand has the fewest days left."""
    with sessions.begin() as session:
        papers_sent.never_refused(session)
        way.nordlys(session).submitted_at -= timedelta(days=13)
        return f"/desk/documents/{papers_sent.sent(session, store)}"


async def enter(context, server, sessions, email: str) -> None:
    with sessions.begin() as session:
        token = open_staff_session(session, email)
    await context.add_cookies([{"name": "staff", "value": token, "url": str(server.make_url("/"))}])


def status(sessions, path: str) -> DocumentStatus:
    with sessions() as session:
        return session.get_one(DocumentSubmission, int(path.rpartition("/")[2])).status


async def test_two_documents_are_decided_by_keyboard_alone(context, server, page, sessions, paper):
    await enter(context, server, sessions, TAO)
    await page.goto(paper)
    picture = page.get_by_role("img", name="Page 1 of 2")
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalHeight") == 1000

    await page.keyboard.press("]")
    await expect(page.get_by_text("Page 2 of 2", exact=True)).to_be_visible()
    await page.wait_for_load_state()
    await page.keyboard.press("+")
    await expect(page.get_by_role("img", name="Page 2 of 2")).to_have_attribute(
        "src", f"{paper}/pages/2?size=large&turned=0"
    )
    await page.wait_for_load_state()
    await page.keyboard.press("t")
    await expect(page.get_by_role("img", name="Page 2 of 2")).to_have_attribute(
        "src", f"{paper}/pages/2?size=large&turned=90"
    )
    await page.wait_for_load_state()

    await page.keyboard.press("r")
    await expect(page.get_by_label("Reason, if you refuse")).to_be_focused()
    await page.keyboard.type("Expired")
    await expect(page.get_by_label("The brand will read")).to_have_value("The document has expired.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("It ended in March.")
    preview = page.locator("[data-preview]")
    await expect(preview).to_contain_text(
        "It ended in March. Send this instead: the same document with a date"
    )
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Refuse", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("status").first).to_contain_text(
        "Refused: Trademark certificate of Nordlys"
    )
    assert status(sessions, paper) is DocumentStatus.REJECTED
    second = page.url.partition("?")[0].replace(str(server.make_url("/")).rstrip("/"), "")
    await page.wait_for_load_state()
    await page.keyboard.press("a")
    await expect(page.get_by_role("button", name="Accept")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Accepted:")
    assert status(sessions, second) is DocumentStatus.APPROVED
    with sessions() as session:
        looks = session.scalars(select(DocumentReview.verdict).order_by(DocumentReview.id)).all()
    assert looks == [Verdict.REJECTED, Verdict.ACCEPTED]


async def test_keys_wait_while_somebody_types_and_are_gone_once_switched_off(
    context, server, page, sessions, paper
):
    await enter(context, server, sessions, TAO)
    await page.goto(paper)
    await page.get_by_label("The brand will read").fill("")
    await page.keyboard.type("near a")
    await expect(page.get_by_label("The brand will read")).to_have_value("near a")

    with sessions.begin() as session:
        staff_named(session, TAO).shortcuts_on = False
    await page.goto(paper)
    await expect(page.locator("kbd")).to_have_count(0)
    await page.keyboard.press("r")
    await expect(page.get_by_label("Reason, if you refuse")).not_to_be_focused()


async def test_a_document_is_refused_without_scripts(browser, server, sessions, paper):
    without = await browser.new_context(base_url=str(server.make_url("/")), java_script_enabled=False)
    await enter(without, server, sessions, TAO)
    page = await without.new_page()
    await page.goto(paper)
    await page.get_by_label("Reason, if you refuse").select_option("Cannot be read")
    await page.get_by_label("The brand will read").fill("")
    await page.get_by_label("To be sent instead").fill("")
    await page.get_by_role("button", name="Preview").click()
    await expect(page.get_by_text("The scan cannot be read, or a part is cut off. Send this")).to_be_visible()
    await page.get_by_role("button", name="Refuse", exact=True).click()

    await expect(page.get_by_text("Refused: Trademark certificate")).to_be_visible()
    await without.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_the_desk_are_accessible_and_fit_every_screen(
    context, server, page, sessions, store, paper, scheme
):
    with sessions.begin() as session:
        listed = f"/desk/documents/{papers_sent.sent_list(session, store)}"
        conversation = lookup.open_for_contact(session, people.contact(session, INGRID).id)
        complaint = tickets.open_separate_ticket(session, conversation, "complaint", "Nobody answers.")
        at = clock.now(session) + timedelta(hours=2)
        tickets.ask_for_call(session, conversation, at=at, phone="+47 22 00 00 00", detail="Fees")
    await enter(context, server, sessions, RUI)
    await page.emulate_media(color_scheme=scheme)
    for path in (
        "/desk/documents?show=second",
        paper,
        f"{paper}?size=full",
        listed,
        "/desk/applications?country=NO",
        NORDLYS,
        f"{NORDLYS}/moves/refuse",
        "/desk/claims",
        "/desk/tickets",
        "/desk/tickets/calls",
        f"/desk/tickets/{complaint.reference}",
    ):
        await check(page, path)


async def test_a_document_with_a_problem_fits_every_screen_of_its_application(
    context, server, page, sessions
):
    await enter(context, server, sessions, RUI)
    await check(page, NORDLYS)
    await expect(page.get_by_text("The owner on the certificate is Nordlys Holding AS")).to_be_visible()


async def test_a_proof_and_the_steps_of_an_opening_fit_every_screen(context, server, page, sessions, store):
    with sessions.begin() as session:
        way.offer(session)
        proof = way.send_proof(session, store, papers.pdf(["RMB 180,000"]))
    await enter(context, server, sessions, RUI)
    for path in (NORDLYS, f"{NORDLYS}/moves/fee_received", f"{NORDLYS}/proofs/{proof.id}"):
        await check(page, path)


async def test_a_board_that_is_wider_than_the_screen_scrolls_by_itself(context, server, page, sessions):
    await enter(context, server, sessions, RUI)
    await page.goto("/desk/applications")
    board = page.get_by_role("region", name="Applications by stage")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 1280
    last = page.get_by_role("heading", name="Final check")
    await expect(last).not_to_be_in_viewport()
    await board.focus()
    for _ in range(30):
        await page.keyboard.press("ArrowRight")
    await expect(last).to_be_in_viewport()
