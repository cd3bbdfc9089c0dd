"""A channel that is switched off loses nothing: what comes is kept, and answered once it is on again."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from conversations import ownership
from conversations.channels import incoming, switching
from conversations.channels.models import ChannelAccount
from conversations.channels.names import AccountState
from conversations.channels.shapes import InboundMessage
from conversations.names import Resolution
from tests.channels.house import House, house
from tests.channels.plain import PlainChannel, PlainProvider
from tests.conversations.desk import staff_named

MARA = "U-mara"
_TURNS = text("DELETE FROM procrastinate_jobs WHERE task_name = 'turns.answer' RETURNING args ->> 'seq'")


@pytest.fixture
async def plain(settings, sessions):
    async with PlainProvider() as provider, house(settings, sessions, PlainChannel(), provider) as opened:
        yield opened


async def ask(plain: House, words: str) -> list[int]:
    return await plain.deliver(plain.provider.written(MARA, words, f"id of {words}"))


def switch(plain: House, state: AccountState, patience: str = "0") -> None:
    with plain.sessions.begin() as session:
        session.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))
        switching.switch(session, session.get_one(ChannelAccount, plain.account_id), state)


def turns(plain: House) -> int:
    """How many the assistant was given since the last time."""
    with plain.sessions.begin() as session:
        return len(session.scalars(_TURNS).all())


async def test_what_comes_while_it_is_off_is_kept_and_not_answered(plain):
    await ask(plain, "hello")
    plain.answer_all()
    turns(plain)
    switch(plain, AccountState.PAUSED)
    await plain.send_due()

    assert await ask(plain, "are you there?") == [200]
    assert await ask(plain, "are you there?") == [200]
    assert [view.text for view in plain.said(MARA)] == ["hello", "echo hello", "are you there?"]
    assert turns(plain) == 0
    assert plain.provider.heard == []


async def test_once_it_is_on_again_everything_is_said_in_order(plain):
    switch(plain, AccountState.PAUSED)
    for words in ("one", "two"):
        await ask(plain, words)

    switch(plain, AccountState.ACTIVE)
    assert turns(plain) == 2
    switch(plain, AccountState.ACTIVE)
    assert turns(plain) == 0
    plain.answer_all()
    await plain.send_all()
    assert plain.provider.texts_to(MARA) == ["echo one", "echo two"]
    assert await ask(plain, "three") == [200]
    assert turns(plain) == 1


async def test_what_a_person_has_taken_over_is_left_to_them(plain):
    switch(plain, AccountState.PAUSED)
    await ask(plain, "hello")
    with plain.sessions.begin() as session:
        ownership.claim(session, plain.identity(MARA).conversation_id, staff_named(session, "Mei Lin"))

    switch(plain, AccountState.ACTIVE)
    assert turns(plain) == 0


async def test_a_conversation_that_was_over_begins_anew_while_it_is_off(plain):
    await ask(plain, "hello")
    plain.answer_all()
    conversation_id = plain.identity(MARA).conversation_id
    with plain.sessions.begin() as session:
        mei = staff_named(session, "Mei Lin")
        ownership.claim(session, conversation_id, mei)
        ownership.resolve(session, conversation_id, mei, Resolution.ANSWERED)
    turns(plain)
    switch(plain, AccountState.PAUSED)
    await ask(plain, "one more thing")

    switch(plain, AccountState.ACTIVE)
    assert turns(plain) == 1
    plain.answer_all()
    await plain.send_all()
    assert plain.provider.texts_to(MARA)[-1] == "echo one more thing"


async def test_what_is_just_being_kept_when_it_is_switched_on_is_answered_too(plain):
    """The switch waits for who is storing, and sees what they stored."""
    switch(plain, AccountState.PAUSED)
    event = InboundMessage(
        external_id="1", external_user=MARA, place=MARA, address={"user": MARA}, text="hello"
    )
    with plain.sessions.begin() as storing:
        incoming.take(storing, PlainChannel(), plain.account_id, [event])
        with pytest.raises(OperationalError, match="lock timeout"):
            switch(plain, AccountState.ACTIVE, patience="50ms")

    switch(plain, AccountState.ACTIVE)
    assert turns(plain) == 1


async def test_what_came_as_it_was_switched_on_is_answered_at_once(plain):
    switch(plain, AccountState.PAUSED)
    event = InboundMessage(
        external_id="1", external_user=MARA, place=MARA, address={"user": MARA}, text="hello"
    )
    with plain.sessions.begin() as storing:
        storing.get_one(ChannelAccount, plain.account_id)
        switch(plain, AccountState.ACTIVE)

        assert incoming.take(storing, PlainChannel(), plain.account_id, [event])
    assert turns(plain) == 1
