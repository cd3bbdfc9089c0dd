"""Who opens which page: people of the demonstration, and some made up for the pages that it does not lead to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import submission
from onboarding import access_requests, identity, invitations, requirements, stages
from onboarding.addresses import document_slug, step_slug
from onboarding.documents import review
from onboarding.knowledge import articles
from onboarding.models import Application, Brand, Contact, DocumentSubmission, Membership
from onboarding.names import AccessReason, DocumentStatus, Role, SignedInBy, Stage
from onboarding.opening import contract, refusal
from onboarding.opening.names import SET_UP, Step
from onboarding.registration.questions import sections
from tests.onboarding.people import INGRID, KENJI, SOFIA
from tests.onboarding.people import application as application_of
from tests.onboarding.registration import answers

_PLAN = "/planner/result?applicant=COMPANY&declares=OWNER&country={country}&category=COSMETICS&products=Cream"
_NORDLYS, _KUMO = "/brands/nordlys-skincare", "/brands/kumo"
_BASE_URL = "http://desk.example"
_REVIEWER = "Mei Lin"


@dataclass(frozen=True)
class Visit:
    who: str
    path: str

    @property
    def name(self) -> str:
        """Fit for the name of a file."""
        return self.path.strip("/").replace("/", "_").partition("?")[0] or "start"


@dataclass(frozen=True)
class People:
    """`tokens` are of their sessions, None for a visitor; those of `staff` are sessions at the desk."""

    tokens: dict[str, str | None]
    visits: list[Visit]
    staff: frozenset[str] = frozenset()

    def cookie_of(self, who: str) -> str:
        return "staff" if who in self.staff else "session"

    def visits_of(self, who: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.who == who]


def made_up(session: Session) -> People:
    known = {"ingrid": INGRID, "kenji": KENJI, "sofia": SOFIA}
    contacts = {name: _known(session, email) for name, email in known.items()}
    ingrid = contacts["ingrid"]
    pages = {
        "visitor": [*_for_everybody(), *_with_a_link(session, ingrid)],
        "ingrid": [
            *_of_a_person(),
            *_of_documents(session, _NORDLYS, "Nordlys Skincare"),
            *_of_colleagues(session, ingrid),
        ],
        "kenji": [*_of_an_opening(_KUMO), f"{_KUMO}/people"],
        "sofia": ["/brands", "/brands/fjellvann"],
    }
    for name, made in _MADE.items():
        contacts[name], pages[name] = made(session)
    tokens = {name: _signed_in(session, contact) for name, contact in contacts.items()}
    visits = [Visit(who, path) for who, paths in pages.items() for path in paths]
    return People({"visitor": None, **tokens}, visits)


def _for_everybody() -> list[str]:
    entrances = [
        "/",
        "/sign-in",
        "/sign-in/sent",
        "/sign-in/password",
        "/sign-up",
        "/planner",
        "/registration",
    ]
    read = ["/messages", "/privacy", "/status", "/demo/mail", "/help", "/help?q=deposit"]
    dead_ends = ["/nowhere", "/sign-in/link/unknown", "/invitations/unknown"]
    plans = [_PLAN.format(country=country) for country in ("NO", "CN")]
    return [*entrances, *plans, *read, f"/help/{next(iter(articles().values())).slug}", *dead_ends]


def _with_a_link(session: Session, owner: Contact) -> list[str]:
    """What a mail leads to: signing in, and a brand to which somebody is invited."""
    brand = session.scalars(select(Brand).where(Brand.name == "Nordlys Skincare")).one()
    _, invited = invitations.invite(session, owner, brand.id, "new@nordlys.example", Role.EDITOR)
    return [f"/sign-in/link/{identity.request_link(session, owner.email)}", f"/invitations/{invited}"]


def _of_a_person() -> list[str]:
    account = ["/brands", "/account", "/account/details", "/account/password", "/messages"]
    return [*account, "/access", "/access/sent", "/privacy/data", "/privacy/erase"]


def _of_documents(session: Session, home: str, brand_name: str) -> list[str]:
    application = application_of(session, brand_name)
    asked = requirements.checklist(session, application).items
    documents = [f"{home}/documents/{document_slug(item.document)}" for item in asked]
    return [home, f"{home}/documents", *documents]


def _of_an_opening(home: str) -> list[str]:
    steps = [
        f"{home}/store/{step_slug(step)}" for step in Step if step in SET_UP and step is not Step.PRODUCTS
    ]
    return [home, *(f"{home}/{page}" for page in ("contract", "fees", "store", "products")), *steps]


def _of_colleagues(session: Session, owner: Contact) -> list[str]:
    """With somebody who asks to be let in."""
    brand = session.scalars(select(Brand).where(Brand.name == "Nordlys Skincare")).one()
    stranger = answers.person(session, "Kari Nilsen", "kari@nordlys.example")
    access_requests.ask(session, stranger, brand.name, AccessReason.OWNER_LEFT, "I follow Ole, who has left.")
    (waiting,) = access_requests.waiting_for(session, brand.id)
    colleague = session.scalars(
        select(Membership.contact_id).where(
            Membership.brand_id == brand.id, Membership.contact_id != owner.id
        )
    ).first()
    people = f"{_NORDLYS}/people"
    pages = [
        "",
        "/invite",
        "/leave",
        f"/requests/{waiting.id}",
        f"/{colleague}",
        f"/{colleague}/remove",
    ]
    return [f"{people}{page}" for page in pages]


def _drafter(session: Session) -> tuple[Contact, list[str]]:
    contact = answers.person(session)
    draft = answers.begun(session, contact)
    home, form = "/brands/glade-ceramics", f"/registration/{draft.number}"
    pages = ["", *(f"/{section.name}" for section in sections()), "/check"]
    return contact, [home, "/registration/begin", *(f"{form}{page}" for page in pages), f"{home}/documents"]


def _claimant(session: Session) -> tuple[Contact, list[str]]:
    """Of another company that names the same brand."""
    contact = answers.person(session, "Ruth Rival", "ruth@rival.example")
    draft = answers.begun(session, contact, company_name="Rival Ltd", country="GB")
    return contact, [f"/registration/{draft.number}{page}" for page in ("", "/brand", "/check")]


def _submitter(session: Session) -> tuple[Contact, list[str]]:
    contact, application = _submitted(session, "Olga Holm", "olga@holm.example", "Holm Lamps")
    home = "/brands/holm-lamps"
    return contact, [f"/registration/{application.number}/submitted", home, f"{home}/documents"]


def _refused(session: Session) -> tuple[Contact, list[str]]:
    contact, application = _submitted(session, "Finn Moe", "finn@moe.example", "Moe Knives")
    refusal.refuse(session, application.id, by=_REVIEWER, reason="The trademark belongs to another company.")
    return contact, ["/brands/moe-knives", "/brands/moe-knives/refusal"]


def _offered(session: Session) -> tuple[Contact, list[str]]:
    contact, application = _submitted(session, "Berit Birk", "berit@birk.example", "Birk Tables")
    stages.move(session, application, Stage.DOCUMENT_REVIEW, by=_REVIEWER, reason="The brand is accepted.")
    answers.with_documents(session, application)
    waiting = select(DocumentSubmission.id).where(
        DocumentSubmission.application_id == application.id,
        DocumentSubmission.status == DocumentStatus.CHECKING,
    )
    for submission_id in session.scalars(waiting).all():
        review.accept(session, submission_id, by=_REVIEWER)
    contract.offer(session, application.id, by=_REVIEWER)
    return contact, _of_an_opening("/brands/birk-tables")


def _submitted(session: Session, name: str, email: str, brand: str) -> tuple[Contact, Application]:
    contact = answers.person(session, name, email)
    application = answers.filled(session, contact, brand_name=brand, company_name=f"{brand} AS")
    answers.with_documents(session, application)
    submission.submit(session, contact, application, declared=True, base_url=_BASE_URL)
    return contact, application


def _known(session: Session, email: str) -> Contact:
    return session.scalars(select(Contact).where(Contact.email == email)).one()


def _signed_in(session: Session, contact: Contact) -> str:
    return identity.open_session(session, contact, "Firefox on Windows", SignedInBy.LINK)[0]


_MADE: Mapping[str, Callable[[Session], tuple[Contact, list[str]]]] = {
    "nora": _drafter,
    "ruth": _claimant,
    "olga": _submitter,
    "finn": _refused,
    "berit": _offered,
}
