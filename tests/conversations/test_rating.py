"""One question after a person has closed a conversation."""

import pytest

from conversations import ownership, rating
from conversations.names import Resolution
from conversations.rating import NothingToRate, RatingInvalid
from tests.conversations.desk import conversation_of, staff_named, writes


@pytest.fixture
def closed(session):
    conversation = conversation_of(session, "kenji@kumo.example")
    mei = staff_named(session, "Mei Lin")
    ownership.claim(session, conversation.id, mei)
    ownership.resolve(session, conversation.id, mei, Resolution.ANSWERED)
    return conversation


def test_is_kept_with_what_was_rated(session, closed):
    rated = rating.rate(session, closed, 4, "  Quick.  ")

    assert (rated.stars, rated.rating_comment) == (4, "Quick.")


def test_is_asked_for_once(session, closed):
    rating.rate(session, closed, 4)

    with pytest.raises(NothingToRate):
        rating.rate(session, closed, 5)


def test_is_not_asked_for_any_more_when_the_conversation_goes_on(session, closed):
    writes(session, closed.id, "one more thing")

    with pytest.raises(NothingToRate):
        rating.rate(session, closed, 5)


@pytest.mark.parametrize(("stars", "comment"), [(0, ""), (6, ""), (3, "x" * 501)])
def test_refuses_what_the_question_does_not_offer(session, closed, stars, comment):
    with pytest.raises(RatingInvalid):
        rating.rate(session, closed, stars, comment)


def test_is_not_asked_for_where_the_assistant_goes_on(session):
    conversation = conversation_of(session, "kenji@kumo.example")
    mei = staff_named(session, "Mei Lin")
    ownership.claim(session, conversation.id, mei)
    ownership.hand_back(session, conversation.id, mei)

    assert rating.waits_for_rating(session, conversation) is None
