"""Blocking spam: kept, not answered, not queued."""

import pytest
from sqlalchemy import func, select, text

from conversations import blocking, queue
from conversations.handoff import ask_for_person
from conversations.lookup import open_for_contact
from conversations.messages import Inbound, receive
from conversations.models import Conversation, Message
from conversations.names import HandoffReason, Owner
from onboarding.models import AuditEntry, Staff
from onboarding.staff.permissions import StaffRoleTooLow
from tests.onboarding import people


def staff(session, email: str) -> Staff:
    return session.scalars(select(Staff).where(Staff.email == email)).one()


@pytest.fixture
def conversation(session) -> Conversation:
    return open_for_contact(session, people.contact(session, people.KENJI).id)


@pytest.fixture
def lead(session) -> Staff:
    return staff(session, "rui.zhang@desk.example")


def turns(session) -> int:
    return session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'turns'"))


def write(session, conversation, text="buy now", cid="c1"):
    return receive(session, Inbound(conversation.id, "web", cid, text))


def test_what_comes_in_is_kept_but_no_turn_is_begun(session, conversation, lead):
    blocking.block(session, conversation.id, lead)

    write(session, conversation)

    kept = session.scalar(
        select(func.count()).select_from(Message).where(Message.conversation_id == conversation.id)
    )
    assert (kept, turns(session)) == (1, 0)


def test_what_was_not_answered_yet_is_not_any_more(session, conversation, lead):
    write(session, conversation)

    blocking.block(session, conversation.id, lead)

    assert session.scalars(select(Message.due).where(Message.conversation_id == conversation.id)).all() == [
        False
    ]


def test_it_leaves_the_queue(session, conversation, lead):
    ask_for_person(session, conversation, HandoffReason.ASKED_FOR_PERSON)
    before = [item.conversation_id for item in queue.waiting_list(session)]

    blocking.block(session, conversation.id, lead)

    assert before == [conversation.id]
    assert queue.waiting_list(session) == []
    assert conversation.owner == Owner.BOT


def test_an_answer_that_is_on_its_way_is_dropped(session, conversation, lead):
    before = conversation.stretch

    blocking.block(session, conversation.id, lead)

    assert conversation.stretch == before + 1


def test_unblocked_it_is_answered_from_the_next_message_on(session, conversation, lead):
    blocking.block(session, conversation.id, lead)
    write(session, conversation)
    blocking.unblock(session, conversation.id, lead)

    write(session, conversation, "hello", "c2")

    assert turns(session) == 1
    assert blocking.blocked(session) == []


def test_the_list_says_who_blocked_it_and_what_came_since(session, conversation, lead):
    blocking.block(session, conversation.id, lead)
    write(session, conversation)

    (found,) = blocking.blocked(session)

    assert (found.conversation_id, found.by, found.since) == (conversation.id, "Rui Zhang", 1)
    assert [e.action for e in session.scalars(select(AuditEntry).where(AuditEntry.staff_id == lead.id))] == [
        "blocked"
    ]


@pytest.mark.parametrize("email", ["mei.lin@desk.example", "tao.chen@desk.example"])
def test_only_leads_and_operators_block(session, conversation, email):
    with pytest.raises(StaffRoleTooLow):
        blocking.block(session, conversation.id, staff(session, email))
