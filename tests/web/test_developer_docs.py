"""What the documentation tells developers to run, runs; what it promises, holds."""

import asyncio
import json
import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from tests.test_architecture import PROJECT
from tests.web.host_site import register
from tests.web.integrator import Integrator, make_key
from tests.web.test_embed import Frame
from tests.web.visitor import INGRID
from web.api import openapi
from web.api.v1 import OPERATIONS
from web.embed import proofs
from web.keys import SECRET

STATUSES = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503)
SAMPLES = PROJECT / "web" / "api" / "samples"


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def made_by(code: str, name: str):
    made: dict[str, object] = {}
    exec(code, made)
    return made[name]


async def run(server, sessions, folder: Path, *command: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "BRAND_DESK": str(server.make_url("/")).rstrip("/"),
        "BRAND_DESK_KEY": make_key(sessions).secret,
    }
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment, cwd=folder
    )
    said, problems = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, problems.decode()
    return said.decode()


def test_whatever_the_document_refers_to_is_in_it():
    document = openapi.described()
    references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))

    assert references
    for reference in set(references):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


async def test_the_quick_start_with_curl_runs(server, sessions, tmp_path):
    said = await run(server, sessions, tmp_path, "bash", "-euo", "pipefail", "-c", sample("quick_start.sh"))

    assert '"brand":"Nordlys Skincare"' in said
    assert '"currently_due"' in said
    assert '"text":"How many days are left?"' in said


async def test_the_quick_start_with_python_runs(server, sessions, tmp_path):
    said = await run(server, sessions, tmp_path, sys.executable, "-c", sample("quick_start.py"))

    assert said.startswith("Acting for Nordlys Skincare\nBD-2026-004217 ")


async def test_the_commands_of_docs_api_run(server, sessions, tmp_path):
    for command in blocks("api.md", "sh"):
        assert "Nordlys" in await run(server, sessions, tmp_path, "bash", "-euc", command)


def test_the_pages_in_docs_show_the_samples_that_are_run_here():
    assert blocks("api.md", "python") == [sample("verify_webhook.py")]
    assert blocks("embed.md", "python") == [sample("vouch.py")]


def test_the_sample_tells_ours_from_what_is_not():
    from uuid import uuid4

    from conversations.webhooks import signing
    from conversations.webhooks.models import WebhookEndpoint

    check = made_by(sample("verify_webhook.py"), "is_from_brand_desk")
    endpoint = WebhookEndpoint(id=uuid4(), secret_version=1)
    now = int(time.time())
    at = datetime.fromtimestamp(now, UTC)
    secret = signing.secret(b"key", endpoint.id, 1)
    body = b'{"type":"webhook.test"}'
    headers = signing.headers(b"key", endpoint, uuid4(), now, body, at)
    old = signing.headers(b"key", endpoint, uuid4(), now - 600, body, at)

    assert check(headers, body, secret)
    assert not check(headers, body + b" ", secret)
    assert not check(headers, body, signing.secret(b"key", endpoint.id, 2))
    assert not check(old, body, secret)
    assert not check({**headers, "webhook-timestamp": str(now - 1)}, body, secret)
    assert not check({}, body, secret)
    assert not check({name: value for name, value in headers.items() if name != "webhook-id"}, body, secret)
    for strange in ("v1,ä", "v1,\udce4", "\ud800"):
        for name in headers:
            assert not check({**headers, name: strange}, body, secret) or name == "webhook-key-id"
    assert not check({**headers, "webhook-timestamp": "9" * 5000}, body, secret)
    assert check({**headers, "webhook-signature": f"v1,ä {headers['webhook-signature']}"}, body, secret)


async def test_the_sample_for_a_sites_server_vouches(server, sessions):
    site = register(sessions, "https://shop.example")
    vouch = made_by(sample("vouch.py"), "brand_desk_identity")

    proof = vouch(str(site.id), proofs.secret(server.app[SECRET], site, 1), INGRID)

    assert (await Frame(server, site).open(identity=proof))[0] == 200


async def test_the_document_names_each_operation_with_its_scope(server):
    async with Integrator(server, None) as stranger:
        document = (await stranger.get("/openapi.json")).json

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://desk.example"}]
    for operation in OPERATIONS:
        described = document["paths"][operation.path][operation.method.lower()]
        assert described["security"] == [{"key": [operation.scope]}, {"oauth": [operation.scope]}]
        assert {"401", "403", "429"} <= set(described["responses"])


@pytest.mark.parametrize("name", sorted(openapi.described()["components"]["schemas"]))
def test_the_examples_fit_their_schemas(name):
    components = openapi.described()["components"]
    schema = components["schemas"][name]

    for example in schema.get("examples", []):
        jsonschema.validate(example, {**schema, "components": components})


def test_the_document_describes_each_error_and_what_is_sent_to_webhooks():
    document = openapi.described()
    headers = {parameter["name"] for parameter in document["webhooks"]["webhook.test"]["post"]["parameters"]}

    assert {str(status) for status in STATUSES} <= set(document["components"]["responses"])
    assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature", "webhook-key-id"}


async def test_the_page_for_developers_names_each_operation_error_and_event(visitor):
    page = await visitor.open("/developers")

    assert page.status == 200
    for operation in OPERATIONS:
        assert f'id="op-{operation.name}"' in page.html
    for anchor in ("webhooks", "embed", *(f"problem-{status}" for status in STATUSES)):
        assert f'id="{anchor}"' in page.html
    assert "document.status_changed" in page.words


async def test_a_problem_leads_to_the_page_that_explains_it(server, visitor):
    async with Integrator(server, None) as stranger:
        kind = (await stranger.get("/me")).json["type"]

    page = await visitor.open("/developers")
    assert kind.startswith("http://desk.example/developers#")
    assert f'id="{kind.rpartition("#")[2]}"' in page.html
