"""Leads change the replies that agents have ready."""

from aiohttp import web
from sqlalchemy.orm import Session

from conversations.desk import saved_replies
from conversations.desk.saved_replies import FIELDS, ReadyReply, SavedReplyInvalid
from onboarding import audit
from onboarding.models import Staff
from web.database import in_database
from web.desk.conversations import incoming
from web.desk.conversations.pages import ConversationForm
from web.desk.rendering import render_desk
from web.security.forms import form_meta
from web.security.staff_sessions import staff_member

HOME = "/desk/saved-replies"
# Where a new one is written; no shortcut may be called so.
NEW = "_new"


async def listed(request: web.Request) -> web.Response:
    found = await in_database(request.app, saved_replies.ready)
    return render_desk(request, "desk/conversations/saved_replies.html", replies=found, new=NEW)


async def ask(request: web.Request) -> web.Response:
    shortcut = request.match_info["shortcut"]
    if shortcut == NEW:
        return _form(request, ReadyReply("", "", ""))
    return _form(request, await in_database(request.app, saved_replies.find, shortcut))


async def save(request: web.Request) -> web.Response:
    sent = await incoming.read_form(request)
    given = ReadyReply(*(sent.values.get(name, "") for name in ("shortcut", "title", "text")))
    if sent.expired:
        return _form(request, given, {"text": sent.expired})
    before = request.match_info["shortcut"]
    try:
        await in_database(request.app, _save, staff_member(request), before, given)
    except SavedReplyInvalid as refused:
        return _form(request, given, {refused.field: str(refused)})
    raise web.HTTPSeeOther(HOME)


async def take_away(request: web.Request) -> web.Response:
    sent = await incoming.read_form(request)
    if not sent.expired:
        await in_database(request.app, _take_away, staff_member(request), request.match_info["shortcut"])
    raise web.HTTPSeeOther(HOME)


def _save(session: Session, staff: Staff, before: str, given: ReadyReply) -> None:
    saved = saved_replies.save(session, given.shortcut, given.title, given.text, by=staff)
    audit.record(session, staff, "saved reply changed", "saved reply", saved.shortcut)
    if before not in (NEW, saved.shortcut):
        _take_away(session, staff, before)


def _take_away(session: Session, staff: Staff, shortcut: str) -> None:
    saved_replies.take_away(session, shortcut, by=staff)
    audit.record(session, staff, "saved reply taken away", "saved reply", shortcut)


def _form(request: web.Request, given: ReadyReply, errors: dict[str, str] | None = None) -> web.Response:
    return render_desk(
        request,
        "desk/conversations/saved_reply.html",
        status=422 if errors else 200,
        given=given,
        fields=FIELDS,
        errors=errors or {},
        home=HOME,
        path=request.path,
        is_new=request.match_info["shortcut"] == NEW,
        form=ConversationForm(meta=form_meta(request)),
    )
