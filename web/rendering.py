"""Pages and mails from templates: everything on a page is escaped, and every page knows its reader."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from conversations.messages import LONGEST_TEXT
from onboarding import countries, dates, money
from onboarding.addresses import document_slug, step_path
from onboarding.programme import programme
from onboarding.wording import in_words, inside_a_sentence
from web import devices
from web.brand_paths import brand_path
from web.desk.conversations import wording as of_the_desk
from web.keys import SETTINGS, STATIC, TEMPLATES
from web.navigation import navigation
from web.registration_paths import registration_path
from web.security.sessions import reader

_TEMPLATES = Path(__file__).with_name("templates")


def build_environment(app: web.Application) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters.update(
        at=_at,
        brand_path=brand_path,
        city=dates.zone_city,
        counted=_counted,
        country=countries.country_name,
        day=dates.day,
        device=devices.in_words,
        document_slug=document_slug,
        filesize=_file_size,
        inside=inside_a_sentence,
        moment=dates.moment,
        money=money.format_money,
        month=dates.month,
        registration_path=registration_path,
        short_day=dates.short_day,
        step_path=step_path,
        whole=money.format_whole,
        words=in_words,
    )
    environment.filters.update(of_the_desk.FILTERS)
    environment.globals.update(
        static=app[STATIC].address,
        programme=programme(),
        countries=countries.countries,
        in_demonstration=not app[SETTINGS].in_production,
    )
    return environment


def _at(written: str, zone: ZoneInfo) -> str:
    """A moment that is kept as text, as in traces."""
    return dates.moment(datetime.fromisoformat(written), zone)


def render(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    who = reader(request)
    body = (
        request.app[TEMPLATES]
        .get_template(template)
        .render(
            reader=who,
            navigation=navigation(request, context.get("brand"), context.get("own", [])),
            chat_attributes=_chat_attributes(request),
            **context,
        )
    )
    return web.Response(text=body, status=status, content_type="text/html")


def _chat_attributes(request: web.Request) -> Markup:
    who = reader(request)
    return Markup('data-who="{}" data-zone="{}" data-limit="{}"').format(
        who.label, who.contact.time_zone if who.contact else "", LONGEST_TEXT
    )


def _counted(number: int) -> str:
    """Small numbers as words inside a sentence."""
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return words[number] if number < len(words) else str(number)


def _file_size(size_bytes: int) -> str:
    """ "1.2 MB", "340 KB"."""
    kilobytes = size_bytes / 1024
    return f"{kilobytes / 1024:.1f} MB" if kilobytes >= 1024 else f"{max(1, round(kilobytes))} KB"
