"""Our accounts at providers: found by the address of their webhook, with their secrets opened."""

import json
import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.channels import guides
from conversations.channels.models import ChannelAccount
from conversations.channels.names import AccountState, ChannelKind
from conversations.channels.shapes import AccountView, Keeps
from onboarding import clock
from onboarding.errors import NotFound
from onboarding.vault import SecretsUnreadable, Vault

OVERLAP = timedelta(hours=24)
_BYTES = 16
_PURPOSE = b"brand desk: secrets of channel accounts"
_NOTED_EVERY = timedelta(seconds=10)


class AccountUnknown(NotFound):
    code = "channel_account_unknown"


def vault(secret_key: bytes) -> Vault:
    return Vault(secret_key, _PURPOSE)


def add(
    session: Session,
    vault: Vault,
    kind: ChannelKind,
    name: str,
    settings: Mapping[str, Any],
    secret_values: Mapping[str, str],
) -> ChannelAccount:
    account = ChannelAccount(
        public_id=secrets.token_hex(_BYTES),
        kind=kind,
        name=name,
        settings=dict(settings),
        secrets=_closed(vault, secret_values),
        created_at=clock.now(session),
        refused_count=0,
    )
    session.add(account)
    session.flush()
    return account


def with_public_id(session: Session, public_id: str) -> ChannelAccount:
    """Raises AccountUnknown."""
    account = session.scalar(select(ChannelAccount).where(ChannelAccount.public_id == public_id))
    if account is None:
        raise AccountUnknown("There is no such channel.")
    return account


def find(session: Session, kind: str, public_id: str) -> ChannelAccount:
    """Raises AccountUnknown."""
    account = with_public_id(session, public_id)
    if account.kind.value != kind:
        raise AccountUnknown("There is no such channel.")
    return account


def view(session: Session, vault: Vault, account: ChannelAccount) -> AccountView:
    """Raises SecretsUnreadable."""
    current, previous = (
        _opened(vault, closed) for closed in (account.secrets, _still_counting(session, account))
    )
    return _viewed(account, current, previous, _keeper(session, vault, account.id))


def readable(session: Session, vault: Vault, account: ChannelAccount) -> AccountView:
    """As `view`, but without secrets where they cannot be read any more, so that they can be entered again."""
    try:
        return view(session, vault, account)
    except SecretsUnreadable:
        return _viewed(account, {}, {}, _keeper(session, vault, account.id))


def rotate(
    session: Session,
    vault: Vault,
    account: ChannelAccount,
    changed: Mapping[str, str],
    overlap: timedelta = OVERLAP,
) -> None:
    """The secrets named in `changed` are new; the ones before count until the overlap ends.

    What was before a secret that stays, and counts still, counts on: until the end of the newest overlap. Secrets that
    cannot be read any more are dropped.
    """
    known = readable(session, vault, account)
    current, earlier = known.secrets, known.previous
    staying = {name: value for name, value in earlier.items() if name not in changed}
    account.previous_secrets = _closed(vault, dict(current) | staying)
    account.secrets = _closed(vault, dict(current) | dict(changed))
    account.overlap_until = clock.now(session) + overlap


def _keeper(session: Session, vault: Vault, account_id: int) -> Keeps:
    database = session.get_bind()

    def keep(name: str, before: Collection[str], now: str) -> None:
        with Session(database) as own, own.begin():
            account = own.get_one(ChannelAccount, account_id, with_for_update=True)
            known = _opened(vault, account.secrets)
            if known.get(name) in before:
                account.secrets = _closed(vault, known | {name: now})

    return keep


def note_in(session: Session, account: ChannelAccount) -> None:
    """Not with each message: they would wait for one another."""
    now = clock.now(session)
    if account.last_in_at is None or now - account.last_in_at > _NOTED_EVERY:
        account.last_in_at = now


def note_refused(session: Session, kind: str, public_id: str, code: str) -> None:
    """What was sent in the provider's name, and was not the provider's or made no sense."""
    account = find(session, kind, public_id)
    account.refused_count += 1
    note_error(session, account, f"webhook_{code}")


def note_error(session: Session, account: ChannelAccount, code: str) -> None:
    account.last_error, account.last_error_at = code, clock.now(session)


def names_of_active(session: Session) -> tuple[str, ...]:
    """The channels on which brands can write to us, each once."""
    kinds = session.scalars(
        select(ChannelAccount.kind).where(ChannelAccount.state == AccountState.ACTIVE).distinct()
    )
    return tuple(sorted({guides.guide(kind).public_name for kind in kinds}))


def _viewed(
    account: ChannelAccount, current: Mapping[str, str], previous: Mapping[str, str], keep: Keeps
) -> AccountView:
    return AccountView(
        id=account.id,
        public_id=account.public_id,
        kind=account.kind,
        name=account.name,
        settings=account.settings,
        secrets=current,
        previous=previous,
        keep=keep,
    )


def _still_counting(session: Session, account: ChannelAccount) -> str | None:
    overlaps = account.overlap_until is not None and account.overlap_until > clock.now(session)
    return account.previous_secrets if overlaps else None


def _closed(vault: Vault, secret_values: Mapping[str, str]) -> str:
    return vault.close(json.dumps(dict(secret_values)))


def _opened(vault: Vault, closed: str | None) -> dict[str, str]:
    secret_values: dict[str, str] = json.loads(vault.open(closed)) if closed is not None else {}
    return secret_values
