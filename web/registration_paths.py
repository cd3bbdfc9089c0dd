"""Addresses of a registration: by its number, which stays when brand or company are renamed."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.models import Application, Brand, Contact
from web.brand_paths import brand_path
from web.security.policies import POLICIES

_DOCUMENTS = ("GET", "/brands/{brand_name}/documents")


def registration_path(application: Application, page: str = "") -> str:
    return f"/registration/{application.number}/{page}".rstrip("/")


def own_application(session: Session, contact: Contact, number: str) -> Application:
    """Somebody else's looks as if it did not exist."""
    try:
        found = brands.application_by_number(session, contact, number)
    except brands.ApplicationNotFound:
        raise web.HTTPNotFound from None
    if found.number != number:
        raise web.HTTPNotFound
    return found


def documents_path(request: web.Request, application: Application, own: Sequence[Brand]) -> str:
    """The page that takes documents, or the brand's home, which lists them."""
    home = brand_path(application.brand, own)
    return f"{home}/documents" if _DOCUMENTS in request.app[POLICIES] else home
