"""Days of the demonstration, told from the day it is made as of."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from onboarding.clock import CHINA

WRITTEN_AS_OF = date(2026, 5, 20)


@dataclass(frozen=True)
class Calendar:
    as_of: date

    def on(self, days_ago: int) -> date:
        return self.as_of - timedelta(days=days_ago)

    def at(self, days_ago: int, hour: int = 10, minute: int = 0) -> datetime:
        return datetime.combine(self.on(days_ago), time(hour, minute), CHINA).astimezone(UTC)

    def moved(self, day: date) -> date:
        """A day as it is written in the files."""
        return day + (self.as_of - WRITTEN_AS_OF)

    def moved_moment(self, moment: datetime) -> datetime:
        return moment + (self.as_of - WRITTEN_AS_OF)
