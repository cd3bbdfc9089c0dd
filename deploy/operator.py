"""`python -m deploy.operator EMAIL NAME`: makes the first operator, who lets everybody else in.

It prints a link that opens the account once. DATABASE_URL and BASE_URL are read as by the site; without DATABASE_URL
it is the embedded PostgreSQL in DATA_DIR.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from conversations.embedded_postgres import EmbeddedPostgres
from conversations.schema import migrate
from onboarding.database import build_engine, session_factory
from onboarding.errors import DomainError
from onboarding.secret_key import secret_key
from onboarding.settings import Settings
from onboarding.staff import accounts, links

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class AddressInvalid(DomainError):
    code = "address_invalid"
    what_to_do = "Enter an address like name@example.com, then the name."


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.operator", description="Make the first operator.")
    parser.add_argument("email", help="their address at work, to which later sign-in links are mailed")
    parser.add_argument("name", help="their name, as brands and colleagues see it")
    parser.add_argument("--another", action="store_true", help="also where there is an operator already")
    wanted = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        with _database(settings) as session:
            print(make(session, settings.base_url, wanted.email, wanted.name, another=wanted.another))
    except DomainError as refused:
        print(f"{refused} {refused.what_to_do}", file=sys.stderr)
        return 1
    return 0


def make(session: Session, base_url: str, email: str, name: str, *, another: bool = False) -> str:
    """What to tell. Raises OperatorExists, StaffExists, AddressInvalid."""
    if not _ADDRESS.fullmatch(email.strip()) or not name.strip():
        raise AddressInvalid(f"{email!r} is not an email address with a name behind it.")
    staff, token = accounts.first_operator(session, email, name.strip(), another=another)
    days = links.INVITATION_LASTS.days
    return (
        f"{staff.name} is an operator. This link opens the account, once, within {days} days:\n"
        f"{base_url}/desk/sign-in/link/{token}"
    )


@contextmanager
def _database(settings: Settings) -> Iterator[Session]:
    postgres = EmbeddedPostgres(settings.data_dir) if settings.database_url is None else None
    url = settings.database_url or (postgres.start() if postgres else "")
    try:
        migrate(url, secret_key(settings))
        engine = build_engine(url)
        with session_factory(engine).begin() as session:
            yield session
        engine.dispose()
    finally:
        if postgres is not None:
            postgres.stop()


if __name__ == "__main__":
    sys.exit(main())
