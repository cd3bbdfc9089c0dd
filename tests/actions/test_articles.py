"""Answers from knowledge/."""

import pytest

from actions import articles as skill
from onboarding.knowledge import Article, articles
from tests.actions.conftest import Talk


def test_an_article_is_told_with_source_and_date(visitor: Talk) -> None:
    told = visitor.ask("ask_fees", "what does it cost?").text
    assert articles()["ask_fees"].short in told
    assert "in force since" in told


def test_every_article_can_be_told(visitor: Talk) -> None:
    for intent in articles():
        assert "{" not in visitor.ask(intent, intent).text


def test_says_honestly_that_there_is_no_answer_yet(visitor: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    no_articles: dict[str, Article] = {}
    monkeypatch.setattr(skill, "articles", lambda: no_articles)
    told = visitor.ask("consumer_insights", "what do consumers want?")
    assert "no reliable answer" in told.text
    assert told.payloads[0] == "/handoff_human"


def test_an_article_can_be_told_in_short(visitor: Talk) -> None:
    visitor.ask("ask_fees", "what does it cost?")
    assert visitor.ask("rephrase", "simpler").text.startswith("In short: ")


def test_benefits_come_with_ones_own_case(kenji: Talk, ingrid: Talk) -> None:
    assert "50% reached on" in kenji.ask("incubation_benefits", "what do we get?").text
    assert "Nordlys" not in ingrid.ask("incubation_benefits", "what do we get?").text


def test_eligibility_comes_with_ones_own_rank(kenji: Talk) -> None:
    assert "rank 7 of 64 brands" in kenji.ask("livestream_eligibility", "do we qualify?").text


def test_fees_come_with_those_of_the_category(visitor: Talk, kenji: Talk) -> None:
    assert (
        "Supplements: a deposit of RMB 300,000"
        in visitor.ask("ask_fees", "what does it cost for vitamins?").text
    )
    assert "Home textiles: a deposit of RMB 150,000" in kenji.ask("ask_fees", "what does it cost?").text
