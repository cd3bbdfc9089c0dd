"""How people on channels call themselves: shown to agents as that, and never taken for who they are."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from conversations.channels import callers, linking
from conversations.handoff import ask_for_person
from conversations.lookup import locked
from conversations.names import HandoffReason
from tests.onboarding import people
from tests.web.staff import MEI, StaffVisitor

USER = "U0INGRID"
_JOBS = text("DELETE FROM procrastinate_jobs WHERE task_name = 'background.name_channel_user' RETURNING args")


async def write(house, external_id="1", user=USER):
    await house.deliver(house.provider.written(user, "hello", external_id))
    with house.sessions.begin() as session:
        jobs = session.scalars(_JOBS).all()
    for job in jobs:
        await callers.ask(house.post, **job)


async def desk(house, user=USER):
    """Mei Lin's page of the conversation."""
    conversation_id = house.identity(user).conversation_id
    with house.sessions.begin() as session:
        ask_for_person(session, locked(session, conversation_id), HandoffReason.ASKED_FOR_PERSON)
    async with StaffVisitor(house.server) as mei:
        await mei.enter(MEI)
        return await mei.open(f"/desk/conversations/{conversation_id}")


def asked(slack):
    return [call["asked_for"] for call in slack.provider.calls if "asked_for" in call]


async def test_agents_see_a_name_of_slack_instead_of_an_id(slack):
    slack.provider.names[USER] = "Ingrid Solberg"
    await write(slack)

    page = await desk(slack)

    assert "Calls themself “Ingrid Solberg” on Slack." in page.words
    assert "A visitor, “Ingrid Solberg”" in page.words


async def test_slack_is_asked_once_a_day(slack):
    slack.provider.names[USER] = "Ingrid Solberg"
    await write(slack, "1")
    await write(slack, "2")
    slack.pass_time(timedelta(hours=25))
    slack.provider.names[USER] = "Ingrid Berg"
    await write(slack, "3")

    assert asked(slack) == [USER, USER]
    assert slack.identity(USER).display_name == "Ingrid Berg"


async def test_without_the_scope_nothing_breaks_and_slack_is_not_asked_again(slack):
    slack.provider.may_read_users = False
    await write(slack, "1")
    await write(slack, "2")

    assert asked(slack) == [USER]
    assert "Writes as U0INGRID on Slack." in (await desk(slack)).words


@pytest.mark.parametrize("fault", ["cut", "500"])
async def test_where_slack_is_away_the_next_message_asks_again(slack, fault):
    slack.provider.names[USER] = "Ingrid Solberg"
    slack.provider.misbehave(fault)
    await write(slack, "1")
    await write(slack, "2")

    assert asked(slack) == [USER, USER]
    assert slack.identity(USER).display_name == "Ingrid Solberg"


async def test_what_a_press_tells_does_not_stand_above_what_was_asked_for(slack):
    slack.provider.names[USER] = "Ingrid Solberg"
    await write(slack)
    await slack.deliver(slack.provider.pressed_button(USER, "b:1:0"))

    assert slack.identity(USER).display_name == "Ingrid Solberg"


async def test_messenger_is_asked_too(messenger):
    messenger.provider.names["4790000001"] = ("Ingrid", "Solberg")
    await write(messenger, user="4790000001")

    assert messenger.identity("4790000001").display_name == "Ingrid Solberg"


async def test_a_name_that_would_turn_the_page_around_is_only_a_name(telegram):
    message = telegram.provider.message(USER, "1", text="hello")
    message["from"]["first_name"] = "<b>Ingrid</b>\u202e\n  Solberg" + "x" * 200
    await telegram.deliver(telegram.provider.update("1", message=message))

    page = await desk(telegram)

    assert telegram.identity(USER).display_name.startswith("<b>Ingrid</b> Solberg")
    assert len(telegram.identity(USER).display_name) == 80
    assert "&lt;b&gt;Ingrid" in page.html
    assert "<b>Ingrid" not in page.html


async def test_whoever_is_linked_is_called_by_the_name_of_the_account(slack):
    slack.provider.names[USER] = "Somebody Else"
    await write(slack)
    with slack.sessions.begin() as session:
        identity = linking.locked(session, slack.identity(USER).id)
        linking.join(session, identity, people.contact(session, people.INGRID))

    page = await desk(slack)

    assert "Ingrid Solberg" in page.words
    assert "Somebody Else" not in page.words
