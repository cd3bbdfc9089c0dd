"""When an application is refused: the reason, an appeal, and applying again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations import opening as conversations
from conversations.models import Ticket
from onboarding import brands, clock
from onboarding.models import Application, DocumentFile, DocumentSubmission, StageChange
from onboarding.names import DocumentStatus, DocumentType, FileFormat, Stage
from onboarding.opening import refusal
from onboarding.opening.wording import FieldsRefused, OpeningRefused
from onboarding.registration import drafts, submission
from onboarding.registration.answers import answers_of, history_of
from onboarding.registration.progress import progress_of
from tests.onboarding.opening import way
from tests.onboarding.registration.answers import F, filled, person, with_documents

WHY = "The trademark belongs to somebody else."


def refused(session) -> Application:
    refusal.refuse(session, way.nordlys(session).id, by=way.MEI, reason=WHY)
    return way.nordlys(session)


def test_a_refusal_is_kept_with_who_when_and_why(session):
    application = refused(session)

    found = refusal.refusal_of(session, application)
    assert (application.stage, found.by, found.reason) == (Stage.REJECTED, way.MEI, WHY)


def test_an_approved_application_is_not_refused(session):
    way.approve(session)

    with pytest.raises(OpeningRefused) as error:
        refusal.refuse(session, way.nordlys(session).id, by=way.MEI, reason=WHY)

    assert error.value.code == "not_refusable"


def test_an_appeal_is_a_ticket_of_the_team_and_made_once(session):
    application = refused(session)

    made = conversations.appeal(session, way.ingrid(session), application, "The letter\r\nwas there.\x00")

    ticket = session.scalars(select(Ticket)).one()
    assert (made.ticket, made.text) == (ticket.reference, "The letter\nwas there.")
    assert (ticket.reason, ticket.detail) == ("appeal BD-2026-004217", "The letter\nwas there.")
    with pytest.raises(OpeningRefused) as error:
        conversations.appeal(session, way.ingrid(session), application, "Once more")
    assert error.value.code == "already_appealed"


@pytest.mark.parametrize("text", ["", " \n\x00 ", "x" * 4001])
def test_an_appeal_without_words_or_with_too_many_is_refused(session, text):
    application = refused(session)

    with pytest.raises(FieldsRefused):
        refusal.appeal(session, way.ingrid(session), application, text)


def test_nobody_appeals_against_what_was_not_refused(session):
    with pytest.raises(OpeningRefused) as error:
        refusal.appeal(session, way.ingrid(session), way.nordlys(session), "Why")

    assert error.value.code == "not_rejected"


def test_a_granted_appeal_brings_the_documents_back_to_review(session):
    application = refused(session)
    refusal.appeal(session, way.ingrid(session), application, "Look again")
    refusal.decide_appeal(session, application.id, granted=True, answer="You are right.", by="Zhou")

    assert way.nordlys(session).stage is Stage.DOCUMENT_REVIEW
    newest = session.scalars(select(StageChange).order_by(StageChange.id.desc()).limit(1)).one()
    assert newest.reason == "The appeal was granted: You are right."
    with pytest.raises(OpeningRefused):
        refusal.decide_appeal(session, application.id, granted=False, answer="No.", by="Zhou")


def test_applying_again_takes_along_what_was_not_refused(session, store):
    before = refused(session)
    given = session.scalars(
        select(DocumentSubmission).where(
            DocumentSubmission.application_id == before.id,
            DocumentSubmission.document_type == DocumentType.BUSINESS_REG,
        )
    ).one()
    with way.arriving(store, b"a file") as incoming:
        received = incoming.finish()
        stored = incoming.keep()
    session.add(
        DocumentFile(
            submission_id=given.id,
            stored_as=stored,
            sha256=received.sha256,
            size_bytes=received.size_bytes,
            format=FileFormat.PDF,
            name="register.pdf",
            sent_by=way.ingrid(session).id,
            received_at=given.submitted_at,
        )
    )
    session.flush()

    again = refusal.apply_again(session, way.ingrid(session), before, store)

    assert (again.stage, again.submitted_at, again.number != before.number) == (Stage.DRAFT, None, True)
    assert (again.company_id, again.category, again.declares) == (
        before.company_id,
        before.category,
        before.declares,
    )
    taken = {
        row.document_type: row
        for row in session.scalars(
            select(DocumentSubmission).where(DocumentSubmission.application_id == again.id)
        )
    }
    assert DocumentType.TRADEMARK not in taken
    assert taken[DocumentType.BANK_PROOF].status is DocumentStatus.APPROVED
    copy = session.scalars(
        select(DocumentFile).where(DocumentFile.submission_id == taken[DocumentType.BUSINESS_REG].id)
    ).one()
    assert copy.stored_as != stored
    assert store.path(copy.stored_as).read_bytes() == b"a file"
    assert brands.application_of(session, before.brand).id == again.id


def test_applying_again_takes_along_the_newest_answer_to_each_question(session, store):
    nora = person(session)
    before = filled(session, nora)
    drafts.save_answer(session, nora, before, F.PRODUCTS, "Bowls, plates and cups.")
    before = with_documents(session, before)
    submission.submit(session, nora, before, declared=True)
    refusal.refuse(session, before.id, by=way.MEI, reason=WHY)
    clock.advance(session, timedelta(days=3))

    again = refusal.apply_again(session, nora, before, store)

    given = history_of(session, again)
    assert {(row.field, row.value) for row in given} == {
        (answer.field, answer.value) for answer in answers_of(session, before).values() if answer.value
    }
    assert answers_of(session, again)[F.PRODUCTS].value == "Bowls, plates and cups."
    assert {(row.version, row.by, row.contact_id, row.at) for row in given} == {
        (1, "Nora Glade", nora.id, clock.now(session))
    }
    assert progress_of(session, again).blockers == []


def test_a_brand_applies_again_only_once(session, store):
    before = refused(session)
    refusal.apply_again(session, way.ingrid(session), before, store)

    with pytest.raises(OpeningRefused) as error:
        refusal.apply_again(session, way.ingrid(session), before, store)
    assert error.value.code == "already_running"
    refusal.appeal(session, way.ingrid(session), before, "Look again")
    with pytest.raises(OpeningRefused):
        refusal.decide_appeal(session, before.id, granted=True, answer="Yes.", by="Zhou")
