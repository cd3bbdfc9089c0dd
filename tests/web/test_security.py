"""What every door has in common: headers, origins, and quiet logs."""

import logging

import pytest
from aiohttp import WSServerHandshakeError

from tests.web.visitor import INGRID, Visitor
from web.access_log import RouteLogger
from web.app import create_app

EVIL = "https://evil.example"


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/nowhere", "/static/x/missing.css", "/health", "/chat/socket"]
)
async def test_every_answer_carries_the_headers(visitor, path):
    headers = (await visitor.open(path)).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers


async def test_production_insists_on_https(production_server):
    async with Visitor(production_server) as visitor:
        assert "max-age" in (await visitor.open("/")).headers["Strict-Transport-Security"]


async def test_no_page_has_inline_styles_or_scripts(visitor):
    await visitor.sign_in(INGRID)

    for path in ["/", "/brands/nordlys-skincare", "/messages", "/help", "/status", "/nowhere"]:
        html = (await visitor.open(path)).html
        assert " style=" not in html
        assert "<style" not in html
        assert "onclick" not in html


async def test_static_files_are_kept_for_ever_under_their_version(visitor):
    address = (await visitor.open("/")).links("/static/")[0]

    file = await visitor.open(address)
    old = await visitor.open(address.replace(address.split("/")[2], "0123456789ab"))

    assert "immutable" in file.headers["Cache-Control"]
    assert old.status == 404


async def test_pages_are_not_kept_by_caches(visitor):
    assert (await visitor.open("/")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_sent_from_another_site_is_refused(visitor, headers):
    page = await visitor.open("/sign-in")
    form = {"csrf_token": page.field("csrf_token"), "email": INGRID}

    answer = await visitor.send("POST", "/sign-in", data=form, headers=headers)

    assert answer.status == 403
    assert not (await visitor.open("/demo/mail")).links("/sign-in/link/")


async def test_our_own_page_without_a_referrer_is_believed_on_the_browsers_word(visitor):
    page = await visitor.open(await visitor.ask_for_link(INGRID))
    form = {name: page.field(name) for name in ("csrf_token", "token", "next")}

    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    answer = await visitor.send("POST", "/sign-in/link", data=form, headers=headers)

    assert answer.path == "/brands/nordlys-skincare"


async def test_a_form_without_its_token_changes_nothing(visitor):
    headers = {"Origin": visitor.origin}

    answer = await visitor.send("POST", "/sign-in", data={"email": INGRID}, headers=headers)

    assert answer.status == 422
    assert "open for too long" in answer.words


async def test_a_form_that_is_open_while_the_chat_begins_can_still_be_sent(visitor):
    page = await visitor.open("/sign-in")
    await visitor.begin_chat()

    assert (await visitor.submit(page, "/sign-in", email=INGRID)).path == "/sign-in/sent"


async def test_the_token_of_somebody_elses_form_is_refused(visitor, colleague):
    stolen = await colleague.open("/sign-in")
    await visitor.open("/sign-in")

    assert (await visitor.submit(stolen, "/sign-in", email=INGRID)).status == 422


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1", "http://desk.example.evil.example"])
async def test_a_socket_from_another_origin_is_refused(visitor, origin):
    await visitor.begin_chat()

    with pytest.raises(WSServerHandshakeError) as refused:
        await visitor.open_socket(Origin=origin)

    assert refused.value.status == 403


async def test_a_socket_without_an_origin_is_refused(visitor):
    await visitor.begin_chat()

    with pytest.raises(WSServerHandshakeError) as refused:
        await visitor.http.ws_connect(f"{visitor.origin}/chat/socket")

    assert refused.value.status == 403


async def test_a_socket_without_a_session_is_refused_before_it_opens(visitor):
    with pytest.raises(WSServerHandshakeError) as refused:
        await visitor.open_socket()

    assert refused.value.status == 403


async def test_production_takes_its_origin_from_the_settings_alone(production_server):
    async with Visitor(production_server) as visitor:
        answer = await visitor.send("POST", "/chat/session", headers={"Origin": visitor.origin})

    assert answer.status == 403


async def test_logs_name_the_route_and_neither_tokens_nor_words(settings, caplog):
    from aiohttp.test_utils import TestServer

    server = TestServer(create_app(settings))
    await server.start_server(access_log_class=RouteLogger, access_log=logging.getLogger("access"))
    with caplog.at_level(logging.DEBUG):
        async with Visitor(server) as visitor:
            link = await visitor.ask_for_link(INGRID)
            await visitor.follow_link(link)
            chat = await visitor.chat()
            await chat.write("a very private question", "c1")
            await chat.hear("ack")
    await server.close()

    ours = [line for line in caplog.messages if "sqlalchemy" not in line]
    assert any("/sign-in/link/{token}" in line for line in ours)
    assert not any(link.rpartition("/")[2] in line or "private question" in line for line in ours)
    assert not any(INGRID in line for line in ours)
