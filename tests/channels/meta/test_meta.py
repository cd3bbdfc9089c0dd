"""WhatsApp Cloud and Messenger against a local Graph API."""

from datetime import timedelta

import pytest

from conversations.channels import accounts
from conversations.channels.meta.whatsapp import WhatsappCloud
from conversations.channels.models import ChannelAccount
from conversations.channels.names import DeliveryStatus
from conversations.channels.shapes import Attachment, FetchRefused
from conversations.messages import Reply
from tests.channels import game
from tests.channels.house import House, house
from tests.channels.meta.doubles import NUMBER, SECRET, WhatsappDouble
from tests.channels.provider import Hook

INGRID = "4790000001"
TWO = [{"title": "Fees", "payload": "/fees"}, {"title": "Dates", "payload": "/dates"}]


@pytest.fixture
async def whatsapp(settings, sessions):
    async with WhatsappDouble() as provider, house(settings, sessions, WhatsappCloud(), provider) as opened:
        yield opened


@pytest.fixture(params=["whatsapp", "messenger"])
def meta(request):
    return request.getfixturevalue(request.param)


async def ask(house: House, text: str = "hello", external_id: str = "m1") -> None:
    assert await house.deliver(house.provider.written(INGRID, text, external_id)) == [200]


async def answer(house: House, reply: Reply | None = None) -> None:
    house.answer_all(lambda text: reply or Reply(f"echo {text}"))
    await house.send_all()


async def test_500_messages_are_answered_once_and_in_order(meta):
    await game.plays_500_messages(meta)

    assert meta.provider.texts_by_user() == game.expected()


async def test_the_handshake_is_answered_with_its_challenge(meta):
    assert await meta.answer_to(meta.provider.handshake()) == (200, b"1158201444")
    assert await meta.deliver(meta.provider.handshake("wrong"), Hook(b"", method="GET")) == [401, 401]


async def test_forged_requests_are_refused_and_their_words_not_logged(meta, caplog):
    good = meta.provider.written(INGRID, "very private", "m1")
    hooks = [
        Hook(good.body),
        Hook(good.body + b" ", good.headers),
        Hook(good.body, {"X-Hub-Signature-256": "sha256=" + "0" * 64}),
        meta.provider.signed({"object": meta.provider.about, "entry": []}, secret="another"),
    ]

    assert await meta.deliver(*hooks) == [401] * len(hooks)
    assert "signature_wrong" in caplog.text
    assert "private" not in caplog.text


@pytest.mark.parametrize(
    "notification", [[], {}, {"object": "x", "entry": []}, {"object": "page", "entry": 1}, "text", None]
)
async def test_requests_that_make_no_sense_are_refused(meta, notification):
    assert await meta.deliver(meta.provider.signed(notification)) == [400]


@pytest.mark.parametrize("entry", [{}, {"id": "x", "changes": [{}]}, {"changes": 1}, 7])
async def test_entries_that_are_not_as_documented_are_refused(whatsapp, entry):
    hook = whatsapp.provider.signed({"object": whatsapp.provider.about, "entry": [entry]})

    assert await whatsapp.deliver(hook) == [400]


async def test_the_secret_before_the_last_counts_while_both_do(meta):
    with meta.sessions.begin() as session:
        account = session.get_one(ChannelAccount, meta.account_id)
        accounts.rotate(session, meta.post.vault, account, {"app_secret": "the new one"})

    await ask(meta, f"signed with {SECRET}")


async def test_a_batch_is_taken_in_the_order_of_time(whatsapp):
    provider = whatsapp.provider
    later, sooner = (provider.message(INGRID, f"m{at}", at, text={"body": f"at {at}"}) for at in (20, 10))

    assert await whatsapp.deliver(provider.batch(later, sooner)) == [200]
    assert [view.text for view in whatsapp.said(INGRID)] == ["at 10", "at 20"]


async def test_what_is_said_to_another_number_of_the_app_is_not_ours(whatsapp):
    provider = whatsapp.provider
    entry = provider.entry(provider.message(INGRID, "m1", text={"body": "hello"}), number="another")

    assert await whatsapp.deliver(provider.signed({"object": provider.about, "entry": [entry]})) == [200]
    await ask(whatsapp, "to us", "m2")
    assert [view.text for view in whatsapp.said(INGRID)] == ["to us"]
    assert whatsapp.identity(INGRID).place == NUMBER


async def test_up_to_three_buttons_are_buttons_of_whatsapp(whatsapp):
    await ask(whatsapp)
    await answer(whatsapp, Reply("**About** what?", TWO))
    heard = whatsapp.provider.heard[0]
    pressed = {"type": "button_reply", "button_reply": {"id": heard.buttons[1][1], "title": "Dates"}}
    await whatsapp.deliver(
        whatsapp.provider.batch(whatsapp.provider.message(INGRID, "m2", interactive=pressed))
    )

    assert heard.text == "*About* what?"
    assert [title for title, _ in heard.buttons] == ["Fees", "Dates"]
    assert whatsapp.said(INGRID)[-1].text == "Dates"
    assert whatsapp.said(INGRID)[1].chosen == "Dates"


async def test_more_than_three_buttons_are_a_list_of_whatsapp(whatsapp):
    four = [{"title": f"Topic {number}", "payload": f"/{number}"} for number in range(1, 5)]
    await ask(whatsapp)
    await answer(whatsapp, Reply("About what?", four))
    heard = whatsapp.provider.heard[0]
    pressed = {"type": "list_reply", "list_reply": {"id": heard.buttons[3][1], "title": "Topic 4"}}
    await whatsapp.deliver(
        whatsapp.provider.batch(whatsapp.provider.message(INGRID, "m2", interactive=pressed))
    )

    assert heard.raw["interactive"]["type"] == "list"
    assert [title for title, _ in heard.buttons] == ["Topic 1", "Topic 2", "Topic 3", "Topic 4"]
    assert whatsapp.said(INGRID)[1].chosen == "Topic 4"


async def test_more_buttons_or_longer_ones_are_numbered(whatsapp):
    await ask(whatsapp)
    await answer(
        whatsapp, Reply("About what?", [*TWO, {"title": "A title that is too long", "payload": "/x"}])
    )

    heard = whatsapp.provider.heard[0]
    assert heard.text == "About what?\n\n1. Fees\n2. Dates\n3. A title that is too long"
    assert heard.buttons == ()


async def test_a_button_that_we_did_not_issue_carries_nothing(whatsapp):
    await ask(whatsapp)
    pressed = {"type": "button_reply", "button_reply": {"id": "/admin", "title": "Admin"}}
    await whatsapp.deliver(
        whatsapp.provider.batch(whatsapp.provider.message(INGRID, "m2", interactive=pressed))
    )

    assert "not among those shown" in whatsapp.said(INGRID)[-1].text


@pytest.mark.parametrize(
    ("reports", "status", "code"),
    [
        (["sent", "delivered", "read"], DeliveryStatus.READ, None),
        (["read", "sent", "delivered"], DeliveryStatus.READ, None),
        (["sent", "failed"], DeliveryStatus.FAILED, "131047"),
    ],
)
async def test_what_became_of_an_answer_is_on_its_delivery(whatsapp, reports, status, code):
    await ask(whatsapp)
    await answer(whatsapp)

    for report in reports:
        error = 131047 if report == "failed" else None
        hook = whatsapp.provider.batch(whatsapp.provider.status("wamid.out0", report, error))
        assert await whatsapp.deliver(hook, hook) == [200, 200]

    (delivery,) = whatsapp.deliveries()
    assert (delivery.status, delivery.error_code) == (status, code)


async def test_messages_and_statuses_come_in_one_batch(whatsapp):
    await ask(whatsapp)
    await answer(whatsapp)
    provider = whatsapp.provider
    mixed = provider.batch(
        provider.status("wamid.out0", "delivered"), provider.message(INGRID, "m2", text={"body": "thanks"})
    )

    assert await whatsapp.deliver(mixed, mixed) == [200, 200]
    assert whatsapp.deliveries()[0].status is DeliveryStatus.DELIVERED
    assert [view.text for view in whatsapp.said(INGRID)] == ["hello", "echo hello", "thanks"]


async def test_a_user_without_a_phone_number_is_answered_by_their_id(whatsapp):
    said = whatsapp.provider.message("", "m1", text={"body": "hello"})
    del said["messages"][0]["from"]
    said["messages"][0]["from_user_id"] = "NO.1502576394655843"
    await whatsapp.deliver(whatsapp.provider.batch(said))
    await answer(whatsapp)

    assert whatsapp.provider.calls[0]["recipient"] == "NO.1502576394655843"
    assert "to" not in whatsapp.provider.calls[0]


@pytest.mark.parametrize(
    "content", [{"reaction": {"emoji": "x"}}, {"unsupported": {}}, {"system": {"body": "x"}}]
)
async def test_what_says_nothing_is_not_answered(whatsapp, content):
    await ask(whatsapp)
    await whatsapp.deliver(whatsapp.provider.batch(whatsapp.provider.message(INGRID, "m2", **content)))

    assert [view.text for view in whatsapp.said(INGRID)] == ["hello"]


async def test_after_24_hours_nothing_is_written_freely(meta):
    await ask(meta)
    meta.pass_time(timedelta(hours=24))
    await answer(meta)

    (delivery,) = meta.deliveries()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.FAILED, "window_closed")
    assert meta.provider.calls == []


async def test_after_24_hours_the_configured_template_says_it(settings, sessions):
    async with (
        WhatsappDouble(window_template="news", window_template_language="en_GB") as provider,
        house(settings, sessions, WhatsappCloud(), provider) as whatsapp,
    ):
        await ask(whatsapp)
        whatsapp.pass_time(timedelta(hours=25))
        await answer(whatsapp, Reply("Your **letter**\n\nwas accepted."))

    template = provider.calls[0]["template"]
    assert (template["name"], template["language"]) == ("news", {"code": "en_GB"})
    said = [{"type": "text", "text": "Your *letter* was accepted."}]
    assert template["components"] == [{"type": "body", "parameters": said}]


@pytest.mark.parametrize(
    "error", [{"code": 131047}, {"code": 131026}, {"code": 10, "error_subcode": 2018278}]
)
async def test_what_meta_refuses_for_good_is_not_tried_again(meta, error):
    meta.provider.refuses[INGRID] = error
    await ask(meta)
    await answer(meta)

    (delivery,) = meta.deliveries()
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.FAILED, 1)
    assert delivery.error_code == "-".join(str(value) for value in error.values())


@pytest.mark.parametrize("error", [{"code": 131056}, {"code": 131016}, {"code": 190}, {"code": 4}])
async def test_what_passes_is_tried_again(meta, error):
    meta.provider.refuses[INGRID] = error
    await ask(meta)
    meta.answer_all()
    await meta.send_due()
    meta.provider.refuses.clear()
    await meta.send_all()

    assert meta.provider.texts_to(INGRID) == ["echo hello"]


async def test_a_photo_is_fetched_by_its_id(whatsapp):
    whatsapp.provider.media["1003383421387256"] = b"\xff\xd8 photo"
    image = {"id": "1003383421387256", "mime_type": "image/jpeg", "caption": "the letter"}
    await whatsapp.deliver(whatsapp.provider.batch(whatsapp.provider.message(INGRID, "m1", image=image)))

    assert whatsapp.said(INGRID)[0].text.startswith("the letter")
    assert await fetched(whatsapp, {"id": "1003383421387256"}) == b"\xff\xd8 photo"


@pytest.mark.parametrize("media_id", ["unknown", "../me", "", "1?fields=x"])
async def test_no_other_id_is_asked_for(whatsapp, media_id):
    with pytest.raises(FetchRefused):
        await fetched(whatsapp, {"id": media_id})


async def test_quick_replies_are_the_buttons_of_messenger(messenger):
    await ask(messenger)
    await answer(messenger, Reply("About what?", TWO))
    heard = messenger.provider.heard[0]
    chosen = {"mid": "m2", "text": "Fees", "quick_reply": {"payload": heard.buttons[0][1]}}
    await messenger.deliver(messenger.provider.batch(messenger.provider.event(INGRID, message=chosen)))

    assert heard.raw["messaging_type"] == "RESPONSE"
    assert messenger.said(INGRID)[1].chosen == "Fees"


async def test_echoes_of_what_the_page_wrote_are_ignored(messenger):
    await ask(messenger)
    echo = messenger.provider.event(INGRID, message={"mid": "m2", "text": "echo hello", "is_echo": True})
    await messenger.deliver(messenger.provider.batch(echo))

    assert [view.text for view in messenger.said(INGRID)] == ["hello"]


async def test_what_messenger_delivered_is_on_its_delivery(messenger):
    await ask(messenger)
    await answer(messenger)
    report = messenger.provider.event(INGRID, delivery={"mids": ["m.out0"], "watermark": 1})
    await messenger.deliver(messenger.provider.batch(report))

    assert messenger.deliveries()[0].status is DeliveryStatus.DELIVERED


async def test_a_photo_on_messenger_is_fetched_from_where_meta_keeps_it(messenger):
    messenger.provider.media["1"] = b"photo"
    url = f"{messenger.provider.address}/files/1"
    photo = {"mid": "m1", "attachments": [{"type": "image", "payload": {"url": url}}]}
    await messenger.deliver(messenger.provider.batch(messenger.provider.event(INGRID, message=photo)))

    assert len(messenger.said(INGRID)) == 1
    assert await fetched(messenger, {"url": url}) == b"photo"


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "https://evil.example/.fbcdn.net", "https://fbcdn.net.x/"]
)
async def test_no_file_is_fetched_from_elsewhere(messenger, url):
    with pytest.raises(FetchRefused):
        await fetched(messenger, {"url": url})


async def fetched(house: House, reference: dict[str, str]) -> bytes:
    with house.sessions() as session:
        account = accounts.view(session, house.post.vault, session.get_one(ChannelAccount, house.account_id))
    channel = house.post.channels[house.provider.kind]
    async with channel.fetch(account, Attachment(reference), house.http) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_a_notification_may_have_three_megabytes(messenger):
    long = messenger.provider.signed({"object": "page", "entry": [], "filler": "x" * 2_900_000})
    too_long = messenger.provider.signed({"object": "page", "entry": [], "filler": "x" * 3_200_000})

    assert await messenger.deliver(long, too_long) == [200, 413]
