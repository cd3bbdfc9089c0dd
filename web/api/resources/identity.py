"""Whom a key acts as."""

from sqlalchemy.orm import Session

from web.api.models import Me
from web.api.operations import Call


def me(session: Session, call: Call) -> Me:
    caller = call.caller
    return Me(
        brand=caller.brand.name,
        contact=caller.contact.name,
        role=caller.role,
        key=caller.key.public_id,
        key_kind=caller.key.kind,
        scopes=sorted(caller.scopes),
        expires_at=caller.key.expires_at,
    )
