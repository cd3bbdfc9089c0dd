"""The documentation for developers: made of the same operations that answer, with forms to try them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from conversations.webhooks.names import CHOSEN
from onboarding.api_scopes import Scope
from web.api import openapi
from web.api.texts import texts
from web.api.v1 import OPERATIONS
from web.embed import proofs
from web.keys import SETTINGS
from web.rendering import render

_SAMPLES = Path(openapi.__file__).with_name("samples")


@dataclass(frozen=True)
class Shown:
    """One operation, as its part of the document says; `example` is a body to begin with."""

    method: str
    path: str
    about: dict[str, Any]
    example: str | None

    @property
    def name(self) -> str:
        return str(self.about["operationId"])

    @property
    def is_upload(self) -> bool:
        return "multipart/form-data" in self.about.get("requestBody", {}).get("content", {})

    @property
    def scope(self) -> str | None:
        security = self.about["security"]
        return security[0]["key"][0] if security else None

    @property
    def statuses(self) -> list[str]:
        return sorted(self.about["responses"])


async def developers(request: web.Request) -> web.Response:
    return render(
        request,
        "developers/index.html",
        base_url=request.app[SETTINGS].base_url,
        words=texts(),
        scopes=[scope.value for scope in Scope],
        events=[event.value for event in CHOSEN],
        longest_proof=proofs.LONGEST_SECONDS // 60,
        **_read(),
    )


@cache
def _read() -> dict[str, Any]:
    samples = {
        path.stem.replace(".", "_"): path.read_text(encoding="utf-8") for path in _SAMPLES.glob("*.txt")
    }
    groups = {tag: [one for one in _operations() if tag in one.about["tags"]] for tag in texts()["tags"]}
    return {"groups": groups, "samples": samples}


def _operations() -> list[Shown]:
    bodies = {one.name: one.body for one in OPERATIONS if one.body is not None}
    return [
        Shown(method.upper(), path, about, _example(bodies.get(about["operationId"])))
        for path, methods in openapi.described()["paths"].items()
        for method, about in methods.items()
        if path != "/api/v1/oauth/token"
    ]


def _example(body: Any) -> str | None:
    if body is None:
        return None
    return json.dumps(body.model_config["json_schema_extra"]["examples"][0], indent=2)
