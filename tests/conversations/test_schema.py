import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

import conversations.channels.models
import conversations.desk.models
import conversations.models
import conversations.webhooks.models
import onboarding.models
from conversations.schema import alembic_config, migrate
from onboarding.database import Base
from onboarding.errors import DomainError
from onboarding.models import Staff
from onboarding.staff import second_factor
from onboarding.staff.second_factor import CodeOutcome

assert conversations.desk.models
assert conversations.channels.models
assert conversations.models
assert conversations.webhooks.models
assert onboarding.models


KEY, TAO = b"a key for tests", "tao.chen@desk.example"


def is_ours(thing, name, kind, reflected, compare_to):
    return not (kind == "table" and name.startswith("procrastinate_"))


def test_the_migrations_make_exactly_the_tables_of_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": True}
        )

        assert compare_metadata(context, Base.metadata) == []


def test_second_factors_that_were_stored_in_plain_text_are_encrypted_and_go_on_working(
    database_url, sessions
):
    with sessions.begin() as session:
        second_factor.begin(session, second_factor.vault(KEY), tao(session).id)
    command.downgrade(alembic_config(database_url, KEY), "0016")
    with sessions() as session:
        plain = tao(session).totp_secret
        code = second_factor.code_at(plain, second_factor.current_step())

    migrate(database_url, KEY)

    with sessions() as session:
        assert plain not in tao(session).totp_secret
        outcome = second_factor.check(session, second_factor.vault(KEY), tao(session).id, code)
        assert outcome is CodeOutcome.RIGHT


def test_secrets_are_never_left_in_plain_text_for_want_of_a_key(database_url, sessions):
    with sessions.begin() as session:
        tao(session).totp_secret = "A" * 32
        session.execute(text("UPDATE alembic_version SET version_num = '0016'"))

    with pytest.raises(DomainError, match="no key"):
        migrate(database_url)


def tao(session) -> Staff:
    return session.scalars(select(Staff).where(Staff.email == TAO)).one()
