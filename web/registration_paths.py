"""Addresses of a registration: by its number, which stays when brand or company are renamed."""

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.models import Application, Contact


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


def documents_path(application: Application) -> str:
    """Where documents are sent: the brand's own page lists them."""
    return "/brands"
