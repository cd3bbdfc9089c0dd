"""Document review at the desk: the queue, the paper, the decision, the second look, and what is recorded."""

from datetime import date

import pytest
from sqlalchemy import select

from conversations import documents as business
from conversations.models import Mail, Message
from onboarding.documents import infected, review
from onboarding.models import AuditEntry, DocumentOpening, DocumentReview, DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType, ReasonCode, Verdict
from tests.web.desk import papers_sent
from tests.web.staff import HANA, MEI, RUI, TAO
from tests.web.visitor import INGRID

D = DocumentType


@pytest.fixture
def paper(sessions, store) -> str:
    """The page of a certificate in another company's name, which was never refused."""
    with sessions.begin() as session:
        papers_sent.never_refused(session)
        return f"/desk/documents/{papers_sent.sent(session, store)}"


@pytest.fixture
def refused_before(sessions, store) -> str:
    with sessions.begin() as session:
        return f"/desk/documents/{papers_sent.sent(session, store)}"


def status(sessions, path: str) -> DocumentStatus:
    with sessions() as session:
        return session.get_one(DocumentSubmission, int(path.rpartition("/")[2])).status


def looks(sessions) -> list[tuple[Verdict, str]]:
    with sessions() as session:
        return [
            (one.verdict, one.by)
            for one in session.scalars(select(DocumentReview).order_by(DocumentReview.id))
        ]


def audited(sessions) -> list[str]:
    with sessions() as session:
        return list(
            session.scalars(
                select(AuditEntry.action).where(AuditEntry.subject_type == "document").order_by(AuditEntry.id)
            )
        )


def notices(sessions) -> list[str]:
    with sessions() as session:
        return list(
            session.scalars(
                select(Message.text).where(Message.channel == "document_notices").order_by(Message.id)
            )
        )


async def refuse(reviewer, path: str, **fields: str):
    page = await reviewer.open(path)
    given = {"reason": "NAME_MISMATCH", "sentence": "", "instead": "", "do": "reject"} | fields
    return await reviewer.submit(page, f"{path}/reject", **given)


async def test_the_queue_names_what_waits_with_the_days_that_are_left(agent, paper):
    await agent.enter(TAO)
    page = await agent.open("/desk/documents")

    assert page.status == 200
    assert "Trademark certificate Nordlys Skincare, Nordlys Skincare AS, Norway" in page.words
    assert "Day 16 of 30" in page.words
    assert paper in page.links("/desk/documents/")


async def test_agents_do_not_see_documents(agent, paper):
    await agent.enter(MEI)

    for path in ("/desk/documents", paper, f"{paper}/panel", f"{paper}/pages/1", f"{paper}/original"):
        assert (await agent.open(path)).status == 403


async def test_a_reviewer_without_a_second_factor_is_sent_to_set_it_up(agent, paper):
    await agent.enter(TAO, second_factor=False)

    assert (await agent.open(paper)).path == "/desk/account/second-factor"


async def test_paper_and_registered_data_stand_side_by_side(agent, paper):
    await agent.enter(TAO)
    page = await agent.open(paper)

    assert "Company Nordlys Skincare AS Does not match: Nordlys Holding AS" in page.words
    assert "Valid until In date today Matches: Fri 31 December 2027" in page.words
    assert "Page 1 of 2" in page.words
    assert "Registered name of your company Nordlys Skincare AS" in page.words
    assert f'src="{paper}/pages/1?size=fit&amp;turned=0"' in page.html


async def test_a_page_is_a_picture_that_can_be_enlarged_and_turned(agent, paper):
    await agent.enter(TAO)
    page = await agent.open(f"{paper}?page=2&size=large&turned=90")
    picture = await agent.open(f"{paper}/pages/2?size=large&turned=90")

    assert "Page 2 of 2" in page.words
    assert f'src="{paper}/pages/2?size=large&amp;turned=90"' in page.html
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/webp")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert (await agent.open(f"{paper}/pages/3")).status == 404


@pytest.mark.parametrize("asked", ["page=99", "page=-1", "page=x&size=huge&turned=45", "page=9999999999"])
async def test_a_view_that_makes_no_sense_is_a_page_all_the_same(agent, paper, asked):
    await agent.enter(TAO)

    assert (await agent.open(f"{paper}?{asked}")).status == 200


async def test_the_original_is_saved_and_never_shown(agent, paper):
    await agent.enter(TAO)
    original = await agent.open(f"{paper}/original")

    assert original.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in original.headers["Content-Security-Policy"]
    assert original.headers["X-Content-Type-Options"] == "nosniff"


async def test_every_opening_is_recorded_and_the_brand_sees_it(agent, visitor, sessions, paper):
    await agent.enter(TAO)
    await agent.open(f"{paper}/pages/1")
    await agent.open(f"{paper}/pages/2")
    await agent.open(f"{paper}/original")
    await visitor.sign_in(INGRID)
    page = await visitor.open("/privacy/data")

    with sessions() as session:
        assert list(session.scalars(select(DocumentOpening.who))) == ["Tao Chen", "Tao Chen"]
    assert audited(sessions) == ["document opened", "document saved"]
    assert "Tao Chen" in page.words


async def test_an_acceptance_reaches_the_brand_at_once_and_the_next_document_comes_up(
    agent, visitor, sessions, paper
):
    await agent.enter(TAO)
    page = await agent.open(paper)
    then = await agent.submit(page, f"{paper}/accept")

    assert status(sessions, paper) is DocumentStatus.APPROVED
    assert notices(sessions)[0].startswith("**Trademark certificate of Nordlys Skincare: accepted.**")
    assert "Accepted: Trademark certificate of Nordlys Skincare. The brand has been told." in then.words
    assert then.path.startswith("/desk/documents/")
    assert then.path != paper
    assert audited(sessions)[-1] == "document accepted"


async def test_the_last_day_that_a_reviewer_reads_is_kept(agent, sessions, paper):
    await agent.enter(TAO)
    page = await agent.open(paper)
    assert page.field("valid_until") == "2027-12-31"
    for wrong in ("2026-05-19", "soon"):
        refused = await agent.submit(page, f"{paper}/accept", valid_until=wrong)
        assert refused.status == 422
        assert "Enter the last day as a date that is not over yet" in refused.words

    await agent.submit(page, f"{paper}/accept", valid_until="2028-06-30")

    with sessions() as session:
        kept = session.get_one(DocumentSubmission, int(paper.rpartition("/")[2]))
    assert (kept.status, kept.valid_until) == (DocumentStatus.APPROVED, date(2028, 6, 30))


async def test_a_refusal_with_its_ready_words_reaches_the_thread_with_a_link_to_the_upload(
    agent, sessions, paper
):
    await agent.enter(TAO)
    then = await refuse(agent, paper)

    assert status(sessions, paper) is DocumentStatus.REJECTED
    told = notices(sessions)[0]
    assert "The name on the document is not the name of the applicant." in told
    assert "[Upload the new file](/brands/nordlys-skincare/documents/trademark#file)" in told
    assert "Refused: Trademark certificate of Nordlys Skincare." in then.words
    with sessions() as session:
        mail = session.scalars(select(Mail).where(Mail.recipient == INGRID).order_by(Mail.id.desc())).first()
    assert "/brands/nordlys-skincare/documents/trademark" in mail.body


async def test_the_preview_is_what_the_brand_reads_to_the_letter(agent, sessions, paper):
    await agent.enter(TAO)
    own = {"sentence": "It names <Nordlys> Holding AS.", "instead": "the certificate of Nordlys Skincare AS"}
    page = await refuse(agent, paper, do="preview", **own)
    assert page.status == 200
    assert status(sessions, paper) is DocumentStatus.IN_REVIEW

    await refuse(agent, paper, **own)

    shown = notices(sessions)[0].replace("**", "").replace("[", "").partition("]")[0]
    assert shown in page.words
    assert "In the conversation and by email of Ingrid Solberg and Sofia" in page.words


async def test_the_first_check_proposes_the_reason(agent, paper):
    await agent.enter(TAO)
    page = await agent.open(paper)

    assert 'value="NAME_MISMATCH"' in page.html
    assert page.html.count(" selected>Name does not match") == 1
    assert "Proposed by the first check." in page.words


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "Select a reason"),
        ({"reason": "NO_SUCH"}, "Select a reason"),
        ({"sentence": "No."}, "Enter a whole sentence of at least 10 characters"),
        ({"instead": "x" * 501}, "Enter at most 500 characters"),
    ],
)
async def test_words_that_are_not_enough_are_asked_for_and_nothing_is_lost(
    agent, sessions, paper, fields, said
):
    await agent.enter(TAO)
    page = await refuse(agent, paper, **{"sentence": "The certificate names another firm."} | fields)

    assert page.status == 422
    assert said in page.words
    assert "Error:" in page.html
    assert (fields.get("sentence") or "The certificate names another firm.") in page.words
    assert status(sessions, paper) is DocumentStatus.IN_REVIEW


async def test_a_second_refusal_waits_for_a_second_person(agent, second_agent, sessions, refused_before):
    await agent.enter(TAO)
    asked = await refuse(agent, refused_before)
    assert "Second look asked" in asked.words
    assert notices(sessions) == []

    mine = await agent.open(refused_before)
    assert "You refused it" in mine.words
    assert "so a colleague has to look at it too" in mine.words
    assert f"{refused_before}/reject" not in mine.html
    again = await agent.submit(mine, f"{refused_before}/reject", reason="EXPIRED", do="reject")
    assert again.status == 422
    assert "somebody else has to look at it" in again.words

    await second_agent.enter(HANA)
    listed = await second_agent.open("/desk/documents?show=second")
    assert "Second look, asked by Tao Chen" in listed.words
    page = await second_agent.open(refused_before)
    assert "Refuse, as Tao Chen does" in page.words
    await refuse(second_agent, refused_before)

    assert status(sessions, refused_before) is DocumentStatus.REJECTED
    assert looks(sessions) == [(Verdict.SECOND_LOOK, "Tao Chen"), (Verdict.REJECTED, "Hana Park")]
    assert len(notices(sessions)) == 2
    assert audited(sessions) == ["second look asked", "document rejected"]


async def test_two_people_of_one_name_are_two_people(sessions, refused_before):
    submission_id = int(refused_before.rpartition("/")[2])
    with sessions.begin() as session:
        from onboarding.models import Staff

        tao, hana = (
            session.scalars(select(Staff).where(Staff.email == email)).one() for email in (TAO, HANA)
        )
        review.reject(session, submission_id, ReasonCode.EXPIRED, by="Tao Chen", staff_id=tao.id)
        decided = review.reject(session, submission_id, ReasonCode.EXPIRED, by="Tao Chen", staff_id=hana.id)

    assert decided.verdict is Verdict.REJECTED


async def test_the_second_of_two_reviewers_is_told_who_decided(agent, second_agent, sessions, paper):
    await agent.enter(TAO)
    await second_agent.enter(HANA)
    open_already = await second_agent.open(paper)
    await agent.submit(await agent.open(paper), f"{paper}/accept")

    late = await second_agent.submit(
        open_already, f"{paper}/reject", reason="EXPIRED", sentence="", instead="", do="reject"
    )
    late_too = await second_agent.submit(open_already, f"{paper}/accept")

    assert (late.status, late_too.status) == (409, 409)
    assert "Tao Chen accepted it" in late.words
    assert looks(sessions) == [(Verdict.ACCEPTED, "Tao Chen")]


async def test_a_colleague_who_has_the_paper_open_is_named(agent, second_agent, paper):
    await agent.enter(TAO)
    await agent.open(f"{paper}/pages/1")
    await second_agent.enter(HANA)

    assert "Tao Chen has this paper open, too." in (await second_agent.open(paper)).words


async def test_a_newer_file_leads_to_itself(agent, sessions, store, paper):
    with sessions.begin() as session:
        business.reject(
            session,
            int(paper.rpartition("/")[2]),
            ReasonCode.UNREADABLE,
            by="Tao Chen",
            base_url="http://desk.example",
        )
        newer = papers_sent.sent(session, store, lines=["Another certificate of the same company"])
    await agent.enter(RUI)
    page = await agent.open(paper)

    assert "A newer file was sent" in page.words
    assert f"/desk/documents/{newer}" in page.links("/desk/documents/")
    assert "Tao Chen refused it" in page.words


async def test_a_list_is_shown_as_its_rows(agent, sessions, store):
    with sessions.begin() as session:
        listed = f"/desk/documents/{papers_sent.sent_list(session, store)}"
    await agent.enter(TAO)
    page = await agent.open(listed)

    assert "3 rows shown" in page.words
    assert "Nordlys Cosmetics Cream Water 189.00 Nordlys Skincare AS" in page.words
    assert audited(sessions) == ["document opened"]


async def test_a_document_of_the_demonstration_is_shown_as_a_made_up_sample(agent, sessions):
    with sessions() as session:
        made_up = session.scalars(
            select(DocumentSubmission.id).where(
                DocumentSubmission.status == DocumentStatus.IN_REVIEW,
                DocumentSubmission.document_type == D.REP_ID,
            )
        ).first()
    await agent.enter(TAO)
    page = await agent.open(f"/desk/documents/{made_up}")
    picture = await agent.open(f"/desk/documents/{made_up}/pages/1")

    assert "A made-up sample stands in for it" in page.words
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/webp")
    assert (await agent.open(f"/desk/documents/{made_up}/original")).status == 404


async def test_a_file_with_a_virus_is_gone_and_its_page_says_so(agent, sessions, paper):
    with sessions.begin() as session:
        infected.refuse(session, int(paper.rpartition("/")[2]), "Eicar-Test")
    await agent.enter(TAO)
    page = await agent.open(paper)

    assert "A virus was found in the file, and the file was removed." in page.words
    for path in (f"{paper}/pages/1", f"{paper}/original"):
        assert (await agent.open(path)).status == 404


async def test_the_panel_is_the_review_without_a_frame(agent, paper):
    await agent.enter(TAO)
    panel = await agent.open(f"{paper}/panel")

    assert panel.status == 200
    assert "<html" not in panel.html
    assert f'action="{paper}/accept"' in panel.html


@pytest.mark.parametrize("name", ["0", "nonsense", "99999999", "9" * 20])
async def test_what_is_no_document_is_not_found(agent, name):
    await agent.enter(TAO)

    assert (await agent.open(f"/desk/documents/{name}")).status == 404


async def test_a_decision_needs_a_form_of_our_own(agent, sessions, paper):
    await agent.enter(TAO)
    page = await agent.open(paper)
    forged = await agent.submit(page, f"{paper}/accept", csrf_token="forged")

    assert forged.status == 422
    assert status(sessions, paper) is DocumentStatus.IN_REVIEW
