"""A photo becomes a document on WhatsApp, by mail and in Teams as it does on the other channels."""

from email.policy import SMTP

import pytest

from conversations.channels.email.channel import EmailChannel
from conversations.channels.models import ChannelFile
from onboarding.names import DocumentStatus, DocumentType
from tests import papers
from tests.channels.email.double import OUR_SERVER, EmailDouble
from tests.channels.email.mails import INGRID, written
from tests.channels.house import House, house
from tests.channels.test_files import begin, check, sent, work

NUMBER = "+4790000001"


@pytest.fixture
async def desk(settings, sessions):
    async with EmailDouble() as provider, house(settings, sessions, EmailChannel(), provider) as opened:
        yield opened


async def test_a_photo_on_whatsapp_is_sent_checked_and_told(whatsapp, store):
    await begin(whatsapp, NUMBER)
    hook = whatsapp.provider.photo(NUMBER, "SM2", papers.scan(papers.CLEAN), "our trademark registration")
    assert await whatsapp.deliver(hook) == [200]
    await work(whatsapp, store)
    await check(whatsapp, store)

    assert sent(whatsapp) == [(DocumentType.TRADEMARK, DocumentStatus.IN_REVIEW)]
    assert "the first check is done" in whatsapp.provider.texts_to(NUMBER)[-1]


async def test_an_attachment_of_a_proven_mail_is_sent_checked_and_told(desk, store):
    message = written("Here is our trademark registration", INGRID)
    message["Authentication-Results"] = f"{OUR_SERVER}; dmarc=pass header.from=nordlys.example"
    message.add_attachment(papers.scan(papers.CLEAN), maintype="image", subtype="jpeg", filename="letter.jpg")
    assert await desk.deliver(desk.provider.hook(message.as_bytes(policy=SMTP))) == [200]
    await work(desk, store)
    await check(desk, store)

    assert sent(desk) == [(DocumentType.TRADEMARK, DocumentStatus.IN_REVIEW)]
    assert "the first check is done" in desk.provider.texts_to(INGRID)[-1]
    assert kept(desk) == [{}]


async def test_an_attachment_of_a_mail_that_proves_nothing_is_nobodys_document(desk, store):
    message = written("Here is our trademark registration", INGRID)
    message.add_attachment(papers.scan(papers.CLEAN), maintype="image", subtype="jpeg", filename="letter.jpg")
    await desk.deliver(desk.provider.hook(message.as_bytes(policy=SMTP)))
    await work(desk, store)

    assert sent(desk) == []
    assert kept(desk) == [{}]


def kept(desk: House) -> list[dict]:
    """The contents of mails do not stay beside the documents."""
    with desk.sessions() as session:
        return [file.reference for file in session.query(ChannelFile)]
