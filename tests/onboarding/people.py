"""The people of the written demonstration brands, and what is theirs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import people
from onboarding.models import Application, Brand, Contact
from onboarding.names import PeopleEvent, Role

INGRID = "ingrid@nordlys.example"
KENJI = "kenji@kumo.example"
LENA = "lena@fjellvann.example"
SOFIA = "sofia@northbridge.example"


def contact(session: Session, email: str) -> Contact:
    return session.scalars(select(Contact).where(Contact.email == email)).one()


def new_colleague(session: Session, email: str, role: Role, brand_name: str = "Nordlys Skincare") -> Contact:
    """Somebody who acts for that brand alone."""
    name = email.partition("@")[0].title()
    joined = Contact(name=name, email=email, time_zone="Europe/Oslo")
    session.add(joined)
    session.flush()
    people.add(session, brand(session, brand_name).id, joined.id, role, PeopleEvent.JOINED, by=None)
    return joined


def brand(session: Session, name: str) -> Brand:
    return session.scalars(select(Brand).where(Brand.name == name)).one()


def application(session: Session, brand_name: str) -> Application:
    query = select(Application).join(Brand, Brand.id == Application.brand_id)
    return session.scalars(query.where(Brand.name == brand_name)).one()
