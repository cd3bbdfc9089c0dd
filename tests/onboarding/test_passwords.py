import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from onboarding import passwords
from onboarding.models import Contact
from onboarding.passwords import PasswordCommon, PasswordTooLong, PasswordTooShort, Stored
from tests.onboarding.people import INGRID, KENJI, contact

GOOD = "tundra kettle seven violins"
INGRID_HERSELF = Contact(name="Ingrid Solberg", email=INGRID, time_zone="Europe/Oslo")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: hasher)
    passwords._hash_of_nobody.cache_clear()


@pytest.mark.parametrize(
    "password",
    [GOOD, "a9#kQ2v!Lm4z", "мой дядя самых честных", "密码密码很难猜到真的很难的密码呀", "x" * 3 + GOOD],
)
def test_a_password_needs_length_and_nothing_else(password: str) -> None:
    passwords.check_new(password, INGRID_HERSELF)


@pytest.mark.parametrize("password", ["", "short", "a9#kQ2v!Lm4"])
def test_a_short_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooShort):
        passwords.check_new(password, INGRID_HERSELF)


def test_a_password_that_would_only_make_us_work_is_refused() -> None:
    with pytest.raises(PasswordTooLong):
        passwords.check_new(GOOD * 40, INGRID_HERSELF)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "Password12345", "P4$$w0rd2026!", "qwertyuiopasdfghjkl", "aaaaaaaaaaaa", "abcabcabcabc",
        "123456789012", "210987654321", "abcdefghijklm", "Letmein!2026!!", "ingrid@nordlys.example",
        "IngridSolberg1", "nordlys-2026-2026", "Tmall-Global-2026", "1qaz2wsx3edc", "12qw12qw12qw12qw",
    ],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordCommon):
        passwords.check_new(password, INGRID_HERSELF)


def test_a_password_fits_itself_however_the_keyboard_composes_it(session: Session) -> None:
    ingrid = contact(session, INGRID)
    passwords.keep(session, ingrid, passwords.hashed("caf\N{LATIN SMALL LETTER E WITH ACUTE} au lait"))
    session.flush()

    stored = passwords.stored_for(session, " Ingrid@Nordlys.example ")

    assert passwords.fits(stored, "cafe\N{COMBINING ACUTE ACCENT} au lait")
    assert not passwords.fits(stored, "cafe au lait")
    assert passwords.stored_for(session, KENJI) is None


def test_the_hash_is_argon2id_and_never_the_password(session: Session) -> None:
    made = passwords.hashed(GOOD)

    assert made.startswith("$argon2id$")
    assert GOOD not in made


def test_the_same_work_is_done_for_an_account_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            verified.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: hasher)
    stored = Stored(INGRID_HERSELF.id, passwords.hashed(GOOD))

    assert not passwords.fits(stored, "something else")
    assert not passwords.fits(None, "something else")
    assert not passwords.fits(None, passwords._NOBODYS)
    assert verified == ["m=8,t=1,p=1"] * 3


def test_a_hash_of_older_parameters_is_outdated() -> None:
    older = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(GOOD)

    assert passwords.is_outdated(Stored(INGRID_HERSELF.id, older))
    assert not passwords.is_outdated(Stored(INGRID_HERSELF.id, passwords.hashed(GOOD)))


def test_the_real_parameters_follow_rfc_9106() -> None:
    real = PasswordHasher()

    assert (real.type.name, real.memory_cost, real.time_cost) == ("ID", 65536, 3)
