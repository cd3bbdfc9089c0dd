"""The conversation through the API: whose it is, and what is not done there in somebody's name."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from onboarding import people
from onboarding.api_scopes import Scope
from onboarding.models import ApiKey, Brand, Contact, DraftAnswer, Membership
from onboarding.names import PeopleEvent, Role, Stage
from tests.onboarding.people import application
from tests.web.integrator import NORDLYS, Integrator, make_key
from tests.web.real_assistant import RealAssistant
from tests.web.visitor import INGRID, SOFIA, Visitor

CONVERSATION = (Scope.MESSAGES_READ, Scope.MESSAGES_WRITE)
HOME = "/brands/nordlys-skincare/integrations"
WITHDRAW = "I want to withdraw our application"


@pytest.fixture
async def program(server, sessions):
    async with Integrator(
        server, make_key(sessions, *CONVERSATION, Scope.APPLICATIONS_READ).secret
    ) as program:
        yield program


@pytest.fixture
def assistant(brain, sessions):
    return RealAssistant(brain, sessions)


def act_for_another_brand(sessions):
    with sessions.begin() as session:
        ingrid = session.scalars(select(Contact).where(Contact.email == INGRID)).one()
        kumo = session.scalars(select(Brand).where(Brand.name == "Kumo")).one()
        people.add(session, kumo.id, ingrid.id, Role.VIEWER, PeopleEvent.JOINED, by=None)


def leave_it_again(sessions):
    with sessions.begin() as session:
        ingrid = session.scalars(select(Contact).where(Contact.email == INGRID)).one()
        people.leave(session, ingrid, session.scalars(select(Brand.id).where(Brand.name == "Kumo")).one())


def become_owner(sessions, email):
    with sessions.begin() as session:
        contact = session.scalars(select(Contact).where(Contact.email == email)).one()
        nordlys = session.scalars(select(Brand).where(Brand.name == NORDLYS)).one()
        session.get_one(Membership, (contact.id, nordlys.id)).role = Role.OWNER


async def messages_of(program):
    own = (await program.get("/conversations")).json["data"][0]["id"]
    return f"/conversations/{own}/messages"


async def asks(program, assistant, text):
    """Gives what was answered."""
    path = await messages_of(program)
    sent = (await program.post(path, {"text": text}, key=uuid4().hex)).json["id"]
    await assistant.answers(INGRID)
    return "\n".join(one["text"] for one in (await program.get(f"{path}?after={sent}")).json["data"])


def stage_of_nordlys(sessions):
    with sessions() as session:
        return application(session, NORDLYS).stage


@pytest.mark.parametrize("and_left_it", [False, True])
async def test_a_key_does_not_open_a_conversation_that_is_about_another_brand_as_well(
    program, sessions, and_left_it
):
    path = await messages_of(program)
    act_for_another_brand(sessions)
    if and_left_it:
        leave_it_again(sessions)

    answers = [
        await program.get("/conversations"),
        await program.get(path.removesuffix("/messages")),
        await program.get(path),
        await program.post(path, {"text": "What is the GMV of Kumo?"}, key="one"),
    ]

    assert {(one.status, one.json["code"]) for one in answers} == {(403, "conversation_of_several_brands")}
    assert "acted for this brand alone" in answers[0].json["detail"]
    assert (await program.get("/applications")).status == 200


async def test_whoever_acts_for_several_brands_makes_no_key_for_messages(visitor, sessions):
    become_owner(sessions, SOFIA)
    await visitor.sign_in(SOFIA)
    page = await visitor.open(f"{HOME}/keys/new")
    fields = {"name": "Our ERP", "kind": "KEY", "days": "90", "origins": ""}

    refused = await visitor.submit(page, f"{HOME}/keys/new", scopes="messages:read", **fields)
    made = await visitor.submit(page, f"{HOME}/keys/new", scopes="sales:read", **fields)

    assert "messages:read" not in page.html
    assert "Your conversation is about other brands as well" in page.words
    assert refused.status == 422
    assert refused.words.count("acted for this brand alone") >= 2
    assert "Copy your key now" in made.words
    with sessions() as session:
        assert session.scalars(select(ApiKey)).one().scopes == ["identity:read", "sales:read"]


async def test_the_form_says_in_whose_name_messages_are(visitor):
    await visitor.sign_in(INGRID)

    page = await visitor.open(f"{HOME}/keys/new")

    assert "Talk to the assistant and our team in your name" in page.words


async def test_a_program_withdraws_nothing_and_is_told_where_it_is_done(program, sessions, assistant):
    before = stage_of_nordlys(sessions)

    asked = await asks(program, assistant, WITHDRAW)
    await asks(program, assistant, "yes")

    assert "/messages" in asked
    assert "Only a clear yes does it" not in asked
    assert stage_of_nordlys(sessions) is before


async def test_a_program_does_not_say_yes_to_what_was_asked_on_the_website(
    program, server, sessions, assistant
):
    async with Visitor(server) as visitor:
        await visitor.sign_in(INGRID)
        chat = await visitor.chat()
        await chat.write(WITHDRAW, "c1")
        await chat.hear("ack")
        await assistant.answers(INGRID)
        before = stage_of_nordlys(sessions)

        answered = await asks(program, assistant, "yes")
        assert stage_of_nordlys(sessions) is before
        for number, text in enumerate([WITHDRAW, "yes"]):
            await chat.write(text, f"d{number}")
            await chat.hear("ack")
            await assistant.answers(INGRID)

    assert "/messages" in answered
    assert stage_of_nordlys(sessions) is Stage.WITHDRAWN


async def test_a_program_registers_no_brand_and_answers_no_question_of_a_draft(program, sessions, assistant):
    said = await asks(program, assistant, "I want to register another brand")
    await asks(program, assistant, "Aurora Candles")

    assert "/messages" in said
    with sessions() as session:
        assert session.scalars(select(DraftAnswer)).all() == []
        assert session.scalars(select(Brand).where(Brand.name == "Aurora Candles")).all() == []


async def test_a_program_still_gets_answers(program, assistant):
    assert "14 days left" in await asks(program, assistant, "How many days are left?")
