"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost."""

import re
import secrets
import time
from datetime import timedelta
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import DomainError
from onboarding.models import RecoveryCode, Staff
from onboarding.staff import sessions
from onboarding.tokens import hashed
from onboarding.vault import SecretsUnreadable, Vault

ISSUER = "Brand Desk"
_PURPOSE = b"brand desk: second factors of the staff"
RECOVERY_CODES = 10
WRONG_IN_A_ROW = 5
BLOCKED_FOR = timedelta(minutes=15)
_SECONDS_A_STEP = 30
_STEPS_AWAY = 1
# Without letters and digits that look alike.
_RECOVERY_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_GROUPS, _GROUP_LENGTH = 4, 4


class SecondFactorUnreadable(DomainError):
    code = "second_factor_unreadable"
    what_to_do = "Enter one of your recovery codes, or ask an operator to reset it."


class CodeOutcome(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    BLOCKED = "blocked"


def vault(secret_key: bytes) -> Vault:
    """In which the secrets of the apps lie."""
    return Vault(secret_key, _PURPOSE)


def current_step() -> int:
    """Counted in real time, which is all that the app knows, even where our own clock was moved."""
    return int(time.time()) // _SECONDS_A_STEP


def begin(session: Session, vault: Vault, staff_id: UUID) -> str:
    """The secret to put into the app, the same until a code of it was shown; a confirmed one is kept."""
    held = _locked(session, staff_id)
    if held.totp_secret is None:
        held.totp_secret = vault.close(pyotp.random_base32())
    return secret_in(vault, held.totp_secret)


def secret_in(vault: Vault, closed: str) -> str:
    """Raises SecondFactorUnreadable where SECRET_KEY is another one than when it was stored."""
    try:
        return vault.open(closed)
    except SecretsUnreadable:
        raise SecondFactorUnreadable("Your second factor cannot be read any more.") from None


def address_for_app(staff: Staff, secret: str) -> str:
    """The otpauth:// address that apps read from a square code."""
    return pyotp.TOTP(secret).provisioning_uri(name=staff.email, issuer_name=ISSUER)


def code_at(secret: str, step: int) -> str:
    return pyotp.HOTP(secret).at(step)


def confirm(session: Session, vault: Vault, staff_id: UUID, typed: str) -> CodeOutcome:
    """The first code of a new secret; right also gives the account its second factor."""
    staff = _locked(session, staff_id)
    if _is_blocked(session, staff):
        return CodeOutcome.BLOCKED
    outcome = _counted(session, staff, _code_of_app(vault, staff, _plain(typed)))
    if outcome is CodeOutcome.RIGHT:
        staff.totp_confirmed_at = staff.totp_confirmed_at or clock.now(session)
    return outcome


def check(session: Session, vault: Vault, staff_id: UUID, typed: str) -> CodeOutcome:
    """A code of the app or a recovery code; to be committed whatever comes out, since wrong ones are counted."""
    staff, code = _locked(session, staff_id), _plain(typed)
    if _is_blocked(session, staff):
        return CodeOutcome.BLOCKED
    if _is_recovery_code(session, staff, code):
        return _counted(session, staff, CodeOutcome.RIGHT)
    return _counted(session, staff, _code_of_app(vault, staff, code))


def new_recovery_codes(session: Session, staff_id: UUID) -> list[str]:
    """To be shown once; those before no longer work."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=hashed(_plain(code)), staff_id=staff_id) for code in codes)
    session.flush()
    return codes


def recovery_codes_left(session: Session, staff_id: UUID) -> int:
    unused = (RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return session.scalars(select(func.count()).select_from(RecoveryCode).where(*unused)).one()


def reset(session: Session, staff: Staff) -> None:
    """Back to none: it is set up anew, and whoever is signed in has to sign in again."""
    held = _locked(session, staff.id)
    held.totp_secret = held.totp_confirmed_at = held.totp_last_step = held.codes_blocked_until = None
    held.wrong_codes = 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    sessions.close_all(session, staff.id)


def _is_blocked(session: Session, staff: Staff) -> bool:
    return staff.codes_blocked_until is not None and staff.codes_blocked_until > clock.now(session)


def _counted(session: Session, staff: Staff, outcome: CodeOutcome) -> CodeOutcome:
    if outcome is CodeOutcome.RIGHT:
        staff.wrong_codes, staff.codes_blocked_until = 0, None
        return outcome
    staff.wrong_codes += 1
    if staff.wrong_codes >= WRONG_IN_A_ROW:
        staff.wrong_codes, staff.codes_blocked_until = 0, clock.now(session) + BLOCKED_FOR
        return CodeOutcome.BLOCKED
    return outcome


def _code_of_app(vault: Vault, staff: Staff, code: str) -> CodeOutcome:
    step = _step_of(secret_in(vault, staff.totp_secret), code) if staff.totp_secret else None
    if step is None:
        return CodeOutcome.WRONG
    if staff.totp_last_step is not None and step <= staff.totp_last_step:
        return CodeOutcome.USED
    staff.totp_last_step = step
    return CodeOutcome.RIGHT


def _step_of(secret: str, code: str) -> int | None:
    """Clocks differ a little: the code before and the one after count as well."""
    if not code.isascii():
        return None
    now = current_step()
    steps = range(now - _STEPS_AWAY, now + _STEPS_AWAY + 1)
    return next((step for step in steps if compare_digest(code_at(secret, step), code)), None)


def _is_recovery_code(session: Session, staff: Staff, typed: str) -> bool:
    found = session.get(RecoveryCode, hashed(typed), with_for_update=True, populate_existing=True)
    if found is None or found.staff_id != staff.id or found.used_at is not None:
        return False
    found.used_at = clock.now(session)
    return True


def _recovery_code() -> str:
    signs = [secrets.choice(_RECOVERY_SIGNS) for _ in range(_RECOVERY_GROUPS * _GROUP_LENGTH)]
    return "-".join(
        "".join(signs[start : start + _GROUP_LENGTH]) for start in range(0, len(signs), _GROUP_LENGTH)
    )


def _plain(typed: str) -> str:
    """People type spaces and hyphens, or do not."""
    return re.sub(r"[\s-]+", "", typed).lower()


def _locked(session: Session, staff_id: UUID) -> Staff:
    return session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)
