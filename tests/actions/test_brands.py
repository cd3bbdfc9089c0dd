"""Which brand is meant, and whose is not told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.models import Application
from tests.actions.conftest import Talk


def test_an_overview_shows_every_brand(sofia: Talk) -> None:
    told = sofia.ask("store_opening_status", "status")
    assert "Nordlys Skincare: Day 16 of 30" in told.text
    assert "Fjellvann: Day 30 of 30" in told.text
    assert told.titles == ["Fjellvann: what is next?", "Nordlys Skincare: what is next?"]


def test_asks_which_brand_with_a_button_each(sofia: Talk) -> None:
    asked = sofia.ask("store_opening_countdown", "how many days are left?")
    assert asked.payloads == [
        '/store_opening_countdown{"brand": "Fjellvann"}',
        '/store_opening_countdown{"brand": "Nordlys Skincare"}',
    ]


def test_the_button_answers(sofia: Talk) -> None:
    sofia.ask("store_opening_countdown", "how many days are left?")
    told = sofia.ask("store_opening_countdown", brand="Nordlys Skincare").text
    assert "14 days left" in told


def test_the_name_alone_answers_whatever_it_is_taken_for(sofia: Talk) -> None:
    sofia.ask("store_opening_countdown", "how many days are left?")
    assert "Today is the last" in sofia.ask("out_of_scope", "the Fjellvann one please").text


def test_both_answers_for_both(sofia: Talk) -> None:
    sofia.ask("store_opening_countdown", "how many days are left?")
    told = sofia.ask("nlu_fallback", "both").text
    assert "14 days left" in told
    assert "Today is the last" in told


def test_the_other_one_is_known_of_two(sofia: Talk) -> None:
    sofia.ask("store_opening_countdown", "how many days are left for Nordlys?")
    assert "Today is the last" in sofia.ask("correct", "and the other one?").text


def test_both_of_ones_own_are_no_other_brands_data(sofia: Talk) -> None:
    ranking = ("ask_other_brand_data", "document_status")
    told = sofia.ask(
        "ask_other_brand_data", "which documents are missing for both brands?", ranking=ranking
    ).text
    assert "Nordlys Skincare, document by document" in told
    assert "Fjellvann, document by document" in told


def test_another_brand_is_refused_even_where_the_question_is_not_understood(ingrid: Talk) -> None:
    assert "own" in ingrid.ask("nlu_fallback", "what about Fjellvann?").text


def test_guesses_keep_the_brand_that_was_named(sofia: Talk) -> None:
    ranking = ("nlu_fallback", "store_opening_countdown")
    asked = sofia.ask("nlu_fallback", "how long until Fjellvann gets going", ranking=ranking)
    assert asked.payloads == ['/store_opening_countdown{"brand": "Fjellvann"}']


def test_the_brand_talked_about_is_kept(sofia: Talk) -> None:
    sofia.ask("store_opening_countdown", "how many days are left for Nordlys?")
    assert "Nordlys Skincare" in sofia.ask("store_opening_next_step", "what do we do next?").text


def test_another_brand_asks_the_same_again(sofia: Talk) -> None:
    sofia.ask("store_opening_countdown", "how many days are left for Nordlys?")
    assert "Today is the last" in sofia.ask("nlu_fallback", "and Fjellvann?").text


def test_another_question_is_no_answer_to_which_brand(sofia: Talk) -> None:
    sofia.ask("store_opening_countdown", "how many days are left?")
    told = sofia.ask("store_opening_blockers", "what is holding Nordlys up right now").text
    assert "Trademark certificate" in told


def test_another_brands_figures_are_refused_by_name(ingrid: Talk) -> None:
    for text in ("how much did Kumo sell?", "how much did kumo kk sell?", "sales of KUMO"):
        told = ingrid.ask("gmv_to_date", text).text
        assert "own" in told
        assert "RMB" not in told


def test_the_beginning_of_a_name_is_enough_to_refuse(kenji: Talk) -> None:
    assert "RMB" not in kenji.ask("gmv_to_date", "and how much did Nordlys sell?").text


def test_a_foreign_number_reads_like_one_that_does_not_exist(kenji: Talk, session: Session) -> None:
    foreign = kenji.ask("store_opening_status", "where is BD-2026-004217?")
    missing = kenji.ask("store_opening_status", "where is BD-2026-999999?")
    assert session.scalar(select(Application).where(Application.number == "BD-2026-999999")) is None
    assert foreign.text.replace("004217", "999999") == missing.text
    assert foreign.buttons == missing.buttons


def test_the_guard_gives_the_same_answer_to_a_foreign_number(kenji: Talk) -> None:
    direct = kenji.ask("store_opening_status", "where is BD-2026-004217?").text
    assert kenji.ask("ask_other_brand_data", "where is BD-2026-004217?").text == direct


def test_a_visitor_is_not_told_whether_a_number_exists(visitor: Talk) -> None:
    there = visitor.ask("store_opening_status", "where is BD-2026-004217?").text
    missing = visitor.ask("store_opening_status", "where is BD-2026-999999?").text
    assert there == missing
    assert "[sign in](/sign-in)" in there


def test_ones_own_number_is_no_other_brands_data(ingrid: Talk) -> None:
    assert "Day 16 of 30" in ingrid.ask("ask_other_brand_data", "where is bd2026 4217?").text


def test_a_visitor_gets_no_brands_figures(visitor: Talk) -> None:
    told = visitor.ask("ask_other_brand_data", "how much did Kumo sell?").text
    assert "sign in" in told
    assert "RMB" not in told
