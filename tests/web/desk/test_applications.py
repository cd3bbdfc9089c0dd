"""The applications board and what the team does with an application, through the pages of the desk."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations import claim_tickets, opening
from conversations.models import Mail, Message
from onboarding import access_requests, assignments, clock, dossier, stages
from onboarding.models import (
    Application,
    AuditEntry,
    BrandClaim,
    Membership,
    ProofOpening,
    Staff,
    StageChange,
)
from onboarding.names import AccessReason, ClaimStatus, Role, Stage
from onboarding.opening import refusal, set_up
from tests import papers
from tests.onboarding import people
from tests.onboarding.opening import way
from tests.web.staff import JONAS, MEI, RUI, TAO, staff_named
from tests.web.visitor import INGRID, KENJI

BOARD = "/desk/applications"
NORDLYS = f"{BOARD}/BD-2026-004217"


def stage(sessions) -> Stage:
    with sessions() as session:
        return way.nordlys(session).stage


def at(sessions, wanted: Stage) -> None:
    with sessions.begin() as session:
        stages.move(session, way.nordlys(session), wanted, by="Review team")


def newest_mail(sessions, recipient: str = INGRID) -> Mail:
    with sessions() as session:
        return session.scalars(
            select(Mail).where(Mail.recipient == recipient).order_by(Mail.id.desc()).limit(1)
        ).one()


def notices(sessions) -> list[str]:
    with sessions() as session:
        return list(
            session.scalars(
                select(Message.text).where(Message.channel == "opening_notices").order_by(Message.id)
            )
        )


def audited(sessions, action: str) -> list[dict[str, str]]:
    with sessions() as session:
        return list(
            session.scalars(
                select(AuditEntry.detail).where(AuditEntry.action == action).order_by(AuditEntry.id)
            )
        )


def staff_id(sessions, email: str) -> str:
    with sessions() as session:
        return str(staff_named(session, email).id)


async def make(lead, move: str, **fields: str):
    path = f"{NORDLYS}/moves/{move}"
    page = await lead.open(path)
    return await lead.submit(page, path, **fields)


async def test_the_board_has_a_column_for_each_stage_with_days_and_turns(agent):
    await agent.enter(MEI)
    page = await agent.open(BOARD)
    norwegian = await agent.open(f"{BOARD}?country=NO")

    for label in ("Submitted", "Brand review", "Document review", "Correction needed", "Final check"):
        assert f">{label} <span" in page.html
    assert "Nordlys Skincare Norway, BD-2026-004217 Day 16 of 30" in norwegian.words
    assert "Fjellvann Norway, BD-2026-003777 Due today" in page.words
    assert 'aria-label="Day 16 of 30: 14 with us, 2 with the brand"' in norwegian.html


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ("stage=CORRECTION_NEEDED", "Nordlys Skincare", ">Brand review <span"),
        ("due=soon", "Fjellvann", "Nordlys Skincare"),
        ("country=NO", "Nordlys Skincare", ", Germany"),
        ("whose=nobody&country=NO", "Nordlys Skincare", ", Germany"),
    ],
)
async def test_the_board_shows_what_is_asked_for(agent, asked, there, gone):
    await agent.enter(MEI)
    page = await agent.open(f"{BOARD}?{asked}")

    assert there in page.html
    assert gone not in re.sub(r"<select.*?</select>", "", page.html, flags=re.DOTALL)


async def test_a_filter_that_makes_no_sense_asks_for_nothing(agent):
    await agent.enter(MEI)
    page = await agent.open(f"{BOARD}?due=never&stage=NOWHERE&whose=theirs")

    assert page.status == 200
    assert "Nordlys Skincare" in page.words


async def test_what_is_over_its_30_days_says_by_how_many(agent, sessions):
    with sessions.begin() as session:
        clock.advance(session, timedelta(days=20))
    await agent.enter(MEI)

    page = await agent.open(f"{BOARD}?due=overdue&stage=CORRECTION_NEEDED")

    assert "Nordlys Skincare Norway, BD-2026-004217 6 days overdue" in page.words


async def test_an_agent_takes_what_nobody_has_and_gives_it_up(agent, sessions):
    await agent.enter(MEI)
    page = await agent.open(NORDLYS)
    mine = await agent.submit(page, f"{NORDLYS}/assign", to=staff_id(sessions, MEI))
    assert "Now Mei Lin looks after it." in mine.words
    assert "Nordlys Skincare" in (await agent.open(f"{BOARD}?whose=mine")).words

    gone = await agent.submit(mine, f"{NORDLYS}/assign", to="")
    assert "Now nobody looks after it." in gone.words
    assert audited(sessions, "application assigned") == [{"to": "Mei Lin"}, {"to": None}]
    assert "Assigned to Mei Lin Mei Lin," in gone.words


async def test_only_a_lead_assigns_to_somebody_else_or_takes_away(agent, second_agent, sessions):
    await agent.enter(MEI)
    page = await agent.open(NORDLYS)
    jonas = staff_id(sessions, JONAS)
    assert (await agent.submit(page, f"{NORDLYS}/assign", to=jonas)).status == 403

    await second_agent.enter(RUI)
    assigned = await second_agent.submit(await second_agent.open(NORDLYS), f"{NORDLYS}/assign", to=jonas)
    assert "Now Jonas Weber looks after it." in assigned.words
    assert (await agent.submit(page, f"{NORDLYS}/assign", to="")).status == 403
    assert (await agent.submit(page, f"{NORDLYS}/assign", to="nonsense")).status == 404


async def test_an_agent_sees_everything_but_what_a_document_says(agent, sessions):
    await agent.enter(MEI)
    page = await agent.open(NORDLYS)

    assert "Correction needed: the brand’s turn since Mon 18 May" in page.words
    assert "Trademark certificate The owner on the certificate" in page.words
    assert "ingrid@nordlys.example" in page.words
    assert page.links("/desk/documents/") == []
    assert (await agent.open(f"{NORDLYS}/moves/refuse")).status == 403


async def test_unmet_conditions_are_named_in_the_place_of_a_dead_button(agent):
    await agent.enter(RUI)
    page = await agent.open(NORDLYS)
    asked = await agent.open(f"{NORDLYS}/moves/approve")

    assert "Approve" in page.words
    assert "It waits for this: ID of your representative is not accepted yet." in page.words
    assert f"{NORDLYS}/moves/approve" not in page.links(NORDLYS)
    assert "It cannot be done yet." in asked.words
    assert "csrf_token" not in asked.html.partition("<main")[2]


async def test_a_brand_goes_from_submitted_to_an_open_store_through_the_desk(agent, sessions, store):
    at(sessions, Stage.SUBMITTED)
    await agent.enter(RUI)
    begun = await make(agent, "begin_review")
    assert (begun.path, stage(sessions)) == (NORDLYS, Stage.BRAND_REVIEW)

    with sessions.begin() as session:
        way.approve(session)
        stages.move(session, way.nordlys(session), Stage.BRAND_REVIEW, by="Review team")
    await make(agent, "pass_review")
    assert stage(sessions) is Stage.APPROVED
    assert "is approved" in newest_mail(sessions).subject

    unsure = await make(agent, "offer")
    assert unsure.status == 422
    assert "Confirm it, or go back" in unsure.words
    await make(agent, "offer", yes="yes")
    assert stage(sessions) is Stage.CONTRACT_AND_FEES
    assert "contract and invoice are ready" in newest_mail(sessions).subject

    with sessions.begin() as session:
        way.accept_contract(session)
        way.send_proof(session, store)
    await make(agent, "fee_not_received", words="Only RMB 100,000 arrived. Send the rest.", yes="yes")
    assert "Only RMB 100,000 arrived." in newest_mail(sessions).body
    await make(agent, "fee_received", day="2026-05-15", yes="yes")
    assert stage(sessions) is Stage.STORE_SETUP

    with sessions.begin() as session:
        way.set_up_all(session)
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    await make(agent, "send_back", DESIGN="Take the German text out.", yes="yes")
    assert stage(sessions) is Stage.STORE_SETUP
    assert "Store design: Take the German text out." in newest_mail(sessions).body
    with sessions.begin() as session:
        set_up.save(
            session,
            way.ingrid(session),
            way.nordlys(session),
            set_up.Step.DESIGN,
            way.ANSWERS[set_up.Step.DESIGN],
        )
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    assert "The final check has not been passed yet." in (await agent.open(f"{NORDLYS}/moves/open")).words
    await make(agent, "pass_final_check")
    await make(agent, "open", yes="yes")

    assert stage(sessions) is Stage.OPEN
    assert "your store is open" in notices(sessions)[-1]
    moved = audited(sessions, "application moved")
    assert moved[0] == {"move": "BEGIN_REVIEW", "was": "SUBMITTED", "now": "BRAND_REVIEW"}
    assert moved[-1] == {"move": "OPEN", "was": "FINAL_CHECK", "now": "OPEN"}
    with sessions() as session:
        newest = session.scalars(select(StageChange).order_by(StageChange.id.desc()).limit(1)).one()
    assert newest.by == "Rui Zhang"


async def test_a_refusal_tells_the_brand_why_and_an_appeal_is_answered(agent, sessions):
    await agent.enter(RUI)
    short = await make(agent, "refuse", words="No.", yes="yes")
    assert short.status == 422
    assert "Enter a whole sentence of at least 10 characters" in short.words
    await make(agent, "refuse", words="The trademark belongs to another company.", yes="yes")
    assert stage(sessions) is Stage.REJECTED
    assert "The trademark belongs to another company." in newest_mail(sessions).body

    with sessions.begin() as session:
        opening.appeal(session, way.ingrid(session), way.nordlys(session), "The letter was there.")
    page = await agent.open(NORDLYS)
    assert "The letter was there." in page.words
    assert page.links("/desk/tickets/BR-")
    await make(agent, "decide_appeal", granted="yes", words="You are right, we look again.", yes="yes")

    assert stage(sessions) is Stage.DOCUMENT_REVIEW
    assert "Your appeal was granted" in newest_mail(sessions).body


async def test_the_second_of_two_leads_is_told_what_stands_against_it_now(agent, sessions):
    await agent.enter(RUI)
    path = f"{NORDLYS}/moves/refuse"
    page = await agent.open(path)
    with sessions.begin() as session:
        refusal.refuse(session, way.nordlys(session).id, by="Amara Osei", reason="The mark is not yours.")

    late = await agent.submit(page, path, words="The trademark is not yours.", yes="yes")

    assert late.status == 409
    assert "This application cannot be refused at its stage." in late.words


@pytest.mark.parametrize(
    "path", [f"{BOARD}/BD-2026-999999", f"{BOARD}/x", f"{BOARD}/%00", f"{NORDLYS}/moves/fly"]
)
async def test_what_does_not_exist_is_not_found(agent, path):
    await agent.enter(RUI)

    assert (await agent.open(path)).status == 404


async def test_a_proof_of_payment_is_looked_at_as_documents_are(agent, visitor, sessions, store):
    with sessions.begin() as session:
        way.offer(session)
        proof = way.send_proof(session, store, papers.pdf(["RMB 180,000"], pages=2))
    path = f"{NORDLYS}/proofs/{proof.id}"
    await agent.enter(TAO)
    page = await agent.open(path)
    picture = await agent.open(f"{path}/pages/2?size=large")
    await agent.open(f"{path}/pages/1")
    original = await agent.open(f"{path}/original")
    await visitor.sign_in(INGRID)

    assert "Page 1 of 2" in page.words
    assert picture.headers["Content-Type"] == "image/webp"
    assert original.headers["Content-Disposition"].startswith("attachment")
    with sessions() as session:
        assert list(session.scalars(select(ProofOpening.who))) == ["Tao Chen", "Tao Chen"]
    told = "Tao Chen opened the proof of payment transfer.pdf of Nordlys Skincare"
    assert told in (await visitor.open("/privacy/data")).words
    assert (await agent.open(f"{BOARD}/BD-2026-003777/proofs/{proof.id}")).status == 404
    assert (await agent.open(f"{NORDLYS}/proofs/nonsense")).status == 404


async def test_agents_do_not_see_proofs_of_payment(agent, sessions, store):
    with sessions.begin() as session:
        way.offer(session)
        proof = way.send_proof(session, store)
    await agent.enter(MEI)

    assert (await agent.open(f"{NORDLYS}/proofs/{proof.id}")).status == 403
    assert f"/proofs/{proof.id}" not in (await agent.open(NORDLYS)).html


@pytest.fixture
def claim(sessions) -> int:
    """Kumo's company names the brand of Nordlys: its ticket is there already."""
    with sessions.begin() as session:
        newer, older = people.application(session, "Kumo"), way.nordlys(session)
        newer.stage = Stage.BRAND_REVIEW
        made = BrandClaim(
            application_id=newer.id,
            against_id=older.id,
            brand_name="Nordlys Skincare",
            same_company=False,
            at=clock.now(session),
            by="Kenji",
        )
        session.add(made)
        session.flush()
        claim_tickets.pass_on_new(session)
        return made.id


async def test_a_claim_shows_both_companies_and_its_decision_reaches_who_named_the_brand_last(
    agent, sessions, claim
):
    path = f"/desk/claims/{claim}"
    await agent.enter(RUI)
    listed = await agent.open("/desk/claims")
    page = await agent.open(path)
    assert path in listed.links(path)
    assert "Nordlys Skincare AS" in page.words
    missing = await agent.submit(page, path, verdict="", reason="")
    assert missing.status == 422
    assert "Select how the claim is decided" in missing.words

    reason = "The certificate names the company that came first."
    done = await agent.submit(page, path, verdict="REFUSED", reason=reason)

    assert "The claim is decided" in done.words
    assert reason in newest_mail(sessions, KENJI).body
    assert "Nordlys" not in newest_mail(sessions, KENJI).body.replace("brand Kumo", "")
    with sessions() as session:
        decided = session.get_one(BrandClaim, claim)
        assert (decided.status, decided.ended_by) == (ClaimStatus.REFUSED, "Rui Zhang")
        ticket = claim_tickets.ticket_of(session, decided)
        assert ticket is not None
        assert ticket.outcome == reason
        newer = session.get_one(Application, decided.application_id)
    asked = await agent.open(f"{BOARD}/{newer.number}/moves/pass_review")
    assert "decided for the other company" in asked.words
    late = await agent.submit(page, path, verdict="UPHELD", reason=reason)
    assert late.status == 409


async def test_a_request_for_access_is_answered_and_the_person_is_told(agent, sessions):
    with sessions.begin() as session:
        kenji = people.contact(session, KENJI)
        asked = access_requests.ask(session, kenji, "A brand of ours", AccessReason.EMPLOYEE, "I work there")
        access_requests.pass_on(session, asked.request)
        path = f"/desk/access/{asked.request.id}"
    await agent.enter(RUI)
    page = await agent.open(path)
    assert "Not one brand of ours" in page.words
    unclear = await agent.submit(page, path, role="editor", application="BD-2026-999999")
    assert "Enter the number of an application of the brand that is meant" in unclear.words
    missing = await agent.submit(page, path, application="")
    assert "Select a role, or refuse the request" in missing.words

    done = await agent.submit(page, path, role="editor", application="bd 2026 4217")

    assert "The request is answered" in done.words
    assert newest_mail(sessions, KENJI).subject == "You can now act for Nordlys Skincare on Brand Desk"
    with sessions() as session:
        brand = people.brand(session, "Nordlys Skincare")
        membership = session.get(Membership, (people.contact(session, KENJI).id, brand.id))
        assert membership is not None
        assert membership.role is Role.EDITOR
    assert (await agent.open(path)).status == 404


async def test_somebody_who_left_the_desk_looks_after_nothing(agent, sessions):
    with sessions.begin() as session:
        rui, mei = staff_named(session, RUI), staff_named(session, MEI)
        assignments.assign(session, way.nordlys(session).id, mei.id, by=rui)
        session.get_one(Staff, mei.id).left_at = clock.now(session)
    await agent.enter(RUI)

    assert "Looked after by Nobody yet" in (await agent.open(NORDLYS)).words


def test_an_application_that_does_not_exist_has_no_dossier(session):
    with pytest.raises(dossier.ApplicationUnknown):
        dossier.open_dossier(session, "BD-2026-999999")
