"""The lead's figures."""

import csv
import io

import pytest

from conversations.handoff import ask_for_person
from conversations.lookup import open_for_contact
from conversations.names import HandoffReason, Resolution
from conversations.ownership import agent_says, resolve
from tests.onboarding import people as written
from tests.web.staff import MEI, RUI, staff_named
from tests.web.visitor import INGRID
from web.desk.figures import duration_in_words


@pytest.fixture
def answered(server, sessions) -> None:
    with sessions.begin() as session:
        conversation = open_for_contact(session, written.contact(session, INGRID).id)
        ask_for_person(session, conversation, HandoffReason.ASKED_FOR_PERSON)
        mei = staff_named(session, MEI)
        agent_says(session, conversation.id, mei, "Hello", "f1")
        resolve(session, conversation.id, mei, Resolution.ANSWERED)


async def test_a_lead_sees_the_days_the_people_and_the_reasons(agent, answered):
    await agent.enter(RUI)

    page = await agent.open("/desk/figures")

    assert "Promises kept 100% 1 of 1" in page.words
    assert "Mei Lin 1 1 of 1 0 min" in page.words
    assert "Asked for a person 1" in page.words
    assert 'class="b-kept"' in page.html


async def test_days_without_calls_say_so_and_days_that_make_no_sense_are_put_right(agent, answered):
    await agent.enter(RUI)

    before = await agent.open("/desk/figures?from=2026-05-01&to=2026-05-02")
    turned_round = await agent.open("/desk/figures?from=2030-01-01&to=1970-01-01")

    assert "Nobody called for a person on these days" in before.words
    assert turned_round.status == 200


@pytest.mark.parametrize(
    ("by", "row"),
    [
        ("day", ["2026-05-20", "1", "1", "0", "0", "0", "1", "0", "0", ""]),
        ("staff", ["Mei Lin", "1", "1", "0", "0", "0", "1", "0", "0", ""]),
        ("reason", ["asked_for_person", "1"]),
    ],
)
async def test_the_figures_are_saved_as_tables(agent, answered, by, row):
    await agent.enter(RUI)

    file = await agent.open(f"/desk/figures/file?by={by}")

    assert list(csv.reader(io.StringIO(file.html)))[-1] == row


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(None, "–"), (8, "8 min"), (60, "1 h"), (125, "2 h 5 min"), (1440, "1 day"), (4560, "3 days 4 h")],
)
def test_durations_are_said_in_the_two_largest_units(minutes, said):
    assert duration_in_words(minutes) == said
