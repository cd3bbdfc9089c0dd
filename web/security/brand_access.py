"""The brand named in the path, among those of the reader alone, with the reader's role for it."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.models import Brand, Contact
from onboarding.names import Role
from web.brand_paths import brand_named
from web.database import in_database
from web.security.sessions import signed_in


@dataclass(frozen=True)
class BrandAccess:
    """`own` are all brands of the reader."""

    brand: Brand
    role: Role
    own: list[Brand]


_ACCESS = web.RequestKey("brand_access", BrandAccess)


async def find_brand(request: web.Request) -> BrandAccess | None:
    """None for everybody else's brand, and for one that does not exist."""
    found = await in_database(request.app, _looked_up, signed_in(request), request.match_info["brand_name"])
    if found is not None:
        request[_ACCESS] = found
    return found


def brand_access(request: web.Request) -> BrandAccess:
    """For routes with a policy for a brand only: the policy has found it."""
    return request[_ACCESS]


async def role_for_application(request: web.Request) -> Role | None:
    """For the brand of the application whose number is in the path."""
    return await in_database(request.app, _role_for, signed_in(request), request.match_info["number"])


def _looked_up(session: Session, contact: Contact, slug: str) -> BrandAccess | None:
    roles = brands.roles_of(session, contact)
    own = [brand for brand, _ in roles]
    found = brand_named(slug, own)
    return next((BrandAccess(brand, role, own) for brand, role in roles if brand is found), None)


def _role_for(session: Session, contact: Contact, number: str) -> Role | None:
    application = brands.own_application(session, contact, number)
    return brands.role_of(session, contact, application.brand) if application else None
