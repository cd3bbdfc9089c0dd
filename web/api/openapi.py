"""The OpenAPI 3.1 document, made of the operations and the models that answer: it cannot say anything else."""

from functools import cache
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from conversations.webhooks.names import EventType
from onboarding.api_scopes import Scope
from web.api import events, problems, tokens
from web.api.models import Asked, Token
from web.api.operations import Operation
from web.api.problems import Problem
from web.api.texts import texts
from web.api.v1 import OPERATIONS
from web.keys import SETTINGS

PATH = "/api/v1/openapi.json"
VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_FILE_TYPES = ("application/pdf", "image/jpeg", "image/png", "text/csv",
               "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")  # fmt: skip
_HEADERS = {
    "X-Request-Id": {"description": "Quote it when you ask us.", "schema": {"type": "string"}},
    "RateLimit": {
        "description": "What is left (r), and for how many seconds (t).",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "How many requests (q) in how many seconds (w).",
        "schema": {"type": "string"},
    },
}


async def document(request: web.Request) -> web.Response:
    found = {**described(), "servers": [{"url": request.app[SETTINGS].base_url}]}
    return web.json_response(found, headers={"Cache-Control": "public, max-age=300"})


@cache
def described() -> dict[str, Any]:
    """All but the address of the server."""
    words = texts()["document"]
    return {
        "openapi": "3.1.0",
        "info": {"title": words["title"], "version": VERSION, "description": words["about"]},
        "paths": _paths(),
        "webhooks": {event.value: {"post": _told(event)} for event in events.MODELS},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": _security(),
            "headers": _HEADERS,
            "responses": {name: _problem_response(name) for name in texts()["problems"]},
        },
        "tags": [{"name": name, "description": about} for name, about in texts()["tags"].items()],
    }


def tag_of(operation: Operation) -> str:
    """The first thing after the version; a person's own key and brand belong together."""
    name = operation.path.split("/")[3]
    return str(texts()["tag_of"].get(name, name))


def statuses_of(operation: Operation) -> list[str]:
    """The problems that it can answer with."""
    found = {"401", "403", "422", "429", "500", "503"}
    if operation.names:
        found.add("404")
    if operation.method == "POST":
        found |= {"400", "409"}
    if operation.state is not None:
        found.add("412")
    if operation.body or operation.is_upload:
        found |= {"400", "413", "415"}
    return sorted(found)


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    paths[tokens.PATH] = {"post": _token_operation()}
    return paths


def _operation(operation: Operation) -> dict[str, Any]:
    scope = [operation.scope.value]
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"{operation.about}\n\nScope: `{operation.scope}`.".strip(),
        "tags": [tag_of(operation)],
        "security": [{"key": scope}, {"oauth": scope}],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers_of(operation)],
        "responses": _responses(operation),
    }
    if operation.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(operation.body)}},
        }
    elif operation.is_upload:
        found["requestBody"] = _upload()
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {str(operation.status): _success(operation)}
    if operation.is_upload:
        answers["200"] = {**_success(operation), "description": texts()["again"]}
    if operation.method == "GET" and operation.answer is not None and not operation.is_secret:
        answers["304"] = {"description": texts()["not_modified"]}
    if operation.location is not None:
        about = {"description": texts()["location"], "schema": {"type": "string"}}
        answers["201"] = {**answers["201"], "headers": {**_refs_to_headers(), "Location": about}}
    for status in statuses_of(operation):
        answers[status] = {"$ref": f"#/components/responses/{status}"}
    return answers


def _success(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {"description": operation.summary, "headers": _refs_to_headers()}
    if operation.answer is not None:
        found["content"] = {"application/json": {"schema": _ref(operation.answer)}}
    elif operation.give is not None:
        found["content"] = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _FILE_TYPES}
    return found


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^({operation.values[name]})$"},
            **({"example": example} if (example := texts()["examples"].get(name)) else {}),
        }
        for name in operation.names
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    schema = operation.query.model_json_schema()
    named = schema.get("$defs", {})
    return [
        {"name": name, "in": "query", "required": False, "schema": _plain(found, named),
         "description": found.get("description", "")}
        for name, found in schema.get("properties", {}).items()
    ]  # fmt: skip


def _plain(found: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """A query has no null: what is optional is left out. Nothing is named elsewhere."""
    kinds = [kind for kind in found.get("anyOf", []) if kind != {"type": "null"}]
    merged = {**found, **(kinds[0] if kinds else {})}
    merged |= named[merged.pop("$ref").rpartition("/")[2]] if "$ref" in merged else {}
    dropped = {"anyOf", "title", "description"} | ({"default"} if merged.get("default") is None else set())
    return {name: value for name, value in merged.items() if name not in dropped}


def _headers_of(operation: Operation) -> list[dict[str, Any]]:
    if operation.state is not None:
        about = {"description": texts()["if_match"], "schema": {"type": "string"}}
        return [{"name": "If-Match", "in": "header", "required": False, **about}]
    if operation.method != "POST":
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"}
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": operation.needs_idempotency_key,
            "description": texts()["idempotency"],
            "schema": schema,
        }
    ]


def _upload() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary", "description": texts()["upload"]}},
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _told(event: EventType) -> dict[str, Any]:
    """A request of ours to whoever listens."""
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature", "webhook-key-id")
    return {
        "operationId": f"told_{event.name.lower()}",
        "summary": texts()["events"][event.value],
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in headers
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref(events.MODELS[event])}},
        },
        "responses": {"2XX": {"description": texts()["taken"]}},
    }


def _token_operation() -> dict[str, Any]:
    words = texts()["token"]
    fields = {
        "grant_type": {"type": "string", "const": "client_credentials"},
        "client_id": {"type": "string", "maxLength": 200},
        "client_secret": {"type": "string", "maxLength": 200},
        "scope": {"type": "string", "description": words["scope"]},
    }
    schema = {"type": "object", "required": ["grant_type"], "properties": fields}
    answers: dict[str, Any] = {
        "200": {
            "description": words["summary"],
            "content": {"application/json": {"schema": _ref(Token)}},
        }
    }
    for status in ("400", "401", "413", "415", "429", "500", "503"):
        answers[status] = {"$ref": f"#/components/responses/{status}"}
    return {
        "operationId": "token",
        "summary": words["summary"],
        "description": words["about"],
        "tags": ["identity"],
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": schema}},
        },
        "responses": answers,
    }


def _problem_response(name: str) -> dict[str, Any]:
    headers = _refs_to_headers()
    if name in ("429", "503"):
        headers["Retry-After"] = {"description": "Seconds.", "schema": {"type": "integer"}}
    return {
        "description": texts()["problems"][name],
        "headers": headers,
        "content": {problems.CONTENT_TYPE: {"schema": _ref(Problem)}},
    }


def _refs_to_headers() -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}


def _security() -> dict[str, Any]:
    scopes = {scope.value: texts()["scopes"][scope.value] for scope in Scope}
    flow = {"tokenUrl": tokens.PATH, "scopes": scopes}
    return {
        "key": {"type": "http", "scheme": "bearer", "description": texts()["key"]},
        "oauth": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }


def _schemas() -> dict[str, Any]:
    bodies = {one.body for one in OPERATIONS if one.body is not None}
    answers = {one.answer for one in OPERATIONS if one.answer is not None} | {Problem, Token}
    answers |= set(events.MODELS.values())
    modes = [(body, "validation") for body in bodies] + [(answer, "serialization") for answer in answers]
    _, found = models_json_schema(sorted(modes, key=_name), ref_template=_REF)  # type: ignore[arg-type]
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _name(mode: tuple[type[BaseModel], str]) -> str:
    return mode[0].__name__


def _ref(model: type[BaseModel] | type[Asked]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
