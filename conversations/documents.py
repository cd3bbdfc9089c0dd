"""Documents and what follows in the same transaction: the job that checks them, the mail and notice that tell."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from conversations import chat_uploads, jobs, links, mail, messages, opening, texts
from onboarding import clock, dates, people
from onboarding.database import SessionFactory
from onboarding.documents import checking, infected, reading, review, submissions
from onboarding.documents.judging import judge
from onboarding.documents.review import NotToReview
from onboarding.documents.storage import DocumentStore, Incoming, Received
from onboarding.documents.submissions import Sent
from onboarding.documents.virus import VirusScanner
from onboarding.models import Application, Contact, DocumentReview, DocumentSubmission
from onboarding.names import Channel, DocumentType, FileFormat, ReasonCode, Stage, Verdict
from onboarding.programme import programme

_NOTICES = "document_notices"
NO_SCANNER = VirusScanner()


@dataclass(frozen=True)
class Preview:
    """`notice` as the first of the `readers` gets it in their conversation; nobody may be there to be told."""

    sentence: str
    send_instead: str
    notice: str | None
    readers: list[str]


def send(
    session: Session,
    contact: Contact,
    application: Application,
    document: DocumentType,
    incoming: Incoming,
    received: Received,
    found: FileFormat,
    name: str,
    *,
    replacing: bool = False,
    channel: Channel = Channel.PAGE,
) -> Sent:
    """What is sent in the chat is told there. Raises what `submissions.send` does."""
    sent = submissions.send(
        session,
        contact,
        application,
        document,
        incoming,
        received,
        found,
        name,
        replacing=replacing,
        channel=channel,
    )
    if sent.is_new:
        jobs.defer_check(session, sent.submission.id)
    if sent.is_new and channel is Channel.CHAT:
        chat_uploads.tell_received(session, sent.submission)
    return sent


def check(
    sessions: SessionFactory,
    store: DocumentStore,
    submission_id: int,
    *,
    scanner: VirusScanner = NO_SCANNER,
    base_url: str = "",
) -> None:
    """The file is read between two transactions: it can take a minute. Raises ScannerAway before anything opens it."""
    with sessions.begin() as session:
        wanted = checking.what_to_check(session, store, submission_id)
    if wanted is None:
        return
    virus = scanner.virus_in(wanted.path)
    if virus is not None:
        _remove_infected(sessions, store, submission_id, wanted.stored_as, virus, base_url)
        return
    facts = reading.read(wanted.path, wanted.file_format)
    findings = judge(facts, wanted.expected)
    with sessions.begin() as session:
        if checking.keep_result(session, submission_id, facts, findings):
            chat_uploads.tell_checked(session, submission_id)


def _remove_infected(
    sessions: SessionFactory,
    store: DocumentStore,
    submission_id: int,
    stored_as: str,
    virus: str,
    base_url: str,
) -> None:
    """The row first: a file that is gone without a word would be a riddle."""
    with sessions.begin() as session:
        decided = infected.refuse(session, submission_id, virus)
        if decided is not None:
            _tell(session, decided, base_url)
    store.remove(stored_as)


def accept(
    session: Session,
    submission_id: int,
    *,
    by: str,
    base_url: str,
    staff_id: UUID | None = None,
    valid_until: date | None = None,
) -> DocumentReview:
    """Raises what `review.accept` does."""
    was_approved = _is_approved(session, submission_id)
    decided = review.accept(session, submission_id, by=by, staff_id=staff_id, valid_until=valid_until)
    _tell(session, decided, base_url)
    if not was_approved and _is_approved(session, submission_id):
        opening.tell_approved(session, _application_of(session, submission_id).id, base_url)
    return decided


def reject(
    session: Session,
    submission_id: int,
    reason: ReasonCode,
    *,
    by: str,
    base_url: str,
    staff_id: UUID | None = None,
    sentence: str | None = None,
    send_instead: str | None = None,
) -> DocumentReview:
    """Raises what `review.reject` does; a second look that was asked for is not told to the brand."""
    decided = review.reject(
        session,
        submission_id,
        reason,
        by=by,
        staff_id=staff_id,
        sentence=sentence,
        send_instead=send_instead,
    )
    if decided.verdict is Verdict.REJECTED:
        _tell(session, decided, base_url)
    return decided


def preview(
    session: Session,
    submission: DocumentSubmission,
    reason: ReasonCode,
    *,
    sentence: str | None = None,
    send_instead: str | None = None,
) -> Preview:
    """What `reject` would tell, to the letter. Raises WordsRefused."""
    said, instead = review.words_for(reason, sentence, send_instead)
    application = session.get_one(Application, submission.application_id)
    told = people.editors_of(session, application.brand_id)
    if not told:
        return Preview(sentence=said, send_instead=instead, notice=None, readers=[])
    thought_of = DocumentReview(
        verdict=Verdict.REJECTED,
        reason_text=said,
        send_instead=instead,
        deadline_on=review.correction_deadline(session, clock.today_in_china(session)),
    )
    values = _values(session, submission, application, thought_of, told[0])
    notice = texts.notice("document_rejected", **values)
    return Preview(said, instead, notice, [contact.name for contact in told])


def _tell(session: Session, decided: DocumentReview, base_url: str) -> None:
    submission = session.get_one(DocumentSubmission, decided.submission_id)
    application = _application_of(session, submission.id)
    verdict = decided.verdict.value.lower()
    words = texts.document_mail(verdict)
    for contact in people.editors_of(session, application.brand_id):
        values = _values(session, submission, application, decided, contact)
        values |= {"link": f"{base_url}{values['path']}"}
        mail.send_mail(
            session, contact.email, words["subject"].format(**values), words["body"].format(**values)
        )
        notice = texts.notice(f"document_{verdict}", **values)
        messages.tell_contact(
            session, contact, notice, channel=_NOTICES, told_once=f"{decided.id}:{contact.id}"
        )


def _application_of(session: Session, submission_id: int) -> Application:
    """Raises NotToReview where there is no such document."""
    submission = session.get(DocumentSubmission, submission_id)
    if submission is None:
        raise NotToReview("There is no such document.")
    return session.get_one(Application, submission.application_id)


def _is_approved(session: Session, submission_id: int) -> bool:
    return _application_of(session, submission_id).stage is Stage.APPROVED


def _page_of(
    session: Session,
    contact: Contact,
    application: Application,
    submission: DocumentSubmission,
    decided: DocumentReview,
) -> str:
    """What is accepted leads to what is left, what is refused to where it is replaced."""
    if decided.verdict is Verdict.ACCEPTED:
        return links.documents_page(session, contact, application.brand_id)
    return links.document_page(session, contact, application.brand_id, submission.document_type)


def _values(
    session: Session,
    submission: DocumentSubmission,
    application: Application,
    decided: DocumentReview,
    contact: Contact,
) -> dict[str, str]:
    deadline = decided.deadline_on
    zone = ZoneInfo(contact.time_zone)
    return {
        "path": _page_of(session, contact, application, submission, decided),
        "name": contact.name,
        "brand": application.brand.name,
        "number": application.number,
        "document": programme().documents[submission.document_type].label,
        "reason": decided.reason_text or "",
        "send_instead": decided.send_instead or "",
        "deadline": dates.moment(dates.end_of_day_in_china(deadline), zone) if deadline else "",
    }
