"""Words, rules and actions fit together."""

import re
from pathlib import Path

import yaml

from actions.base import Skill
from onboarding.knowledge import articles
from onboarding.names import Stage, Turn
from tests.actions.conftest import PROJECT, executor, rules

DOMAIN = yaml.safe_load((PROJECT / "domain.yml").read_text())
RESPONSES: dict[str, list[dict[str, str]]] = DOMAIN["responses"]
SOURCE = "\n".join(path.read_text() for path in sorted((PROJECT / "actions").glob("*.py")))
# Names that are put together when an action runs: what stands in braces is one of these.
MADE_UP = {
    "say_ticket_": {
        "asked_for_person",
        "complaint",
        "callback",
        "misunderstood",
        "expedite",
    },
    "say_opening_": {stage.lower() for stage in (Stage.DRAFT, Stage.OPEN, Stage.REJECTED, Stage.WITHDRAWN)},
    "say_requirement_": {"always", "depends", "optional", "not_asked"},
    "line_turn_": set(Turn),
    "line_do_": {stage for stage in Stage if stage.turn is Turn.BRAND},
    "line_needed_": {"SUBMITTED", "APPROVED", "CONTRACT_AND_FEES", "None"},
    "line_by_": {"SUBMITTED", "APPROVED", "CONTRACT_AND_FEES"},
    "line_depends_": {"store_types", "categories", "declares"},
    "line_unknown_": {"store_type", "category", "declares"},
    "line_cut_off_": {"past", "coming"},
    "line_list_": {"FINAL", "PROVISIONAL"},
    "say_refused_": set(re.findall(r'code = "(\w+)"', SOURCE)),
    "button_": set(DOMAIN["intents"]),
    "count_": {
        f"{noun}{s}" for noun in ("day", "complete_day", "document", "working_hour") for s in ("", "s")
    },
    "say_": {"greet", "thanks", "goodbye", "bot_challenge"},
}


def named_in_actions() -> set[str]:
    return set(re.findall(r'"((?:say|line|count|button)_\w+)"', SOURCE))


def all_texts() -> list[str]:
    return [variant["text"] for variants in RESPONSES.values() for variant in variants]


def test_every_intent_has_one_rule() -> None:
    assert set(rules()) == {*DOMAIN["intents"], "nlu_fallback"}


def test_every_action_of_a_rule_exists_and_every_action_is_used() -> None:
    assert set(rules().values()) == set(DOMAIN["actions"])
    assert set(DOMAIN["actions"]) <= set(executor().actions)


def test_every_response_named_in_an_action_exists() -> None:
    numbered = {name[:-2] for name in RESPONSES if re.search(r"_\d$", name)}
    assert named_in_actions() <= set(RESPONSES) | numbered


def test_every_response_put_together_exists() -> None:
    needed = {prefix + name for prefix, names in MADE_UP.items() for name in names if prefix != "button_"}
    assert needed <= set(RESPONSES)


def test_every_response_is_used() -> None:
    named = named_in_actions()
    numbered = {name for name in RESPONSES if re.sub(r"_\d$", "", name) in named}
    made_up = {prefix + name for prefix, names in MADE_UP.items() for name in names}
    shortened = {
        name for name in RESPONSES if name.endswith("_short") and name.removesuffix("_short") in RESPONSES
    }
    assert set(RESPONSES) - named - numbered - made_up - shortened == set()


def test_every_next_question_of_an_article_has_a_button() -> None:
    missing = {
        intent
        for article in articles().values()
        for intent in article.next
        if f"button_{intent}" not in RESPONSES
    }
    assert missing == set()


def test_words_keep_to_the_house_style() -> None:
    forbidden = re.compile(r"\b(please|sorry|oops|invalid|applicant)\b|!", re.IGNORECASE)
    assert [text for text in all_texts() if forbidden.search(text)] == []


def test_no_figure_of_the_programme_stands_in_the_words() -> None:
    assert [
        text
        for text in all_texts()
        if re.search(r"\d", text.replace("day 1", "").replace("Day 1", "").replace("for 1 {", ""))
    ] == []


def test_words_that_users_read_are_not_in_the_actions() -> None:
    sentences = re.compile(r'^\s+(?:turn\.)?say\("(?!say_)', re.MULTILINE)
    assert sentences.findall(SOURCE) == []


def test_every_live_skill_is_reached_by_a_rule() -> None:
    reached = {action.removeprefix("action_") for action in rules().values()}
    assert set(Skill._by_intent) - reached == {"give_email"}


def test_files_stay_small() -> None:
    paths = [*(PROJECT / "actions").glob("*.py"), *Path(__file__).parent.glob("*.py")]
    assert [path.name for path in paths if len(path.read_text().splitlines()) > 250] == []
