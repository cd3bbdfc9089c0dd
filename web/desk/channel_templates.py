"""Operators: the approved templates of a channel, by which a brand can be reached once its window is closed."""

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from conversations.channels import accounts, templates
from conversations.channels.accounts import AccountUnknown
from conversations.channels.models import ChannelAccount, ChannelTemplate
from conversations.channels.templates import Entered, TemplateInvalid, TemplateUnknown
from conversations.desk import saved_replies
from onboarding import audit
from onboarding.models import Staff
from web.database import in_database
from web.desk.forms import require_sent
from web.desk.rendering import render_desk
from web.fields import one_line, several_lines
from web.numbers import whole_number
from web.security.forms import DeskForm, form_meta, token_form
from web.security.staff_sessions import staff_member

_SUBJECT = "channel"


class TemplateForm(DeskForm):
    """Judged by the business."""

    name = StringField(filters=[one_line])
    language = StringField(filters=[one_line])
    text = TextAreaField(filters=[several_lines])
    labels = TextAreaField(filters=[several_lines])

    def entered(self) -> Entered:
        name, language, text, labels = (
            str(self[field].data or "").strip() for field in ("name", "language", "text", "labels")
        )
        lines = tuple(line.strip() for line in labels.splitlines() if line.strip())
        return Entered(name, text, language, lines)


async def show_templates(request: web.Request) -> web.Response:
    return await _page(request, TemplateForm(meta=form_meta(request)))


async def add(request: web.Request) -> web.Response:
    form = TemplateForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return await _page(request, form, status=422)
    try:
        await in_database(request.app, _add, staff_member(request), request.match_info["id"], form.entered())
    except TemplateInvalid as refused:
        form[refused.field].errors = [str(refused)]
        return await _page(request, form, status=422)
    raise web.HTTPSeeOther(f"{_path(request)}?done=added")


async def remove(request: web.Request) -> web.Response:
    await require_sent(request)
    template_id = whole_number(request.match_info["template_id"])
    if template_id is None:
        raise TemplateUnknown("There is no such template.")
    public_id = request.match_info["id"]
    await in_database(request.app, _remove, staff_member(request), public_id, template_id)
    raise web.HTTPSeeOther(f"{_path(request)}?done=removed")


async def _page(request: web.Request, form: TemplateForm, *, status: int = 200) -> web.Response:
    account, found = await in_database(request.app, _of, request.match_info["id"])
    return render_desk(
        request,
        "desk/channels/templates.html",
        status=status,
        account=account,
        have_language=templates.have_language(account.kind),
        templates=[(one, templates.gaps(one)) for one in found],
        form=form,
        act=token_form(request),
        fields=saved_replies.FIELDS,
        done=request.query.get("done"),
    )


def _of(session: Session, public_id: str) -> tuple[ChannelAccount, list[ChannelTemplate]]:
    account = _account(session, public_id)
    return account, templates.of_account(session, account.id)


def _account(session: Session, public_id: str) -> ChannelAccount:
    """Raises AccountUnknown, also where the channel has no templates."""
    account = accounts.with_public_id(session, public_id)
    if not templates.are_on(account.kind):
        raise AccountUnknown("There is no such channel.")
    return account


def _add(session: Session, by: Staff, public_id: str, entered: Entered) -> None:
    account = _account(session, public_id)
    template = templates.add(session, account, entered)
    audit.record(session, by, "template added", _SUBJECT, public_id, template=template.id)


def _remove(session: Session, by: Staff, public_id: str, template_id: int) -> None:
    templates.remove(session, _account(session, public_id), template_id)
    audit.record(session, by, "template removed", _SUBJECT, public_id, template=template_id)


def _path(request: web.Request) -> str:
    return f"/desk/channels/{request.match_info['id']}/templates"
