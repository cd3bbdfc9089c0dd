"""When a conversation stumbles."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.models import Handoff
from conversations.names import HandoffReason
from tests.actions.conftest import Talk

GUESSES = ("nlu_fallback", "store_opening_status", "document_status", "greet", "gmv_to_date", "ask_fees")


def test_asks_again_with_three_guesses_that_can_be_asked(ingrid: Talk) -> None:
    asked = ingrid.ask("nlu_fallback", "hm", ranking=GUESSES)
    assert asked.payloads == ["/store_opening_status", "/document_status", "/gmv_to_date"]


def test_offers_a_person_the_second_time_in_a_row(ingrid: Talk) -> None:
    first = ingrid.ask("nlu_fallback", "hm", ranking=GUESSES)
    second = ingrid.ask("nlu_fallback", "hm hm", ranking=GUESSES)
    assert second.text != first.text
    assert second.payloads[0] == "/handoff_human"


def test_yes_takes_the_person_who_was_offered(ingrid: Talk) -> None:
    ingrid.ask("nlu_fallback", "hm")
    ingrid.ask("nlu_fallback", "hm hm")
    assert "need not repeat anything" in ingrid.ask("affirm", "yes").text


def test_calls_a_person_the_third_time_in_a_row(ingrid: Talk, session: Session) -> None:
    texts = [ingrid.ask(intent, "hm").text for intent in ("nlu_fallback", "out_of_scope") * 3]
    [called] = session.scalars(select(Handoff))
    assert called.reason == HandoffReason.MISUNDERSTOOD
    assert "asked a person of our team" in texts[2]
    assert len(set(texts)) == 6


def test_what_is_understood_in_between_starts_the_count_anew(ingrid: Talk, session: Session) -> None:
    ingrid.ask("nlu_fallback", "hm")
    ingrid.ask("nlu_fallback", "hm")
    ingrid.ask("store_opening_status", "status")
    ingrid.ask("nlu_fallback", "hm")
    assert session.scalars(select(Handoff)).all() == []


def test_says_it_in_other_words_the_next_time(ingrid: Talk) -> None:
    first = ingrid.ask("nlu_fallback", "hm", ranking=GUESSES).text
    ingrid.ask("store_opening_status", "status")
    assert ingrid.ask("nlu_fallback", "hm", ranking=GUESSES).text != first


def test_another_subject_asked_again_leads_to_a_person(ingrid: Talk) -> None:
    first = ingrid.ask("out_of_scope", "the weather?")
    second = ingrid.ask("out_of_scope", "and tomorrow?")
    assert first.text != second.text
    assert second.payloads == ["/handoff_human"]


def test_repeats_the_last_answer_with_its_buttons(ingrid: Talk) -> None:
    said = ingrid.ask("store_opening_status", "status")
    assert ingrid.ask("repeat", "again").text == said.text
    assert ingrid.ask("repeat", "again please").buttons == said.buttons


def test_says_the_last_answer_in_short(ingrid: Talk) -> None:
    said = ingrid.ask("store_opening_status", "status").text
    short = ingrid.ask("rephrase", "simpler").text
    assert "Day 16 of 30" in short
    assert len(short) < len(said) / 2


def test_offers_a_person_where_there_are_no_shorter_words(ingrid: Talk) -> None:
    ingrid.ask("greet", "hello")
    assert "/handoff_human" in ingrid.ask("rephrase", "what?").payloads


def test_repeats_nothing_where_nothing_was_said(visitor: Talk) -> None:
    assert "nothing to repeat" in visitor.ask("repeat", "again").text


def test_goes_back_to_the_topic_before(ingrid: Talk) -> None:
    ingrid.ask("store_opening_status", "status")
    ingrid.ask("livestream_date", "when is the livestream?")
    told = ingrid.ask("go_back", "go back").text
    assert "Back to: Where do we stand?" in told
    assert "Day 16 of 30" in told


def test_a_correction_asks_the_same_again_with_what_is_right(visitor: Talk) -> None:
    visitor.ask("document_requirements", "what documents does a French cosmetics brand need?")
    told = visitor.ask("correct", "no, Italian").text
    assert "Documents for cosmetics, from Italy:" in told


def test_a_correction_without_content_asks_for_it(visitor: Talk) -> None:
    assert "Tell me what is right" in visitor.ask("correct", "that is wrong").text


def test_a_greeting_knows_the_name(kenji: Talk, visitor: Talk) -> None:
    assert kenji.ask("greet", "hi").text.startswith("Hello Kenji")
    assert "assistant" in visitor.ask("greet", "hi").text


def test_says_that_it_is_no_person(visitor: Talk) -> None:
    assert "not a person" in visitor.ask("bot_challenge", "are you a robot?").text


def test_stops_without_changing_anything(ingrid: Talk) -> None:
    assert "Nothing was changed" in ingrid.ask("cancel", "stop").text


def test_yes_and_no_without_a_question_ask_for_the_next(ingrid: Talk) -> None:
    assert ingrid.ask("affirm", "yes").buttons
    assert ingrid.ask("deny", "no").buttons


def test_what_could_be_two_questions_is_asked_back_with_both(visitor: Talk) -> None:
    close = ("ask_fees", "payments_settlement")
    asked = visitor.ask("ask_fees", "and the money?", ranking=close, close=close)
    assert asked.payloads == ["/ask_fees", "/payments_settlement"]


def test_what_cannot_be_offered_for_choice_is_answered(visitor: Talk) -> None:
    answered = visitor.ask("ask_fees", "hm, fees", close=("ask_fees", "greet"))
    assert "deposit" in answered.text


def test_offers_the_article_that_has_the_words_of_a_question_without_an_intent(visitor: Talk) -> None:
    offered = visitor.ask("nlu_fallback", "host script samples", ranking=GUESSES)
    assert '"How to prepare for the livestream"' in offered.text
    assert "(/help/livestream-prepare)" in offered.text
    assert offered.payloads == ["/livestream_date", "/livestream_rank"]


def test_one_word_in_common_offers_no_article(visitor: Talk) -> None:
    assert "/help/" not in visitor.ask("nlu_fallback", "samples of my favourite music", ranking=GUESSES).text
