"""A registration on the pages: task list, sections, checking, submitting, and what goes wrong on the way."""

import pytest
from sqlalchemy import delete, select

from onboarding.database import SessionFactory
from onboarding.models import Application, Contact, Membership, WebSession
from onboarding.names import Role, Stage
from tests.web.registrant import (
    BRAND,
    COMPANY,
    NORA,
    SECTIONS,
    answer,
    begin,
    errors,
    fill,
    send,
    send_documents,
    sign_up,
)
from tests.web.visitor import INGRID, Visitor


@pytest.fixture
async def draft(visitor: Visitor) -> str:
    await sign_up(visitor)
    return await begin(visitor)


async def test_somebody_new_makes_an_account_and_lands_where_they_wanted_to_go(visitor):
    page = await sign_up(visitor, to="/registration/begin")

    assert page.path == "/registration/begin"
    assert "Nora Glade" in page.words


async def test_an_account_asks_for_a_name_and_an_address(visitor):
    page = await visitor.submit(await visitor.open("/sign-up"), "/sign-up", name="<b>😀", email="nora")

    assert page.status == 422
    assert set(errors(page)) == {
        "Enter an email address like name@example.com",
        "Your name must have letters, and no emoji or signs such as <",
    }
    assert page.field("name") == "<b>😀"


async def test_signing_up_with_a_known_address_signs_in_and_renames_nobody(visitor):
    page = await sign_up(visitor, name="Somebody Else", email=INGRID)

    assert "Ingrid Solberg" in page.words


async def test_a_registration_begins_with_four_answers(visitor, draft):
    page = await visitor.open(draft)

    assert "0 of 6 parts completed" in page.words
    assert "Glade Ceramics of Glade Ceramics AS" in page.words
    assert page.words.count("In progress") == 3
    assert "Cannot start yet" in page.words


async def test_the_first_guess_at_ones_time_zone_is_the_companys(visitor, draft):
    assert "Oslo" in (await visitor.open("/account")).words


async def test_what_is_wrong_at_the_beginning_is_kept_and_explained(visitor):
    await sign_up(visitor)

    page = await visitor.submit(
        await visitor.open("/registration/begin"),
        "/registration/begin",
        brand_name="Glade <script>",
        company_name="",
        country="CN",
    )

    assert page.status == 422
    assert "<title>Error: " in page.html
    said = [
        "The name of your brand must not have emoji",
        "Enter the registered name of your company",
        "A company registered in mainland China cannot open a cross-border store",
        "Select your category",
    ]
    assert all(line.startswith(start) for line, start in zip(errors(page), said, strict=True))
    assert page.field("brand_name") == "Glade <script>"


async def test_the_same_registration_is_not_begun_twice(visitor, draft):
    page = await visitor.submit(
        await visitor.open("/registration/begin"),
        "/registration/begin",
        brand_name="glade ceramics",
        company_name="Glade Ceramics AS",
        country="NO",
        category="FOOD",
    )

    assert page.status == 422
    assert draft in page.links("/registration/BD-")


async def test_continue_saves_and_leads_back_to_the_tasks(visitor, draft):
    page = await answer(visitor, draft, "company")

    assert page.path == draft
    assert "1 of 6 parts completed" in page.words
    assert (await visitor.open(f"{draft}/company")).field("company_since-year") == "2016"


async def test_an_impossible_date_is_explained_and_everything_else_is_saved(visitor, draft):
    page = await answer(visitor, draft, "company", **{"company_since": "31", "company_since-month": "2"})

    assert page.status == 422
    assert errors(page) == ["The date of registration must be a real date, such as 27 3 2016"]
    assert 'href="#company_since"' in page.html
    assert page.field("company_since-month") == "2"
    assert (await visitor.open(f"{draft}/company")).field("company_number") == "912 345 678"


@pytest.mark.parametrize(
    ("section", "typed", "said"),
    [
        ("company", {"company_name": "Glade 😀"}, "must not have emoji"),
        ("company", {"company_name": "<img src=x onerror=alert(1)>"}, "must not have emoji"),
        ("company", {"company_address": "x" * 301}, "must be 300 characters or fewer. It has 301"),
        ("company", {"company_number": ""}, "Enter the registration number of your company"),
        ("company", {"country": "CN"}, "A company registered in mainland China cannot"),
        ("company", {"country": "XX"}, "must be a country"),
        ("company", {"website": "not a site"}, "Enter an address like www.brand.com"),
        ("brand", {"declares": ""}, "Select what you are to the trademark"),
        ("brand", {"declares": "KING"}, "Select one of the answers listed"),
        ("brand", {"trademark_classes": "0, 99"}, "must be numbers from 1 to 45"),
        ("brand", {"trademark_until-year": "2020"}, "must be in the future"),
        ("store", {"store_type": ""}, "Select a store type"),
        ("products", {"products": ""}, "Describe the products"),
        ("products", {"product_count": "-4"}, "must be a whole number from 1 to 10,000"),
        ("contacts", {"contact_email": "nora"}, "Enter an email address like"),
        ("contacts", {"contact_phone": "call me"}, "Enter a telephone number with the country code"),
    ],
)
async def test_bad_answers_are_kept_and_explained_at_the_top_and_beside_the_field(
    visitor, draft, section, typed, said
):
    page = await answer(visitor, draft, section, **typed)

    assert page.status == 422
    assert page.words.count(said) == 2
    assert "<img" not in page.html


async def test_what_others_than_the_owner_are_asked_appears_after_the_answer(visitor, draft):
    page = await answer(visitor, draft, "brand", declares="DISTRIBUTOR")

    assert page.path == f"{draft}/brand"
    assert "Owner of the trademark" in page.words
    assert "Your answers are saved. One of them opens another question" in page.words


async def test_saving_for_later_asks_for_nothing_that_is_missing(visitor, draft):
    page = await visitor.open(f"{draft}/contacts")

    page = await send(visitor, page, f"{draft}/contacts", contact_name="Nora Glade", action="later")

    assert page.path == draft
    assert (await visitor.open(f"{draft}/contacts")).field("contact_name") == "Nora Glade"


async def test_another_device_goes_on_where_the_first_stopped(visitor, colleague, draft):
    await answer(visitor, draft, "products")
    await colleague.sign_in(NORA)

    assert "1 of 6 parts completed" in (await colleague.open(draft)).words
    assert (await colleague.open("/registration")).path == draft


async def test_of_two_tabs_the_later_one_sees_the_conflict_and_loses_nothing(visitor, draft):
    first = await visitor.open(f"{draft}/company")
    second = await visitor.open(f"{draft}/company")
    await send(visitor, first, f"{draft}/company", **(COMPANY | {"company_number": "111"}))

    page = await send(visitor, second, f"{draft}/company", **(COMPANY | {"company_number": "222"}))

    assert page.status == 409
    assert "Nora Glade changed this to “111” while your page was open" in page.words
    assert page.field("company_number") == "222"
    settled = await send(visitor, page, f"{draft}/company", **(COMPANY | {"company_number": "222"}))
    assert settled.path == draft
    assert (await visitor.open(f"{draft}/company")).field("company_number") == "222"


async def test_a_tab_that_is_older_than_a_new_name_can_still_be_sent(visitor, draft):
    old = await visitor.open(f"{draft}/products")
    await answer(visitor, draft, "brand", brand_name="Glade")

    page = await send(visitor, old, f"{draft}/products", **SECTIONS["products"])

    assert page.path == draft


async def test_a_session_that_ended_while_typing_loses_nothing(visitor, sessions, draft):
    page = await visitor.open(f"{draft}/company")
    with sessions.begin() as session:
        session.execute(delete(WebSession))
    kept = await send(visitor, page, f"{draft}/company", **COMPANY)
    assert kept.status == 401
    assert kept.field("company_number") == "912 345 678"

    await visitor.sign_in(NORA)
    again = await send(visitor, kept, f"{draft}/company", **COMPANY)

    assert again.status == 422
    assert "open for too long" in again.words
    assert again.field("company_number") == "912 345 678"
    assert (await send(visitor, again, f"{draft}/company", **COMPANY)).path == draft


async def test_answers_are_checked_with_a_link_to_change_each(visitor, draft):
    await fill(visitor, draft)

    page = await visitor.open(f"{draft}/check")

    assert "Sun 27 March 2016" in page.words
    assert "Website Not provided" in page.words
    assert f"{draft}/brand?from=check#trademark_number" in page.links(draft)


async def test_a_change_leads_back_to_checking(visitor, draft):
    await fill(visitor, draft)
    page = await visitor.open(f"{draft}/store?from=check")

    page = await send(visitor, page, f"{draft}/store?from=check", **SECTIONS["store"])

    assert page.path == f"{draft}/check"


async def test_submitting_is_refused_with_everything_that_blocks_it(visitor, draft):
    page = await visitor.open(f"{draft}/check")

    page = await visitor.submit(page, f"{draft}/submit", declared="yes")

    assert page.status == 422
    assert "Nothing was submitted" in page.words
    assert "Enter the registration number of your company" in errors(page)
    assert "Send your document: Proof of bank account" in errors(page)


async def test_a_complete_registration_is_submitted_confirmed_and_mailed(visitor, sessions, draft):
    await fill(visitor, draft)
    send_documents(sessions, draft)
    number = draft.rpartition("/")[2]

    page = await visitor.submit(await visitor.open(f"{draft}/check"), f"{draft}/submit", declared="yes")

    assert page.path == f"{draft}/submitted"
    assert number in page.words
    assert "open your store by Fri 19 June 2026" in page.words
    mail = (await visitor.open("/demo/mail")).words
    assert f"Your registration of Glade Ceramics is submitted: {number}" in mail
    assert "Target opening: by Fri 19 June 2026" in mail


async def test_submitting_again_changes_nothing_and_shows_the_same_page(visitor, sessions, draft):
    await fill(visitor, draft)
    send_documents(sessions, draft)
    check = await visitor.open(f"{draft}/check")
    await visitor.submit(check, f"{draft}/submit", declared="yes")

    again = await visitor.submit(check, f"{draft}/submit", declared="yes")

    assert again.path == f"{draft}/submitted"
    assert (await visitor.open("/demo/mail")).words.count("is submitted:") == 1
    assert (await visitor.open(draft)).path == f"{draft}/submitted"


async def test_the_declaration_is_asked_for(visitor, sessions, draft):
    await fill(visitor, draft)
    send_documents(sessions, draft)

    page = await visitor.submit(await visitor.open(f"{draft}/check"), f"{draft}/submit")

    assert page.status == 422
    assert errors(page) == ["Confirm that the answers are correct and that you may act for the company"]


async def test_a_brand_that_another_company_applied_for_is_no_dead_end(visitor, colleague, draft):
    await sign_up(colleague, name="Ruth Rival", email="ruth@rival.example")
    second = await begin(colleague, company_name="Rival Ltd", country="GB")

    page = await colleague.open(second)

    assert "Another company has an application for a brand named Glade Ceramics" in page.words
    assert "Glade Ceramics AS" not in page.words
    assert "Another company" not in (await visitor.open(draft)).words


def make_member(sessions: SessionFactory, draft: str, email: str, role: Role) -> None:
    with sessions.begin() as session:
        contact = session.scalars(select(Contact).where(Contact.email == email)).one()
        number = draft.rpartition("/")[2]
        brand_id = session.scalars(select(Application.brand_id).where(Application.number == number)).one()
        session.add(Membership(contact_id=contact.id, brand_id=brand_id, role=role))


async def test_a_viewer_reads_but_cannot_send(visitor, colleague, sessions, draft):
    await colleague.sign_in(INGRID)
    make_member(sessions, draft, INGRID, Role.VIEWER)

    page = await colleague.open(f"{draft}/company")

    assert "You can read these answers, but not change them" in page.words
    assert "Only owners and editors of the brand can submit" in (await colleague.open(f"{draft}/check")).words
    assert (await send(colleague, page, f"{draft}/company", **COMPANY)).status == 403
    assert (await colleague.submit(page, f"{draft}/submit", declared="yes")).status == 403


async def test_an_editor_fills_in_and_submits_and_the_owner_is_told(visitor, colleague, sessions, draft):
    await colleague.sign_in(INGRID)
    make_member(sessions, draft, INGRID, Role.EDITOR)
    await fill(colleague, draft)
    send_documents(sessions, draft)

    page = await colleague.submit(await colleague.open(f"{draft}/check"), f"{draft}/submit", declared="yes")

    assert page.path == f"{draft}/submitted"
    mail = (await visitor.open("/demo/mail")).words
    assert mail.count("Your registration of Glade Ceramics is submitted") == 2
    assert f"To {NORA}" in mail


@pytest.mark.parametrize("path", ["begin", "BD-2026-004217/company", "BD-2026-004217/submit"])
async def test_a_stranger_sends_nothing(visitor, path):
    form = await visitor.open("/sign-in")

    assert (await visitor.submit(form, f"/registration/{path}", **COMPANY)).status == 401


async def test_what_we_know_of_the_contact_is_filled_in_already(visitor, draft):
    page = await visitor.open(f"{draft}/contacts")

    assert (page.field("contact_name"), page.field("contact_email")) == ("Nora Glade", NORA)


@pytest.mark.parametrize("page", ["", "/company", "/check", "/submitted"])
async def test_somebody_elses_registration_does_not_exist(visitor, colleague, draft, page):
    await colleague.sign_in(INGRID)

    assert (await colleague.open(f"{draft}{page}")).status == 404


@pytest.mark.parametrize("page", ["company", "submit"])
async def test_nothing_is_sent_into_somebody_elses_registration(visitor, colleague, draft, page):
    await colleague.sign_in(INGRID)
    form = await colleague.open("/account")

    assert (await colleague.submit(form, f"{draft}/{page}", **COMPANY)).status == 404


@pytest.mark.parametrize(
    "path", ["/registration/BD-2026-000000", "/registration/x", "/registration/BD-2026-4217"]
)
async def test_a_number_that_is_nobodys_does_not_exist(visitor, path):
    await visitor.sign_in(INGRID)

    assert (await visitor.open(path)).status == 404


async def test_a_section_that_does_not_exist(visitor, draft):
    assert (await visitor.open(f"{draft}/nothing")).status == 404


@pytest.mark.parametrize("path", ["/registration/begin", "/registration/BD-2026-000000/company"])
async def test_a_stranger_is_asked_to_sign_in(visitor, path):
    assert (await visitor.open(path)).path == "/sign-in"


async def test_the_draft_is_on_the_brands_home(visitor, draft):
    page = await visitor.open("/brands")

    assert page.path == "/brands/glade-ceramics"
    assert "Not submitted yet: 0 of 6 parts completed" in page.words
    assert draft in page.links("/registration")


async def test_what_was_submitted_is_changed_by_no_old_tab(visitor, sessions, draft):
    await fill(visitor, draft)
    send_documents(sessions, draft)
    old = await visitor.open(f"{draft}/brand")
    await visitor.submit(await visitor.open(f"{draft}/check"), f"{draft}/submit", declared="yes")

    page = await send(visitor, old, f"{draft}/brand", **BRAND | {"trademark_number": "999"})

    assert page.status == 422
    assert "This registration has been submitted" in page.words


async def test_a_version_that_no_page_of_ours_sent_does_no_harm(visitor, draft):
    page = await visitor.open(f"{draft}/company")
    forged = {"company_number.version": "99999999999999999999", "country.version": "-1"}

    page = await visitor.submit(page, f"{draft}/company", **COMPANY | forged)

    assert page.status == 200
    assert page.field("company_number") == "912 345 678"


async def test_a_withdrawn_draft_says_so(visitor, sessions, draft):
    with sessions.begin() as session:
        found = session.scalars(
            select(Application).where(Application.number == draft.rpartition("/")[2])
        ).one()
        found.stage, found.withdrawn_at = Stage.WITHDRAWN, found.created_at

    page = await visitor.open(draft)

    assert page.status == 422
    assert "This registration was withdrawn" in page.words


async def test_a_flood_of_drafts_is_slowed_down(visitor):
    await sign_up(visitor)
    form = await visitor.open("/registration/begin")
    for _ in range(30):
        await visitor.submit(form, "/registration/begin")

    assert (await visitor.submit(form, "/registration/begin")).status == 429


async def test_the_answers_of_an_empty_draft_name_each_part_once(visitor):
    await sign_up(visitor)
    draft = await begin(visitor)

    page = await visitor.open(f"{draft}/check")

    assert "Still open: 6 of 6 parts" in page.words
    assert "Your contacts : not yet started" in page.words
    assert "Your company : three answers to give or correct" in page.words
    assert "Email address of your contact" not in page.words
    assert len(page.links(f"{draft}/contacts")) == 1
