"""`python -m tests.channels`: each channel is tried by hand as docs/channels.md tells."""

from time import time

import pytest

from conversations import messages
from conversations.channels import guides
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.registry import CHANNELS
from conversations.messages import Reply
from conversations.names import Speaker
from tests.channels.__main__ import Talk, how_to_enter
from tests.channels.correspondents import LOCAL
from tests.channels.house import house

TWO = [{"title": "Fees", "payload": "/fees"}, {"title": "Dates", "payload": "/dates"}]


class ByHand:
    def __init__(self, who, house):
        self.who, self.house, self.printed = who, house, []
        self.talk = Talk(who, self.deliver, self.printed.append)

    async def deliver(self, hook):
        return (await self.house.deliver(hook))[0]

    async def type(self, line):
        """Gives what is printed of it, with what comes back."""
        before = len(self.printed)
        await self.talk.take(line)
        self.house.answer_all(lambda text: Reply(f"echo {text}", buttons=TWO))
        await self.house.send_all()
        self.talk.show_new()
        return "\n".join(self.printed[before:])

    def user_texts(self):
        with self.house.sessions() as session:
            said = messages.messages_after(session, self.house.identity(self.who.user).conversation_id, 0)
        return [one.text for one in said if one.role is Speaker.BRAND]


@pytest.fixture(params=LOCAL)
async def by_hand(request, settings, sessions):
    who = LOCAL[request.param].open(None)
    channel = CHANNELS[ChannelKind(request.param)]
    async with who.provider, house(settings, sessions, channel, who.provider) as opened:
        yield ByHand(who, opened)


async def test_what_is_to_be_entered_has_the_labels_of_the_page(by_hand):
    told = how_to_enter(by_hand.who)

    for field in guides.guide(by_hand.who.provider.kind).fields:
        assert f"  {field.label}: " in told or not field.is_required


async def test_the_address_is_asked_for_as_the_provider_does(by_hand):
    await by_hand.talk.shake_hands()

    assert by_hand.printed in ([], ["  (the address was asked for, and is right)"])


async def test_a_message_is_answered_and_its_button_pressed(by_hand):
    answered = await by_hand.type("hello")
    assert "(taken: 200)" in answered
    assert f"< to {by_hand.who.user}: echo hello" in answered

    assert "(taken: 200)" in await by_hand.type("/press 2" if by_hand.who.has_buttons else "2")
    assert by_hand.user_texts() == ["hello", "Dates"]


@pytest.mark.parametrize("by_hand", ["slack", "telegram"], indirect=True)
async def test_what_is_written_after_a_new_start_is_no_repetition(by_hand, monkeypatch):
    await by_hand.type("hello")
    monkeypatch.setattr("tests.channels.correspondents.time", lambda: time() + 5)
    started_again = LOCAL[by_hand.who.provider.kind.value].open(None)

    await by_hand.deliver(started_again.writes("hello again", "1"))

    assert by_hand.user_texts() == ["hello", "hello again"]


async def test_a_button_or_a_file_that_is_not_there_is_said(by_hand, tmp_path):
    assert "no button" in await by_hand.type("/press 9")
    assert f"no file {tmp_path / 'letter.pdf'}" in await by_hand.type(f"/file {tmp_path / 'letter.pdf'}")
    assert "there is no /pres" in await by_hand.type("/pres 1")
    assert by_hand.house.deliveries() == []


async def test_a_file_comes_in(by_hand, tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.4 a letter")

    assert "(taken: 200)" in await by_hand.type(f"/file {file}")
    assert by_hand.user_texts()[0].startswith("[File: ")


async def test_what_is_refused_becomes_a_dead_letter(by_hand):
    await by_hand.type("/refuse")
    await by_hand.type("hello")

    assert [one.status for one in by_hand.house.deliveries()] == [DeliveryStatus.FAILED]


async def test_somebody_else_writes(by_hand):
    await by_hand.type("/as +4790000002" if "+" in by_hand.who.user else "/as lars@fjell.example")

    assert f"< to {by_hand.who.user}: echo hello" in await by_hand.type("hello")


async def test_tokens_are_taken_away_and_the_mail_goes_on(settings, sessions):
    who = LOCAL["email"].open(None, oauth=True)
    channel = CHANNELS[ChannelKind.EMAIL]
    async with who.provider, house(settings, sessions, channel, who.provider) as opened:
        by_hand = ByHand(who, opened)
        told = how_to_enter(who)
        assert f"  OAuth: address for tokens: {who.provider.tokens.url}" in told
        assert f"  OAuth: client secret: {who.provider.tokens.client_secret}" in told
        assert "echo hello" in await by_hand.type("hello")
        assert "given out so far: 1;" in await by_hand.type("/expire")
        assert "echo again" in await by_hand.type("again")

        assert "has expired" in await by_hand.type("/secret")
        await who_writes(by_hand, "and now?")
        assert opened.account().last_error == "oauth_invalid_client AADSTS7000215"
        assert "it counts again" in await by_hand.type("/secret")
        assert opened.deliveries()[-1].status is DeliveryStatus.SENT


async def who_writes(by_hand, line):
    """What cannot be sent waits."""
    await by_hand.talk.take(line)
    by_hand.house.answer_all()
    await by_hand.house.send_due()


async def test_without_tokens_there_are_none_to_take_away(settings, sessions):
    who = LOCAL["email"].open(None)
    async with who.provider, house(settings, sessions, CHANNELS[ChannelKind.EMAIL], who.provider) as opened:
        assert "start me with --oauth" in await ByHand(who, opened).type("/expire")
