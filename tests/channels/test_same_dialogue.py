"""One dialogue, with the trained assistant, on each channel as on the website: questions, a photo, a person, back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.turn import take_turns
from conversations import handoff, lookup, messages, ownership
from conversations.channels import queue_news
from conversations.channels.email.channel import EmailChannel
from conversations.channels.slack import Slack
from conversations.channels.telegram import Telegram
from conversations.channels.twilio.channel import TwilioWhatsapp
from conversations.messages import Inbound
from conversations.models import Message
from conversations.names import HandoffReason
from onboarding import clock
from tests import papers
from tests.channels.email.double import OUR_SERVER, EmailDouble
from tests.channels.email.mails import written as mail_of
from tests.channels.house import house
from tests.channels.slack import SlackDouble
from tests.channels.telegram import TelegramDouble
from tests.channels.test_files import begin, check, store, work  # noqa: F401
from tests.channels.twilio.double import TwilioDouble
from tests.conversations.desk import OUT_OF_HOURS, conversation_of, staff_named
from tests.onboarding.people import INGRID, KENJI

CAPTION = "here is our trademark registration"


class Chat:
    """Ingrid's, on a channel that she has linked."""

    def __init__(self, house, brain, user):
        self.house, self.brain, self.user = house, brain, user

    async def asks(self, text):
        """Gives what she reads next."""
        before = len(self.heard())
        await self.house.deliver(self.house.provider.written(self.user, text, f"{uuid4().hex}@nordlys"))
        await self.answered()
        return "\n".join(self.heard()[before:])

    async def answered(self):
        with self.house.sessions() as session:
            due = session.execute(select(Message.conversation_id, Message.seq).where(Message.due)).all()
        for conversation_id, seq in due:
            await take_turns(self.brain, self.house.sessions, conversation_id, seq)
        await self.house.send_all()

    async def sends_photo(self, store):  # noqa: F811
        await self.house.deliver(self._photo(papers.scan(papers.CLEAN)))
        await work(self.house, store)
        await check(self.house, store)
        return self.heard()[-1]

    def _photo(self, content):
        provider, user = self.house.provider, self.user
        match provider:
            case SlackDouble():
                file = provider.file("F1", "letter.jpg", content, "image/jpeg")
                return provider.event(
                    provider.message(user, CAPTION, "photo", subtype="file_share", files=[file])
                )
            case TelegramDouble():
                provider.files["photo"] = content
                document = {"file_id": "photo", "file_name": "letter.jpg", "file_size": len(content)}
                return provider.update(
                    "photo", message=provider.message(user, "photo", document=document, caption=CAPTION)
                )
            case TwilioDouble():
                return provider.photo(user, "photo", content, CAPTION)
        message = mail_of(CAPTION, user)
        message["Authentication-Results"] = f"{OUR_SERVER}; dmarc=pass header.from=nordlys.example"
        message.add_attachment(content, maintype="image", subtype="jpeg", filename="letter.jpg")
        return provider.hook(message.as_bytes())

    def heard(self):
        return self.house.provider.texts_to(self.user)

    def conversation(self, session):
        return lookup.locked(session, self.house.identity(self.user).conversation_id)


CHANNELS = {
    "slack": (Slack, SlackDouble, "U0INGRID"),
    "telegram": (Telegram, TelegramDouble, "771001"),
    "whatsapp": (TwilioWhatsapp, TwilioDouble, "+4790000001"),
    "email": (EmailChannel, EmailDouble, INGRID),
}


@pytest.fixture(params=CHANNELS)
async def chat(settings, sessions, brain, request):
    channel, double, user = CHANNELS[request.param]
    async with double() as provider, house(settings, sessions, channel(), provider) as opened:
        provider.webhook = f"{settings.base_url}{opened.path}"
        await begin(opened, user)
        await opened.send_all()
        yield Chat(opened, brain, user)


async def test_questions_a_photo_a_person_and_back(chat, store):  # noqa: F811
    assert "Target opening by" in await chat.asks("days left?")
    assert "Nordlys Holding AS" in await chat.asks("why was it rejected?")
    assert "the first check is done" in await chat.sends_photo(store)
    asked = await chat.asks("a person please")
    assert "You asked for a person." in asked
    assert "You are next." in asked
    assert "Answer by" in asked

    with chat.house.sessions.begin() as session:
        mei, conversation = staff_named(session, "Mei Lin"), chat.conversation(session)
        ownership.agent_says(session, conversation.id, mei, "I look at it now.", str(uuid4()))
    await chat.house.send_all()
    assert "Mei Lin has joined." in chat.heard()[-2].replace("*", "")
    assert "I look at it now." in chat.heard()[-1]

    with chat.house.sessions.begin() as session:
        ownership.hand_back(session, chat.conversation(session).id, staff_named(session, "Mei Lin"))
    await chat.house.send_all()
    assert "Mei Lin has handed the conversation back." in chat.heard()[-1].replace("*", "")
    assert "Target opening by" in await chat.asks("days left?")


async def test_out_of_hours_the_promise_is_told(chat):
    with chat.house.sessions.begin() as session:
        clock.freeze(session, OUT_OF_HOURS)

    asked = await chat.asks("a person please")

    assert "A person answers by" in asked
    assert "I go on answering meanwhile." in asked


async def test_whoever_waits_behind_another_is_told_the_place_and_once_when_it_is_their_turn(chat):
    def minute_passes():
        with chat.house.sessions.begin() as session:
            queue_news.tell_who_is_next(session)

    with chat.house.sessions.begin() as session:
        kenjis = conversation_of(session, KENJI)
        messages.receive(session, Inbound(kenjis.id, "web", "1", "hello"))
        handoff.ask_for_person(session, kenjis, HandoffReason.ASKED_FOR_PERSON)

        clock.advance(session, timedelta(minutes=5))
    assert "You are number 2." in await chat.asks("a person please")
    minute_passes()
    before = len(chat.heard())

    with chat.house.sessions.begin() as session:
        ownership.claim(session, conversation_of(session, KENJI).id, staff_named(session, "Mei Lin"))
    minute_passes()
    minute_passes()
    await chat.house.send_all()

    assert chat.heard()[before:] == ["You are next."]
