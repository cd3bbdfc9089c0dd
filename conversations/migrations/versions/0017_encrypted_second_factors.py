"""The secrets of second factors lie in the database encrypted"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import context, op

from onboarding.errors import DomainError
from onboarding.staff import second_factor
from onboarding.vault import Vault

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_STAFF = sa.table("staff", sa.column("id", sa.Uuid()), sa.column("totp_secret", sa.Text()))


class KeyMissing(DomainError):
    code = "secret_key_missing"
    what_to_do = "Start with `python -m deploy.preparation`, which knows SECRET_KEY."


def upgrade() -> None:
    _rewrite(lambda vault: vault.close)


def downgrade() -> None:
    _rewrite(lambda vault: vault.open)


def _rewrite(how: Callable[[Vault], Callable[[str], str]]) -> None:
    connection = op.get_bind()
    held = connection.execute(sa.select(_STAFF).where(_STAFF.c.totp_secret.is_not(None))).all()
    if not held:
        return
    secret_key = context.config.attributes.get("secret_key")
    if secret_key is None:
        raise KeyMissing("There are secrets to encrypt, and no key.")
    rewritten = how(second_factor.vault(secret_key))
    for staff in held:
        of_staff = sa.update(_STAFF).where(_STAFF.c.id == staff.id)
        connection.execute(of_staff.values(totp_secret=rewritten(staff.totp_secret)))
