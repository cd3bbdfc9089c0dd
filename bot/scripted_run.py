"""Plays one scripted dialogue: messages come in as at a door, turns run as in a worker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.brain import Brain
from bot.decision import decided_intent
from bot.script import Scenario, ScriptInvalid, Step, TurnRecord, problems
from bot.turn import apologise, take_turns
from bot.worker import SECONDS_FOR_A_TURN
from conversations import lookup, messages, ownership, promises, turns
from conversations.messages import Inbound
from conversations.models import Message
from conversations.names import Speaker
from onboarding import clock
from onboarding.database import build_engine, session_factory
from onboarding.errors import DomainError
from onboarding.models import Contact, Staff
from onboarding.names import StaffRole

_CHANNEL = "script"
_PERSON, _PERSONS_EMAIL = "Mei Lin", "mei.lin@script.example"
# What `data_down` takes away; who somebody is and what time it is stay.
_DATA = (
    " applications",
    " brands",
    " companies",
    " document_submissions",
    " gmv_days",
    " livestream_",
    " stage_changes",
)


class ScenarioRun:
    def __init__(self, brain: Brain, database_url: str, scenario: Scenario) -> None:
        self._brain = brain
        self._scenario = scenario
        self._engine = build_engine(database_url)
        self._sessions = session_factory(self._engine)
        self._zone = ZoneInfo(scenario.user_tz) if scenario.user_tz else None
        self._data_is_down = False
        event.listen(self._engine, "before_cursor_execute", self._refuse_data_when_down)

    async def play(self) -> list[TurnRecord]:
        async with self.conversation() as play_step:
            return [await play_step(step) for step in self._scenario.steps]

    @asynccontextmanager
    async def conversation(self) -> AsyncIterator[Callable[[Step], Awaitable[TurnRecord]]]:
        """Begins the conversation; what it yields plays one step of it."""
        with self._sessions.begin() as session:
            conversation_id = self._begin(session)
        try:
            yield partial(self._play_step, conversation_id)
        finally:
            self._engine.dispose()

    def _begin(self, session: Session) -> UUID:
        if self._scenario.now is not None:
            clock.freeze(session, self._scenario.now)
        if self._scenario.login is None:
            return lookup.open_for_visitor(session).id
        contact = session.scalar(select(Contact).where(Contact.email == self._scenario.login))
        if contact is None:
            raise ScriptInvalid(f"Scenario {self._scenario.id}: nobody signs in as {self._scenario.login}.")
        return lookup.open_for_contact(session, contact.id).id

    async def _play_step(self, conversation_id: UUID, step: Step) -> TurnRecord:
        if step.user is None:
            return self._play_event(conversation_id, step)
        return await self._play_message(conversation_id, step, step.user)

    async def _play_message(self, conversation_id: UUID, step: Step, text: str) -> TurnRecord:
        record = TurnRecord(user=text, event=None)
        started = perf_counter()
        try:
            seq = self._receive(conversation_id, text)
        except DomainError as error:
            record.replies = [{"text": f"{error} {error.what_to_do}", "buttons": []}]
        else:
            await self._take_turns(conversation_id, seq)
            self._read_answer(conversation_id, seq, record)
        record.milliseconds = round((perf_counter() - started) * 1000, 1)
        said = "\n".join(_as_seen(reply) for reply in record.replies)
        intent = decided_intent(record.intents[0]["name"]) if record.intents else None
        record.problems = problems(step, said, intent)
        return record

    def _receive(self, conversation_id: UUID, text: str) -> int:
        with self._sessions.begin() as session:
            return messages.receive(session, Inbound(conversation_id, _CHANNEL, str(uuid4()), text)).seq

    async def _take_turns(self, conversation_id: UUID, seq: int) -> None:
        turn = take_turns(self._brain, self._sessions, conversation_id, seq, self._zone)
        try:
            await asyncio.wait_for(turn, SECONDS_FOR_A_TURN)
        except TimeoutError:
            with self._sessions() as session:
                late = turns.next_due(session, conversation_id, seq)
            if late is not None:
                apologise(self._sessions, late)

    def _read_answer(self, conversation_id: UUID, seq: int, record: TurnRecord) -> None:
        with self._sessions() as session:
            record.owner = lookup.conversation(session, conversation_id).owner
            answers = session.scalars(
                select(Message)
                .where(
                    Message.conversation_id == conversation_id,
                    Message.seq > seq,
                    Message.speaker != Speaker.BRAND.value,
                )
                .order_by(Message.seq)
            ).all()
        for answer in answers:
            record.replies.append(
                {"text": answer.text, "buttons": [button["title"] for button in answer.buttons]}
            )
            record.intents = (answer.trace or {}).get("intents", record.intents)
            record.entities = (answer.trace or {}).get("entities", record.entities)

    def _play_event(self, conversation_id: UUID, step: Step) -> TurnRecord:
        record = TurnRecord(user=None, event=step.event)
        match step.event:
            case "reconnect":
                record.replies = self._everything(conversation_id)
                record.problems = problems(step, "\n".join(_as_seen(reply) for reply in record.replies), None)
            case "timeout":
                with self._sessions.begin() as session:
                    clock.advance(session, timedelta(minutes=step.minutes))
                self._keep_promises()
            case "data_down" | "data_up":
                self._data_is_down = step.event == "data_down"
            case "agent_joins" | "agent_says" | "agent_hands_back":
                with self._sessions.begin() as session:
                    self._act_as_person(session, conversation_id, step)
            case _:
                record.problems = [f"no such event here: {step.event}"]
        return record

    def _keep_promises(self) -> None:
        """As the background work does when time has passed."""
        is_one_broken = True
        while is_one_broken:
            with self._sessions.begin() as session:
                is_one_broken = promises.apologise_for_next_broken(session)

    def _act_as_person(self, session: Session, conversation_id: UUID, step: Step) -> None:
        match step.event:
            case "agent_joins":
                ownership.claim(session, conversation_id, _person(session))
            case "agent_says":
                ownership.agent_says(session, conversation_id, _person(session), step.text, str(uuid4()))
            case _:
                ownership.hand_back(session, conversation_id, _person(session), step.text)

    def _everything(self, conversation_id: UUID) -> list[dict[str, Any]]:
        with self._sessions() as session:
            views = messages.messages_after(session, conversation_id, 0)
        return [
            {"text": view.text, "buttons": view.buttons} for view in views if view.role is not Speaker.BRAND
        ]

    def _refuse_data_when_down(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if self._data_is_down and any(table in statement for table in _DATA):
            raise OperationalError(statement, {}, ConnectionError("the onboarding data is down"))


def _person(session: Session) -> Staff:
    """Of this run alone: her database is thrown away."""
    person = session.scalar(select(Staff).where(Staff.email == _PERSONS_EMAIL))
    if person is None:
        person = Staff(
            name=_PERSON,
            email=_PERSONS_EMAIL,
            role=StaffRole.AGENT,
            time_zone="Asia/Shanghai",
            created_at=clock.now(session),
        )
        session.add(person)
        session.flush()
    return person


def _as_seen(reply: dict[str, Any]) -> str:
    return "\n".join([reply["text"], *reply["buttons"]])
