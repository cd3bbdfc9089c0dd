"""OAuth through the front door: what an operator enters, what the account shows, and what is kept."""

import pytest
from sqlalchemy import select

from conversations.channels import accounts
from conversations.channels.email import polling
from conversations.channels.email.channel import EmailChannel
from conversations.channels.models import ChannelAccount
from conversations.channels.names import DeliveryStatus
from tests.channels.email.double import EmailDouble, proven
from tests.channels.email.mails import INGRID
from tests.channels.email.tokens import CLIENT_SECRET, REFRESH_TOKEN, SCOPE
from tests.channels.house import House, house
from tests.channels.test_guides import entered
from tests.web.staff import AMARA, StaffVisitor

ADD = "/desk/channels/add/email"


@pytest.fixture
async def desk(settings, sessions):
    """A mailbox and a mail server that take tokens alone, for an application."""
    async with (
        EmailDouble(imap=True, oauth=True) as provider,
        house(settings, sessions, EmailChannel(), provider) as opened,
    ):
        yield opened


@pytest.fixture
async def renewing(settings, sessions):
    """A provider that replaces the refresh token each time, and whose tokens last too briefly to be kept."""
    async with (
        EmailDouble(imap=True, oauth=True, as_application=False) as provider,
        house(settings, sessions, EmailChannel(), provider) as opened,
    ):
        provider.tokens.rotates, provider.tokens.lasts = True, 60
        yield opened


@pytest.fixture
async def operator(desk):
    async with StaffVisitor(desk.server) as visitor:
        await visitor.enter(AMARA)
        yield visitor


def poll(house: House) -> None:
    polling.poll_all(house.sessions, house.post.vault)


def secrets(house: House) -> dict[str, str]:
    with house.sessions() as session:
        return dict(view(house, session).secrets)


def view(house: House, session):
    return accounts.view(session, house.post.vault, session.get_one(ChannelAccount, house.account_id))


def page_of(house: House) -> str:
    return f"/desk/channels/{house.account().public_id}"


def kept(house: House) -> dict[str, str]:
    """The settings as their form shows them."""
    settings = {name: str(value) for name, value in house.account().settings.items()}
    return {"name": "Mail"} | {f"entered_{name}": value for name, value in settings.items()}


async def write(house: House, text: str, external_id: str) -> None:
    house.provider.box.put(proven(INGRID, text, external_id))
    poll(house)
    house.answer_all()


async def test_mails_are_read_and_answered_with_tokens(desk):
    poll(desk)
    await write(desk, "first", "1")
    await desk.send_all()

    assert desk.provider.texts_to(INGRID) == ["echo first"]
    assert len(desk.provider.tokens.asked) == 1


async def test_a_refresh_token_that_was_replaced_is_kept(renewing):
    poll(renewing)
    await write(renewing, "first", "1")
    await renewing.send_all()
    tokens = renewing.provider.tokens

    assert renewing.provider.texts_to(INGRID) == ["echo first"]
    assert len({form["refresh_token"] for form in tokens.asked}) == len(tokens.asked) > 2
    assert secrets(renewing)["oauth_refresh_token"] == tokens.refresh_token != REFRESH_TOKEN
    assert secrets(renewing)["oauth_client_secret"] == CLIENT_SECRET
    assert renewing.account().previous_secrets is None
    assert tokens.refresh_token not in renewing.account().secrets


async def test_what_an_operator_enters_meanwhile_stays(renewing):
    with renewing.sessions.begin() as session:
        opened = view(renewing, session)
        account = session.get_one(ChannelAccount, renewing.account_id)
        accounts.rotate(session, renewing.post.vault, account, {"oauth_refresh_token": "by the operator"})
    opened.keep("oauth_refresh_token", {REFRESH_TOKEN}, "by the provider")

    assert secrets(renewing)["oauth_refresh_token"] == "by the operator"


async def test_a_client_secret_that_expired_is_told_and_mended(desk, operator):
    poll(desk)
    tokens = desk.provider.tokens
    tokens.client_secret = "the next secret"
    tokens.expire()
    await write(desk, "first", "1")
    assert desk.account().last_error == "oauth_invalid_client AADSTS7000215"
    page = await operator.open(page_of(desk))
    assert "Make a new client secret there, and enter its value under New secrets." in page.words

    await operator.submit(page, f"{page_of(desk)}/secrets", entered_oauth_client_secret="the next secret")
    await operator.enter(AMARA)
    poll(desk)
    desk.answer_all()
    await desk.send_all()

    assert desk.provider.texts_to(INGRID) == ["echo first"]


async def test_an_answer_waits_while_there_is_no_token(desk):
    poll(desk)
    await write(desk, "first", "1")
    desk.provider.tokens.expire()
    desk.provider.tokens.faults.extend([(400, {"error": "invalid_grant"}), (503, "")])
    await desk.send_due()
    (delivery,) = desk.deliveries()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.QUEUED, "oauth_invalid_grant")
    assert desk.account().last_error == "oauth_invalid_grant"

    await desk.send_all()
    assert desk.deliveries()[0].status is DeliveryStatus.SENT


async def test_a_mailbox_that_refuses_the_token_is_told(desk, operator):
    desk.provider.tokens.is_unwelcome = True
    poll(desk)

    assert desk.account().last_error == polling.LOGIN_REFUSED
    assert "check the user in the address of the mailbox" in (await operator.open(page_of(desk))).words


async def test_a_test_message_says_what_to_do(desk, operator):
    desk.provider.tokens.faults.append((400, {"error": "invalid_scope"}))
    page = await operator.open(page_of(desk))
    done = await operator.submit(page, f"{page_of(desk)}/test", entered_recipient="you@brand.example")

    assert done.status == 422
    assert "Reason: oauth_invalid_scope The provider does not know the scope." in done.words
    again = await operator.submit(done, f"{page_of(desk)}/test", entered_recipient="you@brand.example")
    assert "It is on its way" in again.words


@pytest.mark.parametrize("as_application", [True, False])
async def test_a_mailbox_with_oauth_is_added_and_shows_no_secret(desk, operator, as_application):
    tokens = desk.provider.tokens
    values = entered(desk.provider) | {"entered_oauth_scope": SCOPE if as_application else ""}
    values |= {} if as_application else {"entered_oauth_refresh_token": REFRESH_TOKEN}
    page = await operator.submit(await operator.open(ADD), ADD, name="Mail", **values)

    assert "Go on with the steps below" in page.words
    assert CLIENT_SECRET not in page.html
    assert REFRESH_TOKEN not in page.html
    sent = await operator.submit(page, f"{page.path}/test", entered_recipient="you@brand.example")
    assert "It is on its way" in sent.words
    assert len(tokens.asked) == 1


@pytest.mark.parametrize(
    ("left_out", "also", "field", "said"),
    [
        ("oauth_token_url", {}, "oauth_token_url", "Enter the address for tokens"),
        ("oauth_client_id", {}, "oauth_client_id", "Enter the client ID, or leave"),
        ("oauth_client_secret", {}, "oauth_client_secret", "Enter the client secret"),
        ("oauth_scope", {}, "oauth_scope", "Enter the scope, or enter a refresh token"),
        ("", {"entered_oauth_refresh_token": "r"}, "oauth_refresh_token", "do not go together"),
        (
            "",
            {"entered_oauth_scope": "https://mail.google.com/"},
            "oauth_scope",
            "With a refresh token leave this",
        ),
        ("", {"entered_oauth_token_url": "http://10.0.0.1/"}, "oauth_token_url", "that begins with https://"),
    ],
)
async def test_fields_that_go_together_are_not_half_filled_in(desk, operator, left_out, also, field, said):
    values = entered(desk.provider) | also
    values.pop(f"entered_{left_out}", None)
    page = await operator.submit(await operator.open(ADD), ADD, name="Mail", **values)

    assert page.status == 422
    assert f'href="#entered_{field}"' in page.html
    assert f'id="entered_{field}-error"' in page.html
    assert said in page.words
    with desk.sessions() as session:
        assert len(session.scalars(select(ChannelAccount)).all()) == 1


async def test_from_a_password_to_tokens_and_back(settings, sessions):
    async with (
        EmailDouble(imap=True, oauth=True) as provider,
        house(settings, sessions, EmailChannel(), provider) as opened,
        StaffVisitor(opened.server) as operator,
    ):
        await operator.enter(AMARA)
        with sessions.begin() as session:
            account = session.get_one(ChannelAccount, opened.account_id)
            account.settings = {k: v for k, v in account.settings.items() if "oauth" not in k}
            account.secrets = opened.post.vault.close(
                '{"thread_secret": "t", "imap_password": "open sesame"}'
            )
        path, before = page_of(opened), kept(opened)
        filled = before | {f"entered_{k}": v for k, v in provider.tokens.settings().items()}
        page = await operator.submit(await operator.open(path), f"{path}/settings", **filled)
        assert "First enter this under New secrets: OAuth: client secret" in page.words
        assert "oauth_token_url" not in opened.account().settings

        await operator.submit(page, f"{path}/secrets", entered_oauth_client_secret=CLIENT_SECRET)
        page = await operator.submit(await operator.open(path), f"{path}/settings", **filled)
        assert "The settings are saved" in page.words
        poll(opened)
        assert len(provider.tokens.asked) == 1

        emptied = {f"entered_{k}": "" for k in provider.tokens.settings()}
        await operator.submit(page, f"{path}/settings", **before | emptied)
        poll(opened)
        assert len(provider.tokens.asked) == 1
        assert opened.account().last_error == polling.LOGIN_REFUSED


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"entered_oauth_refresh_token": "r"}, "do not go together"),
        ({"entered_oauth_client_secret": "another"}, ""),
    ],
)
async def test_a_new_secret_has_to_go_with_the_settings(desk, operator, values, said):
    page = await operator.submit(await operator.open(page_of(desk)), f"{page_of(desk)}/secrets", **values)

    assert page.status == (422 if said else 200)
    assert said in page.words
