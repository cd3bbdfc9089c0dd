"""Documents sent from the chat: which are offered, what is told there, and the same limits as on the page."""

from aiohttp import FormData
from playwright.async_api import expect
from sqlalchemy import select

from conversations import documents as business
from conversations import lookup
from conversations.messages import Written, append
from conversations.names import Speaker
from onboarding.documents.storage import DocumentStore
from onboarding.models import DocumentFile, DocumentSubmission, Membership
from onboarding.names import Channel, DocumentStatus, Role
from tests import papers
from tests.onboarding import people
from tests.web.browsing import no_violations, open_chat, sign_in
from tests.web.visitor import INGRID, KENJI, SOFIA

TRADEMARK = "/brands/nordlys-skincare/documents/trademark"
FILE = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": papers.pdf(papers.EXPIRED)}


async def offered(who) -> dict:
    async with who.http.get(f"{who.origin}/chat/documents") as answer:
        return await answer.json()


async def send(who, content: bytes, path: str = TRADEMARK, token: str | None = None) -> tuple[int, dict]:
    form = FormData({"csrf_token": token or (await offered(who))["csrf_token"]}, quote_fields=False)
    form.add_field("file", content, filename="letter.pdf", content_type="application/pdf")
    address = f"{who.origin}{path}/from-chat"
    async with who.http.post(address, data=form, headers={"Origin": who.origin}) as answer:
        return answer.status, await answer.json() if "json" in answer.content_type else {}


def check(sessions, tmp_path) -> None:
    with sessions() as session:
        newest = session.scalars(select(DocumentSubmission).order_by(DocumentSubmission.id.desc())).first()
    business.check(sessions, DocumentStore(tmp_path), newest.id)


async def told(who) -> list[str]:
    history = await (await who.chat()).hear("history")
    return [item["text"] for item in history["items"] if item["role"] == "notice"]


async def test_a_visitor_is_offered_nothing(visitor):
    assert await offered(visitor) == {"signed_in": False, "documents": []}


async def test_what_is_due_is_offered_first_and_only_of_ones_own_brands(visitor):
    await visitor.sign_in(INGRID)

    found = (await offered(visitor))["documents"]

    assert [(one["label"], one["due"]) for one in found[:2]] == [
        ("Trademark certificate", True),
        ("Product list", True),
    ]
    assert {one["brand"] for one in found} == {"Nordlys Skincare"}
    assert "Proof of bank account" not in [one["label"] for one in found]


async def test_a_viewer_is_offered_nothing(visitor, sessions):
    with sessions.begin() as session:
        ingrid, brand = people.contact(session, INGRID), people.brand(session, "Nordlys Skincare")
        session.get_one(Membership, (ingrid.id, brand.id)).role = Role.VIEWER
    await visitor.sign_in(INGRID)

    assert (await offered(visitor))["documents"] == []


async def test_the_conversation_tells_that_it_came_and_what_was_found(visitor, sessions, tmp_path):
    await visitor.sign_in(INGRID)

    status, answer = await send(visitor, papers.pdf(papers.EXPIRED))
    check(sessions, tmp_path)
    check(sessions, tmp_path)

    assert (status, answer["done"]) == (200, True)
    received, found = await told(visitor)
    assert received.startswith("**Trademark certificate of Nordlys Skincare: checking.** We have letter.pdf.")
    assert "look at this before a reviewer does" in found
    assert "It seems to have expired" in found
    assert f"({TRADEMARK})" in found
    with sessions() as session:
        file = session.scalars(select(DocumentFile)).one()
        assert file.channel is Channel.CHAT
        assert session.get(DocumentSubmission, file.submission_id).status is DocumentStatus.IN_REVIEW


async def test_what_is_sent_on_the_page_is_not_told_in_the_chat(visitor, sessions, tmp_path):
    await visitor.sign_in(INGRID)
    await visitor.upload(await visitor.open(TRADEMARK), papers.pdf(papers.CLEAN), "letter.pdf")
    check(sessions, tmp_path)

    assert await told(visitor) == []


async def test_the_same_file_again_is_not_sent_twice(visitor):
    await visitor.sign_in(INGRID)
    paper = papers.pdf(papers.CLEAN)
    await send(visitor, paper)

    _, answer = await send(visitor, paper)

    assert answer["told"] == "We have this very file already, so nothing was sent twice."
    assert len(await told(visitor)) == 1


async def test_a_refused_file_is_explained(visitor):
    await visitor.sign_in(INGRID)

    status, answer = await send(visitor, b"MZ" + bytes(4000))

    assert status == 422
    assert answer["error"].startswith("The selected file must be a PDF, JPG or PNG. ")


async def test_nothing_is_taken_without_the_token(visitor, sessions):
    await visitor.sign_in(INGRID)

    status, answer = await send(visitor, papers.pdf(papers.CLEAN), token="made up")

    assert (status, answer["error"].split(".")[0]) == (422, "This page was open for too long")
    with sessions() as session:
        assert session.scalars(select(DocumentFile)).all() == []


async def test_somebody_elses_brand_is_not_there(visitor, colleague):
    await visitor.sign_in(KENJI)

    assert (await send(visitor, papers.pdf(papers.CLEAN)))[0] == 404


async def test_a_document_is_uploaded_from_an_answer_by_keyboard(context, server, page, sessions, tmp_path):
    with sessions.begin() as session:
        conversation = lookup.locked(
            session, lookup.open_for_contact(session, people.contact(session, INGRID).id).id
        )
        text = f"The letter is missing. [Upload the letter]({TRADEMARK}#file)"
        append(session, conversation, Written(Speaker.ASSISTANT, text, "assistant", "told"))
    await sign_in(context, server, INGRID)
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.goto("/brands/nordlys-skincare")
    await open_chat(page)
    await page.get_by_role("link", name="Upload the letter").press("Enter")

    await expect(page.get_by_label("Which document?")).to_be_focused()
    await expect(page.get_by_label("Which document?")).to_have_value(f"{TRADEMARK}/from-chat")
    await page.get_by_role("button", name="Send the file").press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="Select a file")).to_be_visible()
    await no_violations(page, "an upload without a file")
    await page.get_by_label("Choose the file").set_input_files(FILE)
    await page.get_by_role("button", name="Send the file").press("Enter")

    await expect(page.get_by_role("log")).to_contain_text(
        "Trademark certificate of Nordlys Skincare: checking."
    )
    await expect(page.get_by_label("Which document?")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_which_document_is_asked_where_it_is_not_clear(context, server, page):
    await sign_in(context, server, SOFIA)
    await page.goto("/messages")
    await page.get_by_role("button", name="Upload a document").click()

    await expect(page.get_by_label("Which document?")).to_have_value("")
    await page.get_by_role("button", name="Send the file").click()
    await expect(page.get_by_role("alert").filter(has_text="Select a document")).to_be_visible()
    await page.get_by_label("Which document?").select_option(label="Trademark certificate, Nordlys Skincare")
    await page.get_by_label("Choose the file").set_input_files({**FILE, "buffer": b"nothing of ours"})
    await page.get_by_role("button", name="Send the file").click()
    await expect(page.get_by_role("alert").filter(has_text="must be a PDF, JPG or PNG")).to_be_visible()
    await no_violations(page, "a refused file in the chat")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Upload a document")).to_be_focused()


async def test_a_visitor_is_told_to_sign_in(page):
    await page.goto("/messages")
    await page.get_by_role("button", name="Upload a document").click()

    await expect(page.get_by_text("Visitors cannot send files.")).to_be_visible()
    await no_violations(page, "an upload of a visitor")
