"""Which brands and applications a person may see; everybody else's look as if they did not exist."""

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.errors import DomainError, NotAllowed
from onboarding.models import Application, Brand, Company, Contact, Membership, PeopleChange
from onboarding.names import PeopleEvent, Role, Stage

_NUMBER = re.compile(r"\bBD\W{0,3}(\d{4})\W{0,3}(\d{1,6})\b", re.IGNORECASE)
_DIGITS = 6
# Whom one of these is about acts for the brand then, or did so before.
_ACTED = (
    PeopleEvent.BEGAN,
    PeopleEvent.JOINED,
    PeopleEvent.ACCESS_GRANTED,
    PeopleEvent.REMOVED,
    PeopleEvent.LEFT,
)


class ConversationOfSeveralBrands(NotAllowed):
    """Of what is for one brand, and would let others read or write in somebody's conversation."""

    code = "conversation_of_several_brands"
    what_to_do = "Have it made by an owner who has acted for this brand alone."

    def __init__(self) -> None:
        super().__init__(
            "This is for one brand. Whoever makes it acts for other brands as well, or did before, and their"
            " conversation is about all of them."
        )


class ApplicationNotFound(DomainError):
    code = "application_not_found"
    what_to_do = (
        "Check the number: it looks like BD-2026-000123 and is on every message about your application."
    )


def brands_of(session: Session, contact: Contact) -> list[Brand]:
    """Sorted by name."""
    query = select(Brand).join(Membership, Membership.brand_id == Brand.id)
    return list(session.scalars(query.where(Membership.contact_id == contact.id).order_by(Brand.name)))


def roles_of(session: Session, contact: Contact) -> list[tuple[Brand, Role]]:
    """All brands of the contact with the contact's role, sorted by name."""
    query = select(Brand, Membership.role).join(Membership, Membership.brand_id == Brand.id)
    rows = session.execute(query.where(Membership.contact_id == contact.id).order_by(Brand.name))
    return list(rows)


def brands_ever_of(session: Session, contact: Contact) -> list[int]:
    """The brands that the contact acts for, and those that they left."""
    now = select(Membership.brand_id).where(Membership.contact_id == contact.id)
    earlier = select(PeopleChange.brand_id).where(
        PeopleChange.contact_id == contact.id, PeopleChange.event.in_(_ACTED)
    )
    return sorted(session.scalars(now.union(earlier)))


def acts_for_others(session: Session, contact: Contact, brand_id: int) -> bool:
    """Or did so before: then the contact's one conversation is about those brands as well."""
    return any(other != brand_id for other in brands_ever_of(session, contact))


def require_conversation_of(session: Session, contact: Contact, brand_id: int) -> None:
    """Raises ConversationOfSeveralBrands."""
    if acts_for_others(session, contact, brand_id):
        raise ConversationOfSeveralBrands


def role_of(session: Session, contact: Contact, brand: Brand) -> Role | None:
    membership = session.get(Membership, (contact.id, brand.id))
    return membership.role if membership else None


def application_of(session: Session, brand: Brand) -> Application | None:
    """The newest that was not withdrawn."""
    return session.scalar(
        select(Application)
        .where(Application.brand_id == brand.id, Application.stage != Stage.WITHDRAWN)
        .order_by(Application.id.desc())
        .limit(1)
    )


def withdrawn_of(session: Session, brand: Brand) -> Application | None:
    """The one that was withdrawn last."""
    return session.scalar(
        select(Application)
        .where(Application.brand_id == brand.id, Application.stage == Stage.WITHDRAWN)
        .order_by(Application.id.desc())
        .limit(1)
    )


def applications_of(session: Session, contact: Contact) -> list[Application]:
    """Of all brands of the contact, the newest first."""
    query = select(Application).join(Membership, Membership.brand_id == Application.brand_id)
    return list(
        session.scalars(query.where(Membership.contact_id == contact.id).order_by(Application.id.desc()))
    )


def own_application(session: Session, contact: Contact, number: str) -> Application | None:
    """Of a brand of the contact, by its number exactly as it is written."""
    return session.scalar(
        select(Application)
        .join(Membership, Membership.brand_id == Application.brand_id)
        .where(Membership.contact_id == contact.id, Application.number == number)
    )


def application_by_number(session: Session, contact: Contact, number: str) -> Application:
    """Raises ApplicationNotFound, the same whether it does not exist or is not theirs."""
    wanted = normal_number(number)
    found = own_application(session, contact, wanted) if wanted else None
    if found is None:
        raise ApplicationNotFound(f"You have no application {wanted or number.strip()}.")
    return found


def normal_number(text: str) -> str | None:
    """The first application number in the text, however it was typed: "bd2026 4217" is BD-2026-004217."""
    found = _NUMBER.search(text)
    return f"BD-{found[1]}-{found[2]:0>{_DIGITS}}" if found else None


def named_brand(session: Session, contact: Contact, name: str) -> Brand | None:
    """The contact's own brand of that name; its first words are enough where they fit only one."""
    asked = _words(name)
    own = brands_of(session, contact)
    exact = [brand for brand in own if _words(brand.name) == asked]
    begun = [brand for brand in own if asked and _begins_with(_words(brand.name), asked)]
    fitting = exact or begun
    return fitting[0] if len(fitting) == 1 else None


def is_other_brand(session: Session, contact: Contact | None, text: str) -> bool:
    """Whether the text names a brand or company here that is not the contact's own.

    A sentence counts if it holds the whole name, a name alone if it is how another's begins.
    """
    own = {brand.id for brand in brands_of(session, contact)} if contact else set()
    names = _names(session)
    own_names = [words for brand_id, words in names if brand_id in own]
    asked = _words(text)
    if any(_begins_with(name, asked) for name in own_names):
        return False
    other_names = [words for brand_id, words in names if brand_id not in own]
    if any(asked and _begins_with(name, asked) for name in other_names):
        return True
    rest = _without(asked, own_names)
    return any(_place_of(name, rest) is not None for name in other_names)


def _names(session: Session) -> list[tuple[int, list[str]]]:
    rows = session.execute(
        select(Brand.id, Brand.name, Company.name)
        .join(Application, Application.brand_id == Brand.id, isouter=True)
        .join(Company, Company.id == Application.company_id, isouter=True)
    )
    return [(brand_id, _words(name)) for brand_id, *names in rows for name in names if name and _words(name)]


def _without(asked: list[str], names: list[list[str]]) -> list[str]:
    """The longest first, so that no part of a name is left over."""
    for name in sorted(names, key=len, reverse=True):
        while (place := _place_of(name, asked)) is not None:
            asked = asked[:place] + asked[place + len(name) :]
    return asked


def _place_of(name: list[str], asked: list[str]) -> int | None:
    places = range(len(asked) - len(name) + 1)
    return next((place for place in places if asked[place : place + len(name)] == name), None)


def _begins_with(name: list[str], asked: list[str]) -> bool:
    return name[: len(asked)] == asked


def _words(text: str) -> list[str]:
    """Without case, accents and the possessive s."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    unaccented = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", re.sub(r"'s\b", "", unaccented))
