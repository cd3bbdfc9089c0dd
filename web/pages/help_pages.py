"""The help pages: the same answers that the assistant gives, in full."""

from collections.abc import Mapping
from functools import lru_cache

from aiohttp import web
from markdown_it import MarkdownIt
from markupsafe import Markup

from onboarding.knowledge import Article, article_by_slug, articles
from web.rendering import render

# Raw HTML stays text, also in articles that an operator writes.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


async def index(request: web.Request) -> web.Response:
    return render(request, "help/index.html", articles=sorted(articles().values(), key=lambda one: one.title))


async def article(request: web.Request) -> web.Response:
    found = article_by_slug(request.match_info["slug"])
    if found is None:
        raise web.HTTPNotFound
    return render(
        request,
        "help/article.html",
        article=found,
        text=as_html(found.full),
        related=_related(found, articles()),
    )


@lru_cache(maxsize=256)
def as_html(text: str) -> Markup:
    return Markup(_markdown.render(text))


def _related(found: Article, known: Mapping[str, Article]) -> list[Article]:
    return [known[intent] for intent in found.next if intent in known]
