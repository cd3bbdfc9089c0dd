"""The operator's pages of office hours and audit."""

import csv
import io
from datetime import date, time

import pytest
from sqlalchemy import select

from onboarding import audit, office_hours
from onboarding.documents import submissions
from onboarding.models import AuditEntry, DocumentFile
from tests import papers
from tests.web.staff import AMARA, MEI, RUI, TAO, staff_named
from tests.web.visitor import INGRID

HOURS = "/desk/office-hours"
NEW = {
    "valid_from": "2026-05-20",
    "days": "1",
    "opens": "08:00",
    "closes": "20:30",
    "first_reply_working_hours": "2",
    "holidays": "2026-06-19 to 2026-06-21 Dragon Boat Festival\n2026-07-01 Company day",
}


async def test_what_an_operator_saves_is_what_people_read_and_the_assistant_says(agent, visitor, sessions):
    await agent.enter(AMARA)
    page = await agent.open(HOURS)

    done = await agent.submit(page, HOURS, **NEW)
    told = await visitor.open("/help/handoff-office-hours")

    assert "The office hours are saved." in done.words
    assert "08:00 to 20:30 in China" in done.words
    assert "from 08:00 to 20:30 in China" in told.words
    with sessions() as session:
        rules = office_hours.rules_on(session, date(2026, 5, 20))
        audited = session.scalars(select(AuditEntry).where(AuditEntry.action == "office hours changed")).one()
    assert (rules.days.value, rules.opens.value, rules.closes.value) == ((1,), time(8), time(20, 30))
    assert [holiday.name for holiday in rules.holidays.value] == ["Dragon Boat Festival", "Company day"]
    assert audited.detail == {"valid_from": "2026-05-20"}


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("valid_from", "2026-05-19", "Enter today, 2026-05-20 in China, or a later day"),
        ("valid_from", "soon", "Enter a day, such as 2026-06-01"),
        ("opens", "nine", "Enter a time, such as 09:00"),
        ("closes", "07:00", "Enter a time later than the one when people come"),
        ("first_reply_working_hours", "0", "Enter from 1 to 80 hours"),
        ("first_reply_working_hours", "two", "Enter a whole number of hours"),
        ("holidays", "National Day", "Enter line 1 as 2026-10-01 to 2026-10-07 National Day"),
        (
            "holidays",
            "2026-10-07 to 2026-10-01 Back",
            "Enter line 1 as 2026-10-01 to 2026-10-07 National Day",
        ),
        ("days", "", "Select at least one day"),
    ],
)
async def test_what_makes_no_sense_is_named_at_its_field_and_kept(agent, field, typed, message):
    await agent.enter(AMARA)
    page = await agent.open(HOURS)
    given = {name: value for name, value in (NEW | {field: typed}).items() if value}

    refused = await agent.submit(page, HOURS, **given)

    assert refused.status == 422
    assert refused.words.count(message) == 2
    assert typed in refused.html


async def test_entries_are_chosen_by_person_subject_and_day(agent, sessions):
    with sessions.begin() as session:
        mei, rui = staff_named(session, MEI), staff_named(session, RUI)
        audit.record(session, mei, "note written", "conversation", "c-1")
        audit.record(session, rui, "stage moved", "application", "BD-2026-004217", to="APPROVED")
    await agent.enter(AMARA)

    by_person = await agent.open(f"/desk/audit?staff={mei.id}")
    by_subject = await agent.open("/desk/audit?subject=application&id=BD-2026-004217")
    today = await agent.open("/desk/audit?day=2026-05-20")
    yesterday = await agent.open("/desk/audit?day=2026-05-19")

    assert ("Note written" in by_person.words, "Stage moved" in by_person.words) == (True, False)
    assert ("Note written" in by_subject.words, "to APPROVED" in by_subject.words) == (False, True)
    assert "Note written" in today.words
    assert "Nothing of that kind" in yesterday.words


async def test_older_entries_stand_on_further_pages(agent, sessions):
    with sessions.begin() as session:
        for number in range(120):
            audit.record(session, None, f"thing {number}", "test", number)
    await agent.enter(AMARA)
    first = await agent.open("/desk/audit?subject=test")

    second = await agent.open(first.links("/desk/audit?subject=test&amp;before=")[0])

    assert ("Thing 119" in first.words, "Thing 19 " in first.words) == (True, False)
    assert ("Thing 119" in second.words, "Thing 19 " in second.words) == (False, True)


async def test_the_audit_is_saved_as_a_table_in_which_nothing_is_a_formula(agent, sessions):
    with sessions.begin() as session:
        audit.record(session, staff_named(session, MEI), "note written", "conversation", "=1+1")
    await agent.enter(AMARA)

    file = await agent.open("/desk/audit/file?subject=conversation")

    rows = list(csv.reader(io.StringIO(file.html.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["at", "staff", "action"]
    assert rows[1][1:5] == ["Mei Lin", "note written", "conversation", "'=1+1"]
    with sessions() as session:
        saved = session.scalars(select(AuditEntry).where(AuditEntry.action == "audit saved")).one()
    assert saved.detail == {"rows": 1}


async def test_a_brand_reads_who_of_the_staff_opened_its_documents_and_when(visitor, sessions):
    await visitor.sign_in(INGRID)
    page = await visitor.open("/brands/nordlys-skincare/documents/trademark")
    await visitor.upload(page, papers.pdf(["A letter"]), "letter.pdf")
    with sessions.begin() as session:
        file = session.scalars(select(DocumentFile)).one()
        submissions.note_opening(session, file, who=staff_named(session, TAO).name)

    told = await visitor.open("/privacy/data")

    assert "Tao Chen opened" in told.words
