"""What operators do with the accounts of the desk, and what everybody does with their own."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from conversations import ownership
from conversations.handoff import ask_for_person
from conversations.lookup import open_for_contact
from conversations.models import Conversation, Message
from conversations.names import HandoffReason, Owner
from onboarding.models import AuditEntry, Staff
from onboarding.names import AlertWish, StaffRole
from tests.onboarding import people as written
from tests.web.staff import AMARA, JONAS, MEI, RUI, TAO, StaffVisitor, staff_named
from tests.web.visitor import INGRID

NEW = "new.colleague@desk.example"
PASSWORD = "four words without relation"


async def path_of(agent: StaffVisitor, name: str) -> str:
    page = await agent.open("/desk/staff")
    found = re.search(rf'href="(/desk/staff/[^"]*)">{name}</a>', page.html)
    assert found is not None
    return found[1]


async def test_an_operator_invites_somebody_who_opens_the_account_with_the_mailed_link(agent, second_agent):
    await agent.enter(AMARA)
    page = await agent.open("/desk/staff/invite")
    done = await agent.submit(page, page.path, name="Lin Yue", email=NEW, role="reviewer")
    letter = await agent.open("/demo/mail")

    inside = await second_agent.follow_staff_link(letter.links("/desk/sign-in/link/")[0])

    assert "The invitation is on its way." in done.words
    assert "Amara Osei opened an account for you at the desk" in letter.words
    assert "Lin Yue" in inside.words


async def test_somebody_who_works_at_the_desk_already_is_not_invited_again(agent):
    await agent.enter(AMARA)
    page = await agent.open("/desk/staff/invite")

    refused = await agent.submit(page, page.path, name="Mei", email=MEI, role="lead")

    assert refused.status == 422
    assert "Mei Lin works at the desk with this address already." in refused.words


async def test_a_new_role_holds_from_the_next_request_on(agent, second_agent):
    await second_agent.enter(MEI)
    before = await second_agent.open("/desk/staff")
    await agent.enter(AMARA)
    page = await agent.open(await path_of(agent, "Mei Lin"))
    await agent.submit(page, f"{page.path}/role", role="operator")

    after = await second_agent.open("/desk/staff")

    assert (before.status, after.status) == (403, 200)


async def test_the_last_operator_stays_one(agent, sessions):
    await agent.enter(AMARA)
    page = await agent.open(await path_of(agent, "Amara Osei"))

    refused = await agent.submit(page, f"{page.path}/role", role="agent")
    kept = await agent.submit(page, f"{page.path}/leave")

    assert (refused.status, kept.status) == (422, 422)
    assert "Amara Osei is the only operator." in refused.words
    with sessions() as session:
        assert staff_named(session, AMARA).role is StaffRole.OPERATOR


async def test_who_leaves_is_signed_out_and_what_they_had_waits_in_the_queue(agent, second_agent, sessions):
    with sessions.begin() as session:
        ingrid = written.contact(session, INGRID)
        conversation = open_for_contact(session, ingrid.id)
        ask_for_person(session, conversation, HandoffReason.ASKED_FOR_PERSON)
        mei = staff_named(session, MEI)
        ownership.agent_says(session, conversation.id, mei, "Hello Ingrid", "m1")
    await second_agent.enter(MEI)
    await agent.enter(AMARA)
    page = await agent.open(f"{await path_of(agent, 'Mei Lin')}/leave")

    done = await agent.submit(page, page.path)

    assert "The account is closed." in done.words
    assert (await second_agent.open("/desk")).path == "/desk/sign-in"
    with sessions() as session:
        found = session.get_one(Conversation, conversation.id)
        last = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    assert (found.owner, found.staff_id) == (Owner.WAITING, None)
    assert "You are next" in last.text or "place" in last.text


async def test_a_lost_device_is_answered_by_a_reset(agent, second_agent, sessions):
    await second_agent.sign_in(TAO)
    await agent.enter(AMARA)
    page = await agent.open(await path_of(agent, "Tao Chen"))

    await agent.submit(page, f"{page.path}/second-factor")

    assert (await second_agent.open("/desk")).path == "/desk/sign-in"
    with sessions() as session:
        assert not staff_named(session, TAO).has_second_factor


@pytest.mark.parametrize("what", ["", "/leave"])
async def test_an_account_that_does_not_exist_is_not_found(agent, what):
    await agent.enter(AMARA)

    for staff_id in (uuid4(), "nobody"):
        assert (await agent.open(f"/desk/staff/{staff_id}{what}")).status == 404


async def test_everybody_says_how_the_desk_behaves_for_them(agent, sessions):
    await agent.enter(MEI)
    page = await agent.open("/desk/account")

    done = await agent.submit(
        page, page.path, name="Mei Lin", time_zone="Oslo", sound_on="y", alerts="AT_RISK"
    )

    with sessions() as session:
        mei = staff_named(session, MEI)
    assert "Your settings are saved." in done.words
    assert (mei.time_zone, mei.shortcuts_on, mei.sound_on) == ("Europe/Oslo", False, True)
    assert mei.alerts is AlertWish.AT_RISK


async def test_a_zone_that_does_not_exist_is_named_and_what_was_typed_is_kept(agent):
    await agent.enter(MEI)
    page = await agent.open("/desk/account")

    refused = await agent.submit(page, page.path, name="Mei", time_zone="Atlantis", alerts="NEVER")

    assert refused.status == 422
    assert 'value="Atlantis"' in refused.html


async def test_a_password_signs_in_and_the_code_is_asked_for_all_the_same(agent, second_agent):
    await agent.sign_in(TAO)
    page = await agent.open("/desk/account/password")
    await agent.submit(page, page.path, password=PASSWORD)
    page = await second_agent.open("/desk/sign-in/password")

    wrong = await second_agent.submit(page, page.path, email=TAO, password="not the right one", next="/desk")
    right = await second_agent.submit(page, page.path, email=TAO, password=PASSWORD, next="/desk")

    assert wrong.status == 422
    assert right.path == "/desk/sign-in/code"


async def test_signing_out_everywhere_ends_every_session(agent, second_agent):
    await second_agent.enter(RUI)
    await agent.enter(RUI)
    page = await agent.open("/desk/account")

    await agent.submit(page, "/desk/account/sign-out-everywhere")

    assert [(await who.open("/desk")).path for who in (agent, second_agent)] == ["/desk/sign-in"] * 2


async def test_what_operators_do_is_audited(agent, sessions):
    await agent.enter(AMARA)
    page = await agent.open(await path_of(agent, "Jonas Weber"))
    await agent.submit(page, f"{page.path}/role", role="lead")

    with sessions() as session:
        jonas = session.scalars(select(Staff).where(Staff.email == JONAS)).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "role changed")).one()

    assert entry.staff_id == staff_named(sessions(), AMARA).id
    assert (entry.subject_type, entry.subject_id) == ("staff", str(jonas.id))
    assert entry.detail == {"old": "agent", "new": "lead"}
