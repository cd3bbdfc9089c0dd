"""Colleagues of a brand: invited, changed, removed, leaving, asking; and what others do not get from it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from conversations.models import Mail, Ticket
from onboarding import clock, people
from onboarding.models import AccessRequest, Brand, Contact, Membership
from onboarding.names import Role
from tests.web.visitor import INGRID, KENJI, LENA, SOFIA, Page, Visitor

PEOPLE = "/brands/nordlys-skincare/people"
NEW = "new@nordlys.example"


async def invite(owner: Visitor, email: str = NEW, role: str = "editor") -> Page:
    return await owner.submit(
        await owner.open(f"{PEOPLE}/invite"), f"{PEOPLE}/invite", email=email, role=role
    )


async def invitation(owner: Visitor, email: str = NEW, role: str = "editor") -> str:
    """The path of the link in the mail."""
    await invite(owner, email, role)
    return (await owner.open("/demo/mail")).links("/invitations/")[0]


async def join(who: Visitor, link: str, name: str = "Nora New", zone: str = "Oslo") -> Page:
    page = await who.open(link)
    return await who.submit(page, "/invitations", token=page.field("token"), name=name, time_zone=zone)


def person_id(sessions, email: str) -> str:
    with sessions() as session:
        return str(session.scalars(select(Contact.id).where(Contact.email == email)).one())


def mails_to(sessions, email: str) -> list[Mail]:
    with sessions() as session:
        return list(session.scalars(select(Mail).where(Mail.recipient == email).order_by(Mail.id)))


def role_of(sessions, email: str) -> Role | None:
    with sessions() as session:
        return session.scalar(
            select(Membership.role)
            .join(Contact, Contact.id == Membership.contact_id)
            .join(Brand, Brand.id == Membership.brand_id)
            .where(Contact.email == email, Brand.name == "Nordlys Skincare")
        )


def make_owner(sessions, email: str) -> None:
    with sessions.begin() as session:
        brand = session.scalars(select(Brand).where(Brand.name == "Nordlys Skincare")).one()
        person = session.scalars(select(Contact).where(Contact.email == email)).one()
        session.get_one(Membership, (person.id, brand.id)).role = Role.OWNER


async def test_everybody_of_a_brand_sees_who_acts_for_it(visitor):
    await visitor.sign_in(SOFIA)

    page = await visitor.open(PEOPLE)

    assert "Ingrid Solberg ingrid@nordlys.example Owner" in page.words
    assert "Sofia Brandt (you) sofia@northbridge.example, Northbridge Agency Editor" in page.words
    assert not page.links(f"{PEOPLE}/invite")


async def test_a_brands_page_leads_to_its_people(visitor):
    page = await visitor.sign_in(INGRID)

    assert PEOPLE in page.links("/brands/")


async def test_an_owner_invites_a_colleague_who_joins_by_the_link_and_is_signed_in(
    visitor, colleague, sessions
):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor)

    page = await join(colleague, link)

    assert page.path == "/brands/nordlys-skincare"
    assert "Nora New" in page.words
    people_page = await colleague.open(PEOPLE)
    assert "Nora New joined as an editor" in people_page.words
    assert "Ingrid Solberg invited new@nordlys.example as an editor" in people_page.words
    with sessions() as session:
        assert session.scalars(select(Contact.time_zone).where(Contact.email == NEW)).one() == "Europe/Oslo"


async def test_the_mail_says_who_invites_to_what_and_is_not_escaped_like_a_page(visitor, sessions):
    with sessions.begin() as session:
        session.scalars(select(Contact).where(Contact.email == INGRID)).one().name = "Ingrid & Ola O'Hara"
    await visitor.sign_in(INGRID)

    await invite(visitor)

    mail = mails_to(sessions, NEW)[0]
    assert mail.subject == "Ingrid & Ola O'Hara invites you to Nordlys Skincare on Brand Desk"
    assert "http://desk.example/invitations/" in mail.body


async def test_opening_an_invitation_alone_changes_nothing(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor)

    page = await colleague.open(link)

    assert "Ingrid Solberg invited you as an editor" in page.words
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert role_of(sessions, NEW) is None
    assert (await colleague.open("/account")).path == "/sign-in"


async def test_an_invitation_works_once(visitor, colleague, server):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor)
    await join(colleague, link)

    async with Visitor(server) as third:
        page = await third.open(link)

    assert page.status == 410
    assert "used already" in page.words


async def test_an_expired_invitation_says_what_to_do(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor)
    page = await colleague.open(link)
    with sessions.begin() as session:
        clock.advance(session, timedelta(days=7))

    late = await colleague.submit(page, "/invitations", token=page.field("token"), name="N", time_zone="UTC")

    assert late.status == 410
    assert "This invitation has expired. Ask the person who invited you" in late.words
    assert role_of(sessions, NEW) is None


async def test_somebody_elses_invitation_gives_nothing(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor)
    await colleague.sign_in(KENJI)

    shown = await colleague.open(link)
    page = await colleague.open("/account")
    sent = await colleague.submit(page, "/invitations", token=link.rpartition("/")[2])

    assert (shown.status, sent.status) == (403, 403)
    assert "sent to another address" in sent.words
    assert NEW not in shown.words
    assert role_of(sessions, KENJI) is None


async def test_an_address_with_an_account_signs_in_and_is_asked_once_more(visitor, colleague, sessions):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor, KENJI, "viewer")
    page = await colleague.open(link)
    await colleague.submit(page, "/sign-in", email=page.field("email"), next=page.field("next"))
    sign_in = (await colleague.open("/demo/mail")).links("/sign-in/link/")[0]

    asked = await colleague.follow_link(sign_in)
    assert asked.path == link
    joined = await colleague.submit(asked, "/invitations", token=asked.field("token"))

    assert joined.path == "/brands"
    assert role_of(sessions, KENJI) is Role.VIEWER


async def test_an_invitation_does_not_sign_an_existing_account_in(visitor, colleague):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor, KENJI)
    page = await colleague.open(link)

    sent = await colleague.submit(
        page, "/invitations", token=link.rpartition("/")[2], name="Mallory", time_zone="UTC"
    )

    assert sent.status == 403
    assert (await colleague.open("/account")).path == "/sign-in"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "time_zone": "Europe/Oslo"}, "Enter your name"),
        ({"name": "<b>Nora</b>", "time_zone": "Europe/Oslo"}, "without the characters < and >"),
        ({"name": "\N{PARTY POPPER}", "time_zone": "Europe/Oslo"}, "with at least one letter"),
        ({"name": "N" * 121, "time_zone": "Europe/Oslo"}, "at most 120 characters"),
        ({"name": "Nora", "time_zone": ""}, "Enter your time zone"),
        ({"name": "Nora", "time_zone": "Middle Earth"}, "Choose a time zone from the list"),
    ],
)
async def test_a_new_person_who_fills_in_something_wrong_is_told_and_keeps_the_rest(
    visitor, colleague, fields, said
):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor)

    page = await join(colleague, link, fields["name"], fields["time_zone"])

    assert page.status == 422
    assert page.words.count(said) == 2
    assert page.field("time_zone") == fields["time_zone"]
    assert "<b>Nora" not in page.html


@pytest.mark.parametrize(
    ("email", "role", "said"),
    [
        ("", "editor", "Enter their email address"),
        ("nobody", "editor", "Enter an email address like name@example.com"),
        ("a,b@nordlys.example", "editor", "Enter an email address like name@example.com"),
        ("a@nordlys.example,b@evil", "editor", "Enter an email address like name@example.com"),
        ("a\x00@nordlys.example", "editor", "Enter an email address like name@example.com"),
        ("<a@nordlys.example>", "editor", "Enter an email address like name@example.com"),
        (NEW, "", "Select a role"),
        (NEW, "emperor", "Select a role"),
        (SOFIA, "editor", "acts for this brand already"),
    ],
)
async def test_a_wrong_invitation_is_explained_and_what_was_typed_is_kept(
    visitor, sessions, email, role, said
):
    await visitor.sign_in(INGRID)

    page = await invite(visitor, email, role)

    assert page.status == 422
    assert said in page.words
    assert "<title>Error: " in page.html
    assert mails_to(sessions, NEW) == []


async def test_a_withdrawn_invitation_no_longer_works(visitor, colleague):
    await visitor.sign_in(INGRID)
    link = await invitation(visitor)
    page = await visitor.open(PEOPLE)
    action = re.search(rf'action="({PEOPLE}/invitations/[^"]*/withdraw)"', page.html)

    assert "The invitation no longer works." in (await visitor.submit(page, action[1])).words
    assert (await colleague.open(link)).status == 410


async def test_an_owner_changes_a_role_and_the_person_is_told(visitor, sessions):
    await visitor.sign_in(INGRID)
    person = f"{PEOPLE}/{person_id(sessions, SOFIA)}"

    page = await visitor.submit(await visitor.open(person), f"{person}/role", role="viewer")

    assert "The role is changed." in page.words
    assert "Ingrid Solberg changed the role of Sofia Brandt from editor to viewer" in page.words
    assert mails_to(sessions, SOFIA)[0].subject == "Your role for Nordlys Skincare is now viewer"


async def test_a_removed_colleagues_open_session_loses_that_brand_at_once_and_keeps_the_other(
    visitor, colleague, sessions
):
    await colleague.sign_in(SOFIA)
    assert (await colleague.open(PEOPLE)).status == 200
    await visitor.sign_in(INGRID)
    person = f"{PEOPLE}/{person_id(sessions, SOFIA)}"

    await visitor.submit(await visitor.open(f"{person}/remove"), f"{person}/remove")

    assert (await colleague.open("/brands/nordlys-skincare")).status == 404
    assert (await colleague.open("/brands/fjellvann")).status == 200
    assert "You no longer act for Nordlys Skincare" in mails_to(sessions, SOFIA)[-1].subject


async def test_a_form_opened_before_the_rights_were_lost_changes_nothing(visitor, colleague, sessions):
    make_owner(sessions, SOFIA)
    await colleague.sign_in(SOFIA)
    of_ingrid = f"{PEOPLE}/{person_id(sessions, INGRID)}"
    open_form = await colleague.open(of_ingrid)
    await visitor.sign_in(INGRID)
    of_sofia = f"{PEOPLE}/{person_id(sessions, SOFIA)}"
    await visitor.submit(await visitor.open(of_sofia), f"{of_sofia}/role", role="editor")

    page = await colleague.submit(open_form, f"{of_ingrid}/role", role="viewer")

    assert page.status == 403
    assert role_of(sessions, INGRID) is Role.OWNER


@pytest.mark.parametrize("act", ["role", "remove", "leave"])
async def test_the_last_owner_stays_and_is_told_why(visitor, sessions, act):
    await visitor.sign_in(INGRID)
    own = f"{PEOPLE}/{person_id(sessions, INGRID)}"
    path = f"{PEOPLE}/leave" if act == "leave" else f"{own}/{act}"

    page = await visitor.submit(await visitor.open(own), path, role="viewer")

    assert page.status == 422
    assert "A brand needs an owner, and there is no other. Make another person an owner first." in page.words
    assert role_of(sessions, INGRID) is Role.OWNER


async def test_a_colleague_leaves_of_their_own_accord(visitor, sessions):
    await visitor.sign_in(SOFIA)

    page = await visitor.submit(await visitor.open(f"{PEOPLE}/leave"), f"{PEOPLE}/leave")

    assert page.path == "/brands/fjellvann"
    assert role_of(sessions, SOFIA) is None


@pytest.mark.parametrize("whose", [KENJI, LENA, "nobody", "not-an-id"])
async def test_ids_of_another_brands_people_are_not_found(visitor, sessions, whose):
    await visitor.sign_in(INGRID)
    page = await visitor.open(f"{PEOPLE}/invite")
    other = {"nobody": str(uuid4()), "not-an-id": "1"}.get(whose) or person_id(sessions, whose)

    assert (await visitor.open(f"{PEOPLE}/{other}")).status == 404
    assert (await visitor.open(f"{PEOPLE}/{other}/remove")).status == 404
    for act in (
        f"{other}/role",
        f"{other}/remove",
        f"invitations/{other}/withdraw",
        f"requests/{other}/grant",
    ):
        assert (await visitor.submit(page, f"{PEOPLE}/{act}", role="viewer")).status == 404


@pytest.mark.parametrize("act", ["invite", "{id}/role", "{id}/remove", "leave"])
async def test_a_form_without_its_token_changes_nothing(visitor, sessions, act):
    make_owner(sessions, SOFIA)
    await visitor.sign_in(INGRID)
    path = f"{PEOPLE}/{act.format(id=person_id(sessions, SOFIA))}"

    answer = await visitor.send(
        "POST", path, data={"email": NEW, "role": "viewer"}, headers={"Origin": visitor.origin}
    )

    assert answer.status == 422
    assert "open for too long" in answer.words
    assert (role_of(sessions, INGRID), role_of(sessions, SOFIA)) == (Role.OWNER, Role.OWNER)
    assert mails_to(sessions, NEW) == []


async def ask(
    who: Visitor, named: str, reason: str = "EMPLOYEE", note: str = "The new export manager"
) -> Page:
    page = await who.open("/access")
    return await who.submit(page, "/access", named=named, reason=reason, note=note)


async def test_a_request_for_access_reaches_the_owner_who_gives_it(visitor, colleague, sessions):
    await colleague.sign_in(KENJI)
    await ask(colleague, "Nordlys Skincare")
    assert mails_to(sessions, INGRID)[0].subject == "Kenji Mori asks for access to Nordlys Skincare"
    await visitor.sign_in(INGRID)
    link = (await visitor.open(PEOPLE)).links(f"{PEOPLE}/requests/")[0]

    page = await visitor.open(link)
    assert "The new export manager" in page.words
    done = await visitor.submit(page, f"{link}/grant", role="viewer")

    assert "Ingrid Solberg gave Kenji Mori access as a viewer" in done.words
    assert (await colleague.open(PEOPLE)).status == 200
    assert "You can now act for Nordlys Skincare" in mails_to(sessions, KENJI)[-1].subject


async def test_an_owner_refuses_a_request(visitor, colleague, sessions):
    await colleague.sign_in(KENJI)
    await ask(colleague, "Nordlys Skincare")
    await visitor.sign_in(INGRID)
    link = (await visitor.open(PEOPLE)).links(f"{PEOPLE}/requests/")[0]

    await visitor.submit(await visitor.open(link), f"{link}/refuse")

    assert (await colleague.open(PEOPLE)).status == 404
    assert (await visitor.open(link)).status == 404
    assert "refused" in mails_to(sessions, KENJI)[-1].subject


async def test_asking_tells_the_same_of_a_brand_that_is_here_as_of_one_that_is_not(visitor, sessions):
    await visitor.sign_in(KENJI)

    here = await ask(visitor, "Nordlys Skincare")
    not_here = await ask(visitor, "No Such Brand")
    own = await ask(visitor, "Kumo")

    assert here.path == "/access/sent"
    assert here.words == not_here.words == own.words
    written = [mail.body for mail in mails_to(sessions, KENJI) if "recorded" in mail.subject]
    assert written[0].replace("Nordlys Skincare", "") == written[1].replace("No Such Brand", "")


@pytest.mark.parametrize("named", ["No Such Brand", "Nordlys Skincare"])
async def test_where_no_owner_can_answer_the_programmes_people_get_a_ticket(visitor, sessions, named):
    await visitor.sign_in(KENJI)

    await ask(visitor, named, reason="OWNER_LEFT")

    with sessions() as session:
        ticket = session.scalars(select(Ticket)).one()
        request = session.scalars(select(AccessRequest)).one()
    assert (ticket.reason, ticket.email) == ("access_request", KENJI)
    assert ticket.detail == f"{request.id}: OWNER_LEFT, {named}. The new export manager"


@pytest.mark.parametrize(
    ("named", "reason", "said"),
    [("", "EMPLOYEE", "Enter the name of the brand"), ("Kumo", "", "Select why you may act")],
)
async def test_a_request_without_name_or_reason_is_explained(visitor, named, reason, said):
    await visitor.sign_in(KENJI)

    page = await ask(visitor, named, reason)

    assert page.status == 422
    assert page.words.count(said) == 2
    assert "The new export manager" in page.html


async def test_signs_that_cannot_be_stored_are_dropped_from_what_was_typed(visitor, sessions):
    await visitor.sign_in(KENJI)

    page = await ask(visitor, "Nordlys\x00 Skincare\r\n", note="One\x00\x07\nTwo \N{PARTY POPPER}")

    assert page.path == "/access/sent"
    with sessions() as session:
        request = session.scalars(select(AccessRequest)).one()
    assert (request.named, request.note) == ("Nordlys Skincare", "One\nTwo \N{PARTY POPPER}")


async def test_asking_many_times_is_slowed_down(visitor):
    await visitor.sign_in(KENJI)
    for number in range(5):
        await ask(visitor, f"Brand {number}")

    assert (await ask(visitor, "Brand 6")).status == 429


async def test_an_agencys_person_sees_all_of_her_brands(visitor):
    await visitor.sign_in(SOFIA)

    assert (await visitor.open("/brands")).links("/brands/") == [
        "/brands/fjellvann",
        "/brands/nordlys-skincare",
    ]


async def test_changes_are_kept_for_each_brand_alone(visitor, sessions):
    await visitor.sign_in(INGRID)
    await invite(visitor)

    with sessions() as session:
        other = session.scalars(select(Brand.id).where(Brand.name == "Fjellvann")).one()
        assert people.changes_of(session, other) == []
