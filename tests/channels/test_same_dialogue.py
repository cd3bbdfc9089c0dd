"""The same dialogue wherever a brand writes: two questions, a photo, a person who answers, and the assistant again."""

from uuid import uuid4

import pytest

from onboarding.documents.storage import DocumentStore
from onboarding.names import DocumentStatus, DocumentType
from tests import papers
from tests.channels.places import PLACES, place
from tests.channels.test_files import check, sent, work
from tests.web.real_assistant import RealAssistant
from tests.web.staff import MEI, StaffVisitor
from tests.web.visitor import INGRID

QUEUE = "/desk/conversations"


@pytest.fixture(params=PLACES)
async def ingrid(request, settings, sessions):
    async with place(request.param, settings, sessions) as opened:
        yield opened


@pytest.fixture
def assistant(brain, sessions):
    return RealAssistant(brain, sessions)


@pytest.fixture
async def mei(ingrid):
    async with StaffVisitor(ingrid.site.server) as agent:
        await agent.enter(MEI)
        yield agent


async def asks(ingrid, assistant, text) -> str:
    """Gives what is said to it alone."""
    before = await ingrid.read()
    await ingrid.write(text)
    await assistant.answers(INGRID)
    return (await ingrid.read()).removeprefix(before)


async def does(mei, deed, **fields):
    """To the one conversation that is in the queue."""
    page = await mei.open(f"{QUEUE}?tab=all")
    address = next(link for link in page.links(f"{QUEUE}/") if "?" in link).partition("?")[0]
    return await mei.submit(await mei.open(address), f"{address}/{deed}", **fields)


async def test_the_same_dialogue_goes_the_same_way_in_each_place(ingrid, assistant, mei, tmp_path):
    store = DocumentStore(tmp_path)

    assert "14 days left" in await asks(ingrid, assistant, "How many days are left?")
    assert "Nordlys Holding AS" in await asks(ingrid, assistant, "Why was it rejected?")

    await ingrid.send_photo(papers.scan(papers.CLEAN), "Here is the letter for our trademark")
    await work(ingrid.site, store)
    await check(ingrid.site, store)
    assert (DocumentType.TRADEMARK, DocumentStatus.IN_REVIEW) in sent(ingrid.site)

    assert "You are next" in await asks(ingrid, assistant, "A person please")
    await does(mei, "claim")
    assert "Mei Lin has joined" in await ingrid.read()
    await does(mei, "reply", text="I have read your letter: it is **fine**.", external_id=str(uuid4()))
    assert "I have read your letter" in await ingrid.read()
    assert await asks(ingrid, assistant, "Thank you!") == ""
    await does(mei, "hand-back", summary="Letter read")
    assert "Trademark certificate" in await asks(ingrid, assistant, "Which documents are being checked?")
    assert "Twilio" not in await ingrid.read()
