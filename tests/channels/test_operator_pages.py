"""Operators connect a channel, try it, and see what became of what was sent."""

import re
from datetime import timedelta

import pytest
from multidict import MultiDict
from sqlalchemy import select

from conversations.channels import accounts, guides, log, outgoing
from conversations.channels.models import ChannelAccount, ChannelDelivery, ChannelIdentity
from conversations.channels.names import AccountState, DeliveryStatus
from conversations.channels.slack import Slack
from onboarding import audit
from tests.channels.slack import BOT_TOKEN, SIGNING_SECRET
from tests.web.staff import AMARA, RUI, StaffVisitor
from web.desk import channel_forms

LIST, ADD = "/desk/channels", "/desk/channels/add/slack"
INGRID, NUMBER = "U0INGRID", "+4790000001"


@pytest.fixture
async def operator(slack):
    async with StaffVisitor(slack.server) as visitor:
        await visitor.enter(AMARA)
        yield visitor


def page_of(slack) -> str:
    return f"{LIST}/{slack.account().public_id}"


def filled(slack, **more: str) -> dict[str, str]:
    return {
        "name": "Slack of the programme",
        "entered_bot_token": BOT_TOKEN,
        "entered_signing_secret": SIGNING_SECRET,
        "entered_api": f"{slack.provider.address}/api",
        **more,
    }


async def test_a_channel_that_was_added_as_its_steps_say_takes_and_sends_messages(slack, operator):
    assert "Connecting" not in (await operator.open(LIST)).words
    form = await operator.open(ADD)
    assert "Signing Secret" in form.words
    page = await operator.submit(form, ADD, **filled(slack))

    assert "Go on with the steps below" in page.words
    slack.path = _webhook(page).removeprefix("http://desk.example")
    assert await slack.deliver(slack.provider.written(INGRID, "hello", "1")) == [200]
    slack.answer_all()
    await slack.send_all()
    assert slack.provider.texts_to(INGRID) == ["echo hello"]


async def test_what_is_entered_wrongly_is_said_and_kept_but_not_the_secrets(slack, operator):
    form = await operator.open(ADD)
    page = await operator.submit(
        form,
        ADD,
        **filled(slack, entered_bot_token="nonsense-token", entered_private_workspaces="t1\nT024BE7LD"),
    )

    assert page.status == 422
    assert "Enter the token that begins with xoxb-" in page.words
    assert "Enter workspace IDs" in page.words
    assert "Slack of the programme" in page.html
    assert "nonsense-token" not in page.html
    assert SIGNING_SECRET not in page.html


async def test_what_few_need_is_out_of_sight_until_it_is_filled_in_or_wrong(slack, operator):
    heading = "<summary>To try it against a local server</summary>"
    form = await operator.open(ADD)
    assert f'<details class="together">{heading}' in form.html
    wrong = await operator.submit(form, ADD, **filled(slack, entered_api="nonsense"))
    assert f'<details class="together" open>{heading}' in wrong.html

    added = await operator.submit(wrong, ADD, **filled(slack))

    assert f'<details class="together" open>{heading}' in added.html


async def test_no_page_shows_a_secret(slack, operator):
    pages = [await operator.open(path) for path in (LIST, page_of(slack), f"{page_of(slack)}/deliveries")]

    for page in pages:
        assert page.status == 200
        assert BOT_TOKEN not in page.html
        assert SIGNING_SECRET not in page.html


async def test_a_test_message_is_sent_at_once_and_its_trace_is_shown(slack, operator):
    page = await operator.open(page_of(slack))
    done = await operator.submit(page, f"{page_of(slack)}/test", entered_recipient="C024BE91L")

    assert "It is on its way" in done.words
    assert "Slack took it" in done.words
    assert [one.user for one in slack.provider.heard] == ["C024BE91L"]


@pytest.mark.parametrize(
    ("recipient", "fault", "said"),
    [
        ("C0GONE", None, "Slack refused it. Reason: channel_not_found"),
        ("C024BE91L", "cut", "Slack did not answer. Reason: network"),
        ("C024BE91L", "429", "Slack asks to try again later. Reason: ratelimited"),
        ("not an id", None, "Enter an ID of Slack"),
    ],
)
async def test_a_test_message_that_fails_says_where(slack, operator, recipient, fault, said):
    if fault:
        slack.provider.misbehave(fault)
    page = await operator.open(page_of(slack))
    done = await operator.submit(page, f"{page_of(slack)}/test", entered_recipient=recipient)

    assert done.status == 422
    assert said in done.words


async def test_a_secret_that_was_replaced_counts_on_beside_the_new_one(slack, operator):
    page = await operator.open(page_of(slack))
    done = await operator.submit(
        page, f"{page_of(slack)}/secrets", entered_signing_secret="f" * 32, entered_bot_token=""
    )

    assert "Now two count" in done.words
    body = slack.provider.written(INGRID, "hello", "1").body
    assert await slack.deliver(slack.provider.signed(body, secret="f" * 32), slack.provider.signed(body)) == [
        200,
        200,
    ]
    slack.answer_all()
    await slack.send_all()
    assert slack.provider.texts_to(INGRID) == ["echo hello"]


async def test_replacing_nothing_is_refused(slack, operator):
    page = await operator.open(page_of(slack))

    assert "Enter the secret that is new" in (await operator.submit(page, f"{page_of(slack)}/secrets")).words


async def test_settings_are_changed_and_others_stay(slack, operator):
    page = await operator.open(page_of(slack))
    await operator.submit(
        page,
        f"{page_of(slack)}/settings",
        name="Another name",
        entered_api=f"{slack.provider.address}/api",
        entered_private_workspaces="T024BE7LD\nT0SECOND",
    )

    assert slack.account().settings["private_workspaces"] == ["T024BE7LD", "T0SECOND"]
    assert "Another name" in (await operator.open(LIST)).words


async def test_a_channel_is_switched_off_and_on_and_the_page_says_what_waits(slack, operator):
    page = await operator.open(page_of(slack))
    off = await operator.submit(page, f"{page_of(slack)}/switch", to="off")
    assert "It is off: nothing is sent." in off.words
    assert await slack.deliver(slack.provider.written(INGRID, "hello", "1")) == [200]
    assert "1 message waits for an answer" in (await operator.open(page_of(slack))).words

    on = await operator.submit(off, f"{page_of(slack)}/switch", to="on")
    assert "The channel is on now" in on.words
    assert slack.account().state is AccountState.ACTIVE


async def test_pressed_on_an_old_page_the_switch_does_what_it_says(slack, operator, sessions):
    page = await operator.open(page_of(slack))
    for _ in range(2):
        await operator.submit(page, f"{page_of(slack)}/switch", to="off")
        assert slack.account().state is AccountState.PAUSED
    assert (await operator.submit(page, f"{page_of(slack)}/switch", to="maybe")).status == 400

    with sessions() as session:
        told = audit.entries(session, audit.Wanted(subject_type="channel"), limit=5)
    assert [one.entry.action for one in told] == ["channel switched"]


async def test_dead_letters_are_listed_with_their_reason_and_tried_again(slack, operator):
    await slack.deliver(slack.provider.written(INGRID, "very private", "1"))
    slack.answer_all()
    slack.provider.misbehave(*["cut"] * 60)
    await slack.send_all()
    await operator.enter(AMARA)

    assert "1 dead letter" in (await operator.open(page_of(slack))).words
    log = await operator.open(f"{page_of(slack)}/deliveries?show=dead")
    assert "Given up" in log.words
    assert "network" in log.words
    assert "very private" not in log.words
    slack.provider._faults.clear()
    delivery = slack.deliveries()[0]
    done = await operator.submit(log, f"{page_of(slack)}/deliveries/{delivery.id}/replay")
    assert "tried again" in done.words
    await slack.send_all()
    assert slack.deliveries()[0].status is DeliveryStatus.SENT
    assert "begun anew by an operator" in (await operator.open(f"{page_of(slack)}/deliveries")).words


async def test_all_dead_letters_are_tried_again_at_once(slack, operator):
    for number in range(3):
        await slack.deliver(slack.provider.written(f"U{number}X", "hello", str(number)))
    slack.answer_all()
    slack.provider.misbehave(*["cut"] * 200)
    await slack.send_all()
    slack.provider._faults.clear()
    await operator.enter(AMARA)
    log = await operator.open(f"{page_of(slack)}/deliveries?show=dead")
    await operator.submit(log, f"{page_of(slack)}/deliveries/replay")
    await slack.send_all()

    assert len(slack.provider.heard) == 3


async def test_of_the_last_trouble_it_is_said_what_went_out_since(slack, operator):
    await slack.deliver(slack.provider.written(INGRID, "hello", "1"))
    slack.answer_all()
    slack.provider.misbehave("refuse")
    await slack.send_all()
    assert "Messages have gone out since" not in (await operator.open(page_of(slack))).words

    slack.pass_time(timedelta(minutes=1))
    await slack.deliver(slack.provider.written(INGRID, "hello again", "2"))
    slack.answer_all()
    await slack.send_all()

    assert "Messages have gone out since" in (await operator.open(page_of(slack))).words


async def test_what_is_old_or_cannot_go_is_not_tried_again_with_the_others(slack, operator):
    for number in range(4):
        await slack.deliver(slack.provider.written(f"U{number}X", "hello", str(number)))
    slack.answer_all()
    slack.provider.misbehave(*["refuse"] * 4)
    await slack.send_all()
    with slack.sessions.begin() as session:
        old, withheld, stopped, other = session.scalars(select(ChannelDelivery).order_by(ChannelDelivery.id))
        old.created_at -= timedelta(days=8)
        withheld.error_code = outgoing.UNLINKED
        session.get_one(ChannelIdentity, stopped.identity_id).stopped_at = stopped.created_at
        goes_to = session.get_one(ChannelIdentity, other.identity_id).external_user

    log = await operator.open(f"{page_of(slack)}/deliveries?show=dead")
    assert "Try 1 dead letter again" in log.words
    assert "older than 7 days" in log.words
    await operator.submit(log, f"{page_of(slack)}/deliveries/replay")
    await slack.send_all()
    assert [one.user for one in slack.provider.heard] == [goes_to]


async def test_what_a_closed_window_does_not_let_through_is_tried_once_it_is_open(whatsapp):
    await whatsapp.deliver(whatsapp.provider.written(NUMBER, "hello", "SM1"))
    whatsapp.pass_time(timedelta(hours=25))
    whatsapp.answer_all()
    await whatsapp.send_all()
    assert whatsapp.deliveries()[0].error_code == "window_closed"
    assert replayed(whatsapp) == 0

    await whatsapp.deliver(whatsapp.provider.written(NUMBER, "hello again", "SM2"))
    assert replayed(whatsapp) == 1


def replayed(house) -> int:
    with house.sessions.begin() as session:
        return log.replay_all(session, session.get_one(ChannelAccount, house.account_id))


async def test_after_a_change_of_secret_key_the_secrets_are_entered_again(slack, operator, sessions):
    with sessions.begin() as session:
        stored = session.get_one(ChannelAccount, slack.account_id)
        stored.secrets = accounts.vault(b"the SECRET_KEY of then").close("{}")
    page = await operator.open(page_of(slack))
    assert page.status == 200
    assert "Enter all of them again" in page.words

    again = {"entered_signing_secret": SIGNING_SECRET, "entered_bot_token": BOT_TOKEN}
    page = await operator.submit(page, f"{page_of(slack)}/secrets", **again)

    assert "Enter all of them again" not in page.words
    assert await slack.deliver(slack.provider.written(INGRID, "hello", "1")) == [200]


async def test_what_operators_do_is_in_the_audit_without_secrets(slack, operator, sessions):
    page = await operator.open(page_of(slack))
    await operator.submit(page, f"{page_of(slack)}/secrets", entered_signing_secret="e" * 32)

    with sessions() as session:
        told = audit.entries(session, audit.Wanted(subject_type="channel"), limit=5)
    assert told[0].entry.action == "channel secrets rotated"
    assert "e" * 32 not in str(told[0].entry.detail)


async def test_a_lead_may_not_see_channels(slack):
    async with StaffVisitor(slack.server) as lead:
        await lead.enter(RUI)
        assert (await lead.open(page_of(slack))).status == 403


@pytest.mark.parametrize(
    "path", ["/desk/channels/nothing", "/desk/channels/add/nothing", "/desk/channels/x/deliveries"]
)
async def test_what_is_not_there_is_not_found(operator, path):
    assert (await operator.open(path)).status == 404


async def test_in_production_no_token_goes_over_plain_http():
    meta = {"csrf": False}
    posted = MultiDict({"name": "Slack", "entered_api": "http://10.0.0.1/"})
    form = channel_forms.settings_form(guides.guide(Slack.kind), posted, meta, "Slack", {}, https_only=True)

    assert not form.validate()
    assert form.errors["entered_api"] == ["Enter an address that begins with https://"]


def _webhook(page) -> str:
    found = re.search(r'id="webhook" value="([^"]+)"', page.html)
    assert found is not None
    return found[1]
