from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.database import SessionFactory
from onboarding.models import Application, BrandClaim, Contact, Membership, StageChange
from onboarding.names import ClaimStatus, Role, Stage
from onboarding.permissions import RoleTooLow
from onboarding.registration import claims, drafts, submission
from onboarding.registration.errors import AlreadySubmitted, NotDeclared, SubmitBlocked
from tests.onboarding.registration.answers import F, begun, filled, person, with_documents


@pytest.fixture
def nora(session: Session) -> Contact:
    return person(session)


@pytest.fixture
def ready(session: Session, nora: Contact) -> Application:
    return with_documents(session, filled(session, nora))


def rival(session: Session) -> Contact:
    return person(session, "Ruth Rival", "ruth@rival.example")


def codes(error: SubmitBlocked) -> set[str]:
    return {blocker.code for blocker in error.blockers}


def test_a_submission_starts_the_days_of_the_promise(session, nora, ready):
    receipt = submission.submit(session, nora, ready, declared=True)

    assert (receipt.submitted_on, receipt.target_on) == (date(2026, 5, 20), date(2026, 6, 19))
    assert ready.stage is Stage.SUBMITTED
    changes = session.scalars(
        select(StageChange).where(StageChange.application_id == ready.id).order_by(StageChange.id)
    ).all()
    assert [(change.stage, change.by) for change in changes] == [
        (Stage.DRAFT, "Nora Glade"),
        (Stage.SUBMITTED, "Nora Glade"),
    ]
    assert changes[-1].reason


def test_what_is_missing_blocks_and_is_named(session, nora):
    draft = begun(session, nora)

    with pytest.raises(SubmitBlocked) as blocked:
        submission.submit(session, nora, draft, declared=True)

    sentences = [blocker.sentence for blocker in blocked.value.blockers]
    assert "Enter the registration number of your company" in sentences
    assert "Send your document: Proof of bank account" in sentences
    assert draft.stage is Stage.DRAFT


def test_a_store_type_that_does_not_fit_blocks(session, nora):
    draft = with_documents(session, filled(session, nora, store_type="MALL_FLAGSHIP"))

    with pytest.raises(SubmitBlocked) as blocked:
        submission.submit(session, nora, draft, declared=True)

    assert codes(blocked.value) == {"store_type_misfit"}


def test_nothing_is_submitted_without_the_declaration(session, nora, ready):
    with pytest.raises(NotDeclared):
        submission.submit(session, nora, ready, declared=False)

    assert ready.stage is Stage.DRAFT


def test_the_same_application_is_submitted_once(session, nora, ready):
    submission.submit(session, nora, ready, declared=True)

    with pytest.raises(AlreadySubmitted):
        submission.submit(session, nora, ready, declared=True)


def test_a_viewer_does_not_submit(session, nora, ready):
    guest = person(session, "Guest", "guest@glade.example")
    session.add(Membership(contact_id=guest.id, brand_id=ready.brand_id, role=Role.VIEWER))
    session.flush()

    with pytest.raises(RoleTooLow):
        submission.submit(session, guest, ready, declared=True)


def test_two_companies_that_name_one_brand_become_a_claim_and_may_both_go_on(session, nora, ready):
    submission.submit(session, nora, ready, declared=True)
    other = rival(session)
    second = with_documents(
        session, filled(session, other, brand_name="glade ceramics", company_name="Rival Ltd", country="GB")
    )

    receipt = submission.submit(session, other, second, declared=True)

    assert receipt.claim == claims.Claimed("glade ceramics", same_company=False)
    assert [claim.against_id for claim in claims.open_claims(session)] == [ready.id]
    assert claims.claimed(session, ready) is None


def test_the_same_company_cannot_submit_the_same_brand_again(session, nora, ready):
    submission.submit(session, nora, ready, declared=True)
    colleague = rival(session)
    second = with_documents(session, filled(session, colleague))

    with pytest.raises(SubmitBlocked) as blocked:
        submission.submit(session, colleague, second, declared=True)

    assert codes(blocked.value) == {"same_application"}
    claim = claims.claimed(session, second)
    assert claim is not None
    assert claim.same_company


def test_a_claim_ends_when_the_brand_is_named_differently(session, nora, ready):
    other = rival(session)
    second = filled(session, other, company_name="Rival Ltd")

    drafts.save_answer(session, other, second, F.BRAND_NAME, "Rival")

    assert claims.claimed(session, second) is None
    ended = session.scalars(select(BrandClaim)).one()
    assert (ended.status, ended.ended_by) == (ClaimStatus.DROPPED, "Ruth Rival")


def test_a_decided_claim_is_not_opened_again(session, nora, ready):
    other = rival(session)
    second = with_documents(session, filled(session, other, company_name="Rival Ltd"))
    claims.decide(
        session, claims.open_claims(session)[0], ClaimStatus.UPHELD, by="Review team", reason="Owner"
    )

    receipt = submission.submit(session, other, second, declared=True)
    submission.submit(session, nora, ready, declared=True)

    assert receipt.claim is None
    assert claims.open_claims(session) == []


def test_nothing_is_saved_into_a_registration_while_it_is_being_submitted(sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        who = person(session).id
        number = with_documents(session, filled(session, session.get_one(Contact, who))).number
    with sessions() as submitting, sessions() as saving:
        nora, late = submitting.get_one(Contact, who), saving.get_one(Contact, who)
        submission.submit(
            submitting, nora, brands.application_by_number(submitting, nora, number), declared=True
        )
        draft = brands.application_by_number(saving, late, number)
        saving.execute(text("SET lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            drafts.save_answer(saving, late, draft, F.WEBSITE, "glade.example")
        saving.rollback()
        submitting.commit()
        draft = brands.application_by_number(saving, late, number)
        with pytest.raises(AlreadySubmitted):
            drafts.save_answer(saving, late, draft, F.WEBSITE, "glade.example")


def test_of_two_submissions_at_the_same_moment_one_counts(sessions: SessionFactory) -> None:
    with sessions.begin() as session:
        who = person(session).id
        number = with_documents(session, filled(session, session.get_one(Contact, who))).number
    with sessions() as first, sessions() as second:
        early, late = first.get_one(Contact, who), second.get_one(Contact, who)
        seen_as_draft = brands.application_by_number(second, late, number)
        submission.submit(first, early, brands.application_by_number(first, early, number), declared=True)
        first.commit()
        with pytest.raises(AlreadySubmitted):
            submission.submit(second, late, seen_as_draft, declared=True)
