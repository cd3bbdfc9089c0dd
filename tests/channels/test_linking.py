"""A contact's own chat on a channel: linked by a code that they send and confirm, and unlinked from both sides."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from conversations import lookup, messages, personal_data
from conversations.channels import linking
from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.messages import append_notice
from onboarding.models import Contact
from tests.channels.slack import BOT, TEAM
from tests.web.visitor import INGRID as INGRIDS_ADDRESS
from tests.web.visitor import KENJI, Visitor

INGRID, SHARED = "U0INGRID", "C0SHARED"
PAGE = "/account/channels"


@pytest.fixture
async def ingrid(slack):
    async with Visitor(slack.server) as visitor:
        await visitor.sign_in(INGRIDS_ADDRESS)
        yield visitor


async def code_for(visitor) -> str:
    page = await visitor.submit(await visitor.open(PAGE), f"{PAGE}/code")
    return re.search(r"link (\d{3}-\d{3})", page.words)[1]


async def write(slack, text, external_id=None, user=INGRID):
    await slack.deliver(slack.provider.written(user, text, external_id or text))
    await slack.send_all()
    return slack.provider.texts_to(user)


async def link(slack, visitor, user=INGRID):
    await write(slack, f"link {await code_for(visitor)}", user=user)
    page = await visitor.open(PAGE)
    return await visitor.submit(page, f"{PAGE}/confirm", link=page.field("link"))


async def name_us(slack, text, external_id, user=INGRID, **more):
    event = {**slack.provider.message(user, f"<@{BOT}> {text}", external_id), "type": "app_mention"}
    await slack.deliver(slack.provider.event({**event, "channel": SHARED, "channel_type": None}, **more))


async def test_a_code_that_was_sent_and_confirmed_links_and_both_sides_are_told(slack, ingrid):
    answers = await write(slack, f"link {await code_for(ingrid)}")
    assert "One step is left" in answers[0]

    page = await ingrid.open(PAGE)
    assert "Is this you?" in page.words
    assert INGRID in page.words
    done = await ingrid.submit(page, f"{PAGE}/confirm", link=page.field("link"))
    await slack.send_all()

    assert "It is linked" in done.words
    assert "Slack U0INGRID" in done.words
    assert "linked to the account of Ingrid" in slack.provider.texts_to(INGRID)[-1]


async def test_what_was_written_before_becomes_part_of_the_contacts_one_conversation(slack, ingrid, sessions):
    await write(slack, "we sell skincare")
    await link(slack, ingrid)
    await write(slack, "where do we stand?")

    with sessions() as session:
        contact = session.scalars(select(Contact).where(Contact.email == INGRIDS_ADDRESS)).one()
        assert slack.identity(INGRID).conversation_id == lookup.open_for_contact(session, contact.id).id
    words = [view.text for view in slack.said(INGRID)]
    assert words.index("we sell skincare") < words.index("where do we stand?")


async def test_the_code_is_not_kept_in_the_conversation_and_not_given_to_the_assistant(slack, ingrid):
    code = await code_for(ingrid)
    await write(slack, f"link {code}")

    assert not any(code in view.text for view in slack.said(INGRID))
    assert slack.answer_all() == 0


async def test_a_code_works_once(slack, ingrid):
    code = await code_for(ingrid)
    await write(slack, f"link {code}")

    assert "not known" in (await write(slack, f"link {code}", user="U0OTHER"))[0]


async def test_a_code_expires_after_ten_minutes(slack, ingrid):
    code = await code_for(ingrid)
    slack.pass_time(timedelta(minutes=10))

    assert "has expired" in (await write(slack, f"link {code}"))[0]


async def test_a_newer_code_replaces_the_one_before(slack, ingrid):
    earlier = await code_for(ingrid)
    await code_for(ingrid)

    assert "not known" in (await write(slack, f"link {earlier}"))[0]


async def test_after_five_wrong_codes_not_even_the_right_one_is_taken_for_a_while(slack, ingrid):
    right = await code_for(ingrid)
    wrong = [f"link {number:06}" for number in range(6) if f"{number:06}" != right.replace("-", "")][:5]
    for text in wrong:
        await write(slack, text)

    assert "last try" in slack.provider.texts_to(INGRID)[-1]
    assert "too many wrong codes" in (await write(slack, f"link {right}"))[-1]
    slack.pass_time(timedelta(minutes=10))
    assert "One step is left" in (await write(slack, f"link {await code_for(ingrid)}"))[-1]


async def test_somebody_else_cannot_confirm(slack, ingrid):
    await write(slack, f"link {await code_for(ingrid)}")
    page = await ingrid.open(PAGE)
    async with Visitor(slack.server) as kenji:
        await kenji.sign_in(KENJI)
        answer = await kenji.submit(await kenji.open(PAGE), f"{PAGE}/confirm", link=page.field("link"))

    assert answer.status == 404
    assert slack.identity(INGRID).contact_id is None


async def test_a_code_that_came_from_a_stranger_is_declined(slack, ingrid):
    await write(slack, f"link {await code_for(ingrid)}", user="U0THIEF")
    page = await ingrid.open(PAGE)
    await ingrid.submit(page, f"{PAGE}/decline", link=page.field("link"))
    await slack.send_all()

    assert "was not confirmed" in slack.provider.texts_to("U0THIEF")[-1]
    assert slack.identity("U0THIEF").contact_id is None


@pytest.mark.parametrize("where", ["on the channel", "on the website"])
async def test_after_unlinking_nothing_private_is_sent_there(slack, ingrid, sessions, where):
    await link(slack, ingrid)
    own = slack.identity(INGRID).conversation_id
    await write(slack, "hello")
    before = len(slack.provider.heard)
    with sessions.begin() as session:
        append_notice(session, lookup.locked(session, own), "a private notice that still waits")
    if where == "on the channel":
        await slack.deliver(slack.provider.written(INGRID, "Unlink", "u"))
    else:
        page = await ingrid.open(PAGE)
        done = await ingrid.submit(page, f"{PAGE}/unlink", link=page.field("link"))
        assert "Nothing is linked" in done.words
    with sessions.begin() as session:
        append_notice(session, lookup.locked(session, own), "another private notice")
    await slack.send_all()

    assert [one.text for one in slack.provider.heard[before:]] == [
        "This chat is not linked any more. I know nothing about you here, until you link it again."
    ]
    assert slack.identity(INGRID).contact_id is None
    assert slack.identity(INGRID).conversation_id != own


async def test_another_contacts_link_cannot_be_undone(slack, ingrid):
    await link(slack, ingrid)
    async with Visitor(slack.server) as kenji:
        await kenji.sign_in(KENJI)
        page = await kenji.open(PAGE)
        answer = await kenji.submit(page, f"{PAGE}/unlink", link=str(slack.identity(INGRID).id))

    assert answer.status == 404
    assert slack.identity(INGRID).contact_id is not None


async def test_in_a_shared_channel_a_warning_comes_first_and_nobody_is_known(slack, ingrid):
    await link(slack, ingrid)
    await name_us(slack, "where do we stand?", "1")
    slack.answer_all()
    await slack.send_all()

    warning, answer = (one for one in slack.provider.heard if one.user == SHARED)
    assert "Everybody in this channel" in warning.text
    assert answer.text == "echo where do we stand?"
    with slack.sessions() as session:
        shared = session.scalars(select(ChannelIdentity).where(ChannelIdentity.is_shared)).one()
        assert shared.contact_id is None


async def test_a_code_sent_where_others_read_it_does_not_count_any_more(slack, ingrid):
    code = await code_for(ingrid)
    await name_us(slack, f"link {code}", "1")
    await slack.send_all()

    assert "the code does not count any more" in slack.provider.texts_to(SHARED)[-1]
    assert "not known" in (await write(slack, f"link {code}"))[-1]


async def test_in_a_workspace_that_was_named_private_a_linked_person_is_known_in_channels_too(slack, ingrid):
    await link(slack, ingrid)
    trust(slack, [TEAM])

    await name_us(slack, "where do we stand?", "1")
    assert [view.text for view in own_conversation(slack)][-1] == "where do we stand?"
    trust(slack, [])
    slack.answer_all()
    await slack.send_all()
    assert slack.provider.texts_to(SHARED) == []


async def test_in_a_channel_that_another_company_reads_nobody_is_known(slack, ingrid):
    await link(slack, ingrid)
    trust(slack, [TEAM])

    await name_us(slack, "where do we stand?", "1", is_shared_with_others=True)

    assert shared_identity(slack).contact_id is None
    assert "where do we stand?" not in [view.text for view in own_conversation(slack)]


async def test_once_another_company_reads_along_nobody_is_known_there_any_more(slack, ingrid):
    await link(slack, ingrid)
    trust(slack, [TEAM])
    await name_us(slack, "where do we stand?", "1")
    slack.answer_all()
    thread = {"thread_ts": slack.provider.time_of("1")}
    event = {**slack.provider.message(INGRID, f"<@{BOT}> and now?", "2"), "type": "app_mention", **thread}
    there = {**event, "channel": SHARED, "channel_type": None}
    await slack.deliver(slack.provider.event(there, is_shared_with_others=True))
    await slack.send_all()

    assert shared_identity(slack).contact_id is None
    assert "echo where do we stand?" not in slack.provider.texts_to(SHARED)


async def test_a_press_does_not_say_who_reads_along(slack, ingrid):
    """Of presses Slack does not say whether the channel is shared with others."""
    await link(slack, ingrid)
    trust(slack, [TEAM])
    await name_us(slack, "where do we stand?", "1", is_shared_with_others=True)
    thread = slack.provider.time_of("1")
    await slack.deliver(slack.provider.pressed(INGRID, "b:1:0", channel=SHARED, thread=thread))
    assert (shared_identity(slack).contact_id, shared_identity(slack).workspace) == (None, "")

    await name_us(slack, "and here?", "2")
    await slack.deliver(
        slack.provider.pressed(INGRID, "b:1:1", channel=SHARED, thread=slack.provider.time_of("2"))
    )
    assert shared_identity(slack, "2").workspace == TEAM


async def test_an_erasure_forgets_who_wrote_on_channels_and_a_copy_names_them(slack, ingrid):
    await link(slack, ingrid)
    with slack.sessions.begin() as session:
        contact = session.scalars(select(Contact).where(Contact.email == INGRIDS_ADDRESS)).one()
        assert personal_data.held(session, contact)["channels"][0]["who"] == INGRID
        linking.forget_codes(session, contact)
        personal_data._erase_conversations(session, contact.id)

    assert slack.deliveries() == []
    with pytest.raises(NoResultFound):
        slack.identity(INGRID)
    assert len(await write(slack, "hello again")) >= 1


def trust(slack, workspaces):
    with slack.sessions.begin() as session:
        account = session.get_one(ChannelAccount, slack.account_id)
        account.settings = {**account.settings, "private_workspaces": workspaces}


def shared_identity(slack, thread="1"):
    place = f"{SHARED}:{slack.provider.time_of(thread)}"
    with slack.sessions() as session:
        return session.scalars(select(ChannelIdentity).where(ChannelIdentity.place == place)).one()


def own_conversation(slack):
    with slack.sessions() as session:
        contact = session.scalars(select(Contact).where(Contact.email == INGRIDS_ADDRESS)).one()
        own = lookup.open_for_contact(session, contact.id)
        return messages.messages_after(session, own.id, 0)
