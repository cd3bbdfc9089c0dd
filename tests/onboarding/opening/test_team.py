"""What the team may do at each stage, what stands against it, and what has to be filled in."""

from datetime import date

import pytest
from sqlalchemy import select, update

from onboarding import clock, stages
from onboarding.models import Application, BrandClaim, DocumentSubmission, StageChange
from onboarding.names import DocumentStatus, DocumentType, Stage
from onboarding.opening import brand_review, refusal, set_up, team
from onboarding.opening.names import Step
from onboarding.opening.team import Given, TeamMove
from onboarding.opening.wording import Blocked, FieldsRefused
from tests.onboarding.opening import way

MEI = way.MEI


def at(session, stage: Stage) -> Application:
    application = way.nordlys(session)
    stages.move(session, application, stage, by=MEI)
    return application


def with_documents(session, status: DocumentStatus, **more: object) -> Application:
    application = way.nordlys(session)
    mine = DocumentSubmission.application_id == application.id
    cleared = {"reason_code": None, "reason_text": None, "deadline_on": None} | more
    session.execute(update(DocumentSubmission).where(mine).values(status=status, **cleared))
    way.accept_paper(session, application, DocumentType.PRODUCT_LIST)
    session.expire_all()
    return application


def moves(session, application) -> dict[TeamMove, bool]:
    return {one.move: one.may_be_made for one in team.possible(session, application)}


def unmet(session, application, move: TeamMove) -> list[str]:
    return team.described(session, application, move).unmet


def last_change(session) -> StageChange:
    return session.scalars(select(StageChange).order_by(StageChange.id.desc()).limit(1)).one()


def claim_on(session, application) -> BrandClaim:
    other = session.scalars(select(Application).where(Application.id != application.id).limit(1)).one()
    claim = BrandClaim(
        application_id=application.id,
        against_id=other.id,
        brand_name="Nordlys Skincare",
        same_company=False,
        at=clock.now(session),
        by="Ingrid Solberg",
    )
    session.add(claim)
    session.flush()
    return claim


def test_a_submitted_application_goes_through_the_brand_review_to_its_documents(session):
    application = at(session, Stage.SUBMITTED)
    assert moves(session, application) == {TeamMove.BEGIN_REVIEW: True, TeamMove.REFUSE: True}

    brand_review.begin(session, application.id, by=MEI)
    assert moves(session, application) == {TeamMove.PASS_REVIEW: True, TeamMove.REFUSE: True}
    with_documents(session, DocumentStatus.IN_REVIEW)
    brand_review.pass_on(session, application.id, by=MEI)

    assert application.stage is Stage.DOCUMENT_REVIEW
    assert (last_change(session).by, last_change(session).reason) == (
        MEI,
        "The brand is reviewed. The documents come next.",
    )


def test_a_claim_of_another_company_stops_the_brand_review(session):
    application = at(session, Stage.BRAND_REVIEW)
    claim_on(session, application)

    assert unmet(session, application, TeamMove.PASS_REVIEW) == [
        "Another company claims this brand, and that has not been decided yet."
    ]
    with pytest.raises(Blocked):
        brand_review.pass_on(session, application.id, by=MEI)


def test_documents_accepted_before_end_the_document_review_at_once(session):
    application = with_documents(session, DocumentStatus.APPROVED)
    at(session, Stage.BRAND_REVIEW)

    brand_review.pass_on(session, application.id, by=MEI)

    assert application.stage is Stage.APPROVED


def test_a_document_refused_before_makes_it_the_brands_turn_at_once(session):
    application = way.nordlys(session)
    at(session, Stage.BRAND_REVIEW)

    brand_review.pass_on(session, application.id, by=MEI)

    assert application.stage is Stage.CORRECTION_NEEDED
    assert last_change(session).reason == "A problem was found before: Trademark certificate."


def test_an_approval_waits_for_every_document_that_it_needs(session):
    application = with_documents(session, DocumentStatus.IN_REVIEW)
    at(session, Stage.DOCUMENT_REVIEW)

    against = unmet(session, application, TeamMove.APPROVE)
    assert "Trademark certificate is not accepted yet." in against
    with pytest.raises(Blocked):
        brand_review.approve(session, application.id, by=MEI)

    with_documents(session, DocumentStatus.APPROVED)
    brand_review.approve(session, application.id, by=MEI)
    assert application.stage is Stage.APPROVED


def test_a_payment_is_confirmed_with_a_day_between_invoice_and_today(session):
    application = way.offer(session)
    issued, today = date(2026, 5, 15), clock.today_in_china(session)
    assert today == issued

    for typed, said in (
        ("", "Enter the day on which the money arrived"),
        ("yesterday", "Enter the day on which the money arrived"),
        ("2026-05-16", "Enter a day from Fri 15 May 2026 to Fri 15 May 2026"),
    ):
        with pytest.raises(FieldsRefused) as refused:
            team.given(session, application, TeamMove.FEE_RECEIVED, {"day": typed, "yes": "yes"})
        assert refused.value.errors == {"day": said}
    found = team.given(session, application, TeamMove.FEE_RECEIVED, {"day": "2026-05-15", "yes": "yes"})
    assert found == Given(day=issued)


def test_a_payment_that_was_confirmed_is_not_confirmed_again(session, store):
    application = way.offer(session)
    way.confirm_payment(session)

    assert unmet(session, application, TeamMove.FEE_RECEIVED) == ["The payment was confirmed already."]
    assert unmet(session, application, TeamMove.BEGIN_SET_UP) == ["The contract is not accepted yet."]


def test_what_the_set_up_lacks_is_named_while_the_brand_works_on_it(session, store):
    application = way.to_set_up(session, store)

    assert moves(session, application) == {TeamMove.HAND_OVER: False}
    assert len(unmet(session, application, TeamMove.HAND_OVER)) == 7


def test_an_opening_waits_for_the_final_check(session, store):
    application = way.to_set_up(session, store)
    way.set_up_all(session)
    set_up.hand_over(session, way.ingrid(session), application)

    assert unmet(session, application, TeamMove.OPEN) == ["The final check has not been passed yet."]
    set_up.pass_final_check(session, application.id, by=MEI)
    assert unmet(session, application, TeamMove.OPEN) == []
    assert unmet(session, application, TeamMove.PASS_FINAL_CHECK) == [
        "The final check has been passed already."
    ]


def test_what_cannot_be_undone_asks_for_a_yes_and_for_words_of_some_length(session):
    application = way.nordlys(session)

    with pytest.raises(FieldsRefused) as refused:
        team.given(session, application, TeamMove.REFUSE, {"words": " No. "})
    assert refused.value.errors == {
        "words": "Enter a whole sentence of at least 10 characters",
        "yes": "Confirm it, or go back",
    }
    with pytest.raises(FieldsRefused) as refused:
        team.given(session, application, TeamMove.REFUSE, {"words": "x" * 1001, "yes": "yes"})
    assert refused.value.errors == {"words": "Enter at most 1000 characters"}


def test_a_set_up_is_sent_back_with_words_for_at_least_one_step(session):
    application = way.nordlys(session)

    with pytest.raises(FieldsRefused) as refused:
        team.given(session, application, TeamMove.SEND_BACK, {"yes": "yes"})
    assert refused.value.errors == {Step.ALIPAY: "Write for at least one step what is to be done"}
    found = team.given(
        session, application, TeamMove.SEND_BACK, {"yes": "yes", "DESIGN": "Take the German text out."}
    )
    assert found.steps == {Step.DESIGN: "Take the German text out."}


def test_an_appeal_is_named_once_it_was_made_and_until_it_is_answered(session):
    application = way.nordlys(session)
    refusal.refuse(session, application.id, by=MEI, reason="The trademark is not yours.")
    assert moves(session, application) == {}

    refusal.appeal(session, way.ingrid(session), application, "The letter was there.")
    assert moves(session, application) == {TeamMove.DECIDE_APPEAL: True}
    with pytest.raises(FieldsRefused) as refused:
        team.given(session, application, TeamMove.DECIDE_APPEAL, {"words": "We looked again.", "yes": "yes"})
    assert refused.value.errors == {"granted": "Select whether the appeal is granted"}

    refusal.decide_appeal(session, application.id, granted=False, answer="We looked again.", by=MEI)
    assert moves(session, application) == {TeamMove.DECIDE_APPEAL: False}
