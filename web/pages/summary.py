"""One page to forward: where an opening stands, as a PDF."""

import asyncio
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import clock, dates
from onboarding.models import Contact
from onboarding.names import FileFormat, Stage
from web import downloads, paper
from web.database import in_database
from web.keys import TEMPLATES
from web.opening_place import Place, find_place
from web.pages.opening import OpeningPage, read_opening
from web.security.sessions import signed_in


@dataclass(frozen=True)
class Summary:
    place: Place
    page: OpeningPage
    as_of: str


async def download(request: web.Request) -> web.Response:
    contact = signed_in(request)
    found = await in_database(request.app, _summary, contact, request.match_info["brand_name"])
    text = (
        request.app[TEMPLATES]
        .get_template("brand/steps/summary.txt")
        .render(
            brand=found.place.brand,
            application=found.place.application,
            page=found.page,
            clock=found.page.clock,
            as_of=found.as_of,
            zone=ZoneInfo(contact.time_zone),
        )
    )
    body = await asyncio.to_thread(paper.as_pdf, f"Store opening of {found.place.brand.name}", text)
    return downloads.made(body, f"opening-{found.place.application.number}", FileFormat.PDF)


def _summary(session: Session, contact: Contact, slug: str) -> Summary:
    place = find_place(session, contact, slug)
    if place.application.stage is Stage.DRAFT:
        raise web.HTTPNotFound
    as_of = dates.moment(clock.now(session), clock.CHINA)
    return Summary(place, read_opening(session, place.application), as_of)
