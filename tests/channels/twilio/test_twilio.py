"""WhatsApp and SMS by Twilio against a local Twilio."""

import json
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from conversations.channels import accounts, outgoing, windows
from conversations.channels.models import ChannelAccount, ChannelDelivery, ChannelIdentity
from conversations.channels.names import DeliveryStatus
from conversations.channels.shapes import Attachment, FetchRefused, Forged, RawRequest
from conversations.channels.twilio import signing
from conversations.channels.twilio.channel import TwilioSms, TwilioWhatsapp
from conversations.messages import Reply
from tests.channels import game
from tests.channels.house import House, house
from tests.channels.provider import Hook
from tests.channels.twilio.double import INGRID, OURS, TOKEN, TwilioDouble, TwilioSmsDouble


@asynccontextmanager
async def opened(settings, sessions, provider: TwilioDouble):
    channel = TwilioWhatsapp() if provider.prefix else TwilioSms()
    async with provider, house(settings, sessions, channel, provider) as one:
        yield one


@pytest.fixture
async def sms(settings, sessions):
    async with opened(settings, sessions, TwilioSmsDouble()) as one:
        yield one


@pytest.fixture(params=["whatsapp", "sms"])
def both(request):
    return request.getfixturevalue(request.param)


async def ask(house: House, text: str, external_id: str = "SM1") -> None:
    assert await house.deliver(house.provider.written(INGRID, text, external_id)) == [200]


async def answer(house: House, reply: Reply | None = None) -> None:
    house.answer_all(lambda text: reply or Reply(f"echo {text}"))
    await house.send_all()


async def test_whatsapp_answers_500_messages_once_and_in_order(whatsapp):
    await game.plays_500_messages(whatsapp)

    assert whatsapp.provider.texts_by_user() == game.expected()


async def test_sms_answers_500_messages_once_and_in_order(sms, monkeypatch):
    monkeypatch.setattr(game, "users", lambda: [f"+4790000{number:03}" for number in range(game.USERS)])
    await game.plays_500_messages(sms)

    assert sms.provider.texts_by_user() == game.expected()


async def test_a_webhook_is_answered_with_an_empty_twiml(whatsapp):
    status, body = await whatsapp.answer_to(whatsapp.provider.written(INGRID, "hello", "SM1"))

    assert (status, body) == (200, b'<?xml version="1.0" encoding="UTF-8"?><Response/>')


async def test_a_message_is_answered_where_it_came_from(whatsapp):
    await ask(whatsapp, "hello")
    await answer(whatsapp, Reply("**Nordlys** has 12 days. [Documents](/brands/nordlys-skincare)"))

    (call,) = whatsapp.provider.calls
    assert (call["To"], call["From"]) == (f"whatsapp:{INGRID}", f"whatsapp:{OURS}")
    assert call["Body"].startswith("*Nordlys* has 12 days. Documents: http")
    assert call["StatusCallback"] == whatsapp.provider.webhook


async def test_a_messaging_service_sends_where_there_is_one(settings, sessions):
    async with opened(settings, sessions, TwilioSmsDouble(messaging_service_sid="MG1")) as sms:
        await ask(sms, "hello")
        await answer(sms)

    assert sms.provider.calls[0]["MessagingServiceSid"] == "MG1"
    assert "From" not in sms.provider.calls[0]


async def test_buttons_are_numbered(whatsapp):
    await ask(whatsapp, "hello")
    await answer(
        whatsapp,
        Reply("About what?", [{"title": "Fees", "payload": "/f"}, {"title": "Dates", "payload": "/d"}]),
    )
    await ask(whatsapp, "2", "SM2")

    assert whatsapp.provider.texts_to(INGRID) == ["About what?\n\n1. Fees\n2. Dates"]
    assert whatsapp.said(INGRID)[-1].text == "Dates"


@pytest.mark.parametrize("change", [{}, {"bodySHA256": "0" * 64}])
async def test_a_json_body_is_signed_by_its_hash(whatsapp, change):
    hook = whatsapp.provider.json_hook(whatsapp.provider.form(INGRID, "hello"))

    assert await whatsapp.deliver(Hook(hook.body, hook.headers, hook.query | change)) == [
        401 if change else 200
    ]
    assert await whatsapp.deliver(Hook(hook.body + b" ", hook.headers, hook.query)) == [401]


@pytest.mark.parametrize(
    ("ours", "signed", "counts"),
    [
        ("https://desk.example/x?y=1", "https://desk.example:443/x?y=1", True),
        ("https://desk.example/x", "https://desk.example/x", True),
        ("https://desk.example:8443/x", "https://desk.example:8443/x", True),
        ("https://desk.example/x", "https://desk.example:8443/x", False),
        ("https://desk.example/x", "http://desk.example/x", False),
    ],
)
def test_the_port_of_the_scheme_may_be_signed_too(ours, signed, counts):
    parameters = [("Body", "hello")]
    headers = {"x-twilio-signature": signing.sign(signed, parameters, TOKEN)}
    request = RawRequest("POST", ours, headers, {}, b"Body=hello", datetime.now(UTC))

    with nullcontext() if counts else pytest.raises(Forged):
        signing.check(request, parameters, [TOKEN])


async def test_forged_requests_are_refused_and_their_words_not_logged(whatsapp, caplog):
    provider = whatsapp.provider
    good = provider.written(INGRID, "very private", "SM1")
    hooks = [
        Hook(good.body),
        Hook(good.body, good.headers | {"X-Twilio-Signature": "wrong"}),
        Hook(good.body + b"&x=y", good.headers),
        Hook(good.body, good.headers, {"added": "1"}),
        provider.hook(provider.form(INGRID, "very private"), token="another"),
        provider.hook(provider.form(INGRID, "very private", AccountSid="AC1")),
    ]

    assert await whatsapp.deliver(*hooks) == [401] * len(hooks)
    assert "signature_wrong" in caplog.text
    assert "another_account" in caplog.text
    assert "private" not in caplog.text


async def test_requests_that_make_no_sense_are_refused(whatsapp):
    provider = whatsapp.provider
    without_id = provider.form(INGRID, "hello")
    del without_id["MessageSid"]
    broken = Hook(b"\xff\xfe", {"X-Twilio-Signature": "x"})

    hooks = [provider.hook(without_id), provider.hook(provider.form("", "x", From="+4790000001")), broken]
    assert await whatsapp.deliver(*hooks) == [400, 400, 400]


async def test_the_token_before_the_last_counts_while_both_do(whatsapp):
    with whatsapp.sessions.begin() as session:
        account = session.get_one(ChannelAccount, whatsapp.account_id)
        accounts.rotate(session, whatsapp.post.vault, account, {"auth_token": "the new one"})

    await ask(whatsapp, f"signed with {TOKEN}")


@pytest.mark.parametrize(
    ("reports", "status", "code"),
    [
        (["queued", "sent", "delivered", "read"], DeliveryStatus.READ, None),
        (["delivered", "sent"], DeliveryStatus.DELIVERED, None),
        (["sent"], DeliveryStatus.SENT, None),
        (["sent", "undelivered"], DeliveryStatus.FAILED, "63016"),
        (["failed", "failed"], DeliveryStatus.FAILED, "63016"),
    ],
)
async def test_what_became_of_an_answer_is_on_its_delivery(whatsapp, reports, status, code):
    await ask(whatsapp, "hello")
    await answer(whatsapp)

    for report in reports:
        error = 63016 if report in {"failed", "undelivered"} else None
        assert await whatsapp.deliver(whatsapp.provider.status("SMout1", report, error)) == [200]

    (delivery,) = whatsapp.deliveries()
    assert (delivery.status, delivery.error_code) == (status, code)


async def test_the_report_of_another_message_changes_nothing(whatsapp):
    await ask(whatsapp, "hello")
    await answer(whatsapp)

    assert await whatsapp.deliver(whatsapp.provider.status("SMother", "failed", 30003)) == [200]
    assert whatsapp.deliveries()[0].status is DeliveryStatus.SENT


async def test_after_24_hours_nothing_is_written_freely(whatsapp):
    await ask(whatsapp, "hello")
    whatsapp.pass_time(timedelta(hours=24))
    await answer(whatsapp)

    (delivery,) = whatsapp.deliveries()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.FAILED, "window_closed")
    assert whatsapp.provider.heard == []


async def test_until_then_it_is(whatsapp):
    await ask(whatsapp, "hello")
    whatsapp.pass_time(timedelta(hours=23, minutes=58))
    await answer(whatsapp)

    assert whatsapp.provider.texts_to(INGRID) == ["echo hello"]


async def test_after_24_hours_the_configured_template_says_it(settings, sessions):
    async with opened(settings, sessions, TwilioDouble(window_template="HX1")) as whatsapp:
        await ask(whatsapp, "hello")
        whatsapp.pass_time(timedelta(hours=25))
        await answer(whatsapp, Reply("Your **letter**\n\nwas accepted."))

        (call,) = whatsapp.provider.calls
        assert (call["ContentSid"], call["ContentVariables"]) == (
            "HX1",
            '{"1": "Your *letter* was accepted."}',
        )
        assert "Body" not in call


async def test_what_is_longer_than_the_template_takes_comes_in_pieces(settings, sessions):
    sentences = [f"This is sentence number {number} of many." for number in range(60)]
    async with opened(settings, sessions, TwilioDouble(window_template="HX1")) as whatsapp:
        await ask(whatsapp, "hello")
        whatsapp.pass_time(timedelta(hours=25))
        await answer(whatsapp, Reply(" ".join(sentences)))

        said = [json.loads(call["ContentVariables"])["1"] for call in whatsapp.provider.calls]
    assert " ".join(said) == " ".join(sentences)
    assert all(len(one) <= 900 for one in said)


async def test_when_the_window_closes_between_the_parts_nothing_is_left_out_silently(settings, sessions):
    sentences = [f"This is sentence number {number} of many." for number in range(80)]
    async with opened(settings, sessions, TwilioDouble(window_template="HX1")) as whatsapp:
        await ask(whatsapp, "hello")
        whatsapp.answer_all(lambda text: Reply(" ".join(sentences)))
        whatsapp.provider.misbehave("none", "500")
        await whatsapp.send_due()
        whatsapp.pass_time(timedelta(hours=24))
        # Tried for a day from the first failure on, by which it is still just in time.
        await whatsapp.send_due()

        (delivery,) = whatsapp.deliveries()
        assert (delivery.status, delivery.error_code) == (DeliveryStatus.FAILED, "too_long_for_template")
        with whatsapp.sessions.begin() as session:
            outgoing.replay(session, session.get_one(ChannelDelivery, delivery.id))
        await ask(whatsapp, "hello again", "SM2")
        await whatsapp.send_due()
        assert " ".join(whatsapp.provider.texts_to(INGRID)) == " ".join(sentences)


@pytest.mark.parametrize("word", ["STOP", "stop ", "Unsubscribe"])
async def test_a_number_that_said_stop_is_sent_nothing_until_it_says_start(sms, word):
    await ask(sms, "hello")
    await ask(sms, word, "SM2")
    await answer(sms)

    (delivery,) = sms.deliveries()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.FAILED, "asked_to_stop")
    assert sms.provider.calls == []
    assert sms.identity(INGRID).stopped_at is not None

    await ask(sms, "START", "SM3")
    await ask(sms, "again", "SM4")
    await answer(sms)
    assert sms.identity(INGRID).stopped_at is None
    assert sms.provider.texts_to(INGRID) == ["echo again"]
    assert [view.text for view in sms.said(INGRID)] == ["hello", "echo hello", "again", "echo again"]


async def test_what_twilio_calls_an_opt_out_is_one_whatever_the_word(both):
    await ask(both, "hello")

    for number, (word, opt_out_type) in enumerate([("ARRET", "STOP"), ("AIDE", "HELP")]):
        form = both.provider.form(INGRID, word, f"SM1{number}", OptOutType=opt_out_type)
        assert await both.deliver(both.provider.hook(form)) == [200]
    assert both.identity(INGRID).stopped_at is not None
    assert [view.text for view in both.said(INGRID)] == ["hello"]

    back = both.provider.form(INGRID, "OUI", "SM20", OptOutType="START")
    assert await both.deliver(both.provider.hook(back)) == [200]
    assert both.identity(INGRID).stopped_at is None


async def test_a_stop_of_a_stranger_is_answered_and_leaves_nothing(sms):
    await ask(sms, "STOP")

    with sms.sessions() as session:
        assert session.query(ChannelIdentity).count() == 0


async def test_a_stop_that_we_never_heard_of_is_learnt_from_twilios_refusal(sms):
    sms.provider.refuses[INGRID] = 400, 21610
    await ask(sms, "hello")
    await answer(sms)
    await ask(sms, "more", "SM2")
    await answer(sms)

    assert [one.error_code for one in sms.deliveries()] == ["21610", "asked_to_stop"]
    assert len(sms.provider.calls) == 1


async def test_the_answer_yes_is_an_answer_and_takes_back_a_stop(sms):
    await ask(sms, "hello")
    await ask(sms, "stop", "SM2")
    await ask(sms, "yes", "SM3")

    assert [view.text for view in sms.said(INGRID)] == ["hello", "yes"]
    assert sms.identity(INGRID).stopped_at is None


async def test_stop_on_whatsapp_is_a_word_like_any_other(whatsapp):
    await ask(whatsapp, "stop")

    assert [view.text for view in whatsapp.said(INGRID)] == ["stop"]


@pytest.mark.parametrize(("status", "code"), [(400, 21610), (400, 21211), (404, 20404)])
async def test_what_twilio_refuses_for_good_is_not_tried_again(sms, status, code):
    sms.provider.refuses[INGRID] = status, code
    await ask(sms, "hello")
    await answer(sms)

    (delivery,) = sms.deliveries()
    assert (delivery.status, delivery.error_code, delivery.attempts) == (DeliveryStatus.FAILED, str(code), 1)


async def test_a_wrong_token_is_tried_again_since_the_operator_can_mend_it(sms):
    sms.provider.refuses[INGRID] = 401, 20003
    await ask(sms, "hello")
    sms.answer_all()
    await sms.send_due()
    sms.provider.refuses.clear()
    await sms.send_all()

    assert sms.provider.texts_to(INGRID) == ["echo hello"]


async def test_a_long_answer_comes_in_parts_of_1600_characters(sms):
    await ask(sms, "hello")
    await answer(sms, Reply(" ".join(["word"] * 380)))

    texts = sms.provider.texts_to(INGRID)
    assert len(texts) == 2
    assert all(len(text) <= 1600 for text in texts)
    assert " ".join(texts).split() == ["word"] * 380


async def test_a_photo_is_fetched_with_our_password_which_stays_with_twilio(whatsapp):
    hook = whatsapp.provider.photo(INGRID, "SM1", b"\xff\xd8 photo")
    raw = dict(pair.split("=") for pair in hook.body.decode().split("&"))
    assert raw["NumMedia"] == "1"
    photo = Attachment({"url": f"{whatsapp.provider.address}/2010-04-01/Accounts/AC/Messages/SM1/Media/ME1"})

    async with whatsapp.post.channels[whatsapp.provider.kind].fetch(
        view(whatsapp), photo, whatsapp.http
    ) as pieces:
        assert b"".join([piece async for piece in pieces]) == b"\xff\xd8 photo"
    assert "Authorization" not in whatsapp.provider.calls[-1]


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "file:///etc/passwd", "", "https://evil.example/x"]
)
async def test_no_file_is_fetched_from_elsewhere(whatsapp, url):
    channel = whatsapp.post.channels[whatsapp.provider.kind]

    with pytest.raises(FetchRefused):
        async with channel.fetch(view(whatsapp), Attachment({"url": url}), whatsapp.http):
            pass


def view(house: House):
    with house.sessions() as session:
        return accounts.view(session, house.post.vault, session.get_one(ChannelAccount, house.account_id))


def test_the_window_counts_down_for_whoever_is_to_answer(session):
    from onboarding import clock

    now = clock.now(session)
    open_until = windows.window(TwilioWhatsapp.kind, now - timedelta(hours=20))

    assert open_until is not None
    assert open_until.left(now) == timedelta(hours=4)
    assert open_until.left(now + timedelta(hours=5)) == timedelta()
    assert windows.window(TwilioSms.kind, now) is None
    assert not windows.window(TwilioWhatsapp.kind, None).is_open(now)
