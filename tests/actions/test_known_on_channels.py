"""Whoever is not known is told how to become known where they write: sign in on the website, link a chat elsewhere."""

import pytest

from conversations import lookup
from conversations.channels import accounts
from conversations.channels.models import ChannelIdentity
from conversations.channels.names import ChannelKind
from onboarding import clock
from tests.actions.conftest import Talk

QUESTION = "how many days are left?"


@pytest.fixture
def stranger_on_slack(session) -> Talk:
    conversation = lookup.open_for_visitor(session)
    account = accounts.add(session, accounts.vault(b"s" * 32), ChannelKind.SLACK, "A test", {}, {})
    identity = ChannelIdentity(
        account_id=account.id,
        external_user="U0INGRID",
        place="D0INGRID",
        address={},
        conversation_id=conversation.id,
        created_at=clock.now(session),
    )
    session.add(identity)
    session.flush()
    conversation.answered_on = identity.id
    return Talk(session, f"{conversation.id}:1")


def test_a_visitor_of_the_website_is_asked_to_sign_in(visitor):
    assert "[sign in](/sign-in)" in visitor.ask("store_opening_countdown", QUESTION).text


def test_whoever_writes_on_a_channel_is_told_how_to_link_it(stranger_on_slack):
    told = stranger_on_slack.ask("store_opening_countdown", QUESTION).text

    assert "[linked channels](/account/channels)" in told
    assert "Send it to me in a private message" in told
    assert "By email this works from the address of your account only." in told
    assert "sign in" not in told
