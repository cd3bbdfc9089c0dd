"""Operators: the office hours and holidays from a day on, in China; promises follow at once."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, SelectMultipleField, TextAreaField, TimeField
from wtforms.validators import InputRequired, NumberRange

from onboarding import clock, office_hours
from onboarding.models import OfficeHoursChange, Staff
from onboarding.office_hours import NewHours
from onboarding.programme_types import Holiday, OfficeHours
from web.database import in_database
from web.desk.rendering import render_desk
from web.fields import several_lines
from web.security.forms import DeskForm, form_meta
from web.security.staff_sessions import staff_member

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_LONGEST_REPLY_HOURS = 80
_MOST_HOLIDAYS = 60
_LONGEST_HOLIDAY_DAYS = 31
_LONGEST_NAME = 60


class _Day(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a day, such as 2026-06-01") from None


class _Time(TimeField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a time, such as 09:00") from None


class _Hours(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a whole number of hours") from None


class HoursForm(DeskForm):
    valid_from = _Day(validators=[InputRequired("Enter the day from which this holds")])
    days = SelectMultipleField(
        coerce=int, choices=list(enumerate(_DAYS, 1)), validators=[InputRequired("Select at least one day")]
    )
    opens = _Time(validators=[InputRequired("Enter when people come")])
    closes = _Time(validators=[InputRequired("Enter when people leave")])
    first_reply_working_hours = _Hours(
        validators=[
            InputRequired("Enter within how many working hours the first reply is promised"),
            NumberRange(1, _LONGEST_REPLY_HOURS, f"Enter from 1 to {_LONGEST_REPLY_HOURS} hours"),
        ]
    )
    holidays = TextAreaField(filters=[several_lines])


async def show_hours(request: web.Request) -> web.Response:
    rules, today = await in_database(request.app, _rules_and_day)
    given = {
        "valid_from": today,
        "days": list(rules.days.value),
        "opens": rules.opens.value,
        "closes": rules.closes.value,
        "first_reply_working_hours": rules.first_reply_working_hours.value,
        "holidays": "\n".join(_line(holiday) for holiday in rules.holidays.value if holiday.last >= today),
    }
    return await _page(request, HoursForm(data=given, meta=form_meta(request)))


async def change_hours(request: web.Request) -> web.Response:
    posted = await request.post()
    form = HoursForm(posted, meta=form_meta(request))
    today = await in_database(request.app, clock.today_in_china)
    new = _new_hours(form, today)
    if new is None:
        return await _page(request, form, _typed(posted), status=422)
    await in_database(request.app, office_hours.change, staff_member(request), new)
    raise web.HTTPSeeOther("/desk/office-hours?done=saved")


def _new_hours(form: HoursForm, today: date) -> NewHours | None:
    """None where a field says what to enter."""
    if not form.validate():
        return None
    holidays, problems = _holidays(str(form.holidays.data or ""))
    opens, closes, valid_from = form.opens.data, form.closes.data, form.valid_from.data
    assert isinstance(opens, time)
    assert isinstance(closes, time)
    assert isinstance(valid_from, date)
    form.holidays.errors = problems
    if closes <= opens:
        form.closes.errors = ["Enter a time later than the one when people come"]
    if valid_from < today:
        form.valid_from.errors = [f"Enter today, {today.isoformat()} in China, or a later day"]
    if problems or form.closes.errors or form.valid_from.errors:
        return None
    return NewHours(
        valid_from=valid_from,
        days=tuple(sorted(form.days.data or [])),
        opens=opens,
        closes=closes,
        first_reply_working_hours=int(form.first_reply_working_hours.data or 0),
        holidays=tuple(sorted(holidays, key=lambda holiday: holiday.first)),
    )


def _holidays(text: str) -> tuple[list[Holiday], list[str]]:
    """One a line; with what is wrong in which line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_HOLIDAYS:
        return [], [f"Enter at most {_MOST_HOLIDAYS} holidays"]
    read = [_holiday(line) for line in lines]
    wrong = [number for number, one in enumerate(read, 1) if one is None]
    problems = [f"Enter line {number} as 2026-10-01 to 2026-10-07 National Day" for number in wrong]
    return [one for one in read if one is not None], problems


def _holiday(line: str) -> Holiday | None:
    first, _, rest = line.partition(" ")
    last, name = first, rest.strip()
    if name.startswith("to "):
        last, _, name = name.removeprefix("to ").strip().partition(" ")
    try:
        found = Holiday(name.strip(), date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    is_sound = found.name and len(found.name) <= _LONGEST_NAME
    return found if is_sound and 0 <= (found.last - found.first).days < _LONGEST_HOLIDAY_DAYS else None


def _line(holiday: Holiday) -> str:
    if holiday.first == holiday.last:
        return f"{holiday.first} {holiday.name}"
    return f"{holiday.first} to {holiday.last} {holiday.name}"


def _typed(posted: MultiDictProxy[Any]) -> dict[str, str]:
    """What fields of days, times and numbers cannot keep when it is none."""
    return {name: str(value) for name, value in posted.items() if isinstance(value, str)}


def _rules_and_day(session: Session) -> tuple[OfficeHours, date]:
    today = clock.today_in_china(session)
    return office_hours.rules_on(session, today), today


def _changes(session: Session) -> list[tuple[OfficeHoursChange, str]]:
    names = {staff.id: staff.name for staff in session.scalars(select(Staff))}
    return [(change, names[change.changed_by]) for change in office_hours.changes(session)]


async def _page(
    request: web.Request, form: HoursForm, typed: Mapping[str, str] | None = None, status: int = 200
) -> web.Response:
    rules, today = await in_database(request.app, _rules_and_day)
    return render_desk(
        request,
        "desk/office_hours.html",
        status=status,
        form=form,
        typed=typed,
        rules=rules,
        today=today,
        days=list(enumerate(_DAYS, 1)),
        changes=await in_database(request.app, _changes),
        done=request.query.get("done"),
    )
