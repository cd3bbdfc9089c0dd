"""Operators: the messaging channels, each with its steps, its state, a test message and its delivery log."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from markdown_it import MarkdownIt
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels import accounts, guides, log, switching, templates, testing
from conversations.channels.guides import Guide
from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.channels.names import DEAD_LETTERS, AccountState, ChannelKind, DeliveryStatus
from conversations.channels.shapes import AccountView
from conversations.channels.testing import Tested
from onboarding import audit, clock
from onboarding.models import Staff
from web.database import in_database
from web.desk import channel_forms
from web.desk.channel_forms import ChannelForm
from web.desk.forms import require_sent
from web.desk.rendering import render_desk
from web.keys import CHANNELS, HTTP, SETTINGS, VAULT
from web.numbers import LARGEST_BIG_ID, whole_number
from web.security import limits
from web.security.forms import form_meta, token_form
from web.security.staff_sessions import staff_member

_LIST = "/desk/channels"
_SUBJECT = "channel"
_TEST_TEXT = "This is a **test message** from Brand Desk. Nothing is to be done."
_ON_A_PAGE = 50
_SHOWN = {"all": tuple(DeliveryStatus), "dead": DEAD_LETTERS, "waiting": (DeliveryStatus.QUEUED,)}
_SWITCHES = {"on": AccountState.ACTIVE, "off": AccountState.PAUSED}
_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Page:
    account: ChannelAccount
    view: AccountView
    standing: log.Standing
    known_recipient: str
    unanswered: int

    @property
    def guide(self) -> Guide:
        return guides.guide(self.account.kind)


async def show_channels(request: web.Request) -> web.Response:
    found = await in_database(request.app, log.standings)
    return render_desk(request, "desk/channels/list.html", standings=found, names=_names())


async def choose_kind(request: web.Request) -> web.Response:
    offered = [guides.guide(kind) for kind in guides.guided() if kind in request.app[CHANNELS]]
    return render_desk(request, "desk/channels/choose.html", guides=offered)


async def ask(request: web.Request) -> web.Response:
    guide = _guide(request)
    form = channel_forms.add_form(guide, None, form_meta(request), https_only=_https_only(request))
    return _add_page(request, guide, form)


async def add(request: web.Request) -> web.Response:
    guide = _guide(request)
    posted = await request.post()
    form = channel_forms.add_form(guide, posted, form_meta(request), https_only=_https_only(request))
    if not form.validate():
        return _add_page(request, guide, form, status=422)
    public_id = await in_database(request.app, _add, request.app, staff_member(request), guide, form)
    raise web.HTTPSeeOther(f"{_LIST}/{public_id}?done=added")


async def show_channel(request: web.Request) -> web.Response:
    return _channel_page(request, await _asked(request))


async def change_settings(request: web.Request) -> web.Response:
    page = await _asked(request)
    form = _settings_form(request, page, await request.post())
    if not form.validate():
        return _channel_page(request, page, status=422, settings=form)
    await in_database(request.app, _change_settings, staff_member(request), page.account.public_id, form)
    raise web.HTTPSeeOther(f"{_path(page)}?done=settings")


async def rotate(request: web.Request) -> web.Response:
    page = await _asked(request)
    form = _secrets_form(request, page, await request.post())
    if not form.validate():
        return _channel_page(request, page, status=422, secrets=form)
    if not form.values():
        form.field(form.entered[0]).errors = ["Enter the secret that is new"]
        return _channel_page(request, page, status=422, secrets=form)
    await in_database(request.app, _rotate, request.app, staff_member(request), page.account.public_id, form)
    raise web.HTTPSeeOther(f"{_path(page)}?done=rotated")


async def switch(request: web.Request) -> web.Response:
    await require_sent(request)
    public_id = request.match_info["id"]
    wished = _SWITCHES.get(str((await request.post()).get("to")))
    if wished is None:
        raise web.HTTPBadRequest
    await in_database(request.app, _switch, staff_member(request), public_id, wished)
    raise web.HTTPSeeOther(f"{_LIST}/{public_id}?done=switched")


async def send_test(request: web.Request) -> web.Response:
    page = await _asked(request)
    form = channel_forms.recipient_form(page.guide, await request.post(), form_meta(request))
    if not form.validate():
        return _channel_page(request, page, status=422, recipient=form)
    limits.hit(request.app, limits.CHANNEL_TESTS, page.account.public_id)
    channel = request.app[CHANNELS][page.account.kind]
    to = str(form.values()[page.guide.recipient.name])
    tested = await testing.send_test(channel, page.view, to, _TEST_TEXT, request.app[HTTP])
    await in_database(request.app, _note_test, staff_member(request), page.account.public_id, tested)
    return _channel_page(request, page, recipient=form, tested=tested, status=200 if tested.is_taken else 422)


async def show_deliveries(request: web.Request) -> web.Response:
    page = await _asked(request)
    shown = request.query.get("show", "all")
    shown = shown if shown in _SHOWN else "all"
    found = await in_database(
        request.app,
        log.deliveries,
        page.account,
        _SHOWN[shown],
        limit=_ON_A_PAGE + 1,
        before_id=whole_number(request.query.get("before"), most=LARGEST_BIG_ID),
    )
    return render_desk(
        request,
        "desk/channels/deliveries.html",
        account=page.account,
        standing=page.standing,
        replayable=await in_database(request.app, log.replayable_count, page.account),
        replayed_for=log.REPLAYED_FOR.days,
        shown=shown,
        found=found[:_ON_A_PAGE],
        further=found[_ON_A_PAGE - 1].delivery.id if len(found) > _ON_A_PAGE else None,
        form=token_form(request),
        done=request.query.get("done"),
    )


async def replay(request: web.Request) -> web.Response:
    await require_sent(request)
    public_id = request.match_info["id"]
    delivery_id = whole_number(request.match_info["delivery_id"], most=LARGEST_BIG_ID)
    if delivery_id is None:
        raise web.HTTPNotFound
    await in_database(request.app, _replay, staff_member(request), public_id, delivery_id)
    raise web.HTTPSeeOther(f"{_LIST}/{public_id}/deliveries?show=dead&done=replayed")


async def replay_all(request: web.Request) -> web.Response:
    await require_sent(request)
    public_id = request.match_info["id"]
    await in_database(request.app, _replay_all, staff_member(request), public_id)
    raise web.HTTPSeeOther(f"{_LIST}/{public_id}/deliveries?show=dead&done=replayed")


def _guide(request: web.Request) -> Guide:
    for kind in guides.guided():
        if kind.value == request.match_info["kind"] and kind in request.app[CHANNELS]:
            return guides.guide(kind)
    raise web.HTTPNotFound


async def _asked(request: web.Request) -> Page:
    return await in_database(request.app, _page, request.app, request.match_info["id"])


def _page(session: Session, app: web.Application, public_id: str) -> Page:
    account = accounts.with_public_id(session, public_id)
    standing = next(one for one in log.standings(session) if one.account.id == account.id)
    newest = session.scalar(
        select(ChannelIdentity)
        .where(ChannelIdentity.account_id == account.id, ChannelIdentity.is_shared.is_(False))
        .order_by(ChannelIdentity.last_in_at.desc().nulls_last())
        .limit(1)
    )
    guide = guides.guide(account.kind)
    known = guide.known_recipient(newest.external_user, newest.address) if newest else ""
    unanswered = switching.waiting_count(session, account)
    return Page(account, accounts.readable(session, app[VAULT], account), standing, known, unanswered)


def _add(session: Session, app: web.Application, by: Staff, guide: Guide, form: ChannelForm) -> str:
    values = form.values()
    secret = {field.name for field in guide.secrets}
    account = accounts.add(
        session,
        app[VAULT],
        guide.kind,
        str(form["name"].data),
        {name: value for name, value in values.items() if name not in secret},
        {name: value for name, value in values.items() if name in secret},
    )
    audit.record(session, by, "channel added", _SUBJECT, account.public_id, kind=guide.kind.value)
    return account.public_id


def _change_settings(session: Session, by: Staff, public_id: str, form: ChannelForm) -> None:
    account = accounts.with_public_id(session, public_id)
    before = account.settings
    asked = {field.name for field in form.entered}
    others = {name: value for name, value in before.items() if name not in asked}
    account.name, account.settings = str(form["name"].data), others | form.values()
    changed = sorted(name for name in asked if before.get(name) != account.settings.get(name))
    audit.record(session, by, "channel changed", _SUBJECT, public_id, changed=changed)


def _rotate(session: Session, app: web.Application, by: Staff, public_id: str, form: ChannelForm) -> None:
    values = form.values()
    accounts.rotate(session, app[VAULT], accounts.with_public_id(session, public_id), values)
    audit.record(session, by, "channel secrets rotated", _SUBJECT, public_id, changed=sorted(values))


def _switch(session: Session, by: Staff, public_id: str, wished: AccountState) -> None:
    if switching.switch(session, accounts.with_public_id(session, public_id), wished):
        audit.record(session, by, "channel switched", _SUBJECT, public_id, state=wished.value)


def _note_test(session: Session, by: Staff, public_id: str, tested: Tested) -> None:
    audit.record(session, by, "channel tested", _SUBJECT, public_id, taken=tested.is_taken, code=tested.code)
    account = accounts.with_public_id(session, public_id)
    if tested.is_taken:
        account.last_out_at = clock.now(session)
    else:
        accounts.note_error(session, account, tested.code)


def _replay(session: Session, by: Staff, public_id: str, delivery_id: int) -> None:
    log.replay(session, accounts.with_public_id(session, public_id), delivery_id)
    audit.record(session, by, "delivery replayed", _SUBJECT, public_id, delivery=delivery_id)


def _replay_all(session: Session, by: Staff, public_id: str) -> None:
    account = accounts.with_public_id(session, public_id)
    count = log.replay_all(session, account)
    audit.record(session, by, "deliveries replayed", _SUBJECT, public_id, count=count)


def _add_page(request: web.Request, guide: Guide, form: ChannelForm, status: int = 200) -> web.Response:
    return render_desk(
        request,
        "desk/channels/add.html",
        status=status,
        guide=guide,
        form=form,
        steps=_steps(guide.steps_before, ""),
    )


def _channel_page(
    request: web.Request,
    page: Page,
    *,
    status: int = 200,
    settings: ChannelForm | None = None,
    secrets: ChannelForm | None = None,
    recipient: ChannelForm | None = None,
    tested: Tested | None = None,
) -> web.Response:
    meta, guide = form_meta(request), page.guide
    webhook = f"{request.app[SETTINGS].base_url}/channels/{guide.kind.value}/{page.account.public_id}"
    return render_desk(
        request,
        "desk/channels/channel.html",
        status=status,
        account=page.account,
        standing=page.standing,
        unanswered=page.unanswered,
        guide=guide,
        webhook=webhook,
        steps=_steps(guide.steps_after, webhook),
        is_on=page.account.state is AccountState.ACTIVE,
        has_templates=templates.are_on(page.account.kind),
        has_secret={field.name: field.name in page.view.secrets for field in guide.secrets},
        has_lost_secrets=not page.view.secrets,
        overlaps=bool(page.view.previous),
        settings=settings or _settings_form(request, page, None),
        secrets=secrets or _secrets_form(request, page, None),
        recipient=recipient or channel_forms.recipient_form(guide, None, meta, page.known_recipient),
        tested=tested,
        done=request.query.get("done"),
    )


def _settings_form(request: web.Request, page: Page, posted: channel_forms.Posted) -> ChannelForm:
    return channel_forms.settings_form(
        page.guide,
        posted,
        form_meta(request),
        page.account.name,
        page.account.settings,
        page.view.secrets,
        https_only=_https_only(request),
    )


def _secrets_form(request: web.Request, page: Page, posted: channel_forms.Posted) -> ChannelForm:
    known = {**page.view.settings, **page.view.secrets}
    return channel_forms.secrets_form(page.guide, posted, form_meta(request), known)


def _https_only(request: web.Request) -> bool:
    return request.app[SETTINGS].in_production


def _steps(steps: tuple[str, ...], webhook: str) -> list[Markup]:
    return [Markup(_markdown.renderInline(step.replace("{webhook}", webhook))) for step in steps]


def _names() -> dict[ChannelKind, Any]:
    return {kind: guides.guide(kind).name for kind in guides.guided()}


def _path(page: Page) -> str:
    return f"{_LIST}/{page.account.public_id}"
