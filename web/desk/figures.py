"""Leads: first replies, promises, ends, ratings and reasons, by day and by person, also as files."""

from collections.abc import Iterable
from datetime import date, timedelta

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import figures
from conversations.figures import LONGEST_DAYS, Figures, Report
from onboarding import clock, dates
from web import bar_chart
from web.database import in_database
from web.desk.days import day_entered
from web.desk.rendering import render_desk
from web.tables import table_file

_DAYS_AT_FIRST = 14
_KINDS = ("kept", "broken", "open")
_HEAD = [
    "calls", "promises kept", "promises broken", "first reply, minutes", "until the end, minutes",
    "resolved", "handed back", "rated", "stars",
]  # fmt: skip


async def show_figures(request: web.Request) -> web.Response:
    first, last, report = await _asked_for(request)
    return render_desk(
        request,
        "desk/figures.html",
        report=report,
        first=first,
        last=last,
        chart=_drawn(report),
        span=duration_in_words,
    )


async def download_figures(request: web.Request) -> web.Response:
    first, last, report = await _asked_for(request)
    name = f"figures-{first}-{last}"
    by = request.query.get("by")
    if by == "reason":
        return table_file(f"{name}-reasons.csv", ["reason", "calls"], report.by_reason)
    if by == "staff":
        return table_file(f"{name}-staff.csv", ["name", *_HEAD], _rows(report.by_staff))
    return table_file(f"{name}-days.csv", ["day", *_HEAD], _rows(report.by_day))


def duration_in_words(minutes: int | None) -> str:
    """ "8 min", "2 h 5 min", "3 days 4 h"; nothing is said of what there is not."""
    if minutes is None:
        return "–"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, hours = divmod(hours, 24)
    said = "1 day" if days == 1 else f"{days} days"
    return f"{said} {hours} h" if hours else said


async def _asked_for(request: web.Request) -> tuple[date, date, Report]:
    first, last = day_entered(request.query.get("from")), day_entered(request.query.get("to"))
    return await in_database(request.app, _read, first, last)


def _read(session: Session, first: date | None, last: date | None) -> tuple[date, date, Report]:
    today = clock.today_in_china(session)
    last = min(last or today, today)
    first = min(first or last - timedelta(days=_DAYS_AT_FIRST - 1), last)
    first = max(first, last - timedelta(days=LONGEST_DAYS - 1))
    return first, last, figures.report(session, first, last)


def _drawn(report: Report) -> bar_chart.BarChart:
    amounts = [(row.kept, row.broken, row.calls - row.kept - row.broken) for _, row in report.by_day]
    return bar_chart.draw([dates.short_day(day) for day, _ in report.by_day], _KINDS, amounts)


def _rows(found: Iterable[tuple[object, Figures]]) -> Iterable[list[object]]:
    for key, row in found:
        yield [
            key, row.calls, row.kept, row.broken, row.first_reply_minutes, row.resolution_minutes,
            row.resolved, row.handed_back, row.rated, row.stars,
        ]  # fmt: skip
