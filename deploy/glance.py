"""One look at a database that tells whether it needs preparing: most starts find it as they want it."""

import psycopg

from conversations.schema import newest_revision
from onboarding.settings import Settings

_REVISION = "SELECT version_num FROM alembic_version"
_HAS_DATA_AND_REAL_TIME = """
SELECT EXISTS (SELECT 1 FROM brands)
   AND NOT EXISTS (SELECT 1 FROM clock WHERE frozen_at IS NOT NULL OR ahead_by <> interval '0')
"""


def is_ready_as_it_is(settings: Settings, database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        try:
            revision = connection.execute(_REVISION).fetchone()
            if revision is None or revision[0] != newest_revision():
                return False
            if settings.in_production:
                return True
            has_data = connection.execute(_HAS_DATA_AND_REAL_TIME).fetchone()
        except psycopg.errors.UndefinedTable:
            return False
    return settings.brand_desk_now is None and has_data is not None and bool(has_data[0])
