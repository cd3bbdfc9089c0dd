"""What a reviewer is shown: the queue, the paper beside what was registered, and who looked before."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.documents import checking, examination, queue, reading, review, submissions
from onboarding.documents.facts import Facts, PageText, Trouble
from onboarding.documents.judging import judge
from onboarding.documents.storage import DocumentStore
from onboarding.models import DocumentOpening, DocumentSubmission
from onboarding.names import DocumentType, FileFormat, ReasonCode
from tests import papers
from tests.onboarding import people
from tests.onboarding.documents.test_review import in_review, send

D = DocumentType
MEI, WANG = "Mei Lin", "Wang Fang"


def checked(session: Session, store: DocumentStore, lines: list[str]) -> DocumentSubmission:
    """A trademark certificate that says these lines, after its first check."""
    submission = send(session, store, D.TRADEMARK, papers.pdf(lines))
    wanted = checking.what_to_check(session, store, submission.id)
    assert wanted is not None
    facts = Facts(pages=2, read=(PageText("\n".join(lines), language="en"),))
    checking.keep_result(session, submission.id, facts, judge(facts, wanted.expected))
    return submission


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "paper"
    path.write_bytes(content)
    return path


def opened(session: Session) -> list[str]:
    return list(session.scalars(select(DocumentOpening.who).order_by(DocumentOpening.id)))


def test_the_queue_begins_with_the_brand_that_has_the_fewest_days_left(session: Session) -> None:
    waiting = queue.to_review(session)

    days_left = [one.clock.days_total - one.clock.day for one in waiting]
    assert len(waiting) > 10
    assert days_left == sorted(days_left)
    assert all(one.submission.status.name == "IN_REVIEW" for one in waiting)


def test_the_next_document_follows_in_the_queue(session: Session) -> None:
    order = queue.in_order(session)
    first, second, last = order[0], order[1], order[-1]

    assert order == [one.submission.id for one in queue.to_review(session)]
    assert queue.next_after(order, first) == second
    assert queue.next_after(order, last) is None
    assert queue.next_after(order, 0) == first
    assert queue.before(order, second) == first
    assert queue.before(order, first) is None


def test_a_document_that_was_refused_before_says_so_in_the_queue(
    session: Session, store: DocumentStore
) -> None:
    submission = checked(session, store, papers.CLEAN)
    found = next(one for one in queue.to_review(session) if one.submission.id == submission.id)
    assert (found.times_refused, found.first_look) == (1, None)

    review.reject(session, submission.id, ReasonCode.UNREADABLE, by=MEI)

    found = next(one for one in queue.to_review(session) if one.submission.id == submission.id)
    assert found.first_look is not None
    assert found.first_look.by == MEI


def test_paper_and_registered_data_stand_side_by_side_with_what_differs_first(
    session: Session, store: DocumentStore
) -> None:
    other = [line.replace("31 December 2027", "31 March 2026") for line in papers.OTHER_COMPANY]
    submission = checked(session, store, other)

    found = examination.examine(session, submission.id, by=MEI)

    assert found.compared is not None
    rows = {row.label: (row.registered, row.found, row.verdict) for row in found.compared}
    assert rows["Company"] == ("Nordlys Skincare AS", "Nordlys Holding AS", "differs")
    assert rows["Valid until"] == ("In date today", "Tue 31 March 2026", "differs")
    assert rows["Language"] == ("English or Chinese", "English", "same")
    assert found.compared[0].verdict == "differs"
    assert found.pages == 2
    assert found.registered["Registered name of your company"] == "Nordlys Skincare AS"


def test_the_history_says_who_decided_what_of_every_version(session: Session, store: DocumentStore) -> None:
    submission = checked(session, store, papers.CLEAN)
    review.reject(session, submission.id, ReasonCode.UNREADABLE, by=MEI)
    review.reject(session, submission.id, ReasonCode.UNREADABLE, by=WANG)

    found = examination.examine(session, submission.id, by=MEI)

    assert len(found.versions) == 2
    assert [look.by for look in found.versions[0].reviews] == [MEI, WANG]
    assert found.decided is not None
    assert found.decided.by == WANG
    assert not found.can_be_decided


def test_turning_pages_is_one_opening_and_a_download_another(session: Session, store: DocumentStore) -> None:
    submission = checked(session, store, papers.CLEAN)

    examination.look_at_page(session, submission.id, by=MEI)
    examination.look_at_page(session, submission.id, by=MEI)
    examination.open_file(session, submission.id, by=MEI)
    examination.look_at_page(session, submission.id, by=WANG)
    clock.advance(session, timedelta(minutes=11))
    examination.look_at_page(session, submission.id, by=MEI)

    assert opened(session) == [MEI, MEI, WANG, MEI]


def test_a_colleague_who_looks_at_the_same_paper_is_named(session: Session, store: DocumentStore) -> None:
    submission = checked(session, store, papers.CLEAN)
    submissions.open_file(
        session,
        people.contact(session, people.INGRID),
        people.application(session, "Nordlys Skincare"),
        D.TRADEMARK,
        examination.open_file(session, submission.id, by=WANG).id,
    )

    assert examination.examine(session, submission.id, by=MEI).looking == [WANG]
    assert examination.examine(session, submission.id, by=WANG).looking == []


def test_what_only_was_asked_for_is_no_document_to_examine(session: Session) -> None:
    with pytest.raises(examination.DocumentUnknown):
        examination.examine(session, 10**6, by=MEI)
    with pytest.raises(examination.DocumentUnknown):
        examination.open_file(session, in_review(session, D.REP_ID), by=MEI)


def test_own_words_of_a_reviewer_are_tidied_and_have_limits(session: Session) -> None:
    assert review.words_for(ReasonCode.EXPIRED, None, "  ") == (
        "The document has expired.",
        "the same document with a date that is still valid",
    )
    assert review.words_for(ReasonCode.EXPIRED, " It ended\n in March. ", "a new one.") == (
        "It ended in March.",
        "a new one",
    )
    with pytest.raises(review.WordsRefused) as refused:
        review.words_for(ReasonCode.EXPIRED, "No.", "x" * 501)
    assert set(refused.value.errors) == {"sentence", "instead"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.pdf(papers.CLEAN, pages=2), FileFormat.PDF),
        (papers.scan(papers.CLEAN), FileFormat.JPG),
        (papers.blank_scan(), FileFormat.PNG),
    ],
)
def test_a_page_is_drawn_anew_turned_and_no_larger_than_asked(
    tmp_path: Path, content: bytes, kind: FileFormat
) -> None:
    path = written(tmp_path, content)

    drawn = reading.draw(path, kind, page=1, longest_side=600)
    turned = reading.draw(path, kind, page=1, longest_side=600, turned=90)

    assert isinstance(drawn, bytes)
    assert isinstance(turned, bytes)
    upright, lying = Image.open(io.BytesIO(drawn)), Image.open(io.BytesIO(turned))
    assert upright.format == "WEBP"
    assert upright.height == 600 > upright.width
    assert lying.size == upright.size[::-1]


@pytest.mark.parametrize(
    ("content", "page"), [(b"%PDF-1.4 nothing", 1), (papers.pdf(papers.CLEAN), 9), (papers.pdf(["x"]), 0)]
)
def test_what_cannot_be_drawn_is_said_to_be_broken(tmp_path: Path, content: bytes, page: int) -> None:
    found = reading.draw(written(tmp_path, content), FileFormat.PDF, page=page, longest_side=600)

    assert found is Trouble.BROKEN
