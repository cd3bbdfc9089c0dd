"""Signing in with access tokens, at a mailbox and at a mail server."""

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from imapclient.exceptions import LoginError

from conversations.channels.email import access, imap, token_requests
from conversations.channels.email.access import Access
from conversations.channels.email.imap import Mailbox, NotEncrypted, Place
from conversations.channels.email.token_requests import Credentials, NoToken
from conversations.channels.names import ChannelKind
from conversations.channels.shapes import Accepted, AccountView, Outcome, TryLater
from tests.channels.email.mails import DESK, mail
from tests.channels.email.servers import Box, Outbox, mail_server, mailbox
from tests.channels.email.test_channel import answer, events, send
from tests.channels.email.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, SCOPE, TokenDesk, token_desk


@pytest.fixture
def desk():
    with token_desk() as desk:
        yield desk


@pytest.fixture
def box(desk):
    with mailbox(tokens=desk) as box:
        box.put(mail())
        yield box


@pytest.fixture
def server(desk):
    with mail_server(tokens=desk) as server:
        yield server


def account(
    desk: TokenDesk, smtp_url: str = "", *, as_application: bool = True, **settings: str
) -> AccountView:
    own = {"address": DESK, "smtp_url": smtp_url}
    return AccountView(
        id=1,
        public_id="acc",
        kind=ChannelKind.EMAIL,
        name="Brand Desk",
        settings=own | desk.settings(as_application=as_application) | settings,
        secrets={"thread_secret": "t" * 32} | desk.secrets(as_application=as_application),
    )


def read(box: Box, who: AccountView) -> list[bytes | None]:
    found = imap.mails_after(Mailbox.at(box.url, None, access.access(who)), Place(7, 0))
    return [one.raw for one in found]


async def answered(server: Outbox, desk: TokenDesk, **more: str) -> Outcome:
    return await send(account(desk, server.url, **more), events(mail())[0].address, answer())


@pytest.mark.parametrize(
    ("as_application", "form"),
    [
        (True, {"grant_type": "client_credentials", "scope": SCOPE}),
        (False, {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}),
    ],
)
def test_a_mailbox_is_read_with_a_token_that_either_grant_gives(desk, box, as_application, form):
    assert read(box, account(desk, as_application=as_application)) == [mail()]
    assert desk.asked == [{"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}]


@pytest.mark.parametrize("mechanisms", [("XOAUTH2",), ("PLAIN", "OAUTHBEARER", "XOAUTH2"), ("OAUTHBEARER",)])
async def test_a_token_is_shown_as_the_server_offers_it(desk, box, server, mechanisms):
    desk.mechanisms = mechanisms

    assert isinstance(await answered(server, desk), Accepted)
    assert read(box, account(desk)) == [mail()]
    assert len(server.taken) == 1


async def test_a_token_is_asked_for_once_and_serves_both(desk, box, server):
    for _ in range(2):
        assert isinstance(await answered(server, desk), Accepted)
        assert read(box, account(desk)) == [mail()]

    assert len(desk.asked) == 1


def test_a_token_that_is_about_to_expire_is_not_used_again(desk, box):
    desk.lasts = "60"
    read(box, account(desk))
    read(box, account(desk))

    assert len(desk.asked) == 2


async def test_a_token_that_counts_no_more_is_replaced_at_once(desk, box, server):
    read(box, account(desk))
    desk.expire()
    assert isinstance(await answered(server, desk), Accepted)
    desk.expire()
    assert read(box, account(desk)) == [mail()]

    assert len(desk.asked) == 3


@pytest.mark.parametrize(
    ("mechanism", "explains", "heard"),
    [("XOAUTH2", True, ["", ""]), ("OAUTHBEARER", True, ["AQ==", "AQ=="]), ("XOAUTH2", False, [])],
)
async def test_a_token_that_is_refused_is_an_error_however_it_is_refused(
    desk, box, server, mechanism, explains, heard
):
    desk.is_unwelcome, desk.mechanisms, desk.explains = True, (mechanism,), explains
    desk.lasts = 60

    with pytest.raises(LoginError):
        read(box, account(desk))
    assert await answered(server, desk) == TryLater("smtp_login_refused")
    assert desk.heard_after_error == heard
    assert len(desk.asked) == 2


async def test_a_token_that_was_kept_and_is_refused_gets_one_further_try(desk, box, server):
    read(box, account(desk))
    desk.is_unwelcome = True

    assert await answered(server, desk) == TryLater("smtp_login_refused")
    assert len(desk.asked) == 2


def test_who_signs_in_at_the_same_time_shares_one_token(desk, box):
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: read(box, account(desk)), range(8)))

    assert found == [[mail()]] * 8
    assert len(desk.asked) == 1


def test_who_waited_for_a_token_that_was_refused_does_not_ask_again(desk, monkeypatch):
    own = Access(account(desk), Credentials.of(account(desk)))
    asked, waits, errors = [], threading.Event(), []

    def told(_):
        asked.append(threading.current_thread())
        if len(asked) == 1:
            other.start()
            waits.wait(10)
        raise NoToken("oauth_invalid_client")

    def now():
        waits.set() if threading.current_thread() is other else None
        return clock()

    def sign_in():
        with pytest.raises(NoToken) as error:
            own.use(lambda token: token, LoginError)
        errors.append(error.value.code)

    other, clock = threading.Thread(target=sign_in), access.time.monotonic
    monkeypatch.setattr(token_requests, "ask", told)
    monkeypatch.setattr(access.time, "monotonic", now)
    sign_in()
    other.join(10)

    assert errors == ["oauth_invalid_client"] * 2
    assert len(asked) == 1


def test_new_credentials_are_used_at_once(desk, box):
    read(box, account(desk))
    desk.refresh_token = "another"
    read(box, account(desk, as_application=False))

    assert [form["grant_type"] for form in desk.asked] == ["client_credentials", "refresh_token"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ((500, {"error": "server_error"}), "oauth_unreachable"),
        ((429, "slow down"), "oauth_unreachable"),
        ((400, {"error": "temporarily_unavailable"}), "oauth_unreachable"),
        ((400, {"error": "invalid_grant"}), "oauth_invalid_grant"),
        ((400, {"error": "invalid_grant", "error_codes": [70008]}), "oauth_invalid_grant AADSTS70008"),
        ((401, {"error": "invalid_client", "error_codes": ["x"]}), "oauth_invalid_client"),
        ((400, {"error": "somebody@brand.example"}), "oauth_refused 400"),
        ((400, {"error": ["invalid_grant"]}), "oauth_refused 400"),
        ((302, "https://elsewhere.example/"), "oauth_refused 302"),
        ((404, "nothing"), "oauth_refused 404"),
        ((200, "<html>"), "oauth_unreadable"),
        ((200, [1]), "oauth_unreadable"),
        ((200, "[" * 60_000), "oauth_unreadable"),
        ((200, {"access_token": ""}), "oauth_unreadable"),
        ((200, {"access_token": "two\1parts"}), "oauth_unreadable"),
        ((200, {"access_token": "a", "expires_in": "soon"}), "oauth_unreadable"),
        ((200, {"access_token": "a" * 70_000}), "oauth_unreadable"),
    ],
)
async def test_why_there_is_no_token_is_told_and_it_is_tried_again(desk, server, fault, code):
    desk.faults.append(fault)

    assert await answered(server, desk) == TryLater(code)
    assert isinstance(await answered(server, desk), Accepted)
    assert len(desk.asked) == 2


async def test_a_token_desk_that_is_away_is_tried_again(desk, server):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{unused.getsockname()[1]}/token"

    assert await answered(server, desk, oauth_token_url=away) == TryLater("oauth_unreachable")


async def test_a_token_desk_that_says_nothing_is_not_waited_for(desk, server, monkeypatch):
    monkeypatch.setattr(token_requests, "_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/token"

        assert await answered(server, desk, oauth_token_url=url) == TryLater("oauth_unreachable")


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/token", "ftp://login.example/token", "http://0.0.0.0/token"]
)
async def test_no_secret_goes_to_another_machine_in_the_clear(desk, server, url):
    assert await answered(server, desk, oauth_token_url=url) == TryLater("oauth_not_encrypted")


async def test_no_secret_goes_to_a_machine_whose_certificate_nobody_vouches_for(desk, server):
    with machine_that_heard() as heard:
        url = f"https://127.0.0.1:{heard.port}/token"

        assert await answered(server, desk, oauth_token_url=url) == TryLater("oauth_unreachable")
    assert CLIENT_SECRET.encode() not in heard.bytes


async def test_no_token_goes_to_another_machine_in_the_clear(desk, box, server):
    elsewhere = Mailbox.at(box.url.replace("127.0.0.1", "0.0.0.0"), None, access.access(account(desk)))
    who = account(desk, server.url.replace("127.0.0.1", "0.0.0.0"))

    with pytest.raises(NotEncrypted):
        imap.newest_place(elsewhere)
    assert await send(who, events(mail())[0].address, answer()) == TryLater("smtp_SMTPNotSupportedError")
    assert server.taken == []


async def test_nothing_secret_is_logged_or_in_a_representation(desk, box, server, caplog):
    caplog.set_level(logging.DEBUG)
    who = account(desk, server.url, as_application=False)
    desk.rotates = True
    read(box, who)
    desk.is_unwelcome = True
    with pytest.raises(LoginError):
        read(box, who)
    await send(who, events(mail())[0].address, answer())
    desk.client_secret = "another"
    await send(who, events(mail())[0].address, answer())
    shown = [repr(one) for one in (who, Credentials.of(who), Mailbox.at(box.url, None, access.access(who)))]

    for secret in (CLIENT_SECRET, "s3cret", "refresh-", "access-", "YWNjZXNzL", "somebody@brand.example"):
        assert secret not in caplog.text
        assert all(secret not in one for one in shown)


class Heard:
    port = 0
    bytes = b""


@contextmanager
def machine_that_heard():
    """It shows no certificate that counts, and keeps what is sent to it all the same."""
    heard = Heard()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard.port = listening.getsockname()[1]

        def listen():
            connection, _ = listening.accept()
            with connection:
                heard.bytes += connection.recv(65536)

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        thread.join(10)
