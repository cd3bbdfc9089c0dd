"""Keys of the API: made by an owner on a brand's page, shown once, acting as the person who made them.

A key never does more than its maker may at that moment, and is revoked when they leave the brand.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from onboarding import api_answers, brands, clock, integrations, permissions
from onboarding.api_scopes import ALWAYS, OF_THE_CONVERSATION, Scope
from onboarding.brands import ConversationOfSeveralBrands
from onboarding.errors import DomainError, NotFound
from onboarding.models import ApiKey, ApiToken, Brand, Contact, Membership
from onboarding.names import FORMER_CONTACT, KeyKind, Role
from onboarding.permissions import Permission
from onboarding.tokens import hashed

TOKEN_LASTS = timedelta(minutes=30)
_KEY, _CLIENT, _SECRET, _TOKEN = "bdk", "bdc", "bds", "bdt"
_PUBLIC_BYTES = 6
_SECRET_BYTES = 32
_USED_EVERY = timedelta(minutes=1)
_MOST_KEYS = 20


class KeyRefused(DomainError):
    """One answer for what is unknown, revoked, expired or of a person who left: nobody is told which."""

    code = "key_refused"
    what_to_do = "Send a key or token that is valid: make one on the integrations page of your brand."


class KeyNotFound(NotFound):
    code = "key_not_found"


class OriginRefused(DomainError):
    """A browser sent the key from a page that it is not for: it may have been copied out of another one."""

    code = "origin_refused"
    what_to_do = "Name the site in the key's settings, or call the API from a server."


class ScopeMissing(DomainError):
    code = "scope_missing"
    what_to_do = "Ask an owner of the brand for a key with this scope."


class TooManyKeys(DomainError):
    code = "too_many_keys"
    what_to_do = "Revoke a key that is no longer used, then make the new one."


class ScopeUnknown(DomainError):
    code = "scope_unknown"
    what_to_do = "Ask only for scopes that the client has."


@dataclass(frozen=True)
class NewKey:
    """`secret` is the only copy there will ever be."""

    key: ApiKey
    secret: str


@dataclass(frozen=True)
class Caller:
    """Who a request of the API acts as; `acts_for_others` is asked only where it has a scope of the conversation."""

    key: ApiKey
    contact: Contact
    brand: Brand
    role: Role
    scopes: frozenset[Scope]
    acts_for_others: bool

    def require(self, scope: Scope) -> None:
        """Raises ScopeMissing, ConversationOfSeveralBrands, and RoleTooLow where the maker's role has been lowered."""
        if scope not in self.scopes:
            raise ScopeMissing(f"This key does not have the scope {scope}.")
        if self.acts_for_others and scope in OF_THE_CONVERSATION:
            raise ConversationOfSeveralBrands
        permissions.require_role(self.role, scope.role)

    def require_origin(self, origin: str) -> None:
        """Raises OriginRefused."""
        if origin not in self.key.origins:
            raise OriginRefused("This key is not for pages of this site.")


@dataclass(frozen=True)
class NewToken:
    token: str
    lasts: timedelta
    scopes: frozenset[Scope]


def make(
    session: Session,
    contact: Contact,
    brand_id: int,
    name: str,
    kind: KeyKind,
    scopes: Collection[Scope],
    *,
    days: int | None,
    origins: Collection[str] = (),
) -> NewKey:
    """Raises TooManyKeys, ConversationOfSeveralBrands, and what permissions.require does."""
    permissions.require(session, contact, brand_id, Permission.MANAGE_INTEGRATIONS)
    if OF_THE_CONVERSATION & set(scopes):
        brands.require_conversation_of(session, contact, brand_id)
    integrations.add_one_at_a_time(session, brand_id)
    if len([key for key in keys_of(session, brand_id) if key.revoked_at is None]) >= _MOST_KEYS:
        raise TooManyKeys(f"A brand has at most {_MOST_KEYS} keys.")
    now = clock.now(session)
    public_id = f"{_KEY if kind is KeyKind.KEY else _CLIENT}_{secrets.token_hex(_PUBLIC_BYTES)}"
    opens = secrets.token_urlsafe(_SECRET_BYTES)
    secret = f"{public_id}_{opens}" if kind is KeyKind.KEY else f"{_SECRET}_{opens}"
    key = ApiKey(
        brand_id=brand_id,
        contact_id=contact.id,
        name=name,
        kind=kind,
        public_id=public_id,
        secret_hash=hashed(secret),
        scopes=sorted({*scopes, *ALWAYS}),
        origins=sorted(set(origins)),
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    session.add(key)
    session.flush()
    return NewKey(key, secret)


def keys_of(session: Session, brand_id: int) -> list[ApiKey]:
    """The newest first."""
    return list(
        session.scalars(
            select(ApiKey).where(ApiKey.brand_id == brand_id).order_by(ApiKey.created_at.desc(), ApiKey.id)
        )
    )


def revoke(session: Session, contact: Contact, brand_id: int, key_id: UUID) -> ApiKey:
    """At once, with every token that was bought with it; raises KeyNotFound."""
    permissions.require(session, contact, brand_id, Permission.MANAGE_INTEGRATIONS)
    key = session.scalar(
        select(ApiKey).where(ApiKey.id == key_id, ApiKey.brand_id == brand_id).with_for_update()
    )
    if key is None:
        raise KeyNotFound("There is no such key.")
    _end(session, ApiKey.id == key.id)
    return key


def revoke_of(session: Session, contact_id: UUID, brand_id: int) -> None:
    """Those of somebody who leaves the brand: should they come back, they make new ones."""
    _end(session, (ApiKey.contact_id == contact_id) & (ApiKey.brand_id == brand_id))


def forget(session: Session, contact: Contact) -> None:
    """Of somebody who is erased; what the keys were called may name them."""
    own = ApiKey.contact_id == contact.id
    _end(session, own)
    session.execute(update(ApiKey).where(own).values(name=FORMER_CONTACT))


def forget_old_tokens(session: Session) -> None:
    session.execute(delete(ApiToken).where(ApiToken.expires_at <= clock.now(session)))


def caller(session: Session, bearer: str) -> Caller:
    """Raises KeyRefused."""
    now = clock.now(session)
    if bearer.startswith(f"{_TOKEN}_"):
        token = session.get(ApiToken, hashed(bearer))
        if token is None or token.expires_at <= now:
            raise KeyRefused("The token is not known, or has expired.")
        key, scopes = session.get_one(ApiKey, token.key_id), token.scopes
    else:
        found = session.scalar(
            select(ApiKey).where(ApiKey.secret_hash == hashed(bearer), ApiKey.kind == KeyKind.KEY)
        )
        if found is None:
            raise KeyRefused("The key is not known.")
        key, scopes = found, found.scopes
    return _acting(session, key, frozenset(Scope(scope) for scope in scopes), now)


def buy_token(
    session: Session, client_id: str, client_secret: str, wanted: Collection[str] | None
) -> NewToken:
    """Raises KeyRefused or ScopeUnknown; without `wanted` the token has every scope of its client."""
    now = clock.now(session)
    key = session.scalar(
        select(ApiKey).where(
            ApiKey.public_id == client_id,
            ApiKey.kind == KeyKind.CLIENT,
            ApiKey.secret_hash == hashed(client_secret),
        )
    )
    if key is None:
        raise KeyRefused("The client is not known, or its secret is wrong.")
    acting = _acting(session, key, key.granted, now)
    if wanted is not None and not set(wanted) <= set(key.scopes):
        raise ScopeUnknown("The client does not have all of these scopes.")
    scopes = acting.scopes if wanted is None else frozenset(map(Scope, wanted)) | ALWAYS
    token = f"{_TOKEN}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    session.add(
        ApiToken(token_hash=hashed(token), key_id=key.id, scopes=sorted(scopes), expires_at=now + TOKEN_LASTS)
    )
    session.flush()
    return NewToken(token, TOKEN_LASTS, scopes)


def _end(session: Session, those: ColumnElement[bool]) -> None:
    """With the tokens that were bought with them, and the answers that they had."""
    session.execute(delete(ApiToken).where(ApiToken.key_id.in_(select(ApiKey.id).where(those))))
    api_answers.forget(session, those)
    now = clock.now(session)
    session.execute(
        update(ApiKey).where(those).values(revoked_at=func.coalesce(ApiKey.revoked_at, now)),
        execution_options={"synchronize_session": "fetch"},
    )


def _acting(session: Session, key: ApiKey, scopes: frozenset[Scope], now: datetime) -> Caller:
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise KeyRefused("The key has been revoked, or has expired.")
    membership = session.get(Membership, (key.contact_id, key.brand_id))
    if membership is None:
        raise KeyRefused("Whoever made the key no longer acts for the brand.")
    if key.last_used_at is None or now - key.last_used_at >= _USED_EVERY:
        key.last_used_at = now
    contact = session.get_one(Contact, key.contact_id)
    return Caller(
        key=key,
        contact=contact,
        brand=session.get_one(Brand, key.brand_id),
        role=membership.role,
        scopes=scopes,
        acts_for_others=bool(OF_THE_CONVERSATION & scopes)
        and brands.acts_for_others(session, contact, key.brand_id),
    )
