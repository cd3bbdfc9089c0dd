"""Passwords for those who want one: argon2id, at least twelve characters, none that everybody tries first."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import DomainError
from onboarding.identity import close_other_sessions, normal_email
from onboarding.models import Contact, Password

SHORTEST = 12
LONGEST_BYTES = 1000
_FEWEST_DIFFERENT_CHARACTERS = 5
_NOBODYS = "the password of an account that does not exist"
_COMMON = Path(__file__).with_name("common_passwords.txt")


class PasswordRefused(DomainError):
    code = "password_refused"


class PasswordTooShort(PasswordRefused):
    code = "password_too_short"


class PasswordTooLong(PasswordRefused):
    code = "password_too_long"


class PasswordCommon(PasswordRefused):
    code = "password_common"


class Person(Protocol):
    """Whose name and address nobody may use as a password: a contact, or somebody of the staff."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...


@dataclass(frozen=True)
class Stored:
    """`owner_id` is a contact's, or somebody's of the staff."""

    owner_id: UUID
    argon2_hash: str


def check_new(password: str, of: Person) -> None:
    """Raises PasswordTooShort, PasswordTooLong or PasswordCommon, whose text says what to enter."""
    if len(_normal(password)) < SHORTEST:
        raise PasswordTooShort(f"Enter a password of at least {SHORTEST} characters")
    if len(_normal(password)) > LONGEST_BYTES:
        raise PasswordTooLong(f"Enter a password of at most {LONGEST_BYTES:,} bytes")
    if _is_common(password, of):
        raise PasswordCommon(
            "Enter a password that is harder to guess, such as four words that do not belong together"
        )


def hashed(password: str) -> str:
    """Takes a third of a second and 64 MiB on purpose: never on the event loop."""
    return hasher().hash(_normal(password))


def fits(stored: Stored | None, password: str) -> bool:
    """Does the same work where there is no password, so that nobody learns whether there is one."""
    try:
        hasher().verify(
            stored.argon2_hash if stored else _hash_of_nobody(), _normal(password)[:LONGEST_BYTES]
        )
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: Stored) -> bool:
    """Made with other parameters than today's."""
    return hasher().check_needs_rehash(stored.argon2_hash)


def stored_for(session: Session, email: str) -> Stored | None:
    row = session.execute(
        select(Password.contact_id, Password.argon2_hash)
        .join(Contact, Contact.id == Password.contact_id)
        .where(Contact.email == normal_email(email))
    ).one_or_none()
    return Stored(*row) if row else None


def stored_of(session: Session, contact: Contact) -> Stored | None:
    found = session.get(Password, contact.id)
    return Stored(contact.id, found.argon2_hash) if found else None


def keep(session: Session, contact: Contact, argon2_hash: str) -> None:
    session.merge(Password(contact_id=contact.id, argon2_hash=argon2_hash, set_at=clock.now(session)))


def remove(session: Session, contact: Contact) -> None:
    found = session.get(Password, contact.id)
    if found is not None:
        session.delete(found)


def confirm(session: Session, stored: Stored, newer: str | None) -> Contact | None:
    """Whose it is; `newer` takes its place. None where it was changed or removed while it was being compared."""
    current = session.get(Password, stored.owner_id, with_for_update=True)
    if current is None or current.argon2_hash != stored.argon2_hash:
        return None
    current.argon2_hash = newer or stored.argon2_hash
    return session.get_one(Contact, stored.owner_id)


def change(session: Session, contact: Contact, argon2_hash: str | None, kept_session: str) -> None:
    """None removes it. Whoever is signed in elsewhere may be why it is changed."""
    if argon2_hash is None:
        remove(session, contact)
    else:
        keep(session, contact, argon2_hash)
    close_other_sessions(session, contact, kept_session)


@cache
def hasher() -> PasswordHasher:
    """argon2id with the library's parameters, which follow RFC 9106."""
    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    return hasher().hash(_NOBODYS)


def _normal(password: str) -> bytes:
    """The same characters are the same password on every keyboard."""
    return unicodedata.normalize("NFKC", password).encode()


def _is_common(password: str, of: Person) -> bool:
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < _FEWEST_DIFFERENT_CHARACTERS or _is_repeated(plain) or _is_sequence(plain):
        return True
    forms = {plain, *map(_letters, (plain, _unmasked(plain), _unmasked(_core(plain))))} - {""}
    words = (*_common(), *_own_words(of))
    return any(form.replace(word, "") == "" for form in forms for word in words)


def _unmasked(plain: str) -> str:
    """ "p4$$w0rd" is "password"."""
    return plain.translate(str.maketrans("@$013457", "asoieast"))


def _core(plain: str) -> str:
    """Without the digits and signs that people add in front and behind to be let through."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)


def _letters(plain: str) -> str:
    return re.sub(r"[\W\d_]+", "", plain)


def _is_repeated(plain: str) -> bool:
    return any(
        plain == (plain[:size] * (len(plain) // size + 1))[: len(plain)]
        for size in range(1, len(plain) // 2 + 1)
    )


def _is_sequence(plain: str) -> bool:
    runs = ("0123456789" * len(plain), "abcdefghijklmnopqrstuvwxyz" * len(plain))
    return any(plain in run or plain in run[::-1] for run in runs)


def _own_words(of: Person) -> list[str]:
    """Name and address in one word each: whoever knows the person tries these first."""
    account, _, domain = of.email.partition("@")
    found = [
        of.email,
        account,
        domain.partition(".")[0],
        "".join(of.name.split()),
        *of.name.split(),
    ]
    return [word.casefold() for word in found if len(word) > 2]


@cache
def _common() -> tuple[str, ...]:
    return tuple(_COMMON.read_text(encoding="utf-8").split())
