"""Papers of Nordlys Skincare on a reviewer's desk: sent by Ingrid, checked or not, refused before or not."""

from sqlalchemy.orm import Session

from onboarding.documents import checking, submissions
from onboarding.documents.facts import Facts, PageText
from onboarding.documents.judging import judge
from onboarding.documents.storage import DocumentStore
from onboarding.models import DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType, FileFormat
from tests import papers
from tests.onboarding import people
from tests.web.visitor import INGRID


def sent(
    session: Session,
    store: DocumentStore,
    document: DocumentType = DocumentType.TRADEMARK,
    lines: list[str] = papers.OTHER_COMPANY,
    pages: int = 2,
) -> int:
    """The submission's id, after the first check."""
    submission = _kept(session, store, document, papers.pdf(lines, pages), FileFormat.PDF)
    wanted = checking.what_to_check(session, store, submission.id)
    assert wanted is not None
    read = tuple(PageText("\n".join(lines), language="en") for _ in range(pages))
    facts = Facts(pages=pages, read=read)
    checking.keep_result(session, submission.id, facts, judge(facts, wanted.expected))
    return submission.id


def sent_list(session: Session, store: DocumentStore) -> int:
    submission = _kept(session, store, DocumentType.PRODUCT_LIST, papers.product_list(), FileFormat.CSV)
    submission.status = DocumentStatus.IN_REVIEW
    return submission.id


def never_refused(session: Session) -> None:
    """The refusal of the demonstration is taken out of the way."""
    for submission in session.query(DocumentSubmission).where(
        DocumentSubmission.application_id == people.application(session, "Nordlys Skincare").id,
        DocumentSubmission.status == DocumentStatus.REJECTED,
    ):
        submission.status = DocumentStatus.EXPIRED
        submission.reason_code = submission.reason_text = None


def _kept(
    session: Session, store: DocumentStore, document: DocumentType, content: bytes, kind: FileFormat
) -> DocumentSubmission:
    with store.receive(megabytes=5) as incoming:
        incoming.write(content)
        return submissions.send(
            session,
            people.contact(session, INGRID),
            people.application(session, "Nordlys Skincare"),
            document,
            incoming,
            incoming.finish(),
            kind,
            "certificate.pdf",
        ).submission
