from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from conversations import lookup, messages, ownership, turns
from conversations.messages import ButtonRef, Inbound, Reply
from conversations.models import Message
from conversations.names import Owner
from onboarding import clock
from onboarding.models import Contact
from tests.conversations.desk import OUT_OF_HOURS, said, staff_named


@pytest.fixture
def kenji(session):
    return session.scalar(select(Contact).where(Contact.email == "kenji@kumo.example"))


@pytest.fixture
def conversation(session, kenji):
    return lookup.open_for_contact(session, kenji.id)


def send(session, conversation, words="Where do we stand?", external_id=None, button=None):
    return messages.receive(
        session, Inbound(conversation.id, "web", external_id or str(uuid4()), words, button=button)
    )


def answer(session, conversation, *replies):
    turn = turns.next_due(session, conversation.id, up_to=conversation.last_seq)
    return turns.answer(session, turn, list(replies), {})


def waiting_jobs(session):
    return session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"))


def test_a_message_is_numbered_and_its_turn_enqueued(session, conversation):
    first, second = send(session, conversation), send(session, conversation)

    assert (first.seq, second.seq) == (1, 2)
    assert waiting_jobs(session) == 2


def test_a_message_sent_twice_is_stored_once(session, conversation):
    first = send(session, conversation, external_id="same")
    again = send(session, conversation, external_id="same")

    assert again.duplicate
    assert again.seq == first.seq
    assert waiting_jobs(session) == 1


def test_a_rolled_back_message_leaves_no_turn_behind(session, conversation):
    session.commit()
    send(session, conversation)
    session.rollback()

    assert waiting_jobs(session) == 0


def test_a_message_that_is_too_long_is_refused_with_the_limit(session, conversation):
    with pytest.raises(messages.MessageTooLong) as refusal:
        send(session, conversation, "a" * (messages.LONGEST_TEXT + 1))

    assert "2,000" in refusal.value.what_to_do


def test_an_empty_message_is_refused(session, conversation):
    with pytest.raises(messages.MessageEmpty):
        send(session, conversation, " \n\x00 ")


def test_an_id_used_in_another_conversation_is_refused(session, conversation):
    send(session, conversation, external_id="taken")

    with pytest.raises(messages.MessageElsewhere):
        send(session, lookup.open_for_visitor(session), external_id="taken")


def test_a_chosen_button_carries_the_payload_that_we_issued(session, conversation):
    send(session, conversation)
    answer(session, conversation, Reply("Which brand?", [{"title": "Kumo", "payload": "/status"}]))

    send(session, conversation, words="anything", button=ButtonRef(seq=2, index=0))

    assert turns.next_due(session, conversation.id, up_to=3).button == "/status"
    shown, chosen = messages.messages_after(session, conversation.id, 1)
    assert shown.chosen == "Kumo"
    assert chosen.text == "Kumo"


def test_a_button_of_another_conversation_is_unknown(session, conversation):
    send(session, conversation)
    answer(session, conversation, Reply("Which brand?", [{"title": "Kumo", "payload": "/status"}]))
    stranger = lookup.open_for_visitor(session)

    with pytest.raises(messages.ButtonUnknown):
        send(session, stranger, button=ButtonRef(seq=2, index=0))


def test_everything_after_a_number_can_be_read_again(session, conversation):
    send(session, conversation, "first")
    answer(session, conversation, Reply("one"), Reply("two"))
    send(session, conversation, "second")

    assert [view.text for view in messages.messages_after(session, conversation.id, 1)] == [
        "one",
        "two",
        "second",
    ]


def test_an_answer_is_given_once(session, conversation):
    send(session, conversation)
    turn = turns.next_due(session, conversation.id, up_to=1)

    assert turns.answer(session, turn, [Reply("once")], {})
    assert not turns.answer(session, turn, [Reply("twice")], {})
    assert [view.text for view in messages.messages_after(session, conversation.id, 1)] == ["once"]


def test_an_answer_that_comes_after_a_person_took_over_is_kept_as_a_suggestion(session, conversation):
    send(session, conversation)
    turn = turns.next_due(session, conversation.id, up_to=1)
    ownership.claim(session, conversation.id, staff_named(session, "Mei Lin"))

    assert not turns.answer(session, turn, [Reply("too late")], {})
    turns.suggest(session, turn, [Reply("too late")])

    [kept] = turns.suggestions(session, conversation.id)
    assert (kept.text, kept.answers) == ("too late", 1)
    assert "too late" not in said(session, conversation.id)


def test_while_a_person_answers_no_turn_is_enqueued(session, conversation):
    ownership.claim(session, conversation.id, staff_named(session, "Mei Lin"))

    send(session, conversation)

    assert waiting_jobs(session) == 0


def test_writing_in_a_resolved_conversation_begins_a_new_stretch_with_the_assistant(session, conversation):
    conversation.owner = Owner.RESOLVED.value
    session.flush()

    receipt = send(session, conversation)

    assert receipt.owner is Owner.BOT
    assert conversation.stretch == 2


def test_a_contact_has_one_conversation_on_all_devices(session, kenji):
    assert lookup.open_for_contact(session, kenji.id).id == lookup.open_for_contact(session, kenji.id).id


def test_failed_turns_apologise_in_other_words_and_the_second_calls_a_person(session, conversation):
    for _ in range(2):
        send(session, conversation)
        turns.apologise(session, turns.next_due(session, conversation.id, up_to=9))

    first, notice, second = (
        view for view in messages.messages_after(session, conversation.id, 0) if view.role != "brand"
    )
    assert first.buttons == ["Ask a person"]
    assert first.text not in second.text
    assert "A person is called" in notice.text
    assert conversation.owner == Owner.WAITING


def test_out_of_hours_the_second_failed_turn_opens_a_ticket(session, conversation):
    clock.freeze(session, OUT_OF_HOURS)
    for _ in range(2):
        send(session, conversation)
        turns.apologise(session, turns.next_due(session, conversation.id, up_to=9))

    told = said(session, conversation.id)[-1]
    assert "BR-" in told
    assert "kenji@kumo.example" in told
    assert "in Tokyo" in told


def test_a_visitor_is_asked_for_the_address_to_answer_to(session):
    visited = lookup.open_for_visitor(session)
    for _ in range(2):
        send(session, visited)
        turns.apologise(session, turns.next_due(session, visited.id, up_to=9))

    assert "Write your email address" in messages.messages_after(session, visited.id, 0)[-1].text


def test_a_good_turn_ends_a_run_of_failures(session, conversation):
    send(session, conversation)
    turns.apologise(session, turns.next_due(session, conversation.id, up_to=9))
    send(session, conversation)
    answer(session, conversation, Reply("fine"))
    send(session, conversation)
    turns.apologise(session, turns.next_due(session, conversation.id, up_to=9))

    assert "BR-" not in messages.messages_after(session, conversation.id, 0)[-1].text


def test_two_devices_that_write_at_once_get_different_numbers(sessions, session, conversation):
    session.commit()
    with sessions() as one, sessions() as other:
        send(one, conversation, "one")
        one.commit()
        send(other, conversation, "other")
        other.commit()

    assert session.scalar(select(func.count(Message.seq.distinct()))) == 2
