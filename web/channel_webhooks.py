"""Where providers deliver: verified, parsed, stored in one transaction, and only then answered."""

import asyncio
import logging
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy.orm import Session

from conversations.channels import accounts, incoming
from conversations.channels.shapes import AccountView, Channel, RawRequest, WebhookRefused
from web import bodies
from web.database import in_database
from web.keys import CHANNELS, HTTP, SETTINGS, VAULT

_log = logging.getLogger(__name__)


async def webhook(request: web.Request) -> web.Response:
    channel = _channel(request)
    account = await in_database(request.app, _account, request)
    raw = _raw(request, await bodies.whole(request, channel.traits.longest_body))
    try:
        await channel.verify(account, raw, request.app[HTTP])
        parsed = await asyncio.to_thread(channel.parse, account, raw)
    except WebhookRefused as refused:
        return await _refused(request, account, refused)
    answer = parsed.answer
    if parsed.events:
        is_due = await in_database(request.app, incoming.take, channel, account.id, parsed.events)
        answer = parsed.while_answering if is_due and parsed.while_answering else answer
    return web.Response(body=answer.body, status=answer.status, content_type=answer.content_type)


def _channel(request: web.Request) -> Channel:
    for channel in request.app[CHANNELS].values():
        if channel.kind.value == request.match_info["kind"]:
            return channel
    raise web.HTTPNotFound


def _raw(request: web.Request, body: bytes) -> RawRequest:
    return RawRequest(
        method=request.method,
        url=f"{request.app[SETTINGS].base_url}{request.raw_path}",
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query),
        body=body,
        received_at=datetime.now(UTC),
    )


def _account(session: Session, request: web.Request) -> AccountView:
    asked = request.match_info
    account = accounts.find(session, asked["kind"], asked["public_id"])
    return accounts.view(session, request.app[VAULT], account)


async def _refused(request: web.Request, account: AccountView, refused: WebhookRefused) -> web.Response:
    """The content is not logged: it is a stranger's, or a brand's."""
    _log.warning("webhook of %s account %s refused: %s", account.kind, account.public_id, refused.code)
    await in_database(request.app, accounts.note_refused, account.kind.value, account.public_id, refused.code)
    return web.Response(text=refused.code, status=refused.status)
