"""What providers report of what we sent: late, twice, in any order, and before we noted what it is about."""

from datetime import timedelta

import pytest

from conversations.channels import outgoing, reports
from conversations.channels.models import ChannelDelivery, ChannelEarlyReport
from conversations.channels.names import DeliveryStatus
from conversations.messages import Reply
from onboarding import clock
from tests.channels.house import House
from tests.channels.twilio.double import INGRID

SENT, DELIVERED, READ, FAILED = (
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.READ,
    DeliveryStatus.FAILED,
)
LONG = Reply(" ".join(["word"] * 380))


async def ask(house: House, text: str = "hello", external_id: str = "SM1") -> None:
    assert await house.deliver(house.provider.written(INGRID, text, external_id)) == [200]


async def answer(house: House, reply: Reply | None = None) -> None:
    house.answer_all(lambda text: reply or Reply(f"echo {text}"))
    await house.send_all()


async def report(house: House, provider_id: str, *statuses: str) -> None:
    for status in statuses:
        error = 63016 if status in {"failed", "undelivered"} else None
        assert await house.deliver(house.provider.status(provider_id, status, error)) == [200]


def early_reports(house: House) -> int:
    with house.sessions() as session:
        return session.query(ChannelEarlyReport).count()


async def test_a_report_that_comes_before_we_noted_the_message_counts_once_it_is_noted(whatsapp):
    async def at_once(provider_id: str) -> None:
        await report(whatsapp, provider_id, "delivered")

    whatsapp.provider.before_answering = at_once
    await ask(whatsapp)
    await answer(whatsapp)

    (delivery,) = whatsapp.deliveries()
    assert (delivery.status, delivery.error_code) == (DELIVERED, None)
    assert early_reports(whatsapp) == 0


async def test_of_early_reports_the_furthest_counts(whatsapp):
    async def at_once(provider_id: str) -> None:
        await report(whatsapp, provider_id, "read", "failed", "delivered", "read")

    whatsapp.provider.before_answering = at_once
    await ask(whatsapp)
    await answer(whatsapp)

    assert whatsapp.deliveries()[0].status is READ


async def test_reports_of_what_was_never_ours_are_forgotten_after_a_day(whatsapp):
    await report(whatsapp, "SMother", "delivered")
    assert early_reports(whatsapp) == 1

    whatsapp.pass_time(timedelta(hours=25))
    with whatsapp.sessions.begin() as session:
        reports.forget_early(session)

    assert early_reports(whatsapp) == 0


async def test_a_report_about_the_first_part_does_not_keep_the_second_back(whatsapp):
    async def at_once(provider_id: str) -> None:
        await report(whatsapp, provider_id, "delivered")

    whatsapp.provider.before_answering = at_once
    await ask(whatsapp)
    whatsapp.answer_all(lambda _: LONG)
    whatsapp.provider.misbehave("none", "500")
    await whatsapp.send_all()

    assert len(whatsapp.provider.texts_to(INGRID)) == 2
    assert whatsapp.deliveries()[0].status is DELIVERED


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        (["delivered"], [], SENT),
        (["read"], ["delivered"], DELIVERED),
        (["read"], ["read"], READ),
        (["read"], ["failed"], FAILED),
        (["failed", "delivered"], ["delivered"], DELIVERED),
    ],
)
async def test_a_message_in_parts_got_as_far_as_its_last_part(whatsapp, first, second, whole):
    await ask(whatsapp)
    await answer(whatsapp, LONG)

    await report(whatsapp, "SMout2", *second)
    await report(whatsapp, "SMout1", *first)

    assert whatsapp.deliveries()[0].status is whole


async def test_what_was_taken_but_did_not_arrive_is_sent_anew_on_replay(whatsapp):
    await ask(whatsapp)
    await answer(whatsapp, LONG)
    await report(whatsapp, "SMout1", "delivered")
    await report(whatsapp, "SMout2", "undelivered")
    texts = whatsapp.provider.texts_to(INGRID)

    with whatsapp.sessions.begin() as session:
        outgoing.replay(session, session.get_one(ChannelDelivery, whatsapp.deliveries()[0].id))
    await whatsapp.send_all()

    assert whatsapp.provider.texts_to(INGRID) == [*texts, texts[1]]
    assert whatsapp.deliveries()[0].status is SENT
    await report(whatsapp, "SMout2", "undelivered")
    await report(whatsapp, "SMout3", "delivered")
    assert whatsapp.deliveries()[0].status is DELIVERED


async def test_messenger_says_up_to_when_everything_was_read(messenger):
    await ask(messenger)
    await answer(messenger)
    await ask(messenger, "more", "m2")
    with messenger.sessions.begin() as session:
        now = clock.now(session)
    first = messenger.provider.event(INGRID, read={"watermark": int(now.timestamp() * 1000)})
    assert await messenger.deliver(messenger.provider.batch(first)) == [200]
    messenger.pass_time(timedelta(minutes=5))
    await answer(messenger)

    assert [one.status for one in messenger.deliveries()] == [READ, SENT]


async def test_a_message_that_was_read_before_we_noted_it_is_read(messenger):
    async def at_once() -> None:
        with messenger.sessions.begin() as session:
            soon = clock.now(session) + timedelta(seconds=1)
        event = messenger.provider.event(INGRID, read={"watermark": int(soon.timestamp() * 1000)})
        assert await messenger.deliver(messenger.provider.batch(event)) == [200]

    messenger.provider.before_answering = at_once
    await ask(messenger)
    await answer(messenger)

    assert messenger.deliveries()[0].status is READ
