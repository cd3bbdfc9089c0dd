"""The help pages: the same answers that the assistant gives, in full."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from aiohttp import web
from markdown_it import MarkdownIt
from markupsafe import Markup

from onboarding import office_hours
from onboarding.knowledge import Article, article_by_slug, articles
from onboarding.search import search
from web.database import in_database
from web.rendering import render

_LONGEST_QUERY = 200


async def index(request: web.Request) -> web.Response:
    asked = request.query.get("q", "").strip()[:_LONGEST_QUERY]
    return render(request, "help/index.html", articles=articles(), asked=asked, hits=search(asked))


async def article(request: web.Request) -> web.Response:
    hours = await in_database(request.app, office_hours.rules_today)
    found = article_by_slug(request.match_info["slug"], hours)
    if found is None:
        raise web.HTTPNotFound
    return render(
        request,
        "help/article.html",
        article=found,
        short=as_html(found.short),
        full=as_html(found.full) if found.full != found.short else "",
        related=_related(found, articles()),
    )


@lru_cache(maxsize=256)
def as_html(text: str) -> Markup:
    return Markup(_markdown().render(text, {}))


@cache
def _markdown() -> MarkdownIt:
    # Raw HTML stays text, also in articles that an operator writes.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", _open_table)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return markdown


def _open_table(_renderer: Any, _tokens: Any, _index: int, _options: Any, env: dict[str, Any]) -> str:
    """A wide table scrolls inside a region that can be reached by keyboard."""
    number = env["tables"] = env.get("tables", 0) + 1
    return f'<div class="scroll" role="region" aria-label="Table {number}" tabindex="0"><table>\n'


def _related(found: Article, known: Mapping[str, Article]) -> list[Article]:
    return [known[intent] for intent in found.next if intent in known]
