"""Microsoft Teams against a local Bot Framework."""

import asyncio

import jwt
import pytest
from aiohttp import web

from conversations.channels import accounts
from conversations.channels.models import ChannelAccount
from conversations.channels.names import DeliveryStatus
from conversations.channels.shapes import Attachment, FetchRefused
from conversations.channels.teams import tokens
from conversations.channels.teams.channel import Teams
from conversations.messages import Reply
from tests.channels import game
from tests.channels.house import House, house
from tests.channels.provider import Hook
from tests.channels.teams.double import APP, TENANT, TeamsDouble

INGRID = "8c2b1f0e-ingrid"
GROUP_CHAT = {"id": "19:chat@thread.v2", "conversationType": "groupChat", "tenantId": TENANT}
TWO = [{"title": "Fees", "payload": "/fees"}, {"title": "Dates", "payload": "/dates"}]


@pytest.fixture
async def teams(settings, sessions):
    async with TeamsDouble() as provider, house(settings, sessions, Teams(), provider) as opened:
        yield opened


async def ask(house: House, text: str = "hello", activity_id: str = "1") -> None:
    assert await house.deliver(house.provider.written(INGRID, text, activity_id)) == [200]


async def answer(house: House, reply: Reply | None = None) -> None:
    house.answer_all(lambda text: reply or Reply(f"echo {text}"))
    await house.send_all()


async def test_500_messages_are_answered_once_and_in_order(teams):
    await game.plays_500_messages(teams)

    assert teams.provider.texts_by_user() == game.expected()
    assert (teams.provider.key_requests, teams.provider.logins) == (1, 1)


@pytest.mark.parametrize(
    "token",
    [
        {"aud": "another app"},
        {"iss": "https://evil.example"},
        {"signed_by": "a key of somebody else"},
        {"key_id": "unknown"},
        {"key_id": "other"},
        {"serviceurl": "https://evil.example/"},
        {"serviceurl": None},
        {"age": 3600 + 301},
        {"age": -305},
    ],
    ids=str,
)
async def test_a_token_that_is_not_the_bot_frameworks_is_refused(teams, token, caplog):
    hook = teams.provider.hook(teams.provider.activity(INGRID, "very private"), **token)

    assert await teams.deliver(hook) == [401]
    assert "refused" in caplog.text
    assert "private" not in caplog.text


async def test_without_a_token_or_with_one_that_anybody_can_make_nothing_is_taken(teams):
    body = teams.provider.written(INGRID, "hello", "1").body
    claims = {
        "iss": "https://api.botframework.com",
        "aud": APP,
        "exp": 4e9,
        "serviceurl": teams.provider.service,
    }
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})
    shared = jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": "k1"})
    hooks = [Hook(body, {"Authorization": f"Bearer {token}"}) for token in (unsigned, shared, "x", "")]

    assert await teams.deliver(Hook(body), *hooks) == [401] * 5


async def test_a_token_within_the_skew_counts(teams):
    hook = teams.provider.hook(teams.provider.activity(INGRID, "hello"), age=3600 + 200)

    assert await teams.deliver(hook) == [200]


async def test_another_channel_of_the_bot_framework_is_not_teams(teams):
    activity = teams.provider.activity(INGRID, "hello", channelId="webchat")

    assert await teams.deliver(teams.provider.hook(activity, key_id="other")) == [401]


async def test_new_keys_are_looked_for_but_not_for_each_unknown_one(teams):
    await ask(teams)
    hooks = [teams.provider.hook(teams.provider.activity(INGRID, "x"), key_id=f"u{n}") for n in range(5)]

    assert await teams.deliver(*hooks) == [401] * 5
    assert teams.provider.key_requests == 1


async def test_while_no_keys_can_be_had_microsoft_is_asked_to_try_again(teams):
    with teams.sessions.begin() as session:
        account = session.get_one(ChannelAccount, teams.account_id)
        account.settings = account.settings | {"openid_metadata": "http://127.0.0.1:1/"}

    assert await teams.deliver(teams.provider.written(INGRID, "hello", "1")) == [503]


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"7"])
async def test_a_body_that_is_no_activity_is_refused(teams, body):
    headers = teams.provider.written(INGRID, "hello", "1").headers

    assert await teams.deliver(Hook(body, headers)) == [400]


async def test_an_activity_that_is_not_as_documented_is_refused(teams):
    activity = teams.provider.activity(INGRID, "hello")
    del activity["conversation"]

    assert await teams.deliver(teams.provider.hook(activity)) == [400]


@pytest.mark.parametrize("kind", ["conversationUpdate", "typing", "messageReaction", "installationUpdate"])
async def test_what_is_no_message_is_not_answered(teams, kind):
    activity = teams.provider.activity(INGRID, "", type=kind)

    assert await teams.deliver(teams.provider.hook(activity)) == [200]
    assert teams.answer_all() == 0


async def test_an_answer_is_a_reply_to_what_was_asked(teams):
    await ask(teams, activity_id="1485983408511")
    await answer(teams, Reply("**12 days**. [Documents](/brands/nordlys-skincare)"))

    where, said = teams.provider.calls[0]
    assert where == {"conversation": f"a:{INGRID}", "activity": "1485983408511"}
    assert said["text"].startswith("**12 days**. [Documents](http")
    assert said["textFormat"] == "markdown"


async def test_buttons_come_back_as_what_we_gave(teams):
    await ask(teams)
    await answer(teams, Reply("About what?", TWO))
    heard = teams.provider.heard[0]
    chosen = teams.provider.activity(INGRID, "Dates", "2", value={"button": heard.buttons[1][1]})
    await teams.deliver(teams.provider.hook(chosen))

    assert [title for title, _ in heard.buttons] == ["Fees", "Dates"]
    assert teams.said(INGRID)[1].chosen == "Dates"


async def test_in_a_team_our_name_is_no_part_of_the_question_and_others_are_warned(teams):
    await teams.deliver(teams.provider.hook(teams.provider.in_a_team(INGRID, "how  many days?")))

    identity = teams.identity(INGRID)
    assert (identity.is_shared, identity.workspace) == (True, TENANT)
    assert "how many days?" in [view.text for view in teams.said(INGRID)]


async def test_a_token_of_ours_is_used_until_it_is_refused(teams):
    await ask(teams)
    await answer(teams)
    teams.provider.logins += 1
    await ask(teams, "again", "2")
    await answer(teams)

    assert teams.provider.texts_to(INGRID) == ["echo hello", "echo again"]
    assert teams.provider.logins == 3


async def test_a_wrong_password_is_tried_again_since_the_operator_can_mend_it(teams):
    with teams.sessions.begin() as session:
        account = session.get_one(ChannelAccount, teams.account_id)
        accounts.rotate(session, teams.post.vault, account, {"app_password": "wrong"})
    await ask(teams)
    teams.answer_all()
    await teams.send_due()

    (delivery,) = teams.deliveries()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.QUEUED, "login_401")


@pytest.mark.parametrize(
    ("status", "code"), [(403, "BotNotInConversationRoster"), (404, "ConversationNotFound")]
)
async def test_where_the_bot_was_removed_nothing_is_tried_again(teams, status, code):
    teams.provider.refuses[INGRID] = status, code
    await ask(teams)
    await answer(teams)

    (delivery,) = teams.deliveries()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.FAILED, code)


async def test_files_and_pictures_are_fetched_from_where_they_lie(teams):
    provider = teams.provider
    picture = {"url": f"{provider.service}v3/attachments/1", "service": provider.service}

    assert await fetched(teams, picture) == b"picture"
    assert await fetched(teams, {"url": f"{provider.address}/sites/1"}) == b"file"


async def test_a_file_in_a_message_is_kept_with_its_words(teams):
    content = {"downloadUrl": f"{teams.provider.address}/sites/1", "fileType": "pdf"}
    kind = "application/vnd.microsoft.teams.file.download.info"
    file = {"contentType": kind, "name": "letter.pdf", "content": content}
    html = {"contentType": "text/html", "content": "<p>the letter</p>"}
    activity = teams.provider.activity(INGRID, "the letter", attachments=[file, html])
    assert await teams.deliver(teams.provider.hook(activity)) == [200]

    assert [view.text for view in teams.said(INGRID)] == ["the letter\n[File: letter.pdf]"]


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "https://sharepoint.com.evil.example/x", ""])
async def test_no_file_is_fetched_from_elsewhere(teams, url):
    with pytest.raises(FetchRefused):
        await fetched(teams, {"url": url})


async def fetched(house: House, reference: dict[str, str]) -> bytes:
    with house.sessions() as session:
        account = accounts.view(session, house.post.vault, session.get_one(ChannelAccount, house.account_id))
    channel = house.post.channels[house.provider.kind]
    async with channel.fetch(account, Attachment(reference), house.http) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_however_many_ask_at_once_the_keys_are_fetched_once(teams):
    hooks = [teams.provider.written(f"user-{n}", "hello", "1") for n in range(8)]
    answers = await asyncio.gather(*(teams.deliver(hook) for hook in hooks))

    assert answers == [[200]] * 8
    assert teams.provider.key_requests == 1


@pytest.mark.parametrize(
    ("activity", "whose"),
    [
        (lambda provider: provider.in_a_team(INGRID, "hello"), TENANT),
        (lambda provider: provider.in_a_team(INGRID, "hello", type="standard"), TENANT),
        (lambda provider: provider.in_a_team(INGRID, "hello", type="private"), TENANT),
        (lambda provider: provider.in_a_team(INGRID, "hello", type="shared"), ""),
        (lambda provider: provider.activity(INGRID, "hello", conversation=GROUP_CHAT), ""),
    ],
    ids=["team", "standard", "private", "shared", "group chat"],
)
async def test_a_place_that_other_organisations_may_read_is_nobodys_own(teams, activity, whose):
    await teams.deliver(teams.provider.hook(activity(teams.provider)))

    identity = teams.identity(INGRID)
    assert (identity.is_shared, identity.workspace) == (True, whose)


class Time:
    """Moved by hand, as the keys' age is measured."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch):
    moved = Time()
    monkeypatch.setattr(tokens, "time", moved)
    return moved


async def test_keys_that_are_known_count_on_while_new_ones_cannot_be_had(teams, time):
    await ask(teams)
    time.now += 25 * 3600
    teams.provider.answers["/metadata"] = web.Response(status=500)

    await ask(teams, "a day later", "2")
    await ask(teams, "and again", "3")
    assert teams.provider.key_requests == 1
    time.now += 31
    await ask(teams, "soon afterwards", "4")
    assert teams.provider.key_requests == 2


async def test_keys_that_could_not_be_renewed_for_a_week_count_no_more(teams, time):
    await ask(teams)
    time.now += 8 * 24 * 3600
    teams.provider.answers["/metadata"] = web.Response(status=500)

    assert await teams.deliver(teams.provider.written(INGRID, "hello", "2")) == [503]


async def test_a_look_that_failed_is_not_made_again_for_each_request(teams, time):
    for _ in range(3):
        teams.provider.answers["/keys"] = web.Response(status=500)
        assert await teams.deliver(teams.provider.written(INGRID, "hello", "1")) == [503]
        assert "/keys" in teams.provider.answers or _ == 0
    teams.provider.answers.clear()
    time.now += 31
    await ask(teams)


async def test_who_has_a_key_does_not_wait_for_a_look_for_newer_ones(teams, time):
    """While the look is with Microsoft, what is signed with a known key is taken."""
    await ask(teams)
    time.now += 25 * 3600

    async def meanwhile() -> None:
        await asyncio.wait_for(ask(teams, "meanwhile", "3"), 5)

    teams.provider.meanwhile = meanwhile
    await ask(teams, "looks", "2")

    assert {view.text for view in teams.said(INGRID)} == {"hello", "looks", "meanwhile"}


async def test_the_look_of_one_account_does_not_hold_up_another(teams, time):
    """Each address of metadata is asked by itself."""
    verifier = tokens.Verifier()
    async with verifier._looking["http://elsewhere.example/"]:
        hook = teams.provider.written(INGRID, "hello", "1")
        with teams.sessions() as session:
            account = session.get_one(ChannelAccount, teams.account_id)
            view = accounts.view(session, teams.post.vault, account)
        authorization = hook.headers["Authorization"]
        claims = await asyncio.wait_for(verifier.claims(view, authorization, "msteams", teams.http), 5)

    assert claims["aud"] == APP
