"""Pages for everybody: the start page, help, status, and what is said when something is missing."""

import dataclasses

import pytest

from onboarding import knowledge
from onboarding.programme import programme
from onboarding.wording import in_words
from tests.serving import serving
from tests.web.visitor import Visitor
from web.app import create_app


async def test_the_start_page_reads_its_figures_from_the_programme(visitor):
    page = await visitor.open("/")

    figures = programme()
    assert f"Open your store in China in {figures.opening.days.value} days" in page.words
    assert in_words(figures.fees.deposit.value) in page.words
    assert "25,000+" in page.words
    assert figures.documents["BANK_PROOF"].label in page.words


async def test_the_start_page_leads_to_the_chat_with_the_question_written(visitor):
    page = await visitor.open("/")

    assert "/messages?ask=How%20do%20I%20start%20my%20registration%3F" in page.links("/messages")


async def test_every_link_on_the_pages_leads_somewhere(visitor):
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        path = todo.pop()
        seen.add(path)
        page = await visitor.open(path)
        assert page.status == 200, path
        assert all(
            f'id="{anchor}"' in page.html for anchor in (link[1:] for link in page.links("#") if link != "#")
        )
        links = {link.partition("#")[0] for link in page.links("/")}
        todo += [link for link in links - seen - set(todo) if link]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/help", "/privacy", "/status", "/messages", "/nowhere"])
async def test_every_page_says_that_it_is_a_demonstration(visitor, path):
    assert "This is a demonstration" in (await visitor.open(path)).words


async def test_production_does_not_say_so(production_server):
    async with Visitor(production_server) as visitor:
        assert "demonstration" not in (await visitor.open("/")).words.lower()


async def test_a_help_page_shows_the_full_answer_with_its_date_and_source(visitor, tmp_path, monkeypatch):
    (tmp_path / "fees.md").write_text(
        "---\nintent: ask_fees\ntitle: What it costs\nvalid_from: 2026-01-01\nsource: The table\n"
        "assumption: true\nnext: [ask_fees]\n---\nThe deposit is {{ fees.deposit.COSMETICS }}.\n"
        "<!-- full -->\n## Deposit\n\n<script>alert(1)</script> [x](javascript:alert(1))\n\n"
        "It is **{{ fees.deposit.COSMETICS }}**.\n"
    )
    found = knowledge.load_articles(tmp_path, programme())
    monkeypatch.setattr("web.pages.help_pages.articles", lambda: found)
    monkeypatch.setattr(
        "web.pages.help_pages.article_by_slug", lambda slug, hours: found.get(slug.replace("-", "_"))
    )

    page = await visitor.open("/help/ask-fees")

    assert "<strong>RMB 150,000</strong>" in page.html
    assert "Valid from Thu 1 January 2026. Source: The table." in page.words
    assert "<script>alert" not in page.html
    assert 'href="javascript' not in page.html


async def test_an_unknown_help_page_is_not_found(visitor):
    assert (await visitor.open("/help/nothing")).status == 404


async def test_health_tells_machines_what_works(visitor):
    page = await visitor.open("/health")

    assert (page.status, page.html) == (200, '{"database": "up", "assistant": "starting"}')


async def test_the_status_page_tells_people_what_works(visitor):
    page = await visitor.open("/status")

    assert "The assistant is getting ready" in page.words


async def test_a_page_that_does_not_exist_helps_on(visitor):
    page = await visitor.open("/nowhere")

    assert page.status == 404
    assert "This page was not found" in page.words


async def test_a_page_that_fails_shows_a_reference_and_no_details(visitor, monkeypatch):
    monkeypatch.setattr("web.pages.privacy.render", lambda *_: 1 / 0)

    page = await visitor.open("/privacy")

    assert page.status == 500
    assert "Something went wrong on our side" in page.words
    assert "ZeroDivision" not in page.html


async def test_while_the_database_is_away_pages_ask_to_come_back(settings):
    nowhere = "postgresql://postgres@127.0.0.1:1/nothing"
    app = create_app(dataclasses.replace(settings, database_url=nowhere))
    async with serving(app) as server, Visitor(server) as visitor:
        visitor.set_cookie("session", "one that cannot be looked up")
        page = await visitor.open("/account")
        health = await visitor.open("/health")
        status = await visitor.open("/status")

    assert page.status == 503
    assert page.headers["Retry-After"] == "5"
    assert "Back in a moment" in page.words
    assert health.status == 503
    assert (status.status, "The database is away" in status.words) == (200, True)


async def test_help_is_searched_by_words(visitor):
    page = await visitor.open("/help?q=apostille")

    assert "1 answer for “apostille”" in page.words
    assert '<a href="/help/document-translation">' in page.html


async def test_a_search_that_finds_nothing_says_what_to_do(visitor):
    page = await visitor.open("/help?q=<b>xylophone")

    assert "No answers for “<b>xylophone”" in page.words
    assert "ask in the chat" in page.words
    assert "<b>xylophone" not in page.html


async def test_a_form_that_is_too_large_gets_a_page_that_says_what_to_do(visitor):
    page = await visitor.submit(await visitor.open("/sign-in"), "/sign-in", email="x" * 1_500_000)

    assert page.status == 413
    assert "That was too much at once" in page.words
