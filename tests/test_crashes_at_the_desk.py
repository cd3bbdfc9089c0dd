"""SIGKILL of the site and of a worker while people are called, speak, have handed back and have resolved."""

import asyncio
from contextlib import contextmanager
from time import monotonic

import pytest
from sqlalchemy import select

from conversations import lookup, ownership, queue
from conversations.embedded_postgres import EmbeddedPostgres
from conversations.models import Handoff, Message
from conversations.names import Resolution
from onboarding.database import build_engine, session_factory
from tests.conversations.desk import staff_named
from tests.web.desk.brands import Brands
from tests.whole_house import Visitor, house, until_another, until_ready

pytestmark = pytest.mark.alone

MEI = "Mei Lin"
SECONDS_FOR_ALL_ANSWERS = 60
# Who is which: the first words of each brand, and who answers it from then on.
OWNERS = {
    "first": "waiting",
    "second": "waiting",
    "spoken to": "person",
    "handed": "bot",
    "resolved": "resolved",
}


@contextmanager
def database(data_dir):
    """That of the house, which is running."""
    postgres = EmbeddedPostgres(data_dir)
    engine = build_engine(postgres.start())
    yield session_factory(engine)
    engine.dispose()
    postgres.stop()


class Scene:
    """Five brands that each asked for a person, in the order in which they did."""

    def __init__(self, address, sessions):
        self.sessions = sessions
        self.brands = {who: Visitor(address) for who in OWNERS}
        self.conversations = {}
        self.said = {who: [] for who in OWNERS}

    async def says(self, who, text):
        cid = await self.brands[who].say(text)
        self.said[who].append(text)
        return cid

    async def is_answered(self, who, cid):
        await until(lambda: self.brands[who].answers_to(cid))

    async def everybody_calls(self):
        for who in OWNERS:
            await self.says(who, f"Hello, I am the {who}")
            self.conversations[who] = Brands(self.sessions).where(self.said[who][0])
            await self.is_answered(who, await self.says(who, "I want to talk to a real person"))

    def people_act(self):
        with self.sessions.begin() as session:
            mei = staff_named(session, MEI)
            for who in ("spoken to", "handed", "resolved"):
                ownership.agent_says(session, self.conversations[who], mei, f"Hello {who}", who)
            ownership.hand_back(session, self.conversations["handed"], mei, note_to_assistant="All is paid.")
            ownership.resolve(session, self.conversations["resolved"], mei, Resolution.ANSWERED)

    def state(self):
        """All that must outlive a kill."""
        with self.sessions() as session:
            return {who: state_of(session, found) for who, found in self.conversations.items()}


def state_of(session, conversation_id):
    conversation = lookup.conversation(session, conversation_id)
    handoff = session.scalars(select(Handoff).where(Handoff.conversation_id == conversation.id)).one()
    messages = select(Message.seq, Message.speaker, Message.text).order_by(Message.seq)
    return {
        "owner": conversation.owner,
        "staff": conversation.staff_id,
        "place": queue.position(session, conversation),
        "outcome": handoff.outcome,
        "promised_by": handoff.promised_by,
        "messages": session.execute(messages.where(Message.conversation_id == conversation.id)).all(),
    }


async def until(is_so):
    give_up_at = monotonic() + SECONDS_FOR_ALL_ANSWERS
    while not is_so():
        assert monotonic() < give_up_at
        await asyncio.sleep(0.05)


async def kill(running, what):
    """Returns when there is another one, which does its work."""
    [killed] = running.pids(what)
    running.kill(killed)
    await until_another(running, what, killed)
    await until_ready(running)


async def test_no_state_and_no_message_of_a_conversation_with_people_is_lost_by_a_kill(tmp_path):
    async with house(tmp_path, workers=1, BRANDDESK_NOW="2026-05-20T08:00Z") as running:
        with database(tmp_path) as sessions:
            scene = Scene(running.address, sessions)
            connected = [asyncio.create_task(brand.run()) for brand in scene.brands.values()]
            await scene.everybody_calls()
            scene.people_act()
            before = scene.state()

            await kill(running, "web")
            await kill(running, "bot")
            after = scene.state()

            await until(lambda: all(brand.owner == OWNERS[who] for who, brand in scene.brands.items()))
            asked = {who: await scene.says(who, "which documents do I need?") for who in OWNERS}
            for who in ("first", "second", "handed", "resolved"):
                await scene.is_answered(who, asked[who])
            mei_answers(scene)
            await until(lambda: "A letter." in heard_by(scene.brands["spoken to"]))
            end = scene.state()
            for task in connected:
                task.cancel()
            await asyncio.gather(*connected, return_exceptions=True)

    assert {who: found["owner"] for who, found in before.items()} == OWNERS
    assert before["second"]["place"] == before["first"]["place"] + 1
    assert after == before
    assert not scene.brands["spoken to"].answers_to(asked["spoken to"])
    assert any("All is paid." in text for text in heard_by(scene.brands["handed"]))
    assert {who: found["owner"] for who, found in end.items()} == OWNERS | {"resolved": "bot"}
    for who, brand in scene.brands.items():
        stored = [text for _, speaker, text in end[who]["messages"] if speaker == "brand"]
        assert stored == scene.said[who]
        assert sorted(brand.heard) == [seq for seq, *_ in end[who]["messages"]]
        assert (brand.doubled, brand.out_of_order) == ([], [])


def mei_answers(scene):
    with scene.sessions.begin() as session:
        ownership.agent_says(
            session,
            scene.conversations["spoken to"],
            staff_named(session, MEI),
            "A letter.",
            "after the kill",
        )


def heard_by(brand):
    return [str(message["text"]) for message in brand.heard.values()]
