"""Somebody who registers a brand, with the answers they give on each page."""

import re
from html import unescape

from sqlalchemy import select

from onboarding.database import SessionFactory
from onboarding.models import Application
from tests.onboarding.registration.answers import with_documents
from tests.web.visitor import Page, Visitor

NORA = "nora@glade.example"
FIRST = {
    "brand_name": "Glade Ceramics",
    "company_name": "Glade Ceramics AS",
    "country": "NO",
    "category": "HOME_AND_KITCHEN",
}
COMPANY = {
    "company_name": "Glade Ceramics AS",
    "country": "NO",
    "company_number": "912 345 678",
    "company_since": "27",
    "company_since-month": "3",
    "company_since-year": "2016",
    "company_address": "Storgata 1\n0155 Oslo",
}
BRAND = {
    "brand_name": "Glade Ceramics",
    "declares": "OWNER",
    "trademark_number": "301234",
    "trademark_country": "NO",
    "trademark_classes": "21",
    "trademark_until": "31",
    "trademark_until-month": "12",
    "trademark_until-year": "2031",
}
STORE = {"category": "HOME_AND_KITCHEN", "store_type": "FLAGSHIP"}
PRODUCTS = {"products": "Stoneware bowls and plates.", "product_count": "12", "import_way": "DIRECT"}
CONTACTS = {
    "contact_name": "Nora Glade",
    "contact_email": NORA,
    "contact_phone": "+47 22 12 34 56",
    "representative": "Nora Marie Glade",
}
SECTIONS = {
    "company": COMPANY,
    "brand": BRAND,
    "store": STORE,
    "products": PRODUCTS,
    "contacts": CONTACTS,
}


async def sign_up(visitor: Visitor, name: str = "Nora Glade", email: str = NORA, to: str = "/brands") -> Page:
    page = await visitor.open(f"/sign-up?next={to}")
    await visitor.submit(page, "/sign-up", name=name, email=email, next=page.field("next"))
    return await visitor.follow_link((await visitor.open("/demo/mail")).links("/sign-in/link/")[0])


async def begin(visitor: Visitor, **answers: str) -> str:
    """The path of the new draft's task list."""
    page = await visitor.submit(
        await visitor.open("/registration/begin"), "/registration/begin", **(FIRST | answers)
    )
    assert page.status == 200, page.words
    return page.path


def versions(page: Page) -> dict[str, str]:
    return dict(re.findall(r'name="([a-z_]+\.version)" value="(\d+)"', page.html))


async def answer(visitor: Visitor, path: str, section: str, **answers: str) -> Page:
    """Opens the page of a section and sends it, with other answers than usual where they are given."""
    page = await visitor.open(f"{path}/{section}")
    return await send(visitor, page, f"{path}/{section}", **(SECTIONS[section] | answers))


async def send(visitor: Visitor, page: Page, path: str, **fields: str) -> Page:
    return await visitor.submit(page, path, **(versions(page) | fields))


async def fill(visitor: Visitor, path: str, **answers: str) -> None:
    for section in SECTIONS:
        page = await answer(visitor, path, section, **answers)
        assert page.status == 200, page.words


def send_documents(sessions: SessionFactory, path: str) -> None:
    with sessions.begin() as session:
        number = path.rpartition("/")[2]
        query = select(Application).where(Application.number == number)
        with_documents(session, session.scalars(query).one())


def errors(page: Page) -> list[str]:
    """The lines of the summary at the top."""
    summary = page.html.split('class="errors"')[1].split("</div>")[0]
    return [unescape(re.sub("<[^>]+>", "", line)) for line in re.findall(r"<li>(.*?)</li>", summary)]
