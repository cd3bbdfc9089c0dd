"""Codes of RFC 6238, and what is refused."""

import pytest
from sqlalchemy import select

from onboarding.models import RecoveryCode, Staff
from onboarding.staff import second_factor
from onboarding.staff.second_factor import CodeOutcome, SecondFactorUnreadable

# "12345678901234567890" in base 32, as in appendix B of the RFC.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VAULT = second_factor.vault(b"a key for tests")


@pytest.fixture
def tao(session) -> Staff:
    staff = session.scalars(select(Staff).where(Staff.email == "tao.chen@desk.example")).one()
    staff.totp_secret, staff.totp_confirmed_at = VAULT.close(SECRET), staff.created_at
    session.flush()
    return staff


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standard(seconds, code):
    assert second_factor.code_at(SECRET, seconds // 30) == code


@pytest.mark.parametrize(
    ("away", "outcome"),
    [
        (-2, CodeOutcome.WRONG),
        (-1, CodeOutcome.RIGHT),
        (0, CodeOutcome.RIGHT),
        (1, CodeOutcome.RIGHT),
        (2, CodeOutcome.WRONG),
    ],
)
def test_a_clock_may_be_half_a_minute_off(session, tao, monkeypatch, away, outcome):
    monkeypatch.setattr(second_factor, "current_step", lambda: 1000)

    assert second_factor.check(session, VAULT, tao.id, second_factor.code_at(SECRET, 1000 + away)) is outcome


def test_after_a_code_neither_it_nor_an_earlier_one_is_taken(session, tao, monkeypatch):
    monkeypatch.setattr(second_factor, "current_step", lambda: 1000)
    codes = [second_factor.code_at(SECRET, step) for step in (1000, 1000, 999, 1001)]

    outcomes = [second_factor.check(session, VAULT, tao.id, code) for code in codes]

    assert outcomes == [CodeOutcome.RIGHT, CodeOutcome.USED, CodeOutcome.USED, CodeOutcome.RIGHT]


def test_spaces_do_not_matter(session, tao, monkeypatch):
    monkeypatch.setattr(second_factor, "current_step", lambda: 1000)
    code = second_factor.code_at(SECRET, 1000)

    assert second_factor.check(session, VAULT, tao.id, f" {code[:3]} {code[3:]}") is CodeOutcome.RIGHT


def test_what_is_no_code_is_wrong_and_never_an_error(session, tao):
    for typed in ("", "１２３４５６", "12345", "abcdef", "\x00", "9" * 500):
        assert second_factor.check(session, VAULT, tao.id, typed) in (CodeOutcome.WRONG, CodeOutcome.BLOCKED)


def test_of_recovery_codes_only_hashes_are_kept_and_new_ones_replace_the_old(session, tao):
    old = second_factor.new_recovery_codes(session, tao.id)
    new = second_factor.new_recovery_codes(session, tao.id)

    kept = set(session.scalars(select(RecoveryCode.code_hash)))
    assert not kept & {*old, *new}
    assert second_factor.check(session, VAULT, tao.id, old[0]) is CodeOutcome.WRONG
    assert second_factor.check(session, VAULT, tao.id, new[0]) is CodeOutcome.RIGHT
    assert second_factor.recovery_codes_left(session, tao.id) == second_factor.RECOVERY_CODES - 1


def test_nobody_uses_the_recovery_code_of_somebody_else(session, tao):
    hana = session.scalars(select(Staff).where(Staff.email == "hana.park@desk.example")).one()
    codes = second_factor.new_recovery_codes(session, hana.id)

    assert second_factor.check(session, VAULT, tao.id, codes[0]) is CodeOutcome.WRONG


def test_without_a_secret_no_code_is_right(session):
    hana = session.scalars(select(Staff).where(Staff.email == "hana.park@desk.example")).one()

    assert second_factor.check(session, VAULT, hana.id, "000000") is CodeOutcome.WRONG


def test_the_secret_is_not_to_be_read_in_the_database(session, tao):
    hana = session.scalars(select(Staff).where(Staff.email == "hana.park@desk.example")).one()

    secret = second_factor.begin(session, VAULT, hana.id)

    assert second_factor.begin(session, VAULT, hana.id) == secret
    assert secret not in hana.totp_secret
    assert second_factor.check(session, VAULT, hana.id, code_now(secret)) is CodeOutcome.RIGHT


def test_under_another_key_only_a_recovery_code_opens_the_account(session, tao):
    another = second_factor.vault(b"another key")
    codes = second_factor.new_recovery_codes(session, tao.id)

    with pytest.raises(SecondFactorUnreadable):
        second_factor.check(session, another, tao.id, code_now(SECRET))
    assert second_factor.check(session, another, tao.id, codes[0]) is CodeOutcome.RIGHT


def code_now(secret: str) -> str:
    return second_factor.code_at(secret, second_factor.current_step())
