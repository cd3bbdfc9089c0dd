"""A brand's home, and the choice between several brands."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands as business
from onboarding.models import Application, Brand, Contact
from onboarding.names import Stage
from web.brand_paths import brand_path
from web.database import in_database
from web.hours import hours_today
from web.pages.opening import OpeningPage, read_opening
from web.pages.sales import SalesPage, read_sales
from web.rendering import render
from web.security.brand_access import brand_access
from web.security.sessions import signed_in


@dataclass(frozen=True)
class Home:
    """Of the two pages one is there; neither for a brand without an application, but what it withdrew last."""

    brand: Brand
    application: Application | None
    opening: OpeningPage | None
    sales: SalesPage | None
    hours: str
    withdrawn: Application | None = None


async def brands(request: web.Request) -> web.Response:
    contact = signed_in(request)
    homes = await in_database(request.app, _all_homes, contact)
    if len(homes) == 1:
        raise web.HTTPSeeOther(brand_path(homes[0].brand, [homes[0].brand]))
    return render(request, "brand/list.html", homes=homes, own=[home.brand for home in homes])


async def brand(request: web.Request) -> web.Response:
    contact = signed_in(request)
    access = brand_access(request)
    home = await in_database(request.app, _home, contact, access.brand)
    zone = ZoneInfo(contact.time_zone)
    template = "brand/sales.html" if home.sales else "brand/opening.html"
    return render(
        request,
        template if home.opening or home.sales else "brand/none.html",
        brand=home.brand,
        application=home.application,
        page=home.sales or home.opening,
        zone=zone,
        own=access.own,
        hours=home.hours,
        withdrawn=home.withdrawn,
    )


def _all_homes(session: Session, contact: Contact) -> list[Home]:
    return [_home(session, contact, brand) for brand in business.brands_of(session, contact)]


def _home(session: Session, contact: Contact, brand: Brand) -> Home:
    zone = ZoneInfo(contact.time_zone)
    hours = hours_today(session, zone)
    application = business.application_of(session, brand)
    if application is None:
        return Home(brand, None, None, None, hours, business.withdrawn_of(session, brand))
    if application.stage is Stage.OPEN:
        return Home(brand, application, None, read_sales(session, brand, zone), hours)
    return Home(brand, application, read_opening(session, application), None, hours)
