"""What the team decides between approval and opening is told by mail and in the chat, once and with the decision."""

import pytest
from sqlalchemy import select

from conversations import opening
from conversations.models import Mail, Message
from onboarding.models import Membership
from onboarding.names import Role
from onboarding.opening.wording import Blocked
from tests.onboarding import people
from tests.onboarding.opening import way

DESK = "http://desk.example"


def mails(session) -> list[tuple[str, str]]:
    return [(mail.recipient, mail.subject) for mail in session.scalars(select(Mail).order_by(Mail.id))]


def test_an_offer_is_told_to_owners_and_editors_with_what_is_due(session):
    application = way.approve(session)
    opening.offer(session, application.id, by=way.MEI, base_url=DESK)

    subject = "Nordlys Skincare: your contract and invoice are ready"
    assert mails(session) == [(people.INGRID, subject), (people.SOFIA, subject)]
    body = session.scalars(select(Mail.body)).first()
    assert "invoice INV-2026-004217 over RMB 180,000" in body
    assert "Fri 22 May 2026" in body
    notices = session.scalars(select(Message.text).where(Message.channel == "opening_notices")).all()
    assert len(notices) == 2
    assert notices[0].startswith(f"**{subject}.**")


def test_viewers_are_not_written_to(session):
    sofia = people.contact(session, people.SOFIA)
    session.get_one(Membership, (sofia.id, way.nordlys(session).brand_id)).role = Role.VIEWER
    opening.refuse(session, way.nordlys(session).id, reason="No.", by=way.MEI, base_url=DESK)

    assert [recipient for recipient, _ in mails(session)] == [people.INGRID]


def test_what_was_not_decided_is_not_told(session):
    with pytest.raises(Blocked):
        opening.open_store(session, way.nordlys(session).id, by=way.MEI, base_url=DESK)

    assert mails(session) == []


@pytest.mark.parametrize(("granted", "said"), [(True, "was granted"), (False, "was not granted")])
def test_the_answer_to_an_appeal_is_told(session, granted, said):
    application = way.nordlys(session)
    opening.refuse(session, application.id, reason="No.", by=way.MEI, base_url=DESK)
    opening.appeal(session, way.ingrid(session), application, "Look again")
    opening.decide_appeal(
        session, application.id, granted=granted, answer="We looked again.", by="Zhou", base_url=DESK
    )

    body = session.scalars(select(Mail.body).order_by(Mail.id.desc())).first()
    assert said in body
    assert "We looked again." in body


def test_mail_and_notice_lead_each_reader_to_the_brand(session):
    opening.offer(session, way.approve(session).id, by=way.MEI, base_url=DESK)

    letters = session.scalars(select(Mail.body).where(Mail.subject.contains("contract"))).all()
    notices = session.scalars(select(Message.text).where(Message.speaker == "notice")).all()
    assert letters
    assert all(f"{DESK}/brands/nordlys-skincare\n" in letter for letter in letters)
    assert notices
    assert all("](/brands/nordlys-skincare)" in notice for notice in notices)
