"""What all channels have in common: stored once, answered once, in order, tried for a day."""

import asyncio
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import event

from conversations import lookup, messages, turns
from conversations.channels import accounts, outgoing
from conversations.channels.models import ChannelAccount, ChannelDelivery, ChannelIdentity
from conversations.channels.names import DeliveryStatus
from conversations.messages import Reply
from tests.channels import game
from tests.channels.house import House, house
from tests.channels.plain import PlainChannel, PlainProvider, signature
from tests.channels.provider import Hook

MARA = "U-mara"


@pytest.fixture
async def plain(settings, sessions):
    async with PlainProvider() as provider, house(settings, sessions, PlainChannel(), provider) as opened:
        yield opened


async def ask(plain: House, text: str, external_id: str | None = None) -> list[int]:
    return await plain.deliver(plain.provider.written(MARA, text, external_id or f"id of {text}"))


async def test_500_messages_with_repetitions_and_cuts_are_each_answered_once_and_in_order(plain):
    await game.plays_500_messages(plain)

    assert plain.provider.texts_by_user() == game.expected()


async def test_a_message_delivered_twice_is_stored_once(plain):
    assert await ask(plain, "hello") == [200]
    assert await ask(plain, "hello") == [200]

    assert [view.text for view in plain.said(MARA)] == ["hello"]


async def test_a_batch_is_stored_in_the_order_of_time(plain):
    later, sooner = ({"id": str(at), "user": MARA, "text": f"at {at}", "at": at} for at in (20, 10))

    await plain.deliver(plain.provider.hook(later, sooner))

    assert [view.text for view in plain.said(MARA)] == ["at 10", "at 20"]


async def test_a_forged_request_is_refused_and_its_content_is_not_logged(plain, caplog):
    hook = plain.provider.written(MARA, "very private", "1")

    assert await plain.deliver(Hook(hook.body, {"X-Signature": "0" * 64}), Hook(hook.body)) == [401, 401]
    assert "bad_signature" in caplog.text
    assert "very private" not in caplog.text
    assert plain.account().refused_count == 2


async def test_a_request_that_makes_no_sense_is_refused(plain):
    hook = plain.provider.hook()
    body = b"[]"

    assert await plain.deliver(Hook(body, {"X-Signature": signature(body)}), hook) == [400, 200]


async def test_the_site_answers_others_while_a_body_is_parsed(plain, monkeypatch):
    begun, others_answered, parse = Event(), Event(), PlainChannel.parse

    def slowly(*args):
        begun.set()
        assert others_answered.wait(10)
        return parse(*args)

    monkeypatch.setattr(PlainChannel, "parse", slowly)
    asked = asyncio.create_task(ask(plain, "hello"))
    assert await asyncio.to_thread(begun.wait, 10)
    async with plain.http.get(plain.server.make_url("/sign-in")) as answer:
        assert answer.status == 200
    others_answered.set()

    assert await asked == [200]


async def test_a_body_that_is_too_long_is_not_read(plain):
    assert await plain.deliver(Hook(b"x" * 1_100_000)) == [413]


@pytest.mark.parametrize("path", ["/channels/telegram/unknown", "/channels/nothing/unknown"])
async def test_an_address_that_we_did_not_give_out_is_not_there(plain, path):
    plain.path = path

    assert await ask(plain, "hello") == [404]


async def test_the_secret_before_the_last_counts_until_the_overlap_ends(plain):
    with plain.sessions.begin() as session:
        account = session.get_one(ChannelAccount, plain.account_id)
        accounts.rotate(session, plain.post.vault, account, {"signing": "the new one"})

    assert await ask(plain, "signed with the old one") == [200]
    plain.pass_time(accounts.OVERLAP)
    assert await ask(plain, "too late") == [401]


async def test_replacing_one_secret_does_not_end_the_overlap_of_another(plain):
    with plain.sessions.begin() as session:
        account = session.get_one(ChannelAccount, plain.account_id)
        accounts.rotate(session, plain.post.vault, account, {"signing": "the new one"})
        accounts.rotate(session, plain.post.vault, account, {"token": "a new one too"})

    assert await ask(plain, "signed with the old one") == [200]
    plain.pass_time(accounts.OVERLAP)
    assert await ask(plain, "too late") == [401]


async def test_secrets_are_stored_closed(plain):
    with plain.sessions() as session:
        account = session.get_one(ChannelAccount, plain.account_id)

        assert "secret" not in account.secrets
        assert "secret" not in repr(accounts.view(session, plain.post.vault, account))


async def test_buttons_become_numbers_and_the_number_typed_back_is_the_button(plain):
    await ask(plain, "hello")
    buttons = [{"title": "Status", "payload": "/status"}, {"title": "Fees", "payload": "/fees"}]
    plain.answer_all(lambda text: Reply("What is it about?", buttons))
    await plain.send_all()

    await ask(plain, "2.")

    assert plain.provider.texts_to(MARA) == ["What is it about?\n\n1. Status\n2. Fees"]
    assert [view.text for view in plain.said(MARA)][-1] == "Fees"


async def test_a_number_is_only_a_button_of_the_newest_offer(plain):
    await ask(plain, "hello")
    plain.answer_all(lambda text: Reply("Which?", [{"title": "Status", "payload": "/status"}]))
    await ask(plain, "something else")
    plain.answer_all()

    await ask(plain, "1")

    assert [view.text for view in plain.said(MARA)][-1] == "1"


async def test_a_button_that_we_never_showed_is_refused_in_words(plain):
    await plain.deliver(plain.provider.hook({"id": "1", "user": MARA, "button": "b:1:0"}))
    await plain.send_all()

    assert plain.provider.texts_to(MARA) == [
        "That button is not among those shown. Type your answer instead."
    ]


async def test_a_message_that_is_too_long_is_kept_in_several_and_answered_once(plain):
    text = "\n\n".join(f"Paragraph {number}: " + "word " * 60 for number in range(20)) + "Why is that?"

    await ask(plain, text)

    said = [view.text for view in plain.said(MARA)]
    assert len(said) > 1
    assert all(len(one) <= 2_000 for one in said)
    assert " ".join(" ".join(said).split()) == " ".join(text.split())
    asked = []
    plain.answer_all(lambda text: asked.append(text) or Reply("echo"))
    assert [one[-12:] for one in asked] == ["Why is that?"]


async def test_a_long_message_delivered_twice_is_stored_once(plain):
    for _ in range(2):
        await ask(plain, "word " * 1_000, "the same")

    assert len(plain.said(MARA)) == 3


async def test_what_cannot_be_taken_is_seen_by_agents_too(plain):
    await plain.deliver(plain.provider.hook({"id": "1", "user": MARA}))

    assert [view.text for view in plain.said(MARA)] == [
        "[Message without words]",
        "The message is empty. Write a message first.",
    ]


async def test_a_long_answer_comes_in_parts_within_the_providers_limit(plain):
    await ask(plain, "tell me everything")
    plain.answer_all(lambda text: Reply("\n\n".join(f"{n} " + "word " * 30 for n in range(5))))
    plain.provider.misbehave("500")
    await plain.send_all()

    parts = plain.provider.texts_to(MARA)
    assert [part[0] for part in parts] == ["0", "1", "2", "3", "4"]
    assert all(len(part) <= 200 for part in parts)


async def test_links_to_our_pages_carry_the_whole_address(plain):
    await ask(plain, "hello")
    plain.answer_all(lambda text: Reply("See **your** [documents](/brands/x/documents)."))
    await plain.send_all()

    assert plain.provider.texts_to(MARA) == ["See your documents: http://desk.example/brands/x/documents."]


async def test_a_provider_that_asks_to_wait_is_obeyed(plain):
    await ask(plain, "hello")
    plain.answer_all()
    plain.provider.misbehave("429")

    await plain.send_due()
    await plain.send_due()
    assert plain.provider.heard == []
    plain.pass_time(timedelta(seconds=3))
    await plain.send_due()
    assert plain.provider.texts_to(MARA) == ["echo hello"]


async def test_after_a_day_in_vain_it_is_a_dead_letter_that_can_be_sent_again(plain):
    await ask(plain, "hello")
    plain.answer_all()
    plain.provider.misbehave(*["cut"] * 60)
    await plain.send_all()

    dead = plain.deliveries()[0]
    assert (dead.status, dead.error_code) == (DeliveryStatus.DEAD, "network")
    assert 24 < dead.attempts < 40
    plain.provider._faults.clear()
    with plain.sessions.begin() as session:
        outgoing.replay(session, session.get_one(ChannelDelivery, dead.id))
    await plain.send_all()
    assert plain.provider.texts_to(MARA) == ["echo hello"]


async def test_what_is_refused_for_good_does_not_hold_up_what_follows(plain):
    await ask(plain, "one")
    plain.answer_all(lambda text: Reply("unwanted"))
    await ask(plain, "two")
    plain.answer_all()
    await plain.send_all()

    assert [one.status for one in plain.deliveries()] == [DeliveryStatus.FAILED, DeliveryStatus.SENT]
    assert plain.account().last_error == "refused"


async def test_the_provider_tells_what_became_of_it(plain):
    await ask(plain, "hello")
    plain.answer_all()
    await plain.send_all()

    await plain.deliver(
        plain.provider.hook({"id": "p1", "status": "delivered"}),
        plain.provider.hook({"id": "p1", "status": "failed"}),
        plain.provider.hook({"id": "unknown", "status": "failed"}),
    )

    assert plain.deliveries()[0].status is DeliveryStatus.DELIVERED


async def test_what_is_written_on_the_website_is_answered_there(plain):
    await ask(plain, "on the channel")
    plain.answer_all()
    conversation_id = plain.identity(MARA).conversation_id
    with plain.sessions.begin() as session:
        messages.receive(session, messages.Inbound(conversation_id, "web", "w1", "on the website"))
    plain.answer_all()
    await plain.send_all()

    assert plain.provider.texts_to(MARA) == ["echo on the channel"]


def test_a_conversation_of_the_website_asks_the_database_nothing_about_channels(sessions, engine):
    asked = []
    with sessions() as session:
        conversation = lookup.open_for_visitor(session)
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        messages.receive(session, messages.Inbound(conversation.id, "web", "w1", "hello"))
        turn = turns.next_due(session, conversation.id, 1)
        turns.answer(session, turn, [Reply("hello")], {})

    assert len(asked) > 3
    assert not any("channel_" in statement for statement in asked)


async def test_whoever_died_while_sending_is_relieved(plain):
    await ask(plain, "hello")
    plain.answer_all()
    identity_id = plain.identity(MARA).id
    held = outgoing._first(plain.post, identity_id)

    await outgoing.deliver(plain.post, identity_id)
    assert held is not None
    assert plain.provider.heard == []
    with plain.sessions.begin() as session:
        session.get_one(ChannelIdentity, identity_id).sending_until -= timedelta(minutes=1)
    await plain.send_due()
    assert plain.provider.texts_to(MARA) == ["echo hello"]
