"""Document review: the queue, the paper beside what was registered, and the decision, which the brand hears at once."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import documents as business
from conversations.documents import Preview
from onboarding import audit, clock
from onboarding.documents import examination, papers, queue, review
from onboarding.documents.examination import DocumentUnknown, Examination
from onboarding.documents.queue import ToReview
from onboarding.documents.review import NotToReview, SecondPersonNeeded, WordsRefused
from onboarding.models import Application, DocumentReview, DocumentSubmission, Staff
from onboarding.names import DocumentType, FileFormat, ReasonCode, Verdict
from web import downloads
from web.database import in_database
from web.desk import pictures
from web.desk.paper_view import PaperView, paper_view
from web.desk.posted import Posted, posted
from web.desk.rendering import render_desk
from web.desk.spoken import as_spoken
from web.keys import DOCUMENTS, SETTINGS
from web.numbers import whole_number
from web.security.forms import token_form
from web.security.staff_sessions import staff_member

_QUEUE = "/desk/documents"
_SHOWN_AT_FIRST = 40
_NO_REASON = "Select a reason"
_NO_DAY = "Enter the last day as a date that is not over yet, or leave it empty"


@dataclass(frozen=True)
class Decision:
    """What was decided a moment ago, told on the page that comes next."""

    review: DocumentReview
    document: DocumentType
    brand: str


@dataclass(frozen=True)
class Place:
    """In the queue; `number` is missing for a document that does not wait any more."""

    number: int | None
    waiting: int
    before: int | None
    next: DocumentSubmission | None
    next_brand: str


@dataclass(frozen=True)
class ReviewPage:
    """`preview` is what a refusal would tell the brand."""

    found: Examination
    place: Place
    reason: ReasonCode | None
    preview: Preview | None
    just_decided: Decision | None
    deadline: date
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


async def show_queue(request: web.Request) -> web.Response:
    tab = "second" if request.query.get("show") == "second" else "all"
    waiting, decided = await in_database(request.app, _queue, request.query.get("after"))
    second = [one for one in waiting if one.first_look is not None]
    listed = second if tab == "second" else waiting
    return render_desk(
        request,
        "desk/documents/queue.html",
        tab=tab,
        shown=listed if "all" in request.query else listed[:_SHOWN_AT_FIRST],
        listed=len(listed),
        total=len(waiting),
        second=len(second),
        just_decided=decided,
        is_same_person=review.is_same_person,
    )


async def show_document(request: web.Request) -> web.Response:
    return await _shown(request, await _asked_for(request))


async def show_panel(request: web.Request) -> web.Response:
    """The same without the frame, to stand beside a conversation."""
    return await _shown(request, await _asked_for(request), template="desk/documents/panel.html")


async def show_page(request: web.Request) -> web.StreamResponse:
    staff, submission_id = staff_member(request), _id(request)
    opened = await in_database(request.app, _opened_page, staff, submission_id)
    if opened is None:
        return await _made_up_page(request, submission_id)
    return await pictures.picture(request, request.app[DOCUMENTS].path(opened.stored_as), opened.format)


async def download(request: web.Request) -> web.StreamResponse:
    found = await in_database(request.app, _opened, staff_member(request), _id(request))
    return downloads.kept_file(request.app[DOCUMENTS].path(found.stored_as), found.name, found.format)


async def accept(request: web.Request) -> web.Response:
    sent = await posted(request)
    if sent.expired:
        return await _again(request, sent, {"main": sent.expired})
    try:
        return await _decided(request, _accept, _day(sent.values.get("valid_until", "")))
    except ValueError:
        return await _again(request, sent, {"valid_until": _NO_DAY})
    except NotToReview:
        return await _decided_by_other(request)


async def reject(request: web.Request) -> web.Response:
    """A preview changes nothing."""
    sent = await posted(request)
    errors = {"main": sent.expired} if sent.expired else {}
    if not _reason(sent.values):
        errors["reason"] = _NO_REASON
    if errors or sent.values.get("do") == "preview":
        return await _again(request, sent, errors)
    try:
        return await _decided(request, _reject, sent.values)
    except WordsRefused as refused:
        return await _again(request, sent, refused.errors)
    except SecondPersonNeeded as refused:
        return await _again(request, sent, {"main": f"{refused} {refused.what_to_do}"})
    except NotToReview:
        return await _decided_by_other(request)


async def _decided(request: web.Request, decide: Any, *more: Any) -> web.Response:
    base_url = request.app[SETTINGS].base_url
    decided, following = await in_database(
        request.app, decide, staff_member(request), _id(request), base_url, *more
    )
    address = f"{_QUEUE}/{following}" if following else _QUEUE
    raise web.HTTPSeeOther(f"{address}?after={decided}")


async def _decided_by_other(request: web.Request) -> web.Response:
    """The page itself tells who decided, or that a newer file came."""
    return await _shown(request, await _asked_for(request), status=409)


async def _again(request: web.Request, sent: Posted, errors: dict[str, str]) -> web.Response:
    page = await _asked_for(request, sent.values, errors)
    return await _shown(request, page, status=422 if errors or page.errors else 200)


def _queue(session: Session, after: str | None) -> tuple[list[ToReview], Decision | None]:
    return queue.to_review(session), _decision(session, after)


async def _asked_for(
    request: web.Request, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> ReviewPage:
    after = request.query.get("after")
    return await in_database(
        request.app, _page, staff_member(request), _id(request), after, typed or {}, errors or {}
    )


def _page(
    session: Session,
    staff: Staff,
    submission_id: int,
    after: str | None,
    typed: dict[str, str],
    errors: dict[str, str],
) -> ReviewPage:
    found = examination.examine(session, submission_id, by=staff.name)
    reason = _reason(typed) or _proposed(found)
    words = typed or _words_of_first_look(found)
    preview = None
    if found.can_be_decided and reason is not None:
        try:
            preview = business.preview(
                session,
                found.submission,
                reason,
                sentence=words.get("sentence"),
                send_instead=words.get("instead"),
            )
        except WordsRefused as refused:
            errors = errors | refused.errors
    return ReviewPage(
        found=found,
        place=_place(session, submission_id),
        reason=reason,
        preview=preview,
        just_decided=_decision(session, after),
        deadline=review.correction_deadline(session, found.today),
        typed=words,
        errors=errors,
    )


def _place(session: Session, submission_id: int) -> Place:
    order = queue.in_order(session)
    following = queue.next_after(order, submission_id)
    submission = session.get_one(DocumentSubmission, following) if following else None
    return Place(
        number=order.index(submission_id) + 1 if submission_id in order else None,
        waiting=len(order),
        before=queue.before(order, submission_id),
        next=submission,
        next_brand=session.get_one(Application, submission.application_id).brand.name if submission else "",
    )


def _proposed(found: Examination) -> ReasonCode | None:
    return found.first_look.reason_code if found.first_look else found.suggested


def _words_of_first_look(found: Examination) -> dict[str, str]:
    look = found.first_look
    return {"sentence": look.reason_text or "", "instead": look.send_instead or ""} if look else {}


def _decision(session: Session, after: str | None) -> Decision | None:
    review_id = whole_number(after)
    decided = session.get(DocumentReview, review_id) if review_id is not None else None
    if decided is None:
        return None
    submission = session.get_one(DocumentSubmission, decided.submission_id)
    application = session.get_one(Application, submission.application_id)
    return Decision(decided, submission.document_type, application.brand.name)


def _accept(
    session: Session, staff: Staff, submission_id: int, base_url: str, valid_until: date | None
) -> tuple[int, int | None]:
    """Raises ValueError for a last day that is over."""
    if valid_until is not None and valid_until < clock.today_in_china(session):
        raise ValueError("the last day is over")
    following = _following(session, submission_id)
    decided = business.accept(
        session,
        submission_id,
        by=staff.name,
        staff_id=staff.id,
        base_url=base_url,
        valid_until=valid_until,
    )
    _note(session, staff, submission_id, "document accepted")
    return decided.id, following


def _reject(
    session: Session, staff: Staff, submission_id: int, base_url: str, typed: dict[str, str]
) -> tuple[int, int | None]:
    reason = _reason(typed)
    assert reason is not None
    following = _following(session, submission_id)
    decided = business.reject(
        session,
        submission_id,
        reason,
        by=staff.name,
        staff_id=staff.id,
        base_url=base_url,
        sentence=typed.get("sentence"),
        send_instead=typed.get("instead"),
    )
    waits = decided.verdict is Verdict.SECOND_LOOK
    action = "second look asked" if waits else "document rejected"
    _note(session, staff, submission_id, action, reason=reason)
    return decided.id, following


def _following(session: Session, submission_id: int) -> int | None:
    return queue.next_after(queue.in_order(session), submission_id)


def _note(session: Session, staff: Staff, submission_id: int, action: str, **detail: str) -> None:
    submission = session.get_one(DocumentSubmission, submission_id)
    application = session.get_one(Application, submission.application_id)
    named = {"document": submission.document_type.value, "application": application.number}
    audit.record(session, staff, action, "document", submission_id, **named, **detail)


def _opened_page(session: Session, staff: Staff, submission_id: int) -> Any:
    """None for a document of the demonstration, which has no file."""
    if examination.has_no_file(session, submission_id):
        return None
    file, is_new = examination.look_at_page(session, submission_id, by=staff.name)
    if is_new:
        _note(session, staff, submission_id, "document opened")
    return file


def _opened(session: Session, staff: Staff, submission_id: int) -> Any:
    file = examination.open_file(session, submission_id, by=staff.name)
    _note(session, staff, submission_id, "document saved")
    return file


async def _made_up_page(request: web.Request, submission_id: int) -> web.Response:
    document, today = await in_database(request.app, examination.made_up, submission_id)
    kind = papers.sample_format(document)
    if pictures.is_list(kind):
        raise web.HTTPNotFound
    return await pictures.picture_of(request, papers.sample(document, today), FileFormat.PDF)


async def _shown(
    request: web.Request, page: ReviewPage, *, template: str = "desk/documents/review.html", status: int = 200
) -> web.Response:
    found = page.found
    staff = staff_member(request)
    return render_desk(
        request,
        template,
        status=status,
        page=page,
        found=found,
        view=_view(request, found),
        rows=await _rows(request, found, staff),
        form=token_form(request),
        notice=as_spoken(page.preview.notice, page.preview) if page.preview and page.preview.notice else None,
        deadline=page.deadline,
        is_mine=found.first_look is not None
        and review.is_same_person(found.first_look, staff.name, staff.id),
        limits=(review.SHORTEST_SENTENCE, review.LONGEST_SENTENCE),
    )


def _view(request: web.Request, found: Examination) -> PaperView | None:
    """None for a list, which is shown as rows, and for a file that was removed."""
    kind = found.file.format if found.file else papers.sample_format(found.submission.document_type)
    if pictures.is_list(kind) or (found.file and found.file.virus):
        return None
    return paper_view(request, f"{_QUEUE}/{found.submission.id}", found.pages)


async def _rows(request: web.Request, found: Examination, staff: Staff) -> list[list[str]]:
    if found.file is None or found.file.virus or not pictures.is_list(found.file.format):
        return []
    await in_database(request.app, _opened_page, staff, found.submission.id)
    return await pictures.rows(request, request.app[DOCUMENTS].path(found.file.stored_as), found.file.format)


def _day(typed: str) -> date | None:
    """Raises ValueError."""
    return date.fromisoformat(typed) if typed else None


def _reason(typed: dict[str, str]) -> ReasonCode | None:
    asked = typed.get("reason", "")
    return ReasonCode(asked) if asked in set(ReasonCode) else None


def _id(request: web.Request) -> int:
    document_id = whole_number(request.match_info["id"])
    if document_id is None:
        raise DocumentUnknown("There is no such document.")
    return document_id
