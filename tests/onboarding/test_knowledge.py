"""Articles say their date and source, and take every figure from the programme."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from onboarding.knowledge import KnowledgeInvalid, article_by_slug, articles, load_articles
from onboarding.money import Money
from onboarding.programme import programme
from onboarding.wording import in_words, listed

HEAD = "---\nintent: ask_fees\ntitle: Fees\nvalid_from: 2026-01-01\nsource: A table\nassumption: true\n---\n"


def written(folder: Path, text: str, name: str = "fees.md") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_an_article_has_a_short_and_a_full_answer(tmp_path):
    folder = written(tmp_path, HEAD + "In short.\n<!-- full -->\nIn full.\n")

    article = load_articles(folder, programme())["ask_fees"]

    assert (article.short, article.full) == ("In short.", "In full.")
    assert (article.title, article.source, article.valid_from) == ("Fees", "A table", date(2026, 1, 1))
    assert article.assumption
    assert article.next == ()


def test_without_a_full_answer_the_short_one_stands_for_it(tmp_path):
    article = load_articles(written(tmp_path, HEAD + "All there is."), programme())["ask_fees"]

    assert article.full == "All there is."


@pytest.mark.parametrize(
    ("path", "written_as"),
    [
        ("opening.days", "30"),
        ("installed_base.brands_at_least", "25,000"),
        ("incubation.target", "RMB 1,000,000"),
        ("fees.deposit", "RMB 150,000 or 300,000"),
        ("fees.deposit.COSMETICS", "RMB 150,000"),
        ("fees.deposit.valid_from", "Thu 1 January 2026"),
        ("fees.commission", "2 to 5"),
        ("fees.commission.FASHION", "5"),
        ("livestream.start", "20:00"),
        ("incubation.shown_currencies", "EUR, USD and GBP"),
        ("incubation.tiers.0.benefit", "0.5 points off commission"),
        ("store_types.FLAGSHIP.label", "Flagship store"),
    ],
)
def test_a_placeholder_becomes_the_figure_of_the_programme(tmp_path, path, written_as):
    folder = written(tmp_path, HEAD + "It is {{ " + path + " }}.")

    assert load_articles(folder, programme())["ask_fees"].short == f"It is {written_as}."


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("No front matter.", "front matter"),
        (HEAD.replace("source: A table\n", "") + "x", "source"),
        (HEAD.replace("2026-01-01", "soon") + "x", "valid_from"),
        (HEAD + "{{ fees.nothing }}", "fees.nothing"),
        (HEAD + "{{ fees.deposit.NOTHING }}", "fees.deposit.NOTHING"),
    ],
)
def test_a_mistake_in_an_article_is_named_with_its_file(tmp_path, text, named):
    with pytest.raises(KnowledgeInvalid, match=rf"fees\.md.*{named}"):
        load_articles(written(tmp_path, text), programme())


def test_a_question_has_only_one_article(tmp_path):
    written(tmp_path, HEAD + "One.")

    with pytest.raises(KnowledgeInvalid, match="already"):
        load_articles(written(tmp_path, HEAD + "Another.", "more.md"), programme())


def test_every_article_of_the_project_can_be_read_and_found_by_its_address():
    assert articles()
    assert all(article_by_slug(article.slug) is article for article in articles().values())
    assert article_by_slug("nothing-of-the-kind") is None


def test_what_comes_next_after_an_article_is_named_like_an_intent():
    assert all(intent.islower() and " " not in intent for one in articles().values() for intent in one.next)


def test_figures_are_written_as_in_a_sentence():
    assert in_words(Decimal("0.50")) == "0.5"
    assert in_words(Money.of(300_000)) == "RMB 300,000"
    assert in_words(time(9)) == "09:00"
    assert in_words(("PDF", "JPG"), "or") == "PDF or JPG"
    assert listed(["one"]) == "one"
    assert listed([]) == ""
