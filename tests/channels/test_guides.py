"""The guides by which operators connect channels."""

import re

import pytest

from conversations.channels import guides
from conversations.channels.names import ChannelKind
from conversations.channels.registry import CHANNELS
from tests.channels.correspondents import LOCAL
from tests.channels.email.double import EmailDouble
from tests.channels.house import house
from tests.channels.meta.doubles import MessengerDouble, WhatsappDouble
from tests.channels.provider import ProviderDouble
from tests.channels.teams.double import TeamsDouble
from tests.channels.twilio.double import TwilioDouble
from tests.web.staff import AMARA, StaffVisitor


def test_every_channel_has_a_guide():
    assert set(guides.guided()) == set(CHANNELS) == set(ChannelKind)


@pytest.mark.parametrize("kind", ChannelKind)
def test_a_guide_tells_the_webhook_and_what_is_wrong_with_each_field(kind):
    guide = guides.guide(kind)

    assert any("{webhook}" in step for step in guide.steps_after)
    for field in (*guide.fields, guide.recipient):
        assert bool(field.pattern) == bool(field.wrong)
        assert re.compile(field.pattern or "")


@pytest.mark.parametrize("kind", ChannelKind)
def test_what_signs_the_webhook_is_a_secret(kind):
    signing = [field for field in guides.guide(kind).fields if field.is_signing]

    assert all(field.is_secret for field in signing)


@pytest.mark.parametrize(
    ("kind", "name", "right", "wrong"),
    [
        ("email", "address", "desk@brand.example", "desk+tag@brand.example"),
        (
            "email",
            "smtp_url",
            "smtps://desk%40brand.example@mail.brand.example",
            "smtps://desk:secret@mail.example",
        ),
        ("email", "imap_url", "imaps://desk%40brand.example@imap.brand.example/INBOX", "imap.brand.example"),
        ("email", "imap_url", "imaps://desk@imap.brand.example:993", "imaps://desk@imap.brand.example:99999"),
        (
            "email",
            "imap_url",
            "imaps://desk@[2001:db8::1]:65535/a:b@c",
            "imaps://desk@imap.brand.example:imap",
        ),
        ("email", "imap_url", "imap://desk@127.0.0.1:8093/INBOX", "imaps://desk@imap.brand.example:0"),
        ("email", "smtp_url", "smtp://mail.brand.example:587", "smtp://mail.brand.example:58700000"),
        ("email", "smtp_url", "smtp://[::1]:25", "smtp://mail.brand.example:"),
        ("email", "dkim_key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "MIIE"),
        ("twilio-whatsapp", "account_sid", "AC" + "0" * 32, "MG" + "0" * 32),
        ("twilio-sms", "from", "+4722000000", "22000000"),
        ("whatsapp-cloud", "window_template_language", "en_GB", "English"),
        ("messenger", "page_id", "103154", "our page"),
        ("teams", "app_id", "00000000-0000-4000-8000-000000000000", "the bot"),
    ],
)
def test_what_may_be_entered(kind, name, right, wrong):
    field = next(one for one in guides.guide(ChannelKind(kind)).fields if one.name == name)

    assert re.fullmatch(field.pattern, right)
    assert not re.fullmatch(field.pattern, wrong)


@pytest.mark.parametrize(
    ("double", "user"),
    [
        (EmailDouble, "ingrid@nordlys.example"),
        (TwilioDouble, "+4790000001"),
        (WhatsappDouble, "4790000001"),
        (MessengerDouble, "4790000001"),
        (TeamsDouble, "ingrid"),
    ],
)
async def test_a_channel_that_an_operator_adds_takes_messages(settings, sessions, double, user):
    kind = double.kind
    add = f"/desk/channels/add/{kind.value}"
    async with double() as provider, house(settings, sessions, CHANNELS[kind], provider) as opened:
        async with StaffVisitor(opened.server) as operator:
            await operator.enter(AMARA)
            page = await operator.submit(await operator.open(add), add, name="A try", **entered(provider))
        assert "Go on with the steps below" in page.words
        webhook = re.search(rf"https?://[^\"\s]+/channels/{kind.value}/[0-9a-f]+", page.html)[0]
        provider.webhook = webhook
        opened.path = webhook.removeprefix(settings.base_url)

        assert await opened.deliver(provider.written(user, "hello", "1")) == [200]


@pytest.mark.parametrize("kind", LOCAL)
async def test_a_test_message_goes_to_who_wrote_last_as_filled_in(settings, sessions, kind):
    who = LOCAL[kind].open(None)
    channel = CHANNELS[ChannelKind(kind)]
    async with who.provider, house(settings, sessions, channel, who.provider) as opened:
        await opened.deliver(who.writes("hello", "1"))
        path = f"/desk/channels/{opened.account().public_id}"
        async with StaffVisitor(opened.server) as operator:
            await operator.enter(AMARA)
            page = await operator.open(path)
            filled_in = page.field("entered_recipient")
            done = await operator.submit(page, f"{path}/test", entered_recipient=filled_in)

        assert "It is on its way" in done.words
        assert len(who.heard()) == 1


def entered(provider: ProviderDouble) -> dict[str, str]:
    known = {field.name for field in guides.guide(provider.kind).fields}
    given = {"from": "+4722000000", **provider.account_settings(), **provider.account_secrets()}
    return {f"entered_{name}": value for name, value in given.items() if name in known}
