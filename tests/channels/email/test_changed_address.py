"""Once a contact has another address, the mailbox before it is nobody's who may read what is theirs."""

import pytest
from sqlalchemy import select

from conversations import lookup
from conversations.channels.email.channel import EmailChannel
from conversations.channels.names import DeliveryStatus
from conversations.messages import append_notice
from onboarding.models import Contact
from tests.channels.email.double import EmailDouble
from tests.channels.house import house
from tests.web.visitor import INGRID


@pytest.fixture
async def desk(settings, sessions):
    async with EmailDouble() as provider, house(settings, sessions, EmailChannel(), provider) as opened:
        yield opened


async def test_nothing_private_goes_to_the_mailbox_before_any_more(desk):
    await desk.deliver(desk.provider.written(INGRID, "How many days are left?", "1@nordlys.example"))
    assert desk.identity(INGRID).contact_id is not None
    with desk.sessions.begin() as session:
        contact = session.scalars(select(Contact).where(Contact.email == INGRID)).one()
        contact.email = "new@nordlys-skincare.example"
        append_notice(session, lookup.locked(session, desk.identity(INGRID).conversation_id), "Your invoice")

    await desk.send_all()

    assert desk.provider.mails_to(INGRID) == []
    assert [(one.status, one.error_code) for one in desk.deliveries()] == [
        (DeliveryStatus.FAILED, "unlinked")
    ]
