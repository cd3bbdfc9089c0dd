"""Addresses of a registration: by its number, which stays when brand or company are renamed."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.models import Application, Brand, Contact
from web.brand_paths import brand_path


def registration_path(application: Application, page: str = "") -> str:
    return f"/registration/{application.number}/{page}".rstrip("/")


def own_application(session: Session, contact: Contact, number: str) -> Application:
    """Somebody else's looks as if it did not exist."""
    found = brands.own_application(session, contact, number)
    if found is None:
        raise web.HTTPNotFound
    return found


def documents_path(application: Application, own: Sequence[Brand]) -> str:
    return f"{brand_path(application.brand, own)}/documents"
