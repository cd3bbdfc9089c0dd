"""Only in a demonstration: everybody's mail on one page, and people to sign in as."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import mail
from conversations.models import Mail
from onboarding import brands
from onboarding.models import Brand, Contact, Membership
from onboarding.wording import listed
from web.database import in_database
from web.keys import SETTINGS
from web.rendering import render
from web.security.sessions import reader

_LETTERS = 20
_STORY_BRANDS = 3


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    about: str


@dataclass(frozen=True)
class Part:
    """A link of ours is shown as a button that stays on the address the page was opened under."""

    text: str
    link: str | None


@dataclass(frozen=True)
class Letter:
    recipient: str
    subject: str
    created_at: datetime
    parts: list[Part]


async def mailbox(request: web.Request) -> web.Response:
    found = await in_database(request.app, mail.demonstration_mails, _LETTERS)
    base_url = request.app[SETTINGS].base_url
    contact = reader(request).contact
    response = render(
        request,
        "demonstration/mail.html",
        letters=[_letter(one, base_url) for one in found],
        zone=ZoneInfo(contact.time_zone) if contact else UTC,
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def contacts_to_try(session: Session) -> list[Person]:
    """The people of the brands that have a story; the demonstration makes these first."""
    story = select(Brand.id).order_by(Brand.id).limit(_STORY_BRANDS)
    people = session.scalars(
        select(Contact)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.brand_id.in_(story))
        .order_by(Contact.name)
    ).unique()
    return [_person(session, contact) for contact in people]


def _person(session: Session, contact: Contact) -> Person:
    names = [brand.name for brand in brands.brands_of(session, contact)]
    return Person(contact.name, contact.email, listed(names))


def _letter(found: Mail, base_url: str) -> Letter:
    parts = [_part(text, base_url) for text in found.body.split("\n\n")]
    return Letter(found.recipient, found.subject, found.created_at, parts)


def _part(text: str, base_url: str) -> Part:
    own = text.strip().startswith(f"{base_url}/")
    return Part(text.strip(), text.strip().removeprefix(base_url) if own else None)
