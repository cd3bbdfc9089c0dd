"""Asks the assistant's actions as Rasa does: the SDK's executor, tracker and dispatcher, rules from data/rules."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.entities import known_entities
from conversations import context, lookup
from onboarding.models import Application, Brand, Contact, Membership
from onboarding.names import Role, Stage

PROJECT = Path(__file__).parents[2]


@dataclass
class Reply:
    text: str
    buttons: list[dict[str, str]]

    @property
    def titles(self) -> list[str]:
        return [button["title"] for button in self.buttons]

    @property
    def payloads(self) -> list[str]:
        return [button["payload"] for button in self.buttons]


@dataclass
class Talk:
    """One conversation; slots are kept from message to message."""

    session: Session
    sender: str
    slots: dict[str, Any] = field(default_factory=dict)

    def ask(
        self,
        intent: str,
        text: str = "",
        *,
        ranking: tuple[str, ...] = (),
        close: tuple[str, ...] = (),
        **entities: str,
    ) -> Reply:
        """`text` is read by the entity extractor; `entities` are what a button carries."""
        found = [vars(entity) for entity in known_entities(text)]
        found += [{"entity": name, "value": value} for name, value in entities.items()]
        answer = self._run(intent, text, found, ranking, close)
        for event in answer["events"]:
            self.slots[event["name"]] = event["value"]
        return _rendered(answer["responses"])

    def _run(
        self,
        intent: str,
        text: str,
        entities: list[dict[str, str]],
        ranking: tuple[str, ...],
        close: tuple[str, ...],
    ) -> Any:
        message = {
            "text": text or f"/{intent}",
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": name, "confidence": 0.1} for name in ranking],
            "entities": entities,
            "close": list(close),
        }
        tracker = {
            "sender_id": self.sender, "slots": self.slots, "latest_message": message, "events": [],
            "paused": False, "active_loop": {}, "latest_action_name": "action_listen",
        }  # fmt: skip
        with context.binding(self.session):
            return asyncio.run(executor().run({"next_action": action_for(intent), "tracker": tracker}))


def _rendered(responses: list[dict[str, Any]]) -> Reply:
    texts = []
    for said in responses:
        values = {name: value for name, value in said.items() if name not in ("response", "buttons", "text")}
        texts.append(responses_of_domain()[said["response"]][0]["text"].format_map(values))
    return Reply("\n\n".join(texts), [button for said in responses for button in said["buttons"] or []])


@cache
def responses_of_domain() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = yaml.safe_load((PROJECT / "domain.yml").read_text())["responses"]
    return found


@cache
def executor() -> ActionExecutor:
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor


@cache
def rules() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (PROJECT / "data/rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text())["rules"]:
            intent, action = rule["steps"]
            found[intent["intent"]] = action["action"]
    return found


def action_for(intent: str) -> str:
    return rules()[intent]


def colleague(session: Session, of: Select[tuple[Brand]]) -> tuple[str, Brand]:
    """The address of somebody new who looks after the first brand that the query finds."""
    brand = session.scalars(of).first()
    assert brand is not None
    contact = Contact(name="New Colleague", email="new@colleague.example", time_zone="Europe/Berlin")
    session.add(contact)
    session.flush()
    session.add(Membership(contact_id=contact.id, brand_id=brand.id, role=Role.EDITOR))
    session.flush()
    return contact.email, brand


def brands_in(stage: Stage) -> Select[tuple[Brand]]:
    return select(Brand).join(Application, Application.brand_id == Brand.id).where(Application.stage == stage)


Opens = Callable[[str | None], Talk]


@pytest.fixture
def talk(session: Session) -> Opens:
    """`talk("kenji@kumo.example")` for a brand's contact, `talk(None)` for a visitor."""

    def open_talk(email: str | None = None) -> Talk:
        if email is None:
            conversation = lookup.open_for_visitor(session)
        else:
            contact = session.scalars(select(Contact).where(Contact.email == email)).one()
            conversation = lookup.open_for_contact(session, contact.id)
        return Talk(session, f"{conversation.id}:1")

    return open_talk


@pytest.fixture
def visitor(talk: Opens) -> Talk:
    return talk(None)


@pytest.fixture
def kenji(talk: Opens) -> Talk:
    return talk("kenji@kumo.example")


@pytest.fixture
def ingrid(talk: Opens) -> Talk:
    return talk("ingrid@nordlys.example")


@pytest.fixture
def lena(talk: Opens) -> Talk:
    return talk("lena@fjellvann.example")


@pytest.fixture
def sofia(talk: Opens) -> Talk:
    return talk("sofia@northbridge.example")
