"""What is told of an open store's sales."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import Brand, GmvDay
from tests.actions.conftest import Opens, Talk, colleague


def test_tells_sales_with_unit_days_and_moment(kenji: Talk) -> None:
    told = kenji.ask("gmv_to_date", "how much have we sold so far?").text
    assert "Kumo has sold RMB 612,400 in 44 complete days" in told
    assert "up to Wed 20 May 2026, 01:00 in Tokyo (Tue 19 May, midnight in China)" in told
    assert "Source: " in told
    assert "EUR" not in told


def test_converts_with_rate_and_date_beside_the_figure_in_rmb(kenji: Talk) -> None:
    told = kenji.ask("gmv_to_date", "and in euros?").text
    assert "RMB 612,400" in told
    assert "EUR 78,512.82, at CNY 7.80 for 1 EUR, the rate of Tue 19 May 2026" in told


def test_converts_into_several_currencies_at_once(kenji: Talk) -> None:
    told = kenji.ask("gmv_to_date", "our sales in dollars and pounds").text
    assert "USD 85,055.56" in told
    assert "GBP 67,296.70" in told


def test_says_which_currencies_it_knows(kenji: Talk) -> None:
    assert "no rate for JPY: I can show EUR, USD and GBP" in kenji.ask("gmv_to_date", "in yen").text


def test_tells_the_sales_of_a_month_and_of_a_day(kenji: Talk) -> None:
    assert "May 2026: RMB " in kenji.ask("gmv_to_date", "what did we sell in May?").text
    assert "Tue 19 May 2026: RMB " in kenji.ask("gmv_to_date", "and yesterday?").text
    assert "no complete day is counted yet" in kenji.ask("gmv_to_date", "and today?").text


def test_says_how_far_ahead_of_an_even_pace(kenji: Talk) -> None:
    told = kenji.ask("incubation_progress", "are we on track?").text
    assert told.startswith("Yes: Kumo is RMB 123,511 ahead of an even pace")
    assert "Day 45 of 90, 46 days left with today" in told
    assert "not granted yet" in told


def test_says_how_far_behind_and_what_it_takes(talk: Opens, session: Session) -> None:
    behind = select(Brand).join(GmvDay).group_by(Brand.id).having(func.sum(GmvDay.amount_fen) < 5_000_000)
    email, brand = colleague(session, behind)
    told = talk(email).ask("incubation_progress", "are we on track?").text
    assert told.startswith(f"Not yet: {brand.name} is RMB ")
    assert "a day to reach RMB 1,000,000" in told


def test_tells_when_the_days_are_over(kenji: Talk, session: Session) -> None:
    clock.freeze(session, datetime(2026, 7, 10, 8, tzinfo=UTC))
    assert "are over" in kenji.ask("incubation_days_left", "how many days left?").text
    assert "61% of RMB 1,000,000" in kenji.ask("incubation_progress", "are we on track?").text


def test_tells_of_the_first_day_that_nothing_is_counted_yet(kenji: Talk, session: Session) -> None:
    clock.freeze(session, datetime(2026, 4, 6, 8, tzinfo=UTC))
    told = kenji.ask("gmv_to_date", "how much have we sold?").text
    assert "its first day is not complete yet" in told
    assert "RMB 0" not in told


def test_tells_the_last_day_in_both_zones(kenji: Talk) -> None:
    told = kenji.ask("incubation_days_left", "how many days left?").text
    assert "46 days left with today" in told
    assert "Sat 4 July 2026" in told
    assert "Sun 5 July 2026, 01:00 in Tokyo (Sat 4 July, midnight in China)" in told


def test_tells_the_gap_to_the_goal(kenji: Talk) -> None:
    told = kenji.ask("gmv_target", "how much is missing, in euros?").text
    assert "Kumo is RMB 387,600 away from RMB 1,000,000" in told
    assert "EUR 49,692.31" in told


def test_tells_anybody_the_goal_and_how_it_is_counted(visitor: Talk) -> None:
    told = visitor.ask("gmv_target", "what is the goal?").text
    assert "RMB 1,000,000 in the first 90 days" in told
    assert "Paid orders" in told
    assert "in force since" in told


def test_a_store_that_is_not_open_has_no_sales(ingrid: Talk) -> None:
    told = ingrid.ask("gmv_to_date", "how much have we sold?")
    assert "not open yet" in told.text
    assert "day 1 of 90" in told.text
    assert "Target opening by Wed 3 June 2026" in told.text
    assert "RMB" not in told.text
    assert told.titles == ["Why was a document refused?", "What do we have to do next?"]


def test_suggests_at_most_two_questions(kenji: Talk) -> None:
    assert len(kenji.ask("gmv_to_date", "sales").buttons) == 2


def test_a_question_for_days_to_the_opening_of_an_open_store_means_its_incubation(kenji: Talk) -> None:
    assert "46 days left" in kenji.ask("store_opening_countdown", "how many days left?").text
