"""A person takes a conversation over, helps and hands it back: only one ever speaks, and the brand is told who."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from conversations import handoff, ownership, turns
from conversations.handoff_history import changes_of
from conversations.messages import messages_after
from conversations.models import Handoff, Mail
from conversations.names import HandoffEvent, HandoffOutcome, HandoffReason, Owner, Resolution
from conversations.ownership import AlreadyClaimed, NotYours, StaffGone
from onboarding import clock
from tests.conversations.desk import conversation_of, said, staff_named, writes


@pytest.fixture
def kenjis(session):
    return conversation_of(session, "kenji@kumo.example")


@pytest.fixture
def mei(session):
    return staff_named(session, "Mei Lin")


@pytest.fixture
def bo(session):
    return staff_named(session, "Bo Chen")


def test_the_second_of_two_people_is_told_who_was_faster(session, kenjis, mei, bo):
    ownership.claim(session, kenjis.id, mei)

    with pytest.raises(AlreadyClaimed, match="Mei Lin") as refused:
        ownership.claim(session, kenjis.id, bo)

    assert refused.value.by_id == mei.id
    assert kenjis.owner == Owner.PERSON
    assert kenjis.staff_id == mei.id


def test_of_two_who_claim_in_the_same_moment_one_wins(sessions):
    with sessions.begin() as session:
        conversation_id = conversation_of(session, "kenji@kumo.example").id
        for name in ("Mei Lin", "Bo Chen"):
            staff_named(session, name)
    lost = []

    def claim(name):
        try:
            with sessions.begin() as session:
                ownership.claim(session, conversation_id, staff_named(session, name))
        except AlreadyClaimed as refused:
            lost.append(refused.by_name)

    both = [Thread(target=claim, args=(name,)) for name in ("Mei Lin", "Bo Chen")]
    for one in both:
        one.start()
    for one in both:
        one.join()

    with sessions() as session:
        [claimed] = session.scalars(select(Handoff)).all()
        [winner] = lost
        assert claimed.claimed_by == staff_named(session, winner).id


def test_claiming_ones_own_again_changes_nothing(session, kenjis, mei):
    first = ownership.claim(session, kenjis.id, mei)
    told = said(session, kenjis.id)

    assert ownership.claim(session, kenjis.id, mei) is first
    assert said(session, kenjis.id) == told


def test_what_was_not_answered_is_for_the_person(session, kenjis, mei):
    seq = writes(session, kenjis.id, "hello?").seq
    ownership.claim(session, kenjis.id, mei)

    assert turns.next_due(session, kenjis.id, seq) is None


def test_a_message_to_a_person_is_not_for_the_assistant(session, kenjis, mei):
    ownership.claim(session, kenjis.id, mei)
    seq = writes(session, kenjis.id, "are you there?").seq

    assert turns.next_due(session, kenjis.id, seq) is None


def test_the_brand_sees_who_speaks(session, kenjis, mei):
    ownership.claim(session, kenjis.id, mei)
    ownership.agent_says(session, kenjis.id, mei, "Hello, I look at it.", "a-1")
    ownership.hand_back(session, kenjis.id, mei)

    shown = messages_after(session, kenjis.id, 0)
    assert [(view.role, view.name) for view in shown] == [
        ("notice", None),
        ("person", "Mei Lin"),
        ("notice", None),
    ]
    assert "Mei Lin has joined" in shown[0].text
    assert "handed the conversation back" in shown[2].text


def test_replying_to_what_nobody_has_claims_it(session, kenjis, mei):
    ownership.agent_says(session, kenjis.id, mei, "Hello, I look at it.", "a-1")

    assert (kenjis.owner, kenjis.staff_id) == (Owner.PERSON, mei.id)
    assert session.scalars(select(Handoff.reason)).one() == HandoffReason.AGENT_REPLIED
    assert said(session, kenjis.id)[-1] == "Hello, I look at it."


def test_only_who_has_a_conversation_replies(session, kenjis, mei, bo):
    ownership.claim(session, kenjis.id, mei)

    with pytest.raises(NotYours, match="Mei Lin") as refused:
        ownership.agent_says(session, kenjis.id, bo, "Me too", "b-1")

    assert refused.value.by_id == mei.id
    assert "Me too" not in said(session, kenjis.id)


def test_a_reply_that_is_sent_again_is_written_once_also_after_handing_back(session, kenjis, mei):
    first = ownership.agent_says(session, kenjis.id, mei, "Hello", "a-1")
    ownership.hand_back(session, kenjis.id, mei)

    again = ownership.agent_says(session, kenjis.id, mei, "Hello", "a-1")

    assert (again.seq, again.name) == (first.seq, "Mei Lin")
    assert kenjis.owner == Owner.BOT
    assert said(session, kenjis.id).count("Hello") == 1


def test_the_first_reply_is_timed(session, kenjis, mei):
    claimed = ownership.claim(session, kenjis.id, mei)
    assert claimed.first_reply_at is None

    ownership.agent_says(session, kenjis.id, mei, "Hello", "a-1")

    assert claimed.first_reply_at is not None


def test_the_first_answer_to_who_is_away_goes_out_by_mail_as_well(session, kenjis, mei):
    writes(session, kenjis.id, "hello?")
    handoff.ask_for_person(session, kenjis, HandoffReason.ASKED_FOR_PERSON)
    clock.advance(session, timedelta(hours=1))

    ownership.agent_says(session, kenjis.id, mei, "Here I am.", "a-1")
    ownership.agent_says(session, kenjis.id, mei, "Are you there?", "a-2")

    [sent] = session.scalars(select(Mail)).all()
    assert (sent.recipient, "Here I am." in sent.body) == ("kenji@kumo.example", True)


def test_who_is_there_gets_no_mail(session, kenjis, mei):
    writes(session, kenjis.id, "hello?")
    handoff.ask_for_person(session, kenjis, HandoffReason.ASKED_FOR_PERSON)

    ownership.agent_says(session, kenjis.id, mei, "Here I am.", "a-1")

    assert session.scalars(select(Mail)).all() == []


def test_somebody_else_takes_over_and_the_brand_is_told_once(session, kenjis, mei, bo):
    ownership.claim(session, kenjis.id, mei)
    before = said(session, kenjis.id)

    taken = ownership.take_over_from(session, kenjis.id, bo)

    assert kenjis.staff_id == bo.id
    assert said(session, kenjis.id)[len(before) :] == [
        "**Bo Chen takes over from Mei Lin.** They have read the conversation."
    ]
    assert changes_of(session, taken)[-1].event == HandoffEvent.TAKEN_OVER
    with pytest.raises(NotYours, match="Bo Chen"):
        ownership.agent_says(session, kenjis.id, mei, "Still me", "a-2")


def test_a_transfer_carries_its_note_to_the_colleague_and_not_to_the_brand(session, kenjis, mei, bo):
    ownership.claim(session, kenjis.id, mei)

    passed_on = ownership.transfer(session, kenjis.id, mei, bo, "Ask for page 2")

    last = changes_of(session, passed_on)[-1]
    assert (last.event, last.staff_id, last.to_staff_id) == (HandoffEvent.TRANSFERRED, mei.id, bo.id)
    assert last.note == "Ask for page 2"
    assert "page 2" not in " ".join(said(session, kenjis.id))


def test_nobody_transfers_what_is_not_theirs_or_to_who_has_left(session, kenjis, mei, bo):
    with pytest.raises(NotYours, match="Nobody"):
        ownership.transfer(session, kenjis.id, mei, bo)
    ownership.claim(session, kenjis.id, mei)
    bo.left_at = kenjis.created_at

    with pytest.raises(StaffGone, match="Bo Chen"):
        ownership.transfer(session, kenjis.id, mei, bo)


def test_the_assistant_begins_anew_when_the_person_hands_back(session, kenjis, mei):
    ownership.claim(session, kenjis.id, mei)
    given_back = ownership.hand_back(
        session, kenjis.id, mei, "They send the letter by Friday", "Letter missing"
    )

    assert (kenjis.owner, kenjis.stretch, kenjis.staff_id) == (Owner.BOT, 2, None)
    assert (given_back.outcome, given_back.note) == (
        HandoffOutcome.HANDED_BACK,
        "They send the letter by Friday",
    )
    seq = writes(session, kenjis.id, "and now?").seq
    assert turns.next_due(session, kenjis.id, seq).seq == seq


def test_a_resolved_conversation_opens_again_with_the_next_message(session, kenjis, mei):
    ownership.claim(session, kenjis.id, mei)
    closed = ownership.resolve(session, kenjis.id, mei, Resolution.ANSWERED)
    assert (kenjis.owner, closed.resolution) == (Owner.RESOLVED, Resolution.ANSWERED)

    seq = writes(session, kenjis.id, "one more thing").seq

    assert (kenjis.owner, kenjis.stretch) == (Owner.BOT, 2)
    assert "open again" in said(session, kenjis.id)[-1]
    assert turns.next_due(session, kenjis.id, seq).seq == seq


def test_nobody_closes_or_gives_back_what_is_not_theirs(session, kenjis, mei, bo):
    ownership.claim(session, kenjis.id, mei)

    with pytest.raises(NotYours):
        ownership.resolve(session, kenjis.id, bo, Resolution.ANSWERED)
    with pytest.raises(NotYours):
        ownership.hand_back(session, kenjis.id, bo)


def test_the_brand_goes_back_to_the_assistant_by_itself(session, kenjis, mei):
    ownership.claim(session, kenjis.id, mei)

    assert handoff.never_mind(session, kenjis)

    assert (kenjis.owner, kenjis.stretch) == (Owner.BOT, 2)
    assert "back with the assistant" in said(session, kenjis.id)[-1]
    with pytest.raises(NotYours):
        ownership.hand_back(session, kenjis.id, mei)
