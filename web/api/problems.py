"""Every error of the API as application/problem+json (RFC 9457), worded in one place."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conversations.webhooks.addresses import AddressRefused
from conversations.webhooks.endpoints import DeliveryUnderWay, EndpointDisabled, TooManyEndpoints
from onboarding.api_keys import KeyRefused, OriginRefused, ScopeMissing
from onboarding.errors import DomainError, NotAllowed, NotFound
from onboarding.secret_versions import JustReplaced
from web.database import is_outage
from web.keys import SETTINGS
from web.security.limits import TooMany

_log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
REQUEST_ID = web.RequestKey("request_id", str)
_SECONDS_TO_RETRY = 5
_MOST_FAULTS = 20
# Well described, but not possible as things stand.
_NOT_NOW = (EndpointDisabled, TooManyEndpoints, DeliveryUnderWay, JustReplaced)
_FILES_NOT_NOW = ("not_taken_now", "same_as_rejected")
_WORDS = {
    400: ("bad_request", "The request is not well formed."),
    403: ("closed", "This is not open to the key that was sent."),
    404: ("not_found", "There is nothing at this address for this key."),
    405: ("method_not_allowed", "This address does not answer to that method: see the Allow header."),
    413: ("too_large", "The body is larger than this address takes."),
    415: ("unsupported_media_type", "The body is not of a type that this address takes."),
    429: ("too_many_requests", "Too many requests. Wait as long as Retry-After says."),
    500: (
        "failed",
        "Something went wrong on our side. Nothing was done. Quote the request id when you ask us.",
    ),
    503: ("away", "The service is away for a moment. Nothing was done. Send the request again."),
}


class Fault(BaseModel):
    """One thing that is wrong with what was sent."""

    field: str = Field(description="Where: a parameter, or the path to a member of the body.")
    detail: str


class Problem(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "https://desk.example/developers#problem-404",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is nothing at this address for this key.",
                    "code": "not_found",
                    "request_id": "3f6c0c9e5a7b4d21",
                }
            ]
        }
    )

    type: str = Field(description="The page that explains this problem.")
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, for a person.")
    code: str = Field(description="Stable, for programs.")
    request_id: str
    errors: list[Fault] | None = Field(
        default=None, description="Each thing that is wrong, where there are several."
    )


class Refused(Exception):
    """A refusal by the API itself."""

    def __init__(
        self, status: int, code: str, detail: str, errors: Sequence[Fault] = (), **more: str
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.more = list(errors), more


def invalid(error: ValidationError, where: str) -> Refused:
    """What pydantic found; the values that were sent are not repeated."""
    faults = [
        Fault(field=".".join([where, *map(str, found["loc"])]), detail=found["msg"])
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return Refused(422, "invalid", f"The {where} is not as described: see errors.", faults[:_MOST_FAULTS])


def answer(request: web.Request, error: Exception) -> web.Response:
    """Never lets on why a key was refused, or what exists for others."""
    if isinstance(error, Refused):
        return _own_refusal(request, error)
    if isinstance(error, TooMany):
        return _waiting(request, 429, error.seconds)
    if isinstance(error, KeyRefused):
        return _unauthorized(request, error)
    if isinstance(error, DomainError):
        return _refusal(request, error)
    if isinstance(error, web.HTTPException) and error.status < 500:
        return _of_http(request, error)
    return _failure(request, error)


def _own_refusal(request: web.Request, error: Refused) -> web.Response:
    response = _problem(request, error.status, error.code, error.detail, error.errors, **error.more)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="api"'
    return response


def _refusal(request: web.Request, error: DomainError) -> web.Response:
    if isinstance(error, NotFound):
        return _worded(request, 404)
    status = 403 if isinstance(error, NotAllowed | OriginRefused | ScopeMissing) else 422
    if isinstance(error, _NOT_NOW) or error.code in _FILES_NOT_NOW:
        status = 409
    faults = [Fault(field="body.url", detail=str(error))] if isinstance(error, AddressRefused) else []
    response = _problem(request, status, error.code, f"{error} {error.what_to_do}", faults)
    if isinstance(error, ScopeMissing):
        response.headers["WWW-Authenticate"] = 'Bearer realm="api", error="insufficient_scope"'
    return response


def _unauthorized(request: web.Request, error: KeyRefused) -> web.Response:
    response = _problem(request, 401, error.code, error.what_to_do)
    sent = request.headers.get("Authorization", "").lower().startswith("bearer ")
    response.headers["WWW-Authenticate"] = 'Bearer realm="api"' + (', error="invalid_token"' if sent else "")
    return response


def _of_http(request: web.Request, error: web.HTTPException) -> web.Response:
    response = _worded(request, error.status if error.status in _WORDS else 400)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _failure(request: web.Request, error: Exception) -> web.Response:
    if is_outage(error):
        _log.warning("the database is away (%s)", type(error).__name__)
        return _waiting(request, 503, _SECONDS_TO_RETRY)
    _log.error("request %s of the API failed", request[REQUEST_ID], exc_info=error)
    return _worded(request, 500)


def _waiting(request: web.Request, status: int, seconds: int) -> web.Response:
    response = _worded(request, status)
    response.headers["Retry-After"] = str(seconds)
    return response


def _worded(request: web.Request, status: int) -> web.Response:
    return _problem(request, status, *_WORDS[status])


def _problem(
    request: web.Request, status: int, code: str, detail: str, errors: Sequence[Fault] = (), **more: Any
) -> web.Response:
    problem = Problem(
        type=f"{request.app[SETTINGS].base_url}/developers#problem-{status}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        request_id=request[REQUEST_ID],
        errors=list(errors) or None,
    )
    content = {**problem.model_dump(exclude_none=True), **more}
    return web.json_response(content, status=status, content_type=CONTENT_TYPE)
