"""One sends to an identity at a time; who takes too long is taken over, and does no harm afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from conversations import lookup, messages
from conversations.channels import linking, outgoing
from conversations.channels.calls import SECONDS_FOR_A_CALL
from conversations.channels.models import ChannelIdentity
from conversations.channels.names import DeliveryStatus
from conversations.channels.shapes import Accepted, Refused, TryLater
from conversations.channels.slack import Slack
from conversations.messages import Reply, Written
from conversations.names import Speaker
from tests.channels.house import House, house
from tests.channels.plain import PlainChannel, PlainProvider
from tests.onboarding import people

MARA = "U-mara"
_PARTS = [f"{number} " + "word " * 30 for number in range(3)]


class SlowChannel(PlainChannel):
    traits = replace(PlainChannel.traits, longest_send=timedelta(minutes=2))


@pytest.fixture
async def plain(settings, sessions):
    async with PlainProvider() as provider, house(settings, sessions, PlainChannel(), provider) as opened:
        yield opened


@pytest.fixture
async def slow(settings, sessions):
    async with PlainProvider() as provider, house(settings, sessions, SlowChannel(), provider) as opened:
        yield opened


async def begun(desk: House, answer: str = "\n\n".join(_PARTS)):
    """An attempt that has not come back yet."""
    await desk.deliver(desk.provider.written(MARA, "hello", "1"))
    desk.answer_all(lambda text: Reply(answer))
    return again(desk)


def again(desk: House):
    return outgoing._first(desk.post, desk.identity(MARA).id)


def let_pass(desk: House, by: timedelta) -> None:
    """Real time, by which attempts are measured."""
    with desk.sessions.begin() as session:
        session.get_one(ChannelIdentity, desk.identity(MARA).id).sending_until -= by


async def test_a_part_that_was_taken_twice_counts_once_and_nothing_is_left_out(plain):
    late = await begun(plain)
    let_pass(plain, timedelta(minutes=1))
    second = outgoing._next(plain.post, again(plain), Accepted("a"))

    assert outgoing._next(plain.post, late, Accepted("b")) is None
    assert (plain.deliveries()[0].parts_sent, plain.deliveries()[0].provider_ids) == (1, ["a"])
    assert again(plain) is None
    third = outgoing._next(plain.post, second, Accepted("c"))
    assert outgoing._next(plain.post, third, Accepted("d")) is None
    assert [due.message.text for due in (late, second, third)] == [part.strip() for part in _PARTS]
    assert plain.deliveries()[0].status is DeliveryStatus.SENT


@pytest.mark.parametrize("outcome", [Refused("unwanted"), TryLater("network")])
async def test_what_a_late_attempt_came_to_does_not_undo_what_was_sent(plain, outcome):
    late = await begun(plain, "short")
    let_pass(plain, timedelta(minutes=1))
    await plain.send_due()

    assert outgoing._next(plain.post, late, outcome) is None
    assert plain.deliveries()[0].status is DeliveryStatus.SENT
    assert plain.account().last_error is None


async def test_an_attempt_that_is_late_but_was_not_taken_over_still_counts(plain):
    minute = timedelta(minutes=1)
    late = await begun(plain, "short")
    let_pass(plain, minute)

    assert (
        outgoing._next(plain.post, replace(late, held_until=late.held_until - minute), Accepted("a")) is None
    )
    assert plain.deliveries()[0].status is DeliveryStatus.SENT


async def test_while_a_slow_call_is_taken_over_all_is_said_in_order(plain):
    """The second worker comes while the first one's call is with the provider."""

    async def relieved() -> None:
        let_pass(plain, timedelta(minutes=1))
        await outgoing.deliver(plain.post, plain.identity(MARA).id)

    await plain.deliver(plain.provider.written(MARA, "hello", "1"))
    plain.answer_all(lambda text: Reply("\n\n".join(_PARTS)))
    plain.provider.meanwhile = relieved
    await plain.send_due()

    assert [text[0] for text in plain.provider.texts_to(MARA)] == ["0", "1", "2", "0"]
    assert plain.deliveries()[0].parts_sent == 3


async def test_who_may_take_longer_is_not_taken_over_before(slow):
    await begun(slow)
    let_pass(slow, timedelta(seconds=100))
    await slow.send_due()
    assert slow.provider.heard == []

    let_pass(slow, timedelta(seconds=30))
    await slow.send_due()
    assert len(slow.provider.heard) == 3


def test_a_file_on_slack_may_take_as_long_as_its_calls_together():
    assert Slack.traits.longest_send > timedelta(seconds=3 * SECONDS_FOR_A_CALL)


async def test_hundreds_that_are_withheld_do_not_hold_up_what_follows(plain):
    held = await begun(plain, "short")
    outgoing._next(plain.post, held, Accepted("a"))
    with plain.sessions.begin() as session:
        identity = linking.locked(session, plain.identity(MARA).id)
        own = linking.join(session, identity, people.contact(session, people.INGRID))
        notices = [Written(Speaker.NOTICE, "private", "notices", f"n{number}") for number in range(600)]
        messages.append(session, lookup.locked(session, own.id), *notices)
        linking.unlink_all(session, identity)

    await plain.send_due()

    assert plain.provider.texts_to(MARA)[-1].startswith("This chat is not linked any more")
    assert "private" not in plain.provider.texts_to(MARA)
