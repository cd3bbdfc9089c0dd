"""Sending documents: what is taken, what is refused with which words, and who may open what."""

import asyncio
import io
import re
import zipfile

import pytest
from aiohttp import FormData
from limits import RateLimitItemPerHour
from sqlalchemy import func, select

from conversations import documents as business
from conversations.models import Mail
from onboarding.models import Contact, DocumentFile, DocumentOpening, DocumentSubmission, Membership
from onboarding.names import DocumentStatus, DocumentType, ReasonCode, Role
from onboarding.withdrawal import withdraw
from tests import papers
from tests.onboarding import people
from tests.web.visitor import INGRID, KENJI, LENA, SOFIA
from web.security import limits

HOME = "/brands/nordlys-skincare/documents"
TRADEMARK = f"{HOME}/trademark"
PRODUCTS = f"{HOME}/product-list"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(4000)


# The first check has tests of its own: here a document stays as it was sent.


def word_file() -> bytes:
    return zipped("word/document.xml")


def zipped(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return written.getvalue()


def count(sessions, table) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table))


def stored(tmp_path) -> list[str]:
    return [path.name for path in (tmp_path / "documents").rglob("*") if path.is_file()]


async def send(visitor, content, name="paper.pdf", path=TRADEMARK, **more):
    return await visitor.upload(await visitor.open(path), content, name, **more)


async def test_every_document_of_the_list_has_a_page(visitor):
    await visitor.sign_in(INGRID)

    listed = await visitor.open(HOME)

    assert "4 accepted, 1 with us, 2 to send" in listed.words
    pages = [await visitor.open(link) for link in listed.links(f"{HOME}/")]
    assert len(pages) == 10
    assert {page.status for page in pages} == {200}


async def test_the_home_of_an_opening_leads_to_its_documents(visitor):
    home = await visitor.sign_in(INGRID)

    assert {TRADEMARK, PRODUCTS, f"{HOME}/rep-id"} <= set(home.links(HOME))


async def test_a_file_is_kept_under_a_random_name_outside_the_site_and_is_being_checked(
    visitor, sessions, tmp_path
):
    await visitor.sign_in(INGRID)

    content = papers.pdf(papers.CLEAN)
    page = await send(visitor, content, "trademark.pdf")

    assert (page.status, page.path) == (200, TRADEMARK)
    assert "We are checking your file" in page.words
    assert re.search(r"trademark\.pdf PDF, \d KB\. Sent Wed 20 May 2026, 10:00 in Oslo", page.words)
    with sessions() as session:
        file = session.scalars(select(DocumentFile)).one()
    assert stored(tmp_path) == [file.stored_as]
    assert (tmp_path / "documents" / file.stored_as[:2] / file.stored_as).read_bytes() == content


async def test_a_photo_taken_with_the_camera_is_taken_too(visitor):
    await visitor.sign_in(INGRID)

    page = await send(visitor, papers.small_photo(), "image.jpg", field="photo")

    assert "image.jpg JPG" in page.words


async def test_a_corrected_document_makes_it_our_turn_again(visitor):
    await visitor.sign_in(INGRID)
    await send(visitor, papers.pdf(papers.CLEAN))

    home = await visitor.open("/brands/nordlys-skincare")

    assert "It is our turn: document review" in home.words
    assert "There is a problem" not in home.words


async def test_the_rejected_file_stays_in_the_history_with_its_reason(visitor):
    await visitor.sign_in(INGRID)

    page = await send(visitor, papers.pdf(papers.CLEAN))

    history = page.words[page.words.index("What you sent") :]
    assert history.index("Checking") < history.index("There is a problem")
    assert "The owner on the certificate is Nordlys Holding AS" in history


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (EXE, "trademark.pdf", "The selected file must be a PDF, JPG or PNG"),
        (
            b"<html><script>alert(1)</script></html>",
            "scan.jpg",
            "The selected file must be a PDF, JPG or PNG",
        ),
        (papers.product_list(), "list.pdf", "The selected file must be a PDF, JPG or PNG"),
        (b"", "empty.pdf", "The selected file is empty"),
        (b"%PDF-1.7\n" + bytes(11 * 1024 * 1024), "huge.pdf", "The selected file must be smaller than 10MB"),
        (b"%PDF-1.7\nnothing more", "half.pdf", "The selected file cannot be opened"),
        (b"\xff\xd8\xff" + bytes(500), "half.jpg", "The selected file cannot be opened"),
        (
            papers.locked(papers.pdf(papers.CLEAN), "1234"),
            "bank.pdf",
            "The selected file is password protected",
        ),
        (papers.pdf(["x"], pages=51), "book.pdf", "The selected file must have at most 50 pages"),
        (b"\0\0\0\x18ftypheic" + bytes(500), "IMG_1.HEIC", "is an iPhone photo in HEIC format"),
        (word_file(), "letter.pdf", "The selected file is a Word, PowerPoint or old Excel file"),
        (b"PK\x03\x04broken", "x.pdf", "The selected file cannot be opened"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
async def test_what_cannot_be_reviewed_is_refused_with_what_to_do(
    visitor, sessions, tmp_path, content, name, sentence
):
    await visitor.sign_in(INGRID)

    page = await send(visitor, content, name)

    assert page.status == 422
    assert "<title>Error: Trademark certificate" in page.html
    assert page.words.count(sentence) == 2
    assert 'href="#file"' in page.html
    assert count(sessions, DocumentFile) == 0
    assert stored(tmp_path) == []


async def test_a_pdf_that_only_its_owner_may_change_can_be_read_and_is_taken(visitor):
    await visitor.sign_in(INGRID)

    page = await send(visitor, papers.locked(papers.pdf(papers.CLEAN), ""))

    assert "We are checking your file" in page.words


async def test_lists_are_taken_as_tables_and_not_as_scans(visitor):
    await visitor.sign_in(INGRID)

    refused = await send(visitor, papers.pdf(papers.CLEAN), "list.xlsx", PRODUCTS)
    with_macros = await send(visitor, zipped("xl/workbook.xml", "xl/vbaProject.bin"), "list.xlsx", PRODUCTS)
    taken = await send(visitor, papers.product_list(), "list.csv", PRODUCTS)

    assert "The selected file must be an XLSX or CSV" in refused.words
    assert "The selected file contains macros" in with_macros.words
    assert "list.csv CSV" in taken.words


async def test_nothing_chosen_asks_for_a_file(visitor):
    await visitor.sign_in(INGRID)

    page = await send(visitor, b"", "")

    assert (page.status, page.words.count("Select a file")) == (422, 2)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd PDF"),
        ("C:\\Users\\me\\trademark.pdf", "trademark.pdf PDF"),
        ("📄 çertificate <b>bold</b>.pdf", "b>.pdf PDF"),
        ('a"b<i>.pdf', 'a"b<i>.pdf PDF'),
        ("a\u202efdp.exe", " afdp.exe PDF"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf PDF"),
    ],
)
async def test_a_strange_name_is_shown_as_text_and_never_used_as_a_path(visitor, tmp_path, name, shown):
    await visitor.sign_in(INGRID)

    page = await send(visitor, papers.pdf(papers.CLEAN), name)

    assert shown in page.words
    assert not {"<b>bold", "<i>"} & set(page.html.split())
    assert len(stored(tmp_path)) == 1


async def test_a_file_is_saved_and_never_shown_by_the_browser(visitor):
    await visitor.sign_in(INGRID)
    content = papers.pdf(papers.CLEAN)
    page = await send(visitor, content, "Zertifikat ü.exe")

    link = page.links(f"{TRADEMARK}/files/")[0]
    async with visitor.http.get(visitor.origin + link) as answer:
        assert await answer.read() == content
        headers = answer.headers

    assert headers["Content-Disposition"].startswith('attachment; filename="Zertifikat _.exe.pdf"')
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert headers["Content-Type"] == "application/pdf"


async def test_who_opened_a_file_and_when_is_kept(visitor, sessions):
    await visitor.sign_in(INGRID)
    page = await send(visitor, papers.pdf(papers.CLEAN))

    await visitor.open(page.links(f"{TRADEMARK}/files/")[0])

    with sessions() as session:
        opening = session.scalars(select(DocumentOpening)).one()
        assert (opening.who, opening.at is not None) == ("Ingrid Solberg", True)
        assert opening.contact_id == people.contact(session, INGRID).id
    assert "Nobody has opened it yet." in page.words
    assert re.search(
        r"Opened once.*Ingrid Solberg, Wed 20 May 2026, 10:00 in Oslo", (await visitor.open(TRADEMARK)).words
    )


async def test_the_same_file_again_is_not_sent_twice(visitor, sessions):
    await visitor.sign_in(INGRID)
    content = papers.pdf(papers.CLEAN)
    await send(visitor, content)

    page = await send(visitor, content, "the same.pdf")

    assert "We have this very file already" in page.words
    assert count(sessions, DocumentFile) == 1


async def test_two_tabs_that_send_the_same_file_at_once_send_it_once(visitor, sessions):
    await visitor.sign_in(INGRID)
    page, content = await visitor.open(TRADEMARK), papers.pdf(papers.CLEAN)

    pages = await asyncio.gather(*(visitor.upload(page, content, "same.pdf") for _ in range(3)))

    assert {page.status for page in pages} == {200}
    assert count(sessions, DocumentFile) == 1


async def test_an_upload_that_breaks_off_leaves_nothing(visitor, server, sessions, tmp_path):
    await visitor.sign_in(INGRID)
    token = (await visitor.open(TRADEMARK)).field("csrf_token")
    body = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="half.pdf"\r\n\r\n%PDF-1.7 half'
    )
    head = (
        f"POST {TRADEMARK} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nOrigin: {visitor.origin}\r\n"
        f"Cookie: session={visitor.cookie()}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        "Content-Length: 100000\r\n\r\n"
    )
    _, connection = await asyncio.open_connection(server.host, server.port)
    connection.write((head + body).encode())
    await connection.drain()
    async with asyncio.timeout(30):
        while not stored(tmp_path):
            await asyncio.sleep(0.01)

    connection.close()

    async with asyncio.timeout(30):
        while stored(tmp_path):
            await asyncio.sleep(0.01)
    assert count(sessions, DocumentFile) == 0


async def test_the_file_that_was_refused_is_not_taken_again(visitor, sessions):
    await visitor.sign_in(INGRID)
    content = papers.pdf(papers.CLEAN)
    await send(visitor, content)
    with sessions.begin() as session:
        newest = session.scalars(select(DocumentSubmission).order_by(DocumentSubmission.id.desc())).first()
        for reviewer in ("Wang Fang", "Li Na"):
            business.reject(
                session, newest.id, ReasonCode.NOT_SIGNED, by=reviewer, base_url="http://desk.example"
            )

    await send(visitor, papers.pdf(papers.EXPIRED))
    page = await send(visitor, content)

    assert page.status == 422
    assert "This is the same file that could not be accepted on Wed 20 May 2026" in page.words
    assert "Send this instead: the same document, signed and stamped." in page.words


async def test_a_rejection_is_mailed_with_reason_remedy_and_deadline_in_the_readers_zone(visitor, sessions):
    await visitor.sign_in(INGRID)
    await send(visitor, papers.product_list(), "list.csv", PRODUCTS)
    with sessions.begin() as session:
        newest = session.scalars(select(DocumentSubmission).order_by(DocumentSubmission.id.desc())).first()
        business.reject(
            session, newest.id, ReasonCode.WRONG_DOCUMENT, by="Wang Fang", base_url="http://desk.example"
        )

    with sessions() as session:
        mails = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(2)).all()
    page = await visitor.open(PRODUCTS)

    assert {mail.recipient for mail in mails} == {INGRID, SOFIA}
    assert all("This is not the document we asked for." in mail.body for mail in mails)
    ingrids = next(mail for mail in mails if mail.recipient == INGRID)
    assert f"http://desk.example{PRODUCTS}\n" in ingrids.body
    assert "Wed 27 May 2026, 18:00 in Oslo" in ingrids.body
    assert "This is not the document we asked for." in page.words
    assert "Wed 27 May 2026, 18:00 in Oslo" in page.words


async def test_a_decision_is_told_in_the_chat_of_each_who_may_act(visitor, sessions):
    await visitor.sign_in(INGRID)
    await send(visitor, papers.product_list(), "list.csv", PRODUCTS)
    with sessions.begin() as session:
        newest = session.scalars(select(DocumentSubmission).order_by(DocumentSubmission.id.desc())).first()
        business.accept(session, newest.id, by="Wang Fang", base_url="http://desk.example")

    chat = await visitor.chat()
    history = await chat.hear("history")

    told = [(item["role"], item["text"]) for item in history["items"]]
    assert told == [
        (
            "notice",
            "**Product list of Nordlys Skincare: accepted.** "
            f"What is still to come is in [your documents]({HOME}).",
        )
    ]


async def test_an_accepted_document_is_not_replaced(visitor, sessions):
    await visitor.sign_in(INGRID)
    accepted = await visitor.open(f"{HOME}/business-reg")
    token = await visitor.open(TRADEMARK)

    refused = await visitor.upload(
        type(token)(200, accepted.path, {}, token.html), papers.pdf(papers.CLEAN), "new.pdf"
    )

    assert "It is accepted already." in accepted.words
    assert refused.status == 422
    assert count(sessions, DocumentFile) == 0


async def test_a_document_that_nobody_asks_for_has_no_page(visitor):
    await visitor.sign_in(INGRID)

    for path in (
        f"{HOME}/brand-auth",
        f"{HOME}/nothing",
        f"{HOME}/..%2f..%2fetc",
        f"{HOME}/trademark/files/x",
    ):
        assert (await visitor.open(path)).status == 404


async def test_somebody_elses_documents_look_as_if_they_did_not_exist(visitor, colleague):
    await visitor.sign_in(INGRID)
    page = await send(visitor, papers.pdf(papers.CLEAN))
    link = page.links(f"{TRADEMARK}/files/")[0]
    file_id = link.rpartition("/")[2]

    await colleague.sign_in(LENA)
    own = await colleague.open("/brands/fjellvann/documents/product-cert")
    tries = [
        HOME,
        TRADEMARK,
        link,
        f"{TRADEMARK}/sample",
        f"/brands/fjellvann/documents/trademark/files/{file_id}",
    ]

    assert [(await colleague.open(path)).status for path in tries] == [404] * len(tries)
    sent = await colleague.upload(type(own)(200, TRADEMARK, {}, own.html), papers.pdf(papers.CLEAN), "x.pdf")
    assert sent.status == 404


async def test_a_file_of_another_document_is_not_found_under_this_one(visitor):
    await visitor.sign_in(INGRID)
    page = await send(visitor, papers.pdf(papers.CLEAN))
    link = page.links(f"{TRADEMARK}/files/")[0]

    assert (await visitor.open(link.replace("/trademark/", "/rep-id/"))).status == 404


async def test_a_visitor_is_asked_to_sign_in_and_cannot_send(visitor):
    page = await visitor.open(TRADEMARK)
    form = FormData({"file": io.BytesIO(b"x")})
    sent = await visitor.send("POST", TRADEMARK, data=form, headers={"Origin": visitor.origin})

    assert (page.path, page.field("next")) == ("/sign-in", TRADEMARK)
    assert sent.status == 403


async def test_a_viewer_looks_and_does_not_send(visitor, sessions):
    with sessions.begin() as session:
        viewer = Contact(name="Viewer", email="viewer@nordlys.example", time_zone="UTC")
        session.add(viewer)
        session.flush()
        brand = people.brand(session, "Nordlys Skincare")
        session.add(Membership(contact_id=viewer.id, brand_id=brand.id, role=Role.VIEWER))
    await visitor.sign_in("viewer@nordlys.example")

    page = await visitor.open(TRADEMARK)
    account = await visitor.open("/account")
    sent = await visitor.upload(
        type(page)(200, TRADEMARK, {}, account.html), papers.pdf(papers.CLEAN), "x.pdf"
    )

    assert "You can look at this brand, but not send its documents." in page.words
    assert 'type="file"' not in page.html
    assert sent.status == 403
    assert count(sessions, DocumentFile) == 0


async def test_without_an_application_the_documents_lead_to_the_brands_home(visitor, sessions):
    with sessions.begin() as session:
        withdraw(session, people.contact(session, INGRID), people.application(session, "Nordlys Skincare"))
    await visitor.sign_in(INGRID)

    page = await visitor.open(HOME)

    assert page.path == "/brands/nordlys-skincare"
    assert "Application BD-2026-004217 was withdrawn" in page.words


async def test_a_file_without_the_pages_token_is_not_read(visitor, sessions, tmp_path):
    await visitor.sign_in(INGRID)
    form = FormData()
    form.add_field("file", papers.pdf(papers.CLEAN), filename="x.pdf")
    headers = {"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"}

    page = await visitor.send("POST", TRADEMARK, data=form, headers=headers)
    elsewhere = await visitor.send("POST", TRADEMARK, data=form, headers={"Origin": "https://evil.example"})

    assert (page.status, elsewhere.status) == (422, 403)
    assert "This page was open for too long" in page.words
    assert stored(tmp_path) == []


async def test_somebody_who_sends_without_end_is_asked_to_wait(visitor, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_PER_CONTACT", RateLimitItemPerHour(1, namespace="test"))
    await visitor.sign_in(INGRID)
    await send(visitor, EXE)

    assert (await send(visitor, EXE)).status == 429


async def test_a_form_that_is_no_form_is_told_to_choose_a_file(visitor):
    await visitor.sign_in(INGRID)
    headers = {"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"}

    page = await visitor.send("POST", TRADEMARK, data={"file": "text"}, headers=headers)

    assert (page.status, "Select a file" in page.words) == (422, True)


async def test_templates_and_samples_say_what_they_are(visitor):
    await visitor.sign_in(INGRID)

    page = await visitor.open(f"{HOME}/product-list")
    table = await visitor.open(f"{HOME}/product-list/template")
    none = await visitor.open(f"{HOME}/rep-id/template")

    assert f"{HOME}/product-list/template" in page.links(HOME)
    assert table.html.lstrip("\ufeff").startswith(
        "Brand,Category,Name,Material or ingredients,Price (RMB),Maker"
    )
    assert none.status == 404


async def test_a_brand_with_an_open_store_sees_its_documents_and_sends_none(visitor):
    await visitor.sign_in(KENJI)

    page = await visitor.open("/brands/kumo/documents/trademark")

    assert page.status == 200
    assert "Accepted" in page.words
    assert DocumentStatus.APPROVED.label in page.words
    assert 'type="file"' not in page.html
    assert DocumentType.TRADEMARK.value not in page.words
