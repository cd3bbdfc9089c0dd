"""The e-mail channel: what is let in, what it says, and how answers leave."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from threading import Event, Semaphore, current_thread, main_thread

import aiohttp
import pytest

from conversations.channels.email import channel, composing, slow_servers, smtp
from conversations.channels.email.channel import EmailChannel, signature
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Forged,
    Malformed,
    OutboundMessage,
    RawRequest,
    Refused,
    Stale,
    StatusReport,
    TryLater,
)
from tests.channels.email.mails import DESK, INGRID, bounce, mail, with_photo
from tests.channels.email.servers import mail_server

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
PROOF = b"Authentication-Results: mx.brand.example; dmarc=pass header.from=nordlys.example\r\n"
CHANNEL = EmailChannel()


def account(smtp_url: str = "smtp://127.0.0.1:1", **previous: str) -> AccountView:
    return AccountView(
        id=1,
        public_id="acc",
        kind=ChannelKind.EMAIL,
        name="Brand Desk",
        settings={"address": DESK, "authserv_id": "mx.brand.example", "smtp_url": smtp_url},
        secrets={"webhook_secret": "w" * 32, "thread_secret": "t" * 32},
        previous=previous,
    )


def request(body: bytes, secret: str = "w" * 32, at: datetime = NOW, **headers: str) -> RawRequest:
    timestamp = str(int(at.timestamp()))
    signed = {
        "x-brand-desk-timestamp": timestamp,
        "x-brand-desk-signature": signature(secret, timestamp, body),
    }
    return RawRequest("POST", "https://desk.example/x", signed | headers, {}, body, NOW)


async def verify(raw: RawRequest, who: AccountView | None = None) -> None:
    async with aiohttp.ClientSession() as http:
        await CHANNEL.verify(who or account(), raw, http)


class Then(datetime):
    """The address at which to answer has its day in it."""

    @classmethod
    def now(cls, tz=None):
        return NOW


def events(body: bytes):
    return CHANNEL.parse(account(), request(body)).events


def answer(text: str = "**12 days** are left.", **more) -> OutboundMessage:
    return OutboundMessage(text, key="7-0", answers="<1@nordlys.example>", sent_at=NOW, **more)


async def send(who: AccountView, address, message: OutboundMessage):
    async with aiohttp.ClientSession() as http:
        return await CHANNEL.send(who, address, message, http)


async def test_a_signed_mail_is_let_in():
    await verify(request(mail()))


async def test_the_secret_before_the_last_counts_while_both_do():
    await verify(request(mail(), secret="o" * 32), account(webhook_secret="o" * 32))


@pytest.mark.parametrize(
    "raw",
    [
        request(mail(), secret="another"),
        request(mail(), **{"x-brand-desk-signature": ""}),
        request(mail(), **{"x-brand-desk-signature": "v1=é"}),
        request(mail(), **{"x-brand-desk-timestamp": str(int(NOW.timestamp()) + 1)}),
        RawRequest("POST", "https://desk.example/x", {}, {}, mail(), NOW),
    ],
)
async def test_a_mail_that_is_not_signed_by_our_server_is_refused(raw):
    with pytest.raises(Forged):
        await verify(raw)


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_mail_signed_too_long_ago_is_refused(minutes):
    with pytest.raises(Stale):
        await verify(request(mail(), at=NOW + timedelta(minutes=minutes)))


def test_a_mail_without_a_sender_makes_no_sense():
    with pytest.raises(Malformed):
        events(b"Subject: x\r\n\r\nHello")


def test_a_mail_becomes_one_message_of_its_sender():
    (message,) = events(PROOF + mail())

    assert (message.external_id, message.external_user) == ("<1@nordlys.example>", INGRID)
    assert (message.text, message.display_name) == ("How many days are left?", "Ingrid Solberg")


def test_a_from_address_alone_proves_nothing():
    (message,) = events(mail())

    assert message.external_user == f"unproven:{INGRID}"
    assert message.address["to"] == INGRID


async def test_a_reply_to_our_mail_is_proof(monkeypatch):
    monkeypatch.setattr(channel, "datetime", Then)
    with mail_server() as server:
        await send(account(server.url), events(mail())[0].address, answer())
    ours = message_from_bytes(server.taken[0], policy=policy.default)
    reply_to = ours["Reply-To"].addresses[0].addr_spec

    assert events(mail(to=reply_to))[0].external_user == INGRID
    assert events(mail(to=reply_to, sender="anna@nordlys.example"))[0].external_user.startswith("unproven:")


def test_a_photo_comes_along():
    (message,) = events(with_photo())

    assert [(file.name, file.size_bytes) for file in message.attachments] == [("letter.jpg", 9)]


async def test_the_photo_is_what_was_sent():
    (message,) = events(with_photo(data=b"\xff\xd8 photo"))

    async with (
        aiohttp.ClientSession() as http,
        CHANNEL.fetch(account(), message.attachments[0], http) as pieces,
    ):
        assert b"".join([piece async for piece in pieces]) == b"\xff\xd8 photo"


def test_who_unsubscribes_with_a_mail_program_is_unlinked():
    assert [
        message.text for message in events(PROOF + mail("This is sent for you", subject="Unsubscribe"))
    ] == ["unlink"]


def test_what_a_machine_wrote_is_left_out_and_its_words_are_not_logged(caplog):
    with caplog.at_level("INFO"):
        assert events(mail("a very private holiday", Auto_Submitted="auto-replied")) == ()

    assert "automatic" in caplog.text
    assert "private" not in caplog.text
    assert INGRID not in caplog.text


async def test_an_answer_leaves_in_the_thread_and_a_bounce_of_it_is_known():
    with mail_server() as server:
        outcome = await send(account(server.url), events(PROOF + mail())[0].address, answer())

    ours = message_from_bytes(server.taken[0], policy=policy.default)
    assert outcome == Accepted(ours["Message-ID"])
    assert server.envelopes == [(DESK, INGRID)]
    assert (ours["Subject"], ours["In-Reply-To"]) == ("Re: Our application", "<1@nordlys.example>")
    assert events(bounce(ours["Message-ID"])) == (
        StatusReport(ours["Message-ID"], DeliveryStatus.FAILED, "bounced_5.1.1"),
    )


def test_a_bounce_of_what_we_never_wrote_changes_nothing():
    assert events(bounce("<bd.7-0.aaaaaaaaaaaaaaaaaaaa@brand.example>")) == ()


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("550 5.1.1 no such user", Refused("smtp_550")),
        ("450 4.2.1 try later", TryLater("smtp_450")),
        ("521 5.3.2 takes no mail", TryLater("smtp_521")),
    ],
)
async def test_what_the_mail_server_says_decides(said, outcome):
    with mail_server() as server:
        server.answers.append(said)

        assert await send(account(server.url), events(mail())[0].address, answer()) == outcome


async def test_a_mail_is_written_beside_the_site_which_goes_on_answering(monkeypatch):
    threads, as_bytes = [], composing.as_bytes
    monkeypatch.setattr(
        composing, "as_bytes", lambda *given: threads.append(current_thread()) or as_bytes(*given)
    )
    with mail_server() as server:
        await send(account(server.url), events(mail())[0].address, answer())

    assert len(threads) == 1
    assert main_thread() not in threads


async def test_a_mail_server_may_take_longer_to_say_that_it_has_a_mail_than_for_anything_else(monkeypatch):
    monkeypatch.setattr(smtp, "_SECONDS", 1)
    with mail_server() as server:
        server.before_taken = lambda: Event().wait(1.5)

        assert isinstance(await send(account(server.url), events(mail())[0].address, answer()), Accepted)


@pytest.mark.parametrize("goodbye", ["421 4.3.2 going down", "no SMTP at all"])
async def test_a_mail_that_was_taken_is_taken_however_the_server_says_goodbye(goodbye):
    with mail_server() as server:
        server.goodbye = goodbye

        assert isinstance(await send(account(server.url), events(mail())[0].address, answer()), Accepted)


async def test_lines_that_begin_with_a_full_stop_arrive_as_they_are():
    with mail_server() as server:
        await send(account(server.url), events(mail())[0].address, answer(".first\n.\n..third"))

    ours = message_from_bytes(server.taken[0], policy=policy.default)
    assert ours.get_body(("plain",)).get_content().splitlines()[:3] == [".first", ".", "..third"]


async def test_a_slow_mail_server_holds_two_mails_and_not_the_whole_background(monkeypatch):
    monkeypatch.setattr(slow_servers, "_SLOW_AFTER", -1)
    holds, goes_on, address = Semaphore(0), Event(), events(mail())[0].address
    with mail_server() as server:
        server.before_taken = lambda: holds.release() or goes_on.wait(10)
        who = account(server.url)
        held = []
        for _ in range(2):
            held.append(asyncio.create_task(send(who, address, answer())))
            assert await asyncio.to_thread(holds.acquire, timeout=10)
        third = await send(who, address, answer())
        goes_on.set()
        outcomes = await asyncio.gather(*held)
        fourth = await send(who, address, answer())

    assert third == TryLater("smtp_slow", 20)
    assert [type(one) for one in [*outcomes, fourth]] == [Accepted] * 3


async def test_a_mail_server_that_is_away_is_tried_again():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{unused.getsockname()[1]}"

    with pytest.raises(OSError, match="refused"):
        await send(account(url), events(mail())[0].address, answer())


async def test_no_password_is_sent_in_the_clear():
    with mail_server() as server:
        url = server.url.replace("//127.0.0.1", "//desk:secret@0.0.0.0")

        assert await send(account(url), events(mail())[0].address, answer()) == TryLater(
            "smtp_SMTPNotSupportedError"
        )
    assert server.taken == []
