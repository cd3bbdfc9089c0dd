"""An operation of the API: from this one description come its route, its scope, its checks and its documentation."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from onboarding import api_answers
from onboarding.api_answers import Answered
from onboarding.api_keys import Caller
from onboarding.api_scopes import Scope
from web.api import access, cursors, problems
from web.api.models import Asked, NoQuery, PageQuery
from web.api.problems import Fault, Refused
from web.database import in_database
from web.keys import SECRET, SETTINGS

_LARGEST_BODY = 64 * 1024
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_JSON = "application/json"
# Their answer is the whole of what is at the address.
_ANSWERED_WITH_STATE = (hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_PATCH)


@dataclass(frozen=True)
class Call:
    """A request that has been checked: whose it is, and what is asked."""

    app: web.Application
    caller: Caller
    path: str
    values: Mapping[str, str]
    query: BaseModel
    body: BaseModel | None
    idempotency_key: str | None
    if_match: str | None

    @property
    def after(self) -> str | None:
        """Where the page before ended; raises CursorInvalid."""
        assert isinstance(self.query, PageQuery)
        if self.query.cursor is None:
            return None
        return cursors.decode(self.app[SECRET], self.path, self.query.cursor)

    @property
    def limit(self) -> int:
        assert isinstance(self.query, PageQuery)
        return self.query.limit

    def page[T](self, found: Sequence[T], place: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
        """What fits of `found`, which holds one more where there is more, and the cursor of the next page."""
        shown = found[: self.limit]
        more = len(found) > self.limit
        return shown, cursors.encode(self.app[SECRET], self.path, place(shown[-1])) if more else None

    @property
    def in_demonstration(self) -> bool:
        return not self.app[SETTINGS].in_production


type Work = Callable[[Session, Call], BaseModel | None]
type Location = Callable[[str, Mapping[str, Any]], str]
type Receive = Callable[[web.Request, Call], Awaitable[tuple[Answered, bool]]]
type Give = Callable[[web.Request, Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Operation:
    """`work` answers in one transaction; `receive` and `give` do where files are moved. `state` is what If-Match is
    about: the answer to a GET at the same address, held until the transaction ends; members of it that change
    `by_itself` are nobody's change. `location` is the address of what was made, of the request's own and the
    answer. With `is_secret` nobody on the way keeps the answer.
    """

    method: str
    path: str
    name: str
    summary: str
    scope: Scope
    answer: type[BaseModel] | None = None
    work: Work | None = None
    receive: Receive | None = None
    give: Give | None = None
    state: Work | None = None
    about: str = ""
    status: int = 200
    query: type[BaseModel] = NoQuery
    body: type[Asked] | None = None
    needs_idempotency_key: bool = False
    is_secret: bool = False
    by_itself: frozenset[str] = frozenset()
    location: Location | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def is_upload(self) -> bool:
        return self.receive is not None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        call = await self._call(request)
        if self.give is not None:
            return await self.give(request, call)
        answered, repeated = await (self.receive or self._answered)(request, call)
        return self._response(request, answered, repeated)

    def _response(self, request: web.Request, answered: Answered, repeated: bool) -> web.Response:
        headers: dict[str, str] = {hdrs.CACHE_CONTROL: "no-store" if self.is_secret else "private, no-cache"}
        if repeated:
            headers["Idempotency-Replayed"] = "true"
        if self.location is not None and answered.status == HTTPStatus.CREATED:
            headers[hdrs.LOCATION] = self.location(request.path, json.loads(answered.body))
        if request.method not in _ANSWERED_WITH_STATE or self.is_secret:
            return _written(answered, headers)
        tag = headers[hdrs.ETAG] = _tag(answered.body, self.by_itself)
        if request.method != hdrs.METH_PATCH and _names(request.headers.get(hdrs.IF_NONE_MATCH, ""), tag):
            return web.Response(status=304, headers=headers)
        return _written(answered, headers)

    async def _call(self, request: web.Request) -> Call:
        for name in self.names:
            if not re.fullmatch(self.values[name], request.match_info[name]):
                raise web.HTTPNotFound
        return Call(
            app=request.app,
            caller=access.caller(request),
            path=request.path,
            values=request.match_info,
            query=_query(request, self.query),
            body=await _body(request, self.body) if self.body else None,
            idempotency_key=self._idempotency_key(request),
            if_match=request.headers.get(hdrs.IF_MATCH) if self.state else None,
        )

    def _idempotency_key(self, request: web.Request) -> str | None:
        found = request.headers.get("Idempotency-Key")
        if found is None and self.needs_idempotency_key:
            raise Refused(
                400, "idempotency_key_missing", "Send an Idempotency-Key header, new for each message."
            )
        if found is not None and not _IDEMPOTENCY_KEY.fullmatch(found):
            raise Refused(
                400, "idempotency_key_invalid", "An Idempotency-Key has 1 to 200 visible ASCII characters."
            )
        return found if request.method == hdrs.METH_POST else None

    async def _answered(self, request: web.Request, call: Call) -> tuple[Answered, bool]:
        sent = await request.read() if self.body else b""
        return await in_database(request.app, self.once, call, sent)

    def _require_state(self, session: Session, call: Call) -> None:
        """Raises Refused where what is to be changed is not any more what was read."""
        if self.state is None or call.if_match is None:
            return
        found = self.state(session, call)
        assert found is not None
        if not _names_state(call.if_match, _tag(found.model_dump_json(), self.by_itself)):
            raise Refused(
                412, "changed_meanwhile", "It was changed since you read it. Read it again, then decide."
            )

    def once(self, session: Session, call: Call, sent: bytes) -> tuple[Answered, bool]:
        """Does the work, or gives the answer that the same request had before."""
        assert self.work is not None
        work = self.work
        self._require_state(session, call)

        def answered() -> Answered:
            found = work(session, call)
            session.flush()
            return Answered(self.status, found.model_dump_json() if found is not None else "")

        if call.idempotency_key is None:
            return answered(), False
        fingerprint = fingerprint_of(self.method, call.path, sent)
        return api_answers.once(session, call.caller.key.id, call.idempotency_key, fingerprint, answered)


def _tag(body: str, by_itself: frozenset[str]) -> str:
    """Of all that is answered; where some of it changes by itself, with a part for the rest before it."""
    whole = _digest(body)
    if not by_itself or not body:
        return f'"{whole}"'
    state = {name: value for name, value in json.loads(body).items() if name not in by_itself}
    return f'"{_digest(json.dumps(state, sort_keys=True))}.{whole}"'


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def fingerprint_of(method: str, path: str, sent: bytes) -> str:
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), sent])).hexdigest()


def _written(answered: Answered, headers: dict[str, str]) -> web.Response:
    if not answered.body:
        return web.Response(status=204, headers=headers)
    return web.Response(status=answered.status, text=answered.body, content_type=_JSON, headers=headers)


def _names(condition: str, tag: str) -> bool:
    named = _named(condition)
    return tag in named or named == ["*"]


def _names_state(condition: str, tag: str) -> bool:
    """Whether what people change is as it was; what changes by itself may have changed."""
    named = _named(condition)
    return tag.partition(".")[0] in [one.partition(".")[0] for one in named] or named == ["*"]


def _named(condition: str) -> list[str]:
    return [one.strip().removeprefix("W/") for one in condition.split(",")]


def _query(request: web.Request, model: type[BaseModel]) -> BaseModel:
    repeated = [name for name in request.query if len(request.query.getall(name)) > 1]
    if repeated:
        faults = [Fault(field=f"query.{name}", detail="Is there more than once.") for name in set(repeated)]
        raise Refused(422, "invalid", "The query names a parameter more than once: see errors.", faults)
    try:
        return model.model_validate_strings(dict(request.query))
    except ValidationError as error:
        raise problems.invalid(error, "query") from None


async def _body(request: web.Request, model: type[Asked]) -> Asked:
    if request.content_type != _JSON:
        raise Refused(415, "unsupported_media_type", "Send the body as application/json.")
    raw = await request.read()
    if len(raw) > _LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(_LARGEST_BODY, len(raw))
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _bad_body(error) from None


def _bad_body(error: ValidationError) -> Refused:
    found: Any = error.errors(include_url=False)[0]
    if found["type"] == "json_invalid":
        return Refused(400, "not_json", "The body is not JSON.")
    return problems.invalid(error, "body")
