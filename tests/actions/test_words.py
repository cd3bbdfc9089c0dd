"""Words, rules and actions fit together."""

import re
from pathlib import Path

import yaml

from actions.base import Skill
from conversations.names import HandoffReason
from onboarding.knowledge import articles
from onboarding.names import Stage, Turn
from tests.actions.conftest import PROJECT, executor, rules

DOMAIN = yaml.safe_load((PROJECT / "domain.yml").read_text())
RESPONSES: dict[str, list[dict[str, str]]] = DOMAIN["responses"]
WORDS: dict[str, str] = yaml.safe_load((PROJECT / "actions/words.yml").read_text())
NAMES = set(RESPONSES) | set(WORDS)
SOURCE = "\n".join(path.read_text() for path in sorted((PROJECT / "actions").glob("*.py")))
NAMED = set(re.findall(r'"((?:utter|line|count|button)_\w+)"', SOURCE))
# What the assistant calls a person for, "again" and "stands" said of it later.
CALLS = {"again_1", "again_2", "again_3", "stands"} | {
    reason.value
    for reason in HandoffReason
    if reason not in (HandoffReason.FAILED_TURNS, HandoffReason.AGENT_REPLIED)
}
# Names that are put together when an action runs.
MADE_UP = {
    "utter_": {"greet", "thanks", "goodbye", "bot_challenge"},
    "utter_ticket_": {*CALLS, "callback", "expedite"},
    "utter_waiting_": CALLS,
    "utter_opening_": {stage.lower() for stage in (Stage.DRAFT, Stage.OPEN, Stage.REJECTED)},
    "utter_requirement_": {"always", "depends", "optional", "not_asked"},
    "utter_refused_": set(re.findall(r'code = "(\w+)"', SOURCE)),
    "line_turn_": set(Turn),
    "line_do_": {Stage.DRAFT, Stage.CORRECTION_NEEDED},
    "line_upload_": {"first", "new", "letter"},
    "line_needed_": {"SUBMITTED", "APPROVED", "CONTRACT_AND_FEES", "None"},
    "line_by_": {"SUBMITTED", "APPROVED", "CONTRACT_AND_FEES"},
    "line_depends_": {"store_types", "categories", "declares"},
    "line_unknown_": {"store_type", "category", "declares"},
    "line_cut_off_": {"past", "coming"},
    "line_list_": {"FINAL", "PROVISIONAL"},
    "count_": {
        f"{noun}{s}"
        for noun in ("day", "month", "complete_day", "document", "working_hour")
        for s in ("", "s")
    },
}
PUT_TOGETHER = {prefix + name for prefix, names in MADE_UP.items() for name in names}
BUTTONS = {f"button_{intent}" for intent in DOMAIN["intents"]}


def without_number(name: str) -> str:
    return re.sub(r"_\d$", "", name)


def all_texts() -> list[str]:
    return [variant["text"] for variants in RESPONSES.values() for variant in variants] + list(WORDS.values())


def test_every_intent_has_one_rule() -> None:
    assert set(rules()) == {*DOMAIN["intents"], "nlu_fallback"}


def test_every_action_of_a_rule_exists_and_every_action_is_used() -> None:
    assert set(rules().values()) == set(DOMAIN["actions"])
    assert set(DOMAIN["actions"]) <= set(executor().actions)


def test_all_words_that_actions_name_exist() -> None:
    assert NAMES | {without_number(name) for name in NAMES} >= NAMED
    assert PUT_TOGETHER <= NAMES


def test_all_words_are_used() -> None:
    shortened = {
        name for name in RESPONSES if name.endswith("_short") and name.removesuffix("_short") in RESPONSES
    }
    numbered = {name for name in RESPONSES if without_number(name) in NAMED}
    assert NAMES - NAMED - PUT_TOGETHER - BUTTONS - shortened - numbered == set()


def test_every_next_question_of_an_article_has_a_button() -> None:
    missing = {
        intent
        for article in articles().values()
        for intent in article.next
        if f"button_{intent}" not in WORDS
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


def test_every_live_skill_is_reached_by_a_rule() -> None:
    reached = {action.removeprefix("action_") for action in rules().values()}
    assert set(Skill._by_intent) - reached == {"give_email"}


def test_files_stay_small() -> None:
    paths = [*(PROJECT / "actions").glob("*.py"), *Path(__file__).parent.glob("*.py")]
    assert [path.name for path in paths if len(path.read_text().splitlines()) > 250] == []
