"""What the programme's clock tells by itself, each exactly once: expired papers, deadlines, drafts that were left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from conversations import background
from conversations.models import Mail, Message
from onboarding import clock, reminders, stages
from onboarding.documents import expiry, review
from onboarding.models import Application, DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType, Stage, Turn
from onboarding.registration import drafts
from onboarding.registration.fields import Field
from tests.onboarding import people
from tests.onboarding.opening import way
from tests.onboarding.registration.answers import begun, filled, person, with_documents

BASE = "http://desk.example"
MEI = "Mei Lin"
NORA = "nora@glade.example"


def work(sessions) -> None:
    background.do_what_is_due(sessions, BASE)


def days_later(sessions, days: int) -> None:
    with sessions.begin() as session:
        clock.advance(session, timedelta(days=days))


def mails_to(sessions, address: str) -> list[str]:
    with sessions() as session:
        rows = session.scalars(select(Mail).where(Mail.recipient == address).order_by(Mail.id))
        return [row.subject for row in rows]


def newest_mail(sessions, address: str) -> Mail:
    with sessions() as session:
        query = select(Mail).where(Mail.recipient == address).order_by(Mail.id.desc()).limit(1)
        return session.scalars(query).one()


def notices(sessions) -> list[str]:
    with sessions() as session:
        query = select(Message.text).where(Message.channel == "clock_notices").order_by(Message.id)
        return list(session.scalars(query))


def paper(session, brand: str, document: DocumentType) -> DocumentSubmission:
    application = people.application(session, brand)
    query = select(DocumentSubmission).where(
        DocumentSubmission.application_id == application.id, DocumentSubmission.document_type == document
    )
    return session.scalars(query.order_by(DocumentSubmission.id.desc()).limit(1)).one()


@pytest.fixture
def draft(sessions) -> int:
    with sessions.begin() as session:
        return begun(session, person(session)).id


@pytest.fixture
def running_out(sessions) -> None:
    """The registration of Fjellvann, in review and accepted, is valid until the 25th."""
    with sessions.begin() as session:
        paper(session, "Fjellvann", DocumentType.BUSINESS_REG).valid_until = date(2026, 5, 25)


def test_a_paper_expires_after_its_last_day_in_china(sessions, running_out):
    with sessions.begin() as session:
        clock.freeze(session, datetime(2026, 5, 25, 15, 59, tzinfo=UTC))
    work(sessions)
    with sessions() as session:
        assert paper(session, "Fjellvann", DocumentType.BUSINESS_REG).status is DocumentStatus.APPROVED

    with sessions.begin() as session:
        clock.freeze(session, datetime(2026, 5, 25, 16, 0, tzinfo=UTC))
    work(sessions)

    with sessions() as session:
        found = paper(session, "Fjellvann", DocumentType.BUSINESS_REG)
        assert (found.status, found.deadline_on) == (DocumentStatus.EXPIRED, date(2026, 6, 2))
        assert people.application(session, "Fjellvann").stage is Stage.CORRECTION_NEEDED


def test_an_expired_paper_is_told_once_by_mail_and_in_the_chat(sessions, running_out):
    days_later(sessions, 6)
    for _ in range(3):
        work(sessions)

    told = [one for one in mails_to(sessions, people.LENA) if "has expired" in one]
    assert told == ["Business registration of Fjellvann has expired"]
    lena = newest_mail(sessions, people.LENA)
    assert f"{BASE}/brands/fjellvann/documents/business-reg" in lena.body
    assert "Send this instead: the renewed document." in lena.body
    assert [one for one in notices(sessions) if "has expired" in one and "/brands/fjellvann/" in one]


def test_what_was_told_before_a_crash_is_not_told_again(sessions, running_out, monkeypatch):
    days_later(sessions, 6)

    def die(*_: object) -> bool:
        raise RuntimeError("the machine went away")

    monkeypatch.setattr("conversations.reminders.reminders.due", die)
    with pytest.raises(RuntimeError):
        work(sessions)
    monkeypatch.undo()
    work(sessions)

    assert len([one for one in mails_to(sessions, people.LENA) if "has expired" in one]) == 1


def test_nothing_expires_in_a_transaction_that_fails(sessions, running_out, monkeypatch):
    days_later(sessions, 6)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no room for a mail")

    monkeypatch.setattr("conversations.reminders.mail.send_mail", fail)
    with pytest.raises(RuntimeError):
        work(sessions)

    with sessions() as session:
        assert paper(session, "Fjellvann", DocumentType.BUSINESS_REG).status is DocumentStatus.APPROVED
    assert notices(sessions) == []


def test_a_paper_that_expires_while_fees_are_settled_gives_the_turn_to_the_brand(session):
    way.offer(session)
    application = way.nordlys(session)
    stages.pass_turn(session, application, Turn.PLATFORM, by=MEI, reason="All is with us.")
    paper(session, "Nordlys Skincare", DocumentType.BANK_PROOF).valid_until = date(2020, 1, 1)

    assert expiry.expire_next(session) is not None
    assert expiry.expire_next(session) is None
    assert stages.turn_of(session, application) is Turn.BRAND


def test_a_reviewer_may_name_another_last_day(session):
    application = with_documents(session, filled(session, person(session)))
    sent = session.scalars(
        select(DocumentSubmission).where(DocumentSubmission.application_id == application.id)
    ).first()

    review.accept(session, sent.id, by=MEI, valid_until=date(2030, 1, 1))

    assert sent.valid_until == date(2030, 1, 1)


def test_a_deadline_is_told_two_days_before_and_once_it_has_passed(sessions):
    about = "Trademark certificate of Nordlys Skincare"
    days_later(sessions, 4)
    work(sessions)
    assert not [one for one in mails_to(sessions, people.INGRID) if one.startswith(about)]

    days_later(sessions, 1)
    for _ in range(2):
        work(sessions)
    days_later(sessions, 3)
    for _ in range(2):
        work(sessions)

    told = [one for one in mails_to(sessions, people.INGRID) if one.startswith(about)]
    assert told == [f"{about}: due by Wed 27 May 2026, 18:00 in Oslo (midnight in China)", f"{about} was due"]


def test_no_deadline_is_told_of_what_was_sent(sessions):
    with sessions.begin() as session:
        trademark = paper(session, "Nordlys Skincare", DocumentType.TRADEMARK)
        session.add(
            DocumentSubmission(
                application_id=trademark.application_id,
                document_type=DocumentType.TRADEMARK,
                status=DocumentStatus.CHECKING,
                submitted_at=clock.now(session),
            )
        )
    days_later(sessions, 9)
    work(sessions)

    assert not [one for one in mails_to(sessions, people.INGRID) if "Trademark certificate" in one]


def test_a_draft_that_was_left_is_told_of_twice_and_no_more(sessions, draft):
    for _ in range(30):
        days_later(sessions, 1)
        work(sessions)

    assert mails_to(sessions, NORA) == ["Your registration of Glade Ceramics: your answers are saved"] * 2


def test_two_reminders_of_a_draft_never_come_at_once(sessions, draft):
    days_later(sessions, 40)
    work(sessions)

    assert len(mails_to(sessions, NORA)) == 1
    body = newest_mail(sessions, NORA).body
    assert f"{BASE}/registration/BD-2026-" in body
    assert "/reminders" in body


def test_whoever_goes_on_is_not_reminded(sessions, draft):
    days_later(sessions, 2)
    with sessions.begin() as session:
        nora, application = people.contact(session, NORA), session.get_one(Application, draft)
        drafts.save_answer(session, nora, application, Field.COMPANY_NUMBER, "NO 1")
    days_later(sessions, 2)
    work(sessions)

    assert mails_to(sessions, NORA) == []


def test_whoever_stopped_the_reminders_gets_none(sessions, draft):
    with sessions.begin() as session:
        reminders.stop(session, people.contact(session, NORA), session.get_one(Application, draft))
    days_later(sessions, 20)
    work(sessions)

    assert mails_to(sessions, NORA) == []


def test_a_draft_that_was_submitted_is_not_told_of(sessions, draft):
    with sessions.begin() as session:
        application = session.get_one(Application, draft)
        application.stage, application.withdrawn_at = Stage.WITHDRAWN, clock.now(session)
    days_later(sessions, 20)
    work(sessions)

    assert mails_to(sessions, NORA) == []


def test_the_demonstration_begins_without_a_heap_of_reminders(sessions):
    work(sessions)

    assert notices(sessions) == []
