"""Secrets that are derived from the server's own key and a version; the database holds the version alone."""

from datetime import datetime

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column


class HasSecret:
    """The version before counts beside this one until `previous_secret_until`."""

    secret_version: Mapped[int] = mapped_column(default=1)
    previous_secret_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
