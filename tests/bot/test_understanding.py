"""What the assistant takes a message for: several questions, other languages, and data kept apart."""

import re
from pathlib import Path

import pytest

from bot.audit import contradictions, near_duplicates, thin
from bot.evaluate import judge, summary
from bot.intents import SentenceIntentClassifier, Understood, encoded
from bot.questions import questions_in
from bot.training import examples

JUDGED_BY = Path(__file__).resolve().parents[2] / "bench" / "understanding"


def plain(message):
    return re.sub(r"\W+", " ", message.casefold()).strip()


@pytest.fixture(scope="module")
def trained_examples():
    return examples()


@pytest.fixture(scope="module")
def trained_on(trained_examples):
    messages, intents = trained_examples
    return {plain(message): intent for message, intent in zip(messages, intents, strict=True)}


@pytest.mark.parametrize("name", ["heldout", "dev", "unseen"])
def test_no_message_to_judge_by_is_trained_on(trained_on, name):
    lines = (JUDGED_BY / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    # Of one or two words, such as "yes" or "thank you", there are not enough to go round.
    judged = {plain(line.split("\t")[0]) for line in lines}

    assert sorted(message for message in judged & trained_on.keys() if len(message.split()) > 2) == []


def test_every_intent_has_examples_enough(trained_examples):
    assert thin(trained_examples[1]) == []


def test_no_message_is_trained_under_two_intents(trained_examples):
    assert contradictions(*trained_examples) == []


def test_the_audit_finds_a_message_under_two_intents_and_a_message_written_twice():
    messages = ["Where are we?", "where are we", "where are we now please", "Where are we now please"]
    intents = ["store_opening_status", "store_opening_blockers", "repeat", "repeat"]

    assert contradictions(messages, intents)[0][0] == "where are we"
    assert near_duplicates(encoded(messages)[:, -1], intents) == [(2, 3)]


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("What's our GMV so far, and what rank are we?", ["What's our GMV so far", "what rank are we?"]),
        (
            "how much is the deposit? and when do I pay it?",
            ["how much is the deposit?", "and when do I pay it?"],
        ),
        ("Hi, we sell soap. Which papers do you need?", ["Which papers do you need?"]),
        ("We sell soap and candles in Norway.", []),
        ("status?", []),
    ],
)
def test_the_questions_of_a_message_are_told_apart(message, questions):
    assert [question.text for question in questions_in(message)] == questions


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        (
            "What's our GMV so far, and what rank are we in the livestream?",
            ["gmv_to_date", "livestream_rank"],
        ),
        ("Which documents do I need? How much is the deposit?", ["document_requirements", "ask_fees"]),
        ("which documents do you need, and do you need them translated?", None),
        ("When is the next livestream?", None),
    ],
)
async def test_two_questions_are_understood_as_two_and_one_as_one(brain, message, asked):
    parsed = await brain.parse(message)

    if asked is not None:
        assert [question["intent"] for question in parsed["questions"]] == asked
    assert len(parsed.get("questions") or [None]) == len(asked or parsed.get("questions") or [None])


@pytest.mark.parametrize(
    ("shares", "close"),
    [
        ({"ask_fees": 0.4, "payments_settlement": 0.35, "greet": 0.1}, ["ask_fees", "payments_settlement"]),
        ({"ask_fees": 0.4, "payments_settlement": 0.2}, []),
        ({"ask_fees": 0.5, "payments_settlement": 0.45}, []),
        ({"store_opening_status": 0.4, "store_opening_blockers": 0.35}, []),
    ],
)
def test_it_is_close_where_the_likeliest_intents_answer_differently(shares, close):
    classifier = SentenceIntentClassifier(SentenceIntentClassifier.get_default_config(), None, None)
    ranking = [{"name": name, "confidence": share} for name, share in shares.items()]

    assert classifier._close(Understood("?", 0, ranking, 0.4)) == close


@pytest.mark.parametrize("message", ["how do i connect slack", "explain like im five"])
async def test_english_with_a_strange_word_stays_english(brain, message):
    assert (await brain.parse(message))["intent"]["name"] != "non_english"


@pytest.mark.parametrize(
    "message",
    [
        "Wie lange dauert die Registrierung bei Ihnen?",
        "¿Cuánto cuesta abrir una tienda?",
        "我们需要哪些文件？",
    ],
)
async def test_other_languages_are_noticed(brain, message):
    assert (await brain.parse(message))["intent"]["name"] == "non_english"


@pytest.mark.parametrize("name", ["heldout", "unseen"])
async def test_messages_that_were_written_without_sight_of_the_training_are_understood(brain, name):
    figures = summary(await judge(brain, JUDGED_BY / f"{name}.tsv"))

    assert figures["accuracy"] >= 0.95
    assert figures["oos_recall"] >= 0.95
    assert figures["oos_false_alarms"] <= 0.02
