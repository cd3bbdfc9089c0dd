"""What agents do with a conversation: each form is one call of the business, then the page again."""

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import ownership
from conversations.channels.templates import GapsLeft, TemplateTooLong
from conversations.desk import notes, replies, suggesting, undelivered
from conversations.desk.files import ArrivedFile
from conversations.desk.notes import NoteInvalid
from conversations.desk.replies import NowhereToSend, TooLongForTemplate
from conversations.desk.saved_replies import FieldsLeft
from conversations.messages import MessageEmpty, MessageTooLong
from conversations.names import Resolution
from conversations.ownership import AlreadyClaimed, NotYours, StaffGone
from onboarding.documents.storage import Incoming
from onboarding.documents.wording import FileRefused
from onboarding.errors import DomainError
from onboarding.models import Staff
from onboarding.programme import programme
from onboarding.staff import permissions
from onboarding.staff.permissions import StaffPermission
from web.database import in_database
from web.desk.conversations import incoming, pages, view
from web.desk.conversations.incoming import SentForm
from web.desk.conversations.view import Address
from web.keys import DOCUMENTS
from web.numbers import whole_number
from web.security import limits
from web.security.staff_sessions import staff_member

_LONGEST_SUMMARY = 1000
_SOMEBODY_ELSE_HAS_IT = (AlreadyClaimed, NotYours)
_OF_THE_TEXT = (MessageEmpty, MessageTooLong, FieldsLeft, NowhereToSend, TooLongForTemplate)
_GAP = "gap_"
_ELSEWHERE = "elsewhere"

Deed = Callable[[Session, UUID, Staff, Mapping[str, str]], object]


async def claim(request: web.Request) -> web.Response:
    return await _done(request, _claim)


async def take_over(request: web.Request) -> web.Response:
    return await _done(request, _take_over)


async def transfer(request: web.Request) -> web.Response:
    return await _done(request, _transfer, fold="transfer")


async def hand_back(request: web.Request) -> web.Response:
    return await _done(request, _hand_back, fold="hand-back")


async def resolve(request: web.Request) -> web.Response:
    return await _done(request, _resolve, fold="resolve")


async def suggest(request: web.Request) -> web.Response:
    """What it answers comes in like all news."""
    sent = await incoming.read_form(request)
    where = _address(request, sent.values)
    if sent.expired:
        return await pages.show(request, where, status=422, errors={"": sent.expired}, typed={})
    try:
        await in_database(
            request.app, suggesting.ask_assistant, pages.conversation_id(request), staff_member(request)
        )
    except (*_SOMEBODY_ELSE_HAS_IT, suggesting.NothingAsked) as refused:
        return await _elsewhere(request, where, refused, {})
    raise web.HTTPSeeOther(where.here)


async def write_note(request: web.Request) -> web.Response:
    sent, wanted = await incoming.read_form(request), pages.conversation_id(request)
    where = _address(request, {**sent.values, "write": "note"})
    typed = {"note_text": sent.values.get("text", "")}
    if sent.expired:
        return await pages.show(request, where, status=422, errors={"note": sent.expired}, typed=typed)
    try:
        await in_database(request.app, _note, wanted, staff_member(request), typed["note_text"])
    except NoteInvalid as refused:
        return await pages.show(request, where, status=422, errors={"note": _words(refused)}, typed=typed)
    raise web.HTTPSeeOther(where.here)


async def send_template(request: web.Request) -> web.Response:
    limits.hit(request.app, limits.DESK_REPLIES, str(staff_member(request).id))
    sent, wanted = await incoming.read_form(request), pages.conversation_id(request)
    where = _address(request, sent.values)
    if sent.expired:
        return await pages.show(
            request, where, status=422, errors={"template": sent.expired}, typed=sent.values
        )
    try:
        await in_database(request.app, _template, wanted, staff_member(request), sent.values)
    except (GapsLeft, TemplateTooLong) as refused:
        errors = {"template": _words(refused)}
        return await pages.show(request, where, status=422, errors=errors, typed=sent.values)
    except _SOMEBODY_ELSE_HAS_IT as refused:
        return await _elsewhere(request, where, refused, sent.values)
    raise web.HTTPSeeOther(where.here)


async def resend(request: web.Request) -> web.Response:
    return await _done(request, _resend)


async def send_by_mail(request: web.Request) -> web.Response:
    return await _done(request, _send_by_mail)


async def reply(request: web.Request) -> web.Response:
    limits.hit(request.app, limits.DESK_REPLIES, str(staff_member(request).id))
    with request.app[DOCUMENTS].receive(programme().files.max_megabytes.value) as arriving:
        sent, refused = await _received(request, arriving)
    # Only behind the block, which takes back what it kept where an exception leaves it.
    if refused is not None:
        return refused
    raise web.HTTPSeeOther(_address(request, sent.values).here)


async def _received(request: web.Request, arriving: Incoming) -> tuple[SentForm, web.Response | None]:
    """The form, and the page that says why it was not sent."""
    sent = SentForm({}, None)
    try:
        sent, name = await incoming.read_reply(request, arriving)
        if sent.expired:
            return sent, await _reply_refused(request, sent, {"text": sent.expired})
        await _send(request, sent, await incoming.arrived(request.app, arriving, name))
    except FileRefused as refused:
        return sent, await _reply_refused(request, sent, {"file": _words(refused)})
    except _OF_THE_TEXT as refused:
        return sent, await _reply_refused(request, sent, {"text": _words(refused)})
    except _SOMEBODY_ELSE_HAS_IT as refused:
        return sent, await _elsewhere(request, _address(request, sent.values), refused, sent.values)
    return sent, None


async def _send(request: web.Request, sent: SentForm, file: ArrivedFile | None) -> None:
    await in_database(
        request.app,
        _reply,
        pages.conversation_id(request),
        staff_member(request),
        sent.values.get("text", ""),
        _form_id(sent.values),
        file,
        is_settled=sent.values.get("then") == "resolve",
        is_elsewhere=sent.values.get("via") == _ELSEWHERE,
    )


async def _reply_refused(request: web.Request, sent: SentForm, errors: dict[str, str]) -> web.Response:
    where = _address(request, sent.values)
    typed = {"text": sent.values.get("text", "")}
    return await pages.show(request, where, status=422, errors=errors, typed=typed)


async def _done(request: web.Request, deed: Deed, *, fold: str = "") -> web.Response:
    sent, wanted = await incoming.read_form(request), pages.conversation_id(request)
    where = _address(request, sent.values)
    typed = {**sent.values, "fold": fold}
    if sent.expired:
        return await pages.show(request, where, status=422, errors={"": sent.expired}, typed=typed)
    try:
        await in_database(request.app, deed, wanted, staff_member(request), sent.values)
    except _SOMEBODY_ELSE_HAS_IT as refused:
        return await _elsewhere(request, where, refused, {})
    except (StaffGone, FormInvalid) as refused:
        return await pages.show(request, where, status=422, errors={"": _words(refused)}, typed=typed)
    raise web.HTTPSeeOther(where.here)


async def _elsewhere(
    request: web.Request, where: Address, refused: DomainError, typed: Mapping[str, str]
) -> web.Response:
    """In place: who has it, and everything as it stands now."""
    return await pages.show(request, where, status=409, told=_words(refused), typed=typed)


class FormInvalid(DomainError):
    code = "form_invalid"
    what_to_do = ""


def _claim(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    ownership.claim(session, conversation, staff)


def _take_over(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    permissions.require(staff, StaffPermission.TAKE_OVER)
    ownership.take_over_from(session, conversation, staff)


def _transfer(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    to = _colleague(session, sent.get("to", ""))
    note = sent.get("note", "").strip()
    ownership.transfer(session, conversation, staff, to, note or None)
    if note:
        notes.write(session, conversation, f"For {to.name}: {note}", by=staff)


def _hand_back(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    note, summary = (sent.get(name, "").strip()[:_LONGEST_SUMMARY] for name in ("note", "summary"))
    ownership.hand_back(session, conversation, staff, note or None, summary or None)


def _resolve(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    reason = sent.get("reason", "")
    if reason not in list(Resolution):
        raise FormInvalid("Select why it is settled.")
    ownership.resolve(session, conversation, staff, Resolution(reason))


def _note(session: Session, conversation: UUID, staff: Staff, text: str) -> None:
    notes.write(session, conversation, text, by=staff)


def _reply(
    session: Session,
    conversation: UUID,
    staff: Staff,
    text: str,
    form_id: UUID,
    file: ArrivedFile | None,
    *,
    is_settled: bool,
    is_elsewhere: bool,
) -> None:
    replies.reply(
        session,
        conversation,
        text,
        form_id,
        file,
        by=staff,
        is_settled=is_settled,
        is_elsewhere=is_elsewhere,
    )


def _template(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    values = {name.removeprefix(_GAP): text for name, text in sent.items() if name.startswith(_GAP)}
    template = _number(sent.get("template", ""))
    replies.send_template(session, conversation, template, values, _form_id(sent), by=staff)


def _resend(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    undelivered.resend(session, conversation, _number(sent.get("seq", "")), by=staff)


def _send_by_mail(session: Session, conversation: UUID, staff: Staff, sent: Mapping[str, str]) -> None:
    undelivered.send_by_mail(session, conversation, _number(sent.get("seq", "")), by=staff)


def _number(text: str) -> int:
    """0 for what is none: nothing of ours has it."""
    return whole_number(text) or 0


def _colleague(session: Session, staff_id: str) -> Staff:
    try:
        found = session.get(Staff, UUID(staff_id))
    except ValueError:
        found = None
    if found is None:
        raise FormInvalid("Select a colleague.")
    return found


def _form_id(sent: Mapping[str, str]) -> UUID:
    try:
        return UUID(sent.get("external_id", ""))
    except ValueError:
        return uuid4()


def _address(request: web.Request, sent: Mapping[str, str]) -> Address:
    return view.address(pages.conversation_id(request), sent)


def _words(refused: DomainError) -> str:
    return f"{refused} {refused.what_to_do}".strip()
