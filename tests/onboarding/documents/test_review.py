"""Reviews: what is accepted, refused, looked at twice, and the stages that follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, requirements
from onboarding.database import SessionFactory
from onboarding.documents import checking, review, submissions
from onboarding.documents.facts import Facts, PageText
from onboarding.documents.judging import Finding, FindingCode
from onboarding.documents.storage import DocumentStore, Incoming
from onboarding.documents.wording import FileRefused, texts
from onboarding.models import DocumentCheck, DocumentFile, DocumentSubmission, StageChange
from onboarding.names import DocumentStatus, DocumentType, FileFormat, ReasonCode, Stage, Verdict
from tests.onboarding import people

D = DocumentType
MEI, WANG = "Mei Lin", "Wang Fang"


@contextmanager
def arriving(store: DocumentStore, content: bytes) -> Iterator[Incoming]:
    with store.receive(megabytes=1) as incoming:
        incoming.write(content)
        yield incoming


def send(
    session: Session, store: DocumentStore, document: D, content: bytes = b"a file"
) -> DocumentSubmission:
    """As Ingrid for Nordlys Skincare."""
    with arriving(store, content) as incoming:
        sent = submissions.send(
            session,
            people.contact(session, people.INGRID),
            people.application(session, "Nordlys Skincare"),
            document,
            incoming,
            incoming.finish(),
            FileFormat.PDF,
            "paper.pdf",
        )
    return sent.submission


def nordlys_stage(session: Session) -> Stage:
    return people.application(session, "Nordlys Skincare").stage


def last_change(session: Session) -> StageChange:
    return session.scalars(select(StageChange).order_by(StageChange.id.desc()).limit(1)).one()


def in_review(session: Session, document: D) -> int:
    application = people.application(session, "Nordlys Skincare")
    return submissions.history(session, application, document)[0].submission.id


def test_sending_what_was_refused_makes_the_review_go_on_and_says_who_did_it(
    session: Session, store: DocumentStore
) -> None:
    send(session, store, D.TRADEMARK)

    change = last_change(session)
    assert nordlys_stage(session) is Stage.DOCUMENT_REVIEW
    assert (change.stage, change.by, change.started_on) == (
        Stage.DOCUMENT_REVIEW,
        "Ingrid Solberg",
        date(2026, 5, 20),
    )
    assert change.reason == texts()["stage_reasons"]["corrected"]


def test_sending_another_document_leaves_the_correction_open(session: Session, store: DocumentStore) -> None:
    send(session, store, D.PRODUCT_LIST)

    assert nordlys_stage(session) is Stage.CORRECTION_NEEDED


def test_once_all_that_approval_needs_is_accepted_the_application_is_approved(
    session: Session, store: DocumentStore
) -> None:
    trademark, products = send(session, store, D.TRADEMARK), send(session, store, D.PRODUCT_LIST, b"a list")
    review.accept(session, in_review(session, D.REP_ID), by=MEI)
    review.accept(session, trademark.id, by=MEI)
    assert nordlys_stage(session) is Stage.DOCUMENT_REVIEW

    review.accept(session, products.id, by=MEI)

    assert nordlys_stage(session) is Stage.APPROVED
    assert last_change(session).by == MEI


def test_a_rejection_asks_for_a_correction_with_ready_words_and_five_working_days(
    session: Session, store: DocumentStore
) -> None:
    sent = send(session, store, D.TRADEMARK)
    products = send(session, store, D.PRODUCT_LIST, b"a list")

    decided = review.reject(session, products.id, ReasonCode.UNREADABLE, by=MEI)

    assert decided.verdict is Verdict.REJECTED
    assert nordlys_stage(session) is Stage.CORRECTION_NEEDED
    assert last_change(session).reason == "Product list: The scan cannot be read, or a part is cut off."
    item = requirements.checklist(session, people.application(session, "Nordlys Skincare")).item(
        D.PRODUCT_LIST
    )
    assert item is not None
    assert item.send_instead == "a new scan in colour, with all edges of every page"
    assert item.deadline_at == datetime(2026, 5, 27, 16, tzinfo=UTC)
    assert sent.status is DocumentStatus.CHECKING


def test_a_deadline_leaves_out_weekends_and_holidays(session) -> None:
    assert review.correction_deadline(session, date(2026, 4, 30)) == date(2026, 5, 12)


def test_a_document_is_refused_again_only_after_a_second_person_looked(
    session: Session, store: DocumentStore
) -> None:
    again = send(session, store, D.TRADEMARK)

    first = review.reject(session, again.id, ReasonCode.NOT_SIGNED, by=MEI)
    assert (first.verdict, again.status) == (Verdict.SECOND_LOOK, DocumentStatus.CHECKING)
    assert nordlys_stage(session) is Stage.DOCUMENT_REVIEW
    with pytest.raises(review.SecondPersonNeeded):
        review.reject(session, again.id, ReasonCode.NOT_SIGNED, by=MEI)
    second = review.reject(session, again.id, ReasonCode.NOT_SIGNED, by=WANG)

    assert (second.verdict, again.status) == (Verdict.REJECTED, DocumentStatus.REJECTED)
    assert [seen.by for seen in review.reviews_of(session, again)] == [MEI, WANG]
    assert nordlys_stage(session) is Stage.CORRECTION_NEEDED


def test_the_second_person_may_accept_instead(session: Session, store: DocumentStore) -> None:
    again = send(session, store, D.TRADEMARK)
    review.reject(session, again.id, ReasonCode.NOT_SIGNED, by=MEI)

    review.accept(session, again.id, by=WANG)

    assert again.status is DocumentStatus.APPROVED


def test_what_was_decided_or_replaced_is_not_decided_again(session: Session, store: DocumentStore) -> None:
    old = send(session, store, D.PRODUCT_LIST, b"old")
    new = send(session, store, D.PRODUCT_LIST, b"new")
    with pytest.raises(review.NotToReview):
        review.accept(session, old.id, by=MEI)
    review.accept(session, new.id, by=MEI)

    with pytest.raises(review.NotToReview):
        review.reject(session, new.id, ReasonCode.UNREADABLE, by=WANG)


def test_a_review_of_what_the_brand_replaced_meanwhile_is_refused(
    sessions: SessionFactory, store: DocumentStore
) -> None:
    with sessions.begin() as session:
        old = send(session, store, D.PRODUCT_LIST, b"old").id
    with sessions.begin() as reviewing:
        assert reviewing.get(DocumentSubmission, old) is not None
        with sessions.begin() as session:
            send(session, store, D.PRODUCT_LIST, b"new")

        with pytest.raises(review.NotToReview):
            review.accept(reviewing, old, by=MEI)


def test_the_first_check_hands_the_document_to_a_person_once(session: Session, store: DocumentStore) -> None:
    sent = send(session, store, D.TRADEMARK)
    facts = Facts(read=(PageText("private words"),), seconds=1.5, megabytes=60.0)

    for _ in range(2):
        checking.keep_result(session, sent.id, facts, [Finding(FindingCode.EXPIRED, {"date": "2026-03-31"})])

    check = session.get_one(DocumentCheck, sent.id)
    assert sent.status is DocumentStatus.IN_REVIEW
    assert checking.what_to_check(session, store, sent.id) is None
    assert checking.told(check)[0].sentence == "It seems to have expired on Tue 31 March 2026."
    assert "private words" not in str(check.facts)


def test_a_check_that_ends_after_the_review_changes_nothing(session: Session, store: DocumentStore) -> None:
    sent = send(session, store, D.TRADEMARK)
    review.accept(session, sent.id, by=MEI)

    checking.keep_result(session, sent.id, Facts(), [])

    assert sent.status is DocumentStatus.APPROVED


def test_every_finding_can_be_told() -> None:
    assert set(texts()["findings"]) == {code.value for code in FindingCode}


def test_a_file_whose_transaction_fails_is_not_kept(
    sessions: SessionFactory, store: DocumentStore, tmp_path: Path
) -> None:
    def send_and_fail() -> None:
        with arriving(store, b"a file") as incoming, sessions.begin() as session:
            submissions.send(
                session,
                people.contact(session, people.INGRID),
                people.application(session, "Nordlys Skincare"),
                D.TRADEMARK,
                incoming,
                incoming.finish(),
                FileFormat.PDF,
                "paper.pdf",
            )
            raise ConnectionError

    with pytest.raises(ConnectionError):
        send_and_fail()

    with sessions() as session:
        assert session.scalars(select(DocumentFile)).all() == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_half_a_file_is_swept_away_and_one_that_still_arrives_is_not(
    tmp_path: Path, store: DocumentStore
) -> None:
    with store.receive(megabytes=1) as incoming:
        incoming.write(b"half")
        assert store.sweep() == 0
        assert store.sweep(older_than_seconds=-1) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_kept_file_cannot_be_written_over(store: DocumentStore) -> None:
    with arriving(store, b"a file") as incoming:
        incoming.finish()
        path = store.path(incoming.keep())

    assert path.stat().st_mode & 0o777 == 0o400
    with pytest.raises(ValueError, match="not a name"):
        store.path("../../etc/passwd")


def test_nothing_is_sent_for_a_closed_application(session: Session, store: DocumentStore) -> None:
    people.application(session, "Nordlys Skincare").stage = Stage.REJECTED
    session.flush()

    with pytest.raises(FileRefused) as refused:
        send(session, store, D.TRADEMARK)
    assert refused.value.code == "not_taken_now"


def test_the_clock_of_a_submission_is_the_business_clock(session: Session, store: DocumentStore) -> None:
    clock.freeze(session, datetime(2026, 5, 21, 8, tzinfo=UTC))

    assert send(session, store, D.TRADEMARK).submitted_at == datetime(2026, 5, 21, 8, tzinfo=UTC)
