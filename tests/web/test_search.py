"""The desk's search, and blocking from it."""

import pytest

from conversations.lookup import open_for_contact
from conversations.messages import Inbound, receive
from conversations.models import Conversation
from tests.onboarding import people as written
from tests.web.staff import MEI, RUI
from tests.web.visitor import KENJI


@pytest.fixture
def conversation(server, sessions) -> Conversation:
    with sessions.begin() as session:
        found = open_for_contact(session, written.contact(session, KENJI).id)
        for number in range(3):
            receive(
                session, Inbound(found.id, "web", f"s{number}", f"<i>Samples</i> for the livestream {number}")
            )
        return found


async def test_an_agent_finds_what_was_said_with_the_words_marked(agent, conversation):
    await agent.enter(MEI)

    page = await agent.open("/desk/search?words=sample&brand=kumo")

    assert f"/desk/conversations/{conversation.id}" in page.html
    assert "&lt;i&gt;<mark>Samples</mark>&lt;/i&gt; for the livestream 2" in page.html
    assert "1 conversation, the newest first" in page.words


async def test_what_fits_nothing_is_answered_with_what_to_do(agent, conversation):
    await agent.enter(MEI)

    page = await agent.open("/desk/search?words=zebra&from=yesterday&agent=nobody&page=x")

    assert (page.status, "No conversation fits" in page.words) == (200, True)


async def test_a_lead_blocks_from_the_search_and_unblocks_again(agent, conversation, sessions):
    await agent.enter(RUI)
    page = await agent.open("/desk/search?words=sample")
    blocked = await agent.submit(page, f"/desk/conversations/{conversation.id}/block")
    with sessions() as session:
        kept_out = session.get_one(Conversation, conversation.id).blocked_at

    again = await agent.submit(blocked, f"/desk/conversations/{conversation.id}/unblock")

    assert "Kenji" in blocked.words
    assert "by Rui Zhang" in blocked.words
    assert kept_out is not None
    assert "Nothing is blocked" in again.words


async def test_agents_are_offered_no_blocking(agent, conversation):
    await agent.enter(MEI)

    page = await agent.open("/desk/search?words=sample")

    assert "Block" not in page.words


@pytest.mark.parametrize("unknown", ["00000000-0000-0000-0000-000000000000", "nothing"])
async def test_a_conversation_that_does_not_exist_is_not_found(agent, conversation, unknown):
    await agent.enter(RUI)
    page = await agent.open("/desk/search?words=sample")

    assert (await agent.submit(page, f"/desk/conversations/{unknown}/block")).status == 404
