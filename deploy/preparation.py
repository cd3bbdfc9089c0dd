"""`python -m deploy.preparation` makes a database ready to serve: schema, demonstration data, clock."""

from sqlalchemy.orm import Session

from conversations.schema import migrate
from onboarding import clock, demonstration
from onboarding.database import build_engine, session_factory
from onboarding.secret_key import secret_key
from onboarding.settings import Settings


def prepare(settings: Settings) -> None:
    """Leaves data that is there as it is; an empty database gets the demonstration, except in production."""
    database_url = str(settings.database_url)
    migrate(database_url, secret_key(settings))
    if settings.in_production:
        return
    engine = build_engine(database_url)
    with session_factory(engine).begin() as session:
        _set_clock(session, settings)
        if demonstration.is_empty(session):
            demonstration.load(session, clock.today_in_china(session))
        demonstration.add_staff(session)
    engine.dispose()


def _set_clock(session: Session, settings: Settings) -> None:
    if settings.brand_desk_now is not None:
        clock.set_now(session, settings.brand_desk_now)
    else:
        clock.return_to_real_time(session)


if __name__ == "__main__":
    prepare(Settings.from_environment())
