"""Files that agents send at the desk, on channels: carried where the channel can, else by a link that expires."""

import json
import re
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from conversations.channels.email.channel import EmailChannel
from conversations.channels.meta.whatsapp import WhatsappCloud
from conversations.channels.models import ChannelAccount
from conversations.channels.names import DeliveryStatus
from conversations.channels.slack import Slack
from conversations.channels.telegram import Telegram
from conversations.channels.twilio.channel import TwilioSms
from tests import papers
from tests.channels.email.double import EmailDouble
from tests.channels.house import house
from tests.channels.meta.doubles import WhatsappDouble
from tests.channels.slack import BOT, SlackDouble
from tests.channels.telegram import TelegramDouble
from tests.channels.twilio.double import TwilioSmsDouble
from tests.web.desk.test_conversations import send_file
from tests.web.staff import MEI, StaffVisitor

USER, NUMBER, MAIL = "4790000001", "+4790000001", "anna@example.org"
CONTENT = papers.pdf(["A form to fill in."])


@pytest.fixture
async def mail(settings, sessions):
    async with EmailDouble() as provider, house(settings, sessions, EmailChannel(), provider) as opened:
        yield opened


@pytest.fixture
async def sms(settings, sessions):
    async with TwilioSmsDouble() as provider, house(settings, sessions, TwilioSms(), provider) as opened:
        yield opened


async def begin(house, user=USER, hook=None):
    await house.deliver(hook or house.provider.written(user, "Have you a form?", "1"))


async def send(house, text="Here it is.", user=USER, file=("the form.pdf", CONTENT)):
    """Mei Lin answers with a file."""
    name, content = file
    async with StaffVisitor(house.server) as mei:
        await mei.enter(MEI)
        page = await send_file(mei, house.identity(user).conversation_id, content, name, text)
        assert page.status == 200, page.words
    await house.send_all()


@pytest.fixture(params=[(Slack, SlackDouble), (Telegram, TelegramDouble)], ids=["slack", "telegram"])
async def carrier(settings, sessions, request):
    channel, double = request.param
    async with double() as provider, house(settings, sessions, channel(), provider) as opened:
        yield opened


async def test_slack_and_telegram_carry_the_file_behind_its_text(carrier):
    await begin(carrier)
    await send(carrier)

    text, file = carrier.provider.heard[-2:]
    assert text.text == "Here it is."
    assert file.text == "[the form.pdf]"
    assert file.raw["content"] == CONTENT


async def test_a_mail_carries_the_file(mail):
    await begin(mail, MAIL)
    await send(mail, user=MAIL)

    letter = mail.provider.mails_to(MAIL)[-1]
    (file,) = letter.iter_attachments()
    assert "Here it is." in letter.get_body(("plain",)).get_content()
    assert "/messages/files/" not in letter.get_body(("plain",)).get_content()
    assert (file.get_filename(), file.get_content_type()) == ("the form.pdf", "application/pdf")
    assert file.get_content() == CONTENT


async def test_a_file_without_words_is_a_file_alone(telegram):
    await begin(telegram)
    before = len(telegram.provider.heard)
    await send(telegram, text="")

    assert [said.text for said in telegram.provider.heard[before:]][1:] == ["[the form.pdf]"]


@pytest.mark.parametrize("fault", ["cut", "429", "500"])
async def test_what_was_said_is_not_said_again_where_the_file_is_tried_again(slack, fault):
    await begin(slack)
    slack.provider.file_faults = [fault]
    await send(slack)

    assert [said.text for said in slack.provider.heard].count("Here it is.") == 1
    assert [said.text for said in slack.provider.heard][-1] == "[the form.pdf]"
    assert all(delivery.status is DeliveryStatus.SENT for delivery in slack.deliveries())


async def test_in_a_shared_channel_the_file_goes_to_the_thread(slack):
    event = {
        **slack.provider.message(USER, f"<@{BOT}> a form?", "1"),
        "type": "app_mention",
        "channel": "C0S",
    }
    await begin(slack, hook=slack.provider.event({**event, "channel_type": None}))
    await send(slack)

    assert slack.provider.heard[-1].raw["channel_id"] == "C0S"
    assert slack.provider.heard[-1].raw["thread_ts"] == slack.provider.time_of("1")


async def test_without_the_scope_for_files_slack_is_given_a_link_that_opens(slack):
    slack.provider.may_write_files = False
    await begin(slack)
    await send(slack)

    link = re.search(
        r"<http://desk\.example(/channels/files/[^|]+)\|the form\.pdf>", slack.provider.heard[-1].text
    )
    assert await fetched(slack, link[1]) == (200, CONTENT)


@pytest.fixture
async def whatsapp_cloud(settings, sessions):
    async with WhatsappDouble() as provider, house(settings, sessions, WhatsappCloud(), provider) as opened:
        yield opened


async def test_whatsapp_carries_the_file_that_was_brought_to_meta_before(whatsapp_cloud):
    await begin(whatsapp_cloud)
    await send(whatsapp_cloud)

    text, file = whatsapp_cloud.provider.heard[-2:]
    assert (text.text, file.text) == ("Here it is.", "[the form.pdf]")
    assert file.raw["document"] == {"id": "media0", "filename": "the form.pdf"}
    assert file.raw["file"] == ("the form.pdf", "application/pdf", CONTENT)


async def test_whatsapp_shows_a_picture(whatsapp_cloud):
    await begin(whatsapp_cloud)
    await send(whatsapp_cloud, file=("the stamp.jpg", papers.small_photo()))

    assert whatsapp_cloud.provider.heard[-1].raw["image"] == {"id": "media0"}
    assert whatsapp_cloud.provider.heard[-1].raw["file"][1] == "image/jpeg"


@pytest.mark.parametrize("fault", ["cut", "429", "500"])
async def test_a_file_that_did_not_get_to_meta_is_brought_there_later(whatsapp_cloud, fault):
    await begin(whatsapp_cloud)
    await whatsapp_cloud.send_all()
    whatsapp_cloud.provider.misbehave("none", fault)
    await send(whatsapp_cloud)

    assert whatsapp_cloud.provider.texts_to(USER)[-2:] == ["Here it is.", "[the form.pdf]"]
    assert whatsapp_cloud.provider.texts_to(USER).count("Here it is.") == 1


async def test_a_picture_that_is_too_large_for_whatsapp_is_a_link(whatsapp_cloud):
    await begin(whatsapp_cloud)
    await send(whatsapp_cloud, file=("the stamp.jpg", papers.small_photo() + bytes(5 * 1024 * 1024)))

    assert re.fullmatch(
        r"the stamp\.jpg: http://desk\.example/channels/files/\S+", whatsapp_cloud.provider.heard[-1].text
    )
    assert whatsapp_cloud.provider.uploaded == {}


async def test_twilio_fetches_the_file_from_us(whatsapp):
    await begin(whatsapp, NUMBER)
    await send(whatsapp, user=NUMBER)

    text, file = whatsapp.provider.heard[-2:]
    assert text.text == "Here it is."
    assert "Body" not in file.raw
    link = file.raw["MediaUrl"].removeprefix("http://desk.example")
    async with ClientSession() as http:
        for method in ("HEAD", "GET"):
            async with http.request(method, whatsapp.server.make_url(link)) as answer:
                assert (answer.status, answer.content_type) == (200, "application/pdf")
                assert 'filename="the form.pdf"' in answer.headers["Content-Disposition"]
        assert await fetched(whatsapp, link) == (200, CONTENT)


async def test_after_the_24_hours_the_file_is_a_link_in_the_template(whatsapp):
    with whatsapp.sessions.begin() as session:
        account = session.get_one(ChannelAccount, whatsapp.account_id)
        account.settings = {**account.settings, "window_template": "HX" + "1" * 32}
    await begin(whatsapp, NUMBER)
    whatsapp.pass_time(timedelta(hours=25))
    await send(whatsapp, user=NUMBER)

    said = json.loads(whatsapp.provider.heard[-1].raw["ContentVariables"])
    assert re.fullmatch(r"the form\.pdf: http://desk\.example/channels/files/\S+", said["1"])


async def test_messenger_carries_the_file(messenger):
    await begin(messenger)
    await send(messenger)
    await send(messenger, file=("the stamp.jpg", papers.small_photo()))

    text, file = messenger.provider.heard[-4:-2]
    assert (text.text, file.text) == ("Here it is.", "[the form.pdf]")
    assert file.raw["file"] == ("the form.pdf", "application/pdf", CONTENT)
    assert file.raw["message"]["attachment"]["type"] == "file"
    assert file.raw["messaging_type"] == "UPDATE"
    assert messenger.provider.heard[-1].raw["message"]["attachment"]["type"] == "image"


async def test_elsewhere_a_link_opens_without_a_sign_in_for_a_week(sms):
    await begin(sms, NUMBER)
    await send(sms, user=NUMBER)
    link = re.search(r"http://desk\.example(/channels/files/\S+)", sms.provider.texts_to(NUMBER)[-1])[1]

    assert await fetched(sms, link) == (200, CONTENT)
    sms.pass_time(timedelta(days=6, hours=12))
    assert (await fetched(sms, link))[0] == 200
    sms.pass_time(timedelta(days=1))
    assert (await fetched(sms, link))[0] == 404


async def test_a_link_that_we_did_not_sign_opens_nothing(sms):
    await begin(sms, NUMBER)
    await send(sms, user=NUMBER)
    link = re.search(r"http://desk\.example(/channels/files/\S+)", sms.provider.texts_to(NUMBER)[-1])[1]
    before, file_id, until, mac = link.rsplit("/", 3)

    for wrong in [
        f"{before}/{file_id}/{int(until) + 86400}/{mac}",
        f"{before}/{file_id}/{until}/{'0' * len(mac)}",
        f"{before}/{file_id}/{until}/ä",
        f"{before}/{file_id}/-1/{mac}",
        f"{before}/{file_id}/²/{mac}",
        f"{before}/no-file/{until}/{mac}",
        f"{before}/00000000-0000-4000-8000-000000000000/{until}/{mac}",
    ]:
        assert (await fetched(sms, wrong))[0] == 404


async def fetched(house, path):
    async with ClientSession() as http, http.get(house.server.make_url(path)) as answer:
        return answer.status, await answer.read()
