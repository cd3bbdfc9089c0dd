"""Channels that let us write for a time only: what agents see of it, and what they can do once it is over."""

import re
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from conversations import joining, lookup, messages
from conversations.channels.meta.messenger import Messenger
from conversations.channels.meta.whatsapp import WhatsappCloud
from conversations.channels.shapes import Channel
from conversations.channels.twilio.channel import TwilioSms, TwilioWhatsapp
from conversations.messages import Inbound
from tests.channels.meta.doubles import MessengerDouble, WhatsappDouble
from tests.channels.provider import ProviderDouble
from tests.channels.twilio.double import TwilioDouble, TwilioSmsDouble
from tests.onboarding import people as written
from tests.web.desk.channel_desk import PHONE, TEMPLATE, TEXT, ChannelDesk, channel_desk
from tests.web.staff import AMARA, RUI
from tests.web.visitor import INGRID


@pytest.fixture
async def open_desk(settings, sessions):
    """Opens one at a time."""
    async with AsyncExitStack() as stack:

        async def opened(provider: ProviderDouble, channel: Channel, user: str = PHONE) -> ChannelDesk:
            desk = channel_desk(settings, sessions, provider, channel, user)
            return await stack.enter_async_context(desk)

        yield opened


@pytest.fixture
async def whatsapp(open_desk) -> ChannelDesk:
    return await open_desk(TwilioDouble(), TwilioWhatsapp())


async def test_the_desk_says_where_a_reply_goes_and_how_long_that_is_open(whatsapp):
    await whatsapp.writes("hello")
    await whatsapp.passes(hours=20, minutes=48)

    page = await whatsapp.opens()

    assert "You can reply on WhatsApp for 3 h 12 min more, until" in page.words
    assert "in Shanghai" in page.words
    assert '<span class="tag tag-due" data-soon hidden>' in page.html
    assert "on WhatsApp" in page.words


async def test_of_a_contact_elsewhere_the_hour_there_is_told_too(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()

    words = (await whatsapp.opens()).words

    assert "in Oslo, " in words
    assert "in Shanghai." in words


async def test_in_the_last_hour_it_is_said_with_a_word(whatsapp):
    await whatsapp.writes("hello")
    await whatsapp.passes(hours=23, minutes=18)

    page = await whatsapp.opens()

    assert "Closes soon You can reply on WhatsApp for 42 min more" in page.words
    assert '<span class="tag tag-due" data-soon>' in page.html


async def test_the_queue_names_the_channel_on_which_somebody_writes(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.calls_a_person()
    assert "On WhatsApp Asked for a person" in (await whatsapp.agent.open("/desk/conversation-queue")).words

    whatsapp.is_linked()
    assert "On WhatsApp Asked for a person" in (await whatsapp.agent.open("/desk/conversation-queue")).words


async def test_what_was_asked_on_the_website_before_signing_in_is_answered_there(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    with whatsapp.house.sessions.begin() as session:
        visited = lookup.open_for_visitor(session)
        messages.receive(session, Inbound(visited.id, "web", "asked", "Asked on the website"))
        joining.adopt(session, visited.id, written.contact(session, INGRID).id)

    await whatsapp.sends(await whatsapp.opens(), "reply", text="Only for the website")
    await whatsapp.background_works()

    assert "Only for the website" not in str(whatsapp.house.provider.heard)


async def test_the_queue_hints_at_a_window_that_closes_while_somebody_waits(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.calls_a_person()
    await whatsapp.passes(hours=20)
    assert "WhatsApp closes in" not in (await whatsapp.agent.open("/desk/conversation-queue")).words

    await whatsapp.passes(hours=3)
    assert "WhatsApp closes in 1 h 0 min" in (await whatsapp.agent.open("/desk/conversation-queue")).words


async def test_once_it_is_closed_a_reply_goes_to_the_website_and_by_mail(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    await whatsapp.background_works()
    sent_before = len(whatsapp.house.provider.heard)
    await whatsapp.passes(hours=25)

    page = await whatsapp.opens()
    assert "Closed WhatsApp closed on" in page.words
    assert f"goes out on the website and by mail, to {INGRID}" in page.words
    done = await whatsapp.sends(page, "reply", text="Your letter was accepted.", via="elsewhere")
    await whatsapp.background_works()

    assert "On the website" in done.words
    assert len(whatsapp.house.provider.heard) == sent_before
    assert [one.status.value for one in whatsapp.house.deliveries() if one.status.value == "failed"] == []
    (mail,) = [one for one in whatsapp.mails() if "Your letter was accepted." in one]
    assert mail.startswith(INGRID)
    assert "It is in your chat on our website too." in mail
    assert "Your letter was accepted." in [view.text for view in whatsapp.house.said(PHONE)]


async def test_somebody_who_is_reached_nowhere_else_is_not_written_to_in_vain(whatsapp):
    await whatsapp.writes("hello")
    await whatsapp.passes(hours=25)

    page = await whatsapp.opens()
    assert "has no account here and left no address. Wait until they write again." in page.words
    assert '<textarea id="text"' not in page.html
    assert "None is set up for this channel." in page.words

    refused = await whatsapp.sends(page, "reply", text="hello?", via="elsewhere")
    assert refused.status == 422
    assert "They have no account here and left no address." in refused.words


async def test_a_template_is_filled_seen_and_sent_as_twilio_documents_it(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    template = whatsapp.has_template(TEMPLATE, TEXT, "contact", "the question")
    await whatsapp.passes(hours=25)

    page = await whatsapp.opens()
    assert "Or send an approved template on WhatsApp" in page.words
    assert 'name="gap_1" value="Ingrid"' in page.html
    done = await whatsapp.sends(
        page, "template", template=str(template.id), gap_1="Ingrid", gap_2=" the\n fees "
    )
    await whatsapp.background_works()

    said = "Hello Ingrid, we have an answer to your question about the fees. Write to us to read it."
    assert said in done.words
    assert whatsapp.house.said(PHONE)[-1].text == said
    call = whatsapp.house.provider.calls[-1]
    assert call["ContentSid"] == TEMPLATE
    assert call["ContentVariables"] == '{"1": "Ingrid", "2": "the fees"}'
    assert "Body" not in call
    assert "Sent on WhatsApp, as a template" in (await whatsapp.opens()).words


async def test_a_gap_that_is_left_empty_is_named_and_the_others_are_kept(whatsapp):
    await whatsapp.writes("hello")
    template = whatsapp.has_template(TEMPLATE, TEXT, "first name", "the question")
    await whatsapp.passes(hours=25)

    page = await whatsapp.opens()
    refused = await whatsapp.sends(page, "template", template=str(template.id), gap_1="Ingrid", gap_2=" ")

    assert refused.status == 422
    assert "Enter the question." in refused.words
    assert 'name="gap_1" value="Ingrid"' in refused.html
    assert whatsapp.house.said(PHONE)[-1].text == "hello"


async def test_a_form_that_arrives_twice_sends_one_template(whatsapp):
    await whatsapp.writes("hello")
    template = whatsapp.has_template(TEMPLATE, "Please write to us.")
    await whatsapp.passes(hours=25)

    page = await whatsapp.opens()
    for _ in range(2):
        await whatsapp.sends(page, "template", template=str(template.id))
    await whatsapp.background_works()

    (call,) = [one for one in whatsapp.house.provider.calls if "ContentSid" in one]
    assert "ContentVariables" not in call


async def test_a_template_of_another_channel_is_not_found(whatsapp, open_desk):
    await whatsapp.writes("hello")
    other = await open_desk(WhatsappDouble(), WhatsappCloud(), "4790000009")
    template = other.has_template("news", "Please write to us.")

    page = await whatsapp.opens()
    assert (await whatsapp.sends(page, "template", template=str(template.id))).status == 404
    assert (await whatsapp.sends(page, "template", template="x")).status == 404


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        (
            "Hello {{1}}, {{2}} again.",
            [{"type": "text", "text": "Ingrid"}, {"type": "text", "text": "hello"}],
        ),
        (
            "Hello {{first_name}}.",
            [{"type": "text", "parameter_name": "first_name", "text": "Ingrid"}],
        ),
    ],
)
async def test_meta_is_sent_numbered_and_named_gaps_as_it_documents_them(open_desk, text, parameters):
    desk = await open_desk(WhatsappDouble(), WhatsappCloud(), "4790000001")
    await desk.writes("hello")
    template = desk.has_template("news_2", text)
    await desk.passes(hours=25)

    values = {"gap_1": "Ingrid", "gap_2": "hello", "gap_first_name": "Ingrid"}
    await desk.sends(await desk.opens(), "template", template=str(template.id), **values)
    await desk.background_works()

    call = desk.house.provider.calls[-1]
    assert call["type"] == "template"
    assert (call["template"]["name"], call["template"]["language"]) == ("news_2", {"code": "en"})
    assert call["template"]["components"] == [{"type": "body", "parameters": parameters}]


async def test_what_was_typed_while_it_was_open_and_sent_after_is_not_lost(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    await whatsapp.passes(hours=23, minutes=59)
    page = await whatsapp.opens()
    whatsapp.house.pass_time(timedelta(minutes=2))
    await whatsapp.sends(page, "reply", text="Your letter was accepted.")
    await whatsapp.background_works()

    page = await whatsapp.opens()
    assert "Not delivered WhatsApp was closed when it was sent. It is on the website." in page.words
    assert "Send it again" not in page.words
    seq = str(whatsapp.house.said(PHONE)[-1].seq)
    done = await whatsapp.sends(page, "mail", seq=seq)
    await whatsapp.sends(page, "mail", seq=seq)

    assert "It was sent by mail." in done.words
    (mail,) = [one for one in whatsapp.mails() if "Your letter was accepted." in one]
    assert mail.startswith(INGRID)


async def test_what_did_not_get_there_is_sent_again_once_they_have_written(whatsapp):
    await whatsapp.writes("hello")
    await whatsapp.passes(hours=23, minutes=59)
    page = await whatsapp.opens()
    whatsapp.house.pass_time(timedelta(minutes=2))
    await whatsapp.sends(page, "reply", text="Your letter was accepted.")
    await whatsapp.background_works()
    seq = str(whatsapp.house.said(PHONE)[-1].seq)
    await whatsapp.writes("are you there?")

    page = await whatsapp.opens()
    assert "Send it again" in page.words
    await whatsapp.sends(page, "resend", seq=seq)
    await whatsapp.background_works()

    assert whatsapp.house.provider.texts_to(PHONE)[-1] == "Your letter was accepted."
    assert "Not delivered" not in (await whatsapp.opens()).words


async def test_only_who_owns_the_conversation_sends_again_and_only_what_was_lost(whatsapp):
    await whatsapp.writes("hello")
    page = await whatsapp.opens()
    assert (await whatsapp.sends(page, "resend", seq="1")).status == 409

    await whatsapp.sends(page, "reply", text="It gets there.")
    await whatsapp.background_works()
    page = await whatsapp.opens()
    seq = str(whatsapp.house.said(PHONE)[-1].seq)
    assert (await whatsapp.sends(page, "resend", seq=seq)).status == 404
    assert (await whatsapp.sends(page, "mail", seq="x")).status == 404


async def test_sent_delivered_and_read_are_told_apart(whatsapp):
    await whatsapp.writes("hello")
    await whatsapp.sends(await whatsapp.opens(), "reply", text="Good morning.")
    assert "On its way on WhatsApp" in (await whatsapp.opens()).words
    await whatsapp.background_works()
    number = f"SMout{len(whatsapp.house.provider.heard)}"

    for status, said in [("sent", "Sent"), ("delivered", "Delivered"), ("read", "Read")]:
        assert await whatsapp.house.deliver(whatsapp.house.provider.status(number, status)) == [200]
        assert f"{said} on WhatsApp" in (await whatsapp.opens()).words


async def test_a_report_of_failure_is_told_with_its_reason(whatsapp):
    await whatsapp.writes("hello")
    await whatsapp.sends(await whatsapp.opens(), "reply", text="Good morning.")
    await whatsapp.background_works()
    number = f"SMout{len(whatsapp.house.provider.heard)}"
    await whatsapp.house.deliver(whatsapp.house.provider.status(number, "undelivered", 30003))

    assert "Not delivered WhatsApp could not reach their phone." in (await whatsapp.opens()).words


async def test_with_a_template_for_everything_the_agent_chooses(open_desk):
    desk = await open_desk(TwilioDouble(window_template=TEMPLATE), TwilioWhatsapp())
    await desk.writes("hello")
    desk.is_linked()
    await desk.passes(hours=25)

    page = await desk.opens()
    assert "To WhatsApp, inside the template for later: on one line, 900 characters at most" in page.words
    await desk.sends(page, "reply", text="Your letter\nwas accepted.", via="template")
    await desk.background_works()

    (call,) = [one for one in desk.house.provider.calls if "ContentSid" in one]
    assert call["ContentVariables"] == '{"1": "Your letter was accepted."}'


async def test_what_is_longer_than_the_template_takes_is_refused_and_kept(open_desk):
    desk = await open_desk(TwilioDouble(window_template=TEMPLATE), TwilioWhatsapp())
    await desk.writes("hello")
    desk.is_linked()
    await desk.passes(hours=25)
    long = "word " * 190

    refused = await desk.sends(await desk.opens(), "reply", text=long, via="template")
    assert refused.status == 422
    assert "The message has 949 characters, and goes inside a template. Shorten it to 900" in refused.words
    assert long.strip() in refused.html
    assert (await desk.sends(refused, "reply", text=long, via="elsewhere")).status == 200
    assert (await desk.sends(await desk.opens(), "reply", text="word " * 180, via="template")).status == 200


async def test_who_asked_to_stop_is_shown_as_such(open_desk):
    sms = await open_desk(TwilioSmsDouble(), TwilioSms())
    await sms.writes("hello")
    sms.is_linked()
    await sms.writes("STOP")

    page = await sms.opens()
    assert "Asked to stop Ingrid asked for no more messages by SMS on" in page.words
    assert "What you write here goes out on the website and by mail" in page.words
    assert "an approved template" not in page.words


async def test_on_messenger_a_person_may_answer_for_seven_days(open_desk):
    messenger = await open_desk(MessengerDouble(human_agent="yes"), Messenger(), "4790000001")
    await messenger.writes("hello")
    await messenger.passes(days=3)

    page = await messenger.opens()
    assert "You can reply on Messenger yourself for 4 days 0 h more" in page.words
    assert "The assistant cannot any more." in page.words
    await messenger.sends(page, "reply", text="It was a long weekend.")
    await messenger.background_works()
    call = messenger.house.provider.calls[-1]
    assert (call["messaging_type"], call["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    assert call["message"]["text"] == "It was a long weekend."

    await messenger.passes(days=4)
    assert "Closed Messenger closed on" in (await messenger.opens()).words


async def test_the_assistant_never_speaks_as_a_person(open_desk):
    messenger = await open_desk(MessengerDouble(human_agent="yes"), Messenger(), "4790000001")
    await messenger.writes("hello")
    await messenger.passes(days=2)
    messenger.house.answer_all()
    await messenger.background_works()

    assert messenger.house.provider.calls == []
    assert messenger.house.deliveries()[0].error_code == "window_closed"


async def test_a_channel_without_a_window_is_named_alone(open_desk):
    sms = await open_desk(TwilioSmsDouble(), TwilioSms())
    await sms.writes("hello")
    await sms.passes(days=9)

    assert "Your reply goes to SMS." in (await sms.opens()).words


async def test_notices_about_who_answers_are_no_dead_letters(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    await whatsapp.background_works()
    before = len(whatsapp.house.deliveries())
    await whatsapp.passes(hours=25)

    page = await whatsapp.opens()
    await whatsapp.sends(page, "claim")
    await whatsapp.sends(page, "resolve", reason="answered")

    assert len(whatsapp.house.deliveries()) == before


async def test_what_was_told_unasked_while_it_was_closed_is_shown_as_not_delivered(whatsapp):
    await whatsapp.writes("hello")
    whatsapp.is_linked()
    await whatsapp.background_works()
    await whatsapp.passes(hours=25)
    with whatsapp.house.sessions.begin() as session:
        ingrid = written.contact(session, INGRID)
        messages.tell_contact(
            session, ingrid, "Your letter is due.", channel="clock_notices", told_once="a test"
        )
    await whatsapp.background_works()

    words = (await whatsapp.opens()).words
    assert (
        "Your letter is due. Not delivered WhatsApp was closed when it was sent. It is on the website."
        in words
    )


async def test_what_is_told_unasked_goes_out_by_the_template_for_everything(open_desk):
    desk = await open_desk(TwilioDouble(window_template=TEMPLATE), TwilioWhatsapp())
    await desk.writes("hello")
    desk.is_linked()
    await desk.passes(hours=25)
    with desk.house.sessions.begin() as session:
        ingrid = written.contact(session, INGRID)
        messages.tell_contact(
            session, ingrid, "Your letter is due.", channel="clock_notices", told_once="a test"
        )
    await desk.background_works()

    assert desk.house.provider.calls[-1]["ContentVariables"] == '{"1": "Your letter is due."}'


async def test_an_operator_adds_a_template_as_it_was_approved_and_takes_it_away(whatsapp):
    await whatsapp.agent.enter(AMARA)
    path = f"/desk/channels/{whatsapp.house.account().public_id}/templates"
    assert path in (await whatsapp.agent.open(path.removesuffix("/templates"))).html
    page = await whatsapp.agent.open(path)

    wrong = await whatsapp.agent.submit(page, path, name="HX1", text=TEXT, labels="")
    assert (wrong.status, "Enter the SID that begins with HX" in wrong.words) == (422, True)
    assert TEXT in wrong.html
    wrong = await whatsapp.agent.submit(page, path, name=TEMPLATE, text="Hello {{first name}}", labels="")
    assert "Write gaps as {{1}}" in wrong.words
    wrong = await whatsapp.agent.submit(page, path, name=TEMPLATE, text="Hello {{1}}", labels="a\nb")
    assert "Enter at most 1 lines" in wrong.words

    done = await whatsapp.agent.submit(page, path, name=TEMPLATE, text=TEXT, labels="contact\nthe question")
    assert "{{1}} contact, {{2}} the question" in done.words
    remove = re.search(rf'action="({path}/[0-9]+/remove)"', done.html)[1]
    gone = await whatsapp.agent.submit(done, remove)
    assert "None yet" in gone.words


async def test_templates_are_the_operators_and_of_channels_that_have_them(whatsapp, open_desk):
    path = f"/desk/channels/{whatsapp.house.account().public_id}/templates"
    assert (await whatsapp.agent.open(path)).status == 403
    await whatsapp.agent.enter(RUI)
    assert (await whatsapp.agent.open(path)).status == 403

    sms = await open_desk(TwilioSmsDouble(), TwilioSms())
    await sms.agent.enter(AMARA)
    assert (await sms.agent.open(f"/desk/channels/{sms.house.account().public_id}/templates")).status == 404
