"""Who of the staff opens which page of the desk: an agent what agents may, an operator everything."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.pages_of_people import People, Visit
from conversations import tickets
from conversations.handoff import ask_for_person
from conversations.lookup import open_for_contact
from conversations.messages import Inbound, receive
from conversations.names import HandoffReason
from onboarding import clock
from onboarding.documents import queue
from onboarding.models import Staff
from onboarding.names import SignedInBy
from onboarding.registration import claims
from onboarding.staff import sessions
from tests.onboarding.people import INGRID, contact
from web import routing
from web.security.policies import Policy

_AGENT, _OPERATOR = "mei", "amara"
_EMAILS = {_AGENT: "mei.lin@desk.example", _OPERATOR: "amara.osei@desk.example"}
_NO_PAGES = ("/file", "/socket", "/desk")


def with_staff(session: Session, people: People) -> People:
    staff = {
        who: session.scalars(select(Staff).where(Staff.email == email)).one()
        for who, email in _EMAILS.items()
    }
    _somebody_waits(session)
    tokens = {who: _signed_in(session, one) for who, one in staff.items()}
    one = f"/desk/staff/{staff[_AGENT].id}"
    paths = {
        _AGENT: ["/desk/sign-in/link/unknown", *_pages(Policy.STAFF_AGENT)],
        _OPERATOR: [
            *_pages(*Policy),
            one,
            f"{one}/leave",
            "/desk/search?words=certificate",
            *_of_work(session),
        ],
    }
    visits = [Visit(who, path) for who, found in paths.items() for path in found]
    return People({**people.tokens, **tokens}, [*people.visits, *visits], frozenset(_EMAILS))


def _of_work(session: Session) -> list[str]:
    """One document, application, claim and ticket."""
    application = "/desk/applications/BD-2026-004217"
    conversation = open_for_contact(session, contact(session, INGRID).id)
    complaint = tickets.open_separate_ticket(session, conversation, "complaint", "Nobody answers.")
    return [
        "/desk/documents?show=second",
        f"/desk/documents/{queue.to_review(session)[0].submission.id}",
        application,
        f"{application}/moves/refuse",
        *[f"/desk/claims/{claim.id}" for claim in claims.open_claims(session)[:1]],
        f"/desk/tickets/{complaint.reference}",
    ]


def _pages(*policies: Policy) -> list[str]:
    """Those that stand under an address of their own."""
    return [
        route.path
        for route in routing.ROUTES
        if route.method == "GET"
        and route.policy in policies
        and route.policy.staff_role is not None
        and route.policy is not Policy.STAFF_FIRST_FACTOR
        and "{" not in route.path
        and not route.path.endswith(_NO_PAGES)
    ]


def _somebody_waits(session: Session) -> None:
    conversation = open_for_contact(session, contact(session, INGRID).id)
    receive(session, Inbound(conversation.id, "web", "bench-1", "Which certificate does the letter need?"))
    ask_for_person(session, conversation, HandoffReason.ASKED_FOR_PERSON)


def _signed_in(session: Session, staff: Staff) -> str:
    token, _ = sessions.open_session(
        session, staff, "Firefox on Windows", SignedInBy.LINK, second_factor_at=clock.now(session)
    )
    return token
