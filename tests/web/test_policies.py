"""Each route x (visitor, contacts of brands by role, staff by role): allowed or refused as its policy says.

A new route needs no line here: its policy decides. A new policy needs a row in EXPECTED.
"""

import dataclasses
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from onboarding import identity
from onboarding.models import Brand, Contact, Membership, Staff
from onboarding.names import Role
from tests.web.staff import AMARA, MEI, RUI, TAO, open_staff_session
from tests.web.visitor import INGRID, KENJI, SOFIA, Visitor
from web import routing
from web.app import create_app
from web.security.policies import POLICIES, Policy

BRAND, APPLICATION = "nordlys-skincare", "BD-2026-004217"
NO_BRAND, NO_APPLICATION = "no-such-brand", "BD-2026-999999"
VERA = "vera@nordlys.example"
CONTACTS = {"other brand": KENJI, "viewer": VERA, "editor": SOFIA, "owner": INGRID}
STAFF = {"agent": MEI, "reviewer": TAO, "lead": RUI, "operator": AMARA}
BARE = "reviewer without a second factor"
OWING = "agent who owes the code"
WHO = {"visitor": None, **CONTACTS, **STAFF, BARE: TAO, OWING: MEI}
PASSED, SIGN_IN, REFUSED, NOT_THERE = "passed", "sign in first", "refused", "not there"
CODE_FIRST, SET_UP_FIRST = "enter the code first", "set up the second factor first"

# A session at the desk is none of a brand's: on all other pages the staff are visitors.
_STRANGERS = dict.fromkeys([*STAFF, BARE, OWING], SIGN_IN)
_NO_BRANDS = {"visitor": SIGN_IN, **dict.fromkeys(CONTACTS, NOT_THERE)}
EXPECTED = {
    Policy.PUBLIC: dict.fromkeys(WHO, PASSED),
    Policy.VISITOR: {**dict.fromkeys(WHO, REFUSED), **dict.fromkeys(CONTACTS, PASSED)},
    Policy.CONTACT: {"visitor": SIGN_IN, **dict.fromkeys(CONTACTS, PASSED), **_STRANGERS},
    Policy.BRAND_VIEWER: {
        "visitor": SIGN_IN, "other brand": NOT_THERE, "viewer": PASSED, "editor": PASSED, "owner": PASSED,
        **_STRANGERS,
    },
    Policy.BRAND_EDITOR: {
        "visitor": SIGN_IN, "other brand": NOT_THERE, "viewer": REFUSED, "editor": PASSED, "owner": PASSED,
        **_STRANGERS,
    },
    Policy.BRAND_OWNER: {
        "visitor": SIGN_IN, "other brand": NOT_THERE, "viewer": REFUSED, "editor": REFUSED, "owner": PASSED,
        **_STRANGERS,
    },
    Policy.STAFF_FIRST_FACTOR: {**_NO_BRANDS, **dict.fromkeys([*STAFF, BARE, OWING], PASSED)},
    Policy.STAFF_AGENT: {**_NO_BRANDS, **dict.fromkeys([*STAFF, BARE], PASSED), OWING: CODE_FIRST},
    Policy.STAFF_REVIEWER: {
        **_NO_BRANDS, "agent": REFUSED, "reviewer": PASSED, "lead": PASSED, "operator": PASSED,
        BARE: SET_UP_FIRST, OWING: CODE_FIRST,
    },
    Policy.STAFF_LEAD: {
        **_NO_BRANDS, "agent": REFUSED, "reviewer": REFUSED, "lead": PASSED, "operator": PASSED,
        BARE: REFUSED, OWING: CODE_FIRST,
    },
    Policy.STAFF_OPERATOR: {
        **_NO_BRANDS, "agent": REFUSED, "reviewer": REFUSED, "lead": REFUSED, "operator": PASSED,
        BARE: REFUSED, OWING: CODE_FIRST,
    },
    # No cookie opens the API: tests/web/test_api.py tries it with keys.
    Policy.API: dict.fromkeys(WHO, REFUSED),
}  # fmt: skip
LED_TO = {
    "/sign-in?next=": SIGN_IN,
    "/desk/sign-in?next=": SIGN_IN,
    "/desk/sign-in/code?next=": CODE_FIRST,
    "/desk/account/second-factor?next=": SET_UP_FIRST,
}
EXPECTED[Policy.APPLICATION_VIEWER] = EXPECTED[Policy.BRAND_VIEWER]
EXPECTED[Policy.APPLICATION_EDITOR] = EXPECTED[Policy.BRAND_EDITOR]
ALL_ROUTES = routing.ROUTES + routing.DEMONSTRATION_ROUTES


async def let_through(request: web.Request) -> web.Response:
    return web.Response(text=PASSED)


@pytest.fixture
async def doors(settings, monkeypatch):
    """The site with its real routes and policies, behind which nothing happens but being let through.

    One route of each policy of a brand or of the staff is added, so that the table has no empty row.
    """
    samples = [
        routing.Route(method, f"/desk/sample-{policy.name.lower()}", let_through, policy)
        for policy in Policy
        if policy.staff_role is not None
        for method in ("GET", "POST")
    ]
    samples += [
        routing.Route(method, f"/brands/{{brand_name}}/sample-{policy.name.lower()}", let_through, policy)
        for policy in Policy
        if policy.role is not None and not policy.names_application
        for method in ("GET", "POST")
    ]
    for name in ("ROUTES", "DEMONSTRATION_ROUTES"):
        stubbed = [dataclasses.replace(route, handler=let_through) for route in getattr(routing, name)]
        monkeypatch.setattr(routing, name, stubbed)
    monkeypatch.setattr(routing, "ROUTES", routing.ROUTES + samples)
    server = TestServer(create_app(settings))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def tokens(sessions):
    """A session of each person: of contacts by address, of the staff by what they stand for."""
    with sessions.begin() as session:
        nordlys = session.scalars(select(Brand).where(Brand.name == "Nordlys Skincare")).one()
        vera = Contact(name="Vera Viewer", email=VERA, time_zone="Europe/Oslo")
        session.add(vera)
        session.flush()
        session.add(Membership(contact_id=vera.id, brand_id=nordlys.id, role=Role.VIEWER))
        people = session.scalars(select(Contact).where(Contact.email.in_(filter(None, WHO.values()))))
        tokens = {person.email: identity.open_session(session, person, "a test")[0] for person in people}
        staff = {name: open_staff_session(session, email) for name, email in STAFF.items()}
        staff[BARE] = open_staff_session(session, TAO, second_factor=False)
        staff[OWING] = open_staff_session(session, MEI, second_factor=False)
        mei = session.scalars(select(Staff).where(Staff.email == MEI)).one()
        mei.totp_secret, mei.totp_confirmed_at = "A" * 32, mei.created_at
        return tokens | staff


def names_a_brand(path: str) -> bool:
    """A key of the API is for one brand, which no path there names."""
    return "{brand_name}" in path or ("{number}" in path and not path.startswith("/api/"))


def address(path: str, brand: str = BRAND, application: str = APPLICATION) -> str:
    named = path.replace("{brand_name}", brand).replace("{number}", application)
    return re.sub(r"\{[^}]*\}", "something", named)


async def knock(who: Visitor, method: str, path: str) -> str:
    answer = await who.send(method, address(path), headers={"Origin": who.origin}, allow_redirects=False)
    if answer.status == 303:
        start = answer.headers["Location"].partition("=")[0]
        return LED_TO[f"{start}="]
    if answer.status in (401, 403):
        return REFUSED
    if answer.status == 404:
        return NOT_THERE
    return answer.html


def expected(policy: Policy, method: str, name: str) -> str:
    """Nobody is led away from a form that was sent: it is refused."""
    outcome = EXPECTED[policy][name]
    is_led_away = outcome in LED_TO.values()
    return REFUSED if is_led_away and method != "GET" else outcome


@pytest.mark.parametrize("name", WHO)
async def test_every_route_lets_through_whom_its_policy_names_and_nobody_else(doors, tokens, name):
    email = WHO[name]
    async with Visitor(doors) as who:
        if name in tokens:
            who.set_cookie("staff", tokens[name])
        elif email is not None:
            who.set_cookie("session", tokens[email])
        outcomes = {door: await knock(who, *door) for door in doors.app[POLICIES]}

    assert outcomes == {
        (method, path): expected(policy, method, name)
        for (method, path), policy in doors.app[POLICIES].items()
    }


def test_every_policy_says_what_it_means_for_each_person():
    assert {policy: set(row) for policy, row in EXPECTED.items()} == {policy: set(WHO) for policy in Policy}


def test_every_route_has_a_policy(settings):
    app = create_app(settings)

    doors = {
        (route.method.replace("HEAD", "GET"), route.resource.canonical)
        for route in app.router.routes()
        if route.resource
    }

    assert doors == set(app[POLICIES])


def test_a_route_of_a_brand_asks_for_a_role_of_that_brand():
    without = [route.path for route in ALL_ROUTES if route.policy.role is None and names_a_brand(route.path)]

    assert without == []


def test_a_policy_for_a_brand_stands_only_on_routes_that_name_one():
    nameless = [
        route.path
        for route in ALL_ROUTES
        if route.policy.role
        and ("{number}" if route.policy.names_application else "{brand_name}") not in route.path
    ]

    assert nameless == []


async def test_a_route_without_a_policy_is_closed(server, visitor):
    server.app[POLICIES].pop(("GET", "/privacy"))

    assert (await visitor.open("/privacy")).status == 403


@pytest.mark.parametrize(
    "path", sorted({r.path for r in ALL_ROUTES if r.method == "GET" and names_a_brand(r.path)})
)
async def test_somebody_elses_brand_and_one_that_does_not_exist_give_the_same_answer(visitor, path):
    await visitor.sign_in(KENJI)

    others = await visitor.open(address(path))
    nobodys = await visitor.open(address(path, NO_BRAND, NO_APPLICATION))

    assert (others.status, nobodys.status) == (404, 404)
    assert others.words == nobodys.words


async def test_too_low_a_role_is_told_which_role_is_needed(doors, tokens):
    async with Visitor(doors) as viewer:
        viewer.set_cookie("session", tokens[VERA])
        page = await viewer.open(f"/brands/{BRAND}/sample-brand_owner")

    assert page.status == 403
    assert "Your role for this brand is viewer. Only an owner can do this." in page.words


def test_every_page_of_the_desk_is_for_the_staff_or_comes_before_signing_in():
    others = [
        route.path
        for route in ALL_ROUTES
        if (route.path + "/").startswith("/desk/")
        and route.policy.staff_role is None
        and not route.path.startswith("/desk/sign-in")
    ]

    assert others == []


async def test_too_low_a_role_at_the_desk_is_told_who_may(doors, tokens):
    async with Visitor(doors) as agent:
        agent.set_cookie("staff", tokens["agent"])
        page = await agent.open("/desk/sample-staff_lead")

    assert page.status == 403
    assert "Your role at the desk is agent. Only a lead or an operator can do this." in page.words
