"""Changing answers after the submission: told before saving, saved after a yes, recorded; and taking it all back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from aiohttp import FormData
from sqlalchemy import select

from onboarding import clock, stages
from onboarding.documents import review
from onboarding.documents.storage import DocumentStore
from onboarding.models import Application, DocumentSubmission, Membership
from onboarding.names import DocumentStatus, DocumentType, Role, Stage
from onboarding.opening import set_up, steps
from onboarding.opening.names import Step
from onboarding.registration import submission
from tests import papers
from tests.onboarding import people
from tests.onboarding.opening import way
from tests.web.registrant import NORA, begin, errors, fill, send_documents, sign_up, versions
from tests.web.visitor import INGRID, KENJI

MEI = "Mei Lin"


@pytest.fixture
async def path(visitor, sessions):
    """A registration that was submitted and is being reviewed; its business registration is accepted."""
    await sign_up(visitor)
    path = await begin(visitor)
    await fill(visitor, path)
    send_documents(sessions, path)
    with sessions.begin() as session:
        application = glade(session)
        submission.submit(session, people.contact(session, NORA), application, declared=True)
        clock.advance(session, timedelta(days=1))
        stages.move(session, application, Stage.DOCUMENT_REVIEW, by=MEI)
        review.accept(session, newest(session, application, DocumentType.BUSINESS_REG).id, by=MEI)
    return path


def glade(session) -> Application:
    return people.application(session, "Glade Ceramics")


def newest(session, application, document) -> DocumentSubmission:
    return session.scalars(
        select(DocumentSubmission)
        .where(
            DocumentSubmission.application_id == application.id, DocumentSubmission.document_type == document
        )
        .order_by(DocumentSubmission.id.desc())
    ).first()


async def change(visitor, path, group, **answers):
    """Sends the form with other answers; the page that comes back."""
    page = await visitor.open(f"{path}/changes/{group}")
    return await visitor.submit(page, f"{path}/changes/{group}", **(shown(page) | answers))


def shown(page) -> dict[str, str]:
    """What the form sends as it stands, without radios and selects."""
    fields = dict(
        re.findall(
            r'<input type="(?:text|email)"[^>]*?id="([a-z_-]+)" name="[a-z_-]+" value="([^"]*)"', page.html
        )
    )
    fields |= dict(re.findall(r'<textarea id="([a-z_]+)"[^>]*>\n([^<]*)</textarea>', page.html))
    fields |= dict(
        re.findall(r'<select id="([a-z_]+)".*?<option value="([^"]*)" selected>', page.html, re.DOTALL)
    )
    fields |= dict(re.findall(r'name="([a-z_]+)" value="([A-Z_]+)" checked', page.html))
    return versions(page) | {name: unescape(value) for name, value in fields.items()}


async def say_yes(visitor, page):
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.html)
    form = [(name, unescape(value)) for name, value in hidden if name != "csrf_token"]
    form.append(("csrf_token", page.field("csrf_token")))
    headers = {"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"}
    return await visitor.send("POST", page.path, data=form, headers=headers)


async def test_what_nobody_checks_is_saved_at_once_and_recorded(visitor, path):
    page = await change(visitor, path, "contacts", contact_phone="+47 99 88 77 66")

    assert page.path == f"{path}/changes"
    assert "Your change is saved" in page.words
    assert "From “+47 22 12 34 56” to “+47 99 88 77 66” Nora Glade" in page.words


async def test_what_was_checked_is_told_before_it_is_saved(visitor, sessions, path):
    page = await change(visitor, path, "company", company_name="Glade Stoneware AS")

    assert page.status == 200
    assert "We check your company and your brand again." in page.words
    assert "The stage goes back to “Brand review”." in page.words
    assert "Business registration must be looked at again." in page.words
    assert "Trademark certificate must be looked at again" not in page.words
    with sessions() as session:
        assert glade(session).company.name == "Glade Ceramics AS"
        assert glade(session).stage is Stage.DOCUMENT_REVIEW


async def test_a_clear_yes_saves_it_and_opens_the_check_again(visitor, sessions, path):
    page = await say_yes(visitor, await change(visitor, path, "company", company_name="Glade Stoneware AS"))

    assert page.path == f"{path}/changes"
    assert "From “Glade Ceramics AS” to “Glade Stoneware AS” Nora Glade" in page.words
    with sessions() as session:
        application = glade(session)
        assert (application.company.name, application.stage) == ("Glade Stoneware AS", Stage.BRAND_REVIEW)
        paper = newest(session, application, DocumentType.BUSINESS_REG)
        assert (paper.status, paper.decided_at) == (DocumentStatus.IN_REVIEW, None)


async def test_what_was_decided_meanwhile_is_told_anew(visitor, sessions, path):
    told = await change(visitor, path, "company", company_name="Glade Stoneware AS")
    with sessions.begin() as session:
        application = glade(session)
        review.accept(session, newest(session, application, DocumentType.TRADEMARK).id, by=MEI)

    page = await say_yes(visitor, told)

    assert "Trademark certificate must be looked at again" in page.words
    with sessions() as session:
        assert glade(session).company.name == "Glade Ceramics AS"


async def test_a_refused_answer_is_shown_with_what_was_typed(visitor, path):
    page = await change(visitor, path, "contacts", contact_email="nobody")

    assert page.status == 422
    assert errors(page) == ["Enter an email address like name@example.com"]
    assert 'value="nobody"' in page.html


async def test_an_answer_that_does_not_fit_the_store_is_refused(visitor, path):
    page = await change(visitor, path, "store", declares="DISTRIBUTOR")

    assert page.status == 422
    assert "Enter the owner of the trademark" in errors(page)
    assert any("Select another store type" in line for line in errors(page))


async def test_another_role_to_the_trademark_asks_for_another_document(visitor, path):
    page = await change(
        visitor, path, "store", declares="DISTRIBUTOR", store_type="SPECIALTY", trademark_owner="Glade Holding AS",
        **{"trademark_owner.version": "0"},
    )  # fmt: skip

    assert page.status == 200
    assert "We need another document: Brand authorisation." in page.words


async def test_two_tabs_do_not_overwrite_one_another(visitor, path):
    first = await visitor.open(f"{path}/changes/contacts")
    await change(visitor, path, "contacts", contact_name="Ole Glade")

    page = await visitor.submit(
        first, f"{path}/changes/contacts", **(shown(first) | {"contact_name": "Kari Glade"})
    )

    assert page.status == 409
    assert "Nora Glade changed this to “Ole Glade”" in page.words


async def test_what_the_contract_fixes_cannot_be_changed(visitor, sessions):
    with sessions.begin() as session:
        way.offer(session)
        number = way.nordlys(session).number
    await visitor.sign_in(INGRID)
    path = f"/registration/{number}"

    page = await visitor.open(f"{path}/changes")
    form = await visitor.open(f"{path}/changes/brand")
    contacts = await visitor.open(f"{path}/changes/contacts")
    forced = await visitor.submit(
        contacts, f"{path}/changes/brand", **{"brand_name": "Aurora", "brand_name.version": "0"}
    )

    assert "It stands in your contract" in page.words
    assert "Nothing here can be changed now" in form.words
    assert forced.status == 422
    with sessions() as session:
        assert way.nordlys(session).brand.name == "Nordlys Skincare"


async def test_a_viewer_reads_the_changes_and_changes_nothing(visitor, sessions, path):
    with sessions.begin() as session:
        nora, brand_id = people.contact(session, NORA), glade(session).brand_id
        session.get_one(Membership, (nora.id, brand_id)).role = Role.VIEWER

    assert (await visitor.open(f"{path}/changes")).status == 200
    assert f"{path}/changes/contacts" not in (await visitor.open(f"{path}/changes")).html
    assert (await visitor.open(f"{path}/changes/contacts")).status == 403


async def test_somebody_elses_application_is_not_there(visitor, colleague, path):
    await colleague.sign_in(KENJI)

    assert (await colleague.open(f"{path}/changes")).status == 404
    assert (await colleague.open(f"{path}/changes/contacts")).status == 404


async def test_an_accepted_document_is_replaced_after_a_warning(visitor, sessions, path):
    documents = "/brands/glade-ceramics/documents/business-reg"
    page = await visitor.open(documents)
    assert f"{documents}?replace=1" in page.links(documents)

    asked = await visitor.open(f"{documents}?replace=1")
    refused = await visitor.upload(asked, papers.pdf(papers.CLEAN), "paper.pdf")
    await visitor.send(
        "POST",
        f"{documents}?replace=1",
        data=upload(asked, papers.pdf(papers.CLEAN)),
        headers={"Origin": visitor.origin, "Sec-Fetch-Site": "same-origin"},
    )

    assert "a reviewer must look at it again" in asked.words
    assert refused.status == 422
    with sessions() as session:
        assert newest(session, glade(session), DocumentType.BUSINESS_REG).status is DocumentStatus.CHECKING


def upload(page, content):
    form = FormData({"csrf_token": page.field("csrf_token")}, quote_fields=False)
    form.add_field("file", content, filename="paper.pdf", content_type="application/pdf")
    return form


async def test_a_store_in_the_final_check_is_taken_back_after_a_yes(visitor, sessions, tmp_path):
    with sessions.begin() as session:
        way.to_set_up(session, DocumentStore(tmp_path))
        way.set_up_all(session)
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    await visitor.sign_in(INGRID)
    page = await visitor.open("/brands/nordlys-skincare/store/take-back")

    assert "The stage goes back to “Store set-up”" in page.words
    await visitor.submit(page, page.path)

    with sessions() as session:
        application = way.nordlys(session)
        assert application.stage is Stage.STORE_SETUP
        assert steps.state(session, application, Step.FINAL_CHECK).turn is not None


async def test_an_application_is_withdrawn_after_its_consequences_and_a_yes(visitor, sessions, path):
    home = "/brands/glade-ceramics"
    page = await visitor.open(f"{home}/withdraw")
    assert "We stop checking it" in page.words

    without_yes = await visitor.submit(page, f"{home}/withdraw")
    done = await visitor.submit(page, f"{home}/withdraw", sure="yes")

    assert without_yes.status == 422
    assert errors(without_yes) == ["Tick the box to say that you want to withdraw"]
    assert "was withdrawn" in done.words
    with sessions() as session:
        assert glade(session).stage is Stage.WITHDRAWN
    assert (await visitor.open(f"{home}/withdraw")).status == 404
