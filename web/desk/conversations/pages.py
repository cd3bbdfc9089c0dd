"""The page of the conversations, and the parts of it that are read again when something changed."""

from collections.abc import Mapping
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import lookup
from conversations.desk import files
from conversations.desk.models import SentFile
from conversations.lookup import ConversationUnknown
from conversations.messages import LONGEST_TEXT
from onboarding.clock import CHINA
from onboarding.documents import sniffing
from onboarding.names import DocumentType
from web import downloads
from web.chat import access
from web.chat.access import SessionEnded
from web.database import in_database
from web.desk.conversations import view
from web.desk.conversations.view import Address, View
from web.desk.rendering import render_desk
from web.keys import DOCUMENTS
from web.security.forms import DeskForm, form_meta
from web.security.sessions import SESSION_COOKIE
from web.security.staff_sessions import staff_member

# What an agent may send: what a brand may send as a scan.
SENT_AS = DocumentType.BRAND_PROFILE
# Of a page that only looks whether something changed, while nobody looks at it.
_UNSEEN = "X-Desk-Unseen"


class ConversationForm(DeskForm):
    """The token alone: what is typed is judged by the business."""


async def home(request: web.Request) -> web.Response:
    return await show(request, view.address(None, request.query))


async def conversation(request: web.Request) -> web.Response:
    return await show(request, view.address(conversation_id(request), request.query))


async def queue(request: web.Request) -> web.Response:
    """The queue alone; which conversation is open beside it comes with the question."""
    where = view.address(_uuid(request.query.get("open", "")), request.query)
    found, openings = await in_database(request.app, view.queue_alone, staff_member(request), where)
    form = ConversationForm(meta=form_meta(request))
    return render_desk(
        request,
        "desk/conversations/queue.html",
        queue=found,
        openings=openings,
        address=where,
        form=form,
    )


async def file(request: web.Request) -> web.StreamResponse:
    """For the staff."""
    wanted = _uuid(request.match_info["file_id"])
    found = await in_database(request.app, _sent_here, conversation_id(request), wanted)
    return _download(request, found)


async def file_of_brand(request: web.Request) -> web.StreamResponse:
    """For whoever the conversation is with."""
    token, wanted = SESSION_COOKIE.read(request), _uuid(request.match_info["file_id"])
    assert token is not None
    return _download(request, await in_database(request.app, _sent_to, token, wanted))


async def show(
    request: web.Request,
    where: Address,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    told: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    staff = staff_member(request)
    try:
        found = await in_database(
            request.app, view.whole, staff, where, is_read=_UNSEEN not in request.headers
        )
    except ConversationUnknown:
        raise web.HTTPNotFound from None
    contact = found.talk.contact if found.talk else None
    return render_desk(
        request,
        "desk/conversations/page.html",
        status=status,
        **vars(found),
        late_answers=found.talk.late_answers if found.talk else [],
        title=_title(found),
        title_of_brand=found.card.brand.name if found.card else None,
        contact_zone=ZoneInfo(contact.time_zone) if contact else CHINA,
        address=where,
        errors=errors or {},
        told=told,
        typed=typed if typed is not None else _begun(where, found),
        form=ConversationForm(meta=form_meta(request)),
        external_id=uuid4(),
        longest=LONGEST_TEXT,
        accept=sniffing.accepted(SENT_AS),
    )


def conversation_id(request: web.Request) -> UUID:
    found = _uuid(request.match_info["conversation_id"])
    if found is None:
        raise web.HTTPNotFound
    return found


def _begun(where: Address, found: View) -> dict[str, str]:
    """Without a script a saved reply or a late answer is put into the box by a link."""
    for one in found.replies:
        if one.shortcut == where.saved:
            return {"text": one.filled}
    for late in found.talk.late_answers if found.talk else []:
        if late.id == where.suggestion:
            return {"text": late.text}
    return {}


def _title(found: View) -> str:
    if found.talk is None:
        return "Conversations"
    return (
        found.card.brand.name
        if found.card
        else found.talk.contact.name
        if found.talk.contact
        else "A visitor"
    )


def _sent_here(session: Session, conversation: UUID, file_id: UUID | None) -> SentFile | None:
    try:
        followed = lookup.conversation(session, conversation)
    except ConversationUnknown:
        return None
    return files.find(session, followed.id, file_id) if file_id else None


def _sent_to(session: Session, token: str, file_id: UUID | None) -> SentFile | None:
    try:
        own = lookup.conversation(session, access.admitted(session, token).conversation_id)
    except SessionEnded:
        return None
    return files.find(session, own.id, file_id) if file_id else None


def _download(request: web.Request, found: SentFile | None) -> web.StreamResponse:
    if found is None:
        raise web.HTTPNotFound
    return downloads.kept_file(request.app[DOCUMENTS].path(found.stored_as), found.name, found.format)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
