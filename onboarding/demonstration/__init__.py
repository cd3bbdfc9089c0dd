"""Data to show and to test with: three brands that are written down and some hundred that are made up."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, reminders
from onboarding.demonstration.calendar import Calendar
from onboarding.demonstration.generated import generated_brands
from onboarding.demonstration.openings import write_openings
from onboarding.demonstration.rankings import write_rankings
from onboarding.demonstration.staff import add_staff
from onboarding.demonstration.writer import write_brands, write_rates
from onboarding.demonstration.written import exchange_rates, written_brands
from onboarding.errors import DomainError
from onboarding.models import Brand

__all__ = ["NotEmpty", "add_staff", "is_demonstration", "is_empty", "load"]


_DAYS_OF_REMINDERS = 20


class NotEmpty(DomainError):
    code = "database_not_empty"
    what_to_do = "Load the demonstration into a database without brands."


def is_empty(session: Session) -> bool:
    return session.scalar(select(Brand.id).limit(1)) is None


def is_demonstration(session: Session) -> bool:
    """Whether pages have to say that brands, people and figures are made up."""
    return session.scalar(select(Brand.id).where(Brand.is_demonstration).limit(1)) is not None


def load(session: Session, as_of: date | None = None) -> None:
    """As of today in China, if not told otherwise; raises NotEmpty."""
    if not is_empty(session):
        raise NotEmpty("There are brands in the database already.")
    calendar = Calendar(as_of or clock.today_in_china(session))
    brands = [*written_brands(calendar), *generated_brands(calendar)]
    brand_ids = write_brands(session, brands)
    write_openings(session)
    write_rates(session, exchange_rates(calendar))
    write_rankings(session, brand_ids, brands, calendar.as_of)
    _were_reminded(session, calendar)
    add_staff(session)


def _were_reminded(session: Session, calendar: Calendar) -> None:
    """Whoever was to be reminded up to this day has been: it begins without a heap of mails."""
    for days_ago in (_DAYS_OF_REMINDERS, 0, -1):
        reminders.note_all_due(session, calendar.at(days_ago, hour=0))
