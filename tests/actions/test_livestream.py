"""When the livestream is, and who is in."""

from tests.actions.conftest import Talk


def test_tells_the_rank_with_cohort_places_and_date(kenji: Talk) -> None:
    told = kenji.ask("livestream_rank", "what's our rank?").text
    assert "Kumo is in: rank 7 of 64 brands for May 2026, with 10 places. The list is final." in told
    assert "Live on Thu 21 May 2026, 21:00 in Tokyo (20:00 in China)" in told


def test_tells_a_month_without_ranking_when_it_is_decided(kenji: Talk) -> None:
    told = kenji.ask("livestream_rank", "and for next month?").text
    assert "no ranking for June 2026 yet" in told
    assert "Mon 15 June 2026, 01:00 in Tokyo (Sun 14 June, midnight in China)" in told


def test_tells_a_brand_that_is_not_open_why_it_has_no_rank(ingrid: Talk) -> None:
    assert "not in the ranking" in ingrid.ask("livestream_rank", "our rank?").text


def test_tells_anybody_the_next_date_in_both_zones(visitor: Talk, ingrid: Talk) -> None:
    assert "Thu 21 May 2026, 12:00 UTC (20:00 in China)" in visitor.ask("livestream_date", "when?").text
    assert "Thu 21 May 2026, 14:00 in Oslo (20:00 in China)" in ingrid.ask("livestream_date", "when?").text


def test_tells_the_date_of_another_month(visitor: Talk) -> None:
    assert (
        "The livestream of June 2026 is on Sun 21 June 2026"
        in visitor.ask("livestream_date", "in June?").text
    )
    assert "The livestream of April 2026 was on" in visitor.ask("livestream_date", "and in April?").text


def test_a_visitor_is_invited_to_sign_in_for_a_rank(visitor: Talk) -> None:
    assert "[sign in](/sign-in)" in visitor.ask("livestream_rank", "what is our rank?").text
