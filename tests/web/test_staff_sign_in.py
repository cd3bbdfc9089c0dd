"""How the staff sign in: link or password, code, recovery code, and what is refused."""

from datetime import timedelta

import pytest

from onboarding import clock
from onboarding.staff import second_factor
from tests.web.staff import AMARA, MEI, TAO, StaffVisitor, new_code, staff_named
from tests.web.visitor import INGRID

SET_UP = "/desk/account/second-factor"


async def codes_of_set_up(agent: StaffVisitor, email: str) -> list[str]:
    """Signs in, sets the second factor up, and gives the recovery codes that are shown."""
    await agent.follow_staff_link(await agent.ask_for_staff_link(email))
    page = await agent.open(SET_UP)
    shown = await agent.submit(page, SET_UP, code=agent.code_of(email), next="/desk")
    assert shown.status == 200
    return [word for word in shown.words.split() if word.count("-") == 3]


async def test_an_agent_signs_in_by_a_mailed_link_alone(agent):
    page = await agent.follow_staff_link(await agent.ask_for_staff_link(MEI))

    assert page.status == 200
    assert page.path.startswith("/desk")
    assert "Mei Lin" in page.words


async def test_a_reviewer_sets_up_the_second_factor_and_then_shows_it_at_every_sign_in(agent, second_agent):
    codes = await codes_of_set_up(agent, TAO)

    page = await second_agent.follow_staff_link(await second_agent.ask_for_staff_link(TAO))
    kept_out = await second_agent.open("/desk")
    inside = await second_agent.submit(page, page.path, code=second_agent.code_of(TAO), next="/desk")

    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert (page.path, kept_out.path) == ("/desk/sign-in/code", "/desk/sign-in/code")
    assert "Tao Chen" in inside.words


async def test_a_demonstration_shows_the_code_so_that_no_app_is_needed(agent):
    await agent.follow_staff_link(await agent.ask_for_staff_link(TAO))
    page = await agent.open(SET_UP)

    done = await agent.submit(page, SET_UP, code=new_code(page.html), next="/desk")

    assert "Keep your recovery codes" in done.words


async def test_a_code_is_accepted_once(agent, second_agent):
    await codes_of_set_up(agent, TAO)
    code = agent.code_of(TAO)
    page = await second_agent.follow_staff_link(await second_agent.ask_for_staff_link(TAO))
    await second_agent.submit(page, page.path, code=code, next="/desk")

    await agent.submit(await agent.open("/desk"), "/desk/sign-out")
    again = await agent.follow_staff_link(await agent.ask_for_staff_link(TAO))
    refused = await agent.submit(again, again.path, code=code, next="/desk")

    assert refused.status == 422
    assert "This code has been used" in refused.words


async def test_a_recovery_code_stands_in_for_the_app_once(agent, second_agent):
    first, *_ = await codes_of_set_up(agent, TAO)
    page = await second_agent.follow_staff_link(await second_agent.ask_for_staff_link(TAO))

    inside = await second_agent.submit(page, page.path, code=f" {first.upper()} ", next="/desk")
    await second_agent.submit(inside, "/desk/sign-out")
    page = await second_agent.follow_staff_link(await second_agent.ask_for_staff_link(TAO))
    refused = await second_agent.submit(page, page.path, code=first, next="/desk")

    assert "Tao Chen" in inside.words
    assert (refused.status, "The code is not right" in refused.words) == (422, True)


async def test_codes_are_refused_for_a_while_after_five_that_were_wrong(agent, second_agent, sessions):
    await codes_of_set_up(agent, TAO)
    page = await second_agent.follow_staff_link(await second_agent.ask_for_staff_link(TAO))
    for _ in range(second_factor.WRONG_IN_A_ROW):
        wrong = await second_agent.submit(page, page.path, code="nothing", next="/desk")

    right = await second_agent.submit(page, page.path, code=agent.code_of(TAO), next="/desk")
    with sessions.begin() as session:
        clock.advance(session, second_factor.BLOCKED_FOR + timedelta(seconds=1))
    later = await second_agent.submit(page, page.path, code=agent.code_of(TAO), next="/desk")

    assert "Wait 15 minutes" in wrong.words
    assert (right.status, "Wait 15 minutes" in right.words) == (422, True)
    assert "Tao Chen" in later.words


async def test_showing_the_second_factor_begins_a_new_session(agent):
    await agent.follow_staff_link(await agent.ask_for_staff_link(TAO))
    before = agent.cookie("staff")
    page = await agent.open(SET_UP)
    await agent.submit(page, SET_UP, code=agent.code_of(TAO), next="/desk")
    after = agent.cookie("staff")

    agent.set_cookie("staff", before or "")
    old = await agent.open("/desk", allow_redirects=False)

    assert after != before
    assert old.headers["Location"].startswith("/desk/sign-in?next=")


async def test_a_link_works_once(agent, second_agent):
    link = await agent.ask_for_staff_link(MEI)
    await agent.follow_staff_link(link)

    again = await second_agent.follow_staff_link(link)

    assert (again.status, second_agent.cookie("staff")) == (410, None)


@pytest.mark.parametrize("email", ["nobody@desk.example", INGRID])
async def test_nobody_learns_who_works_at_the_desk(agent, email):
    sent = await agent.submit(await agent.open("/desk/sign-in"), "/desk/sign-in", email=email)

    assert f"If {email} works at the desk, a sign-in link is on its way." in sent.words
    assert (await agent.open("/demo/mail")).links("/desk/sign-in/link/") == []


async def test_a_session_ends_after_twelve_hours_without_a_sign_of_life(agent, sessions):
    await agent.enter(MEI)
    with sessions.begin() as session:
        clock.advance(session, timedelta(hours=12))

    page = await agent.open("/desk")

    assert page.path == "/desk/sign-in"


async def test_somebody_who_left_is_out_at_once(agent, sessions):
    await agent.enter(MEI)
    with sessions.begin() as session:
        staff_named(session, MEI).left_at = clock.now(session)

    assert (await agent.open("/desk")).path == "/desk/sign-in"


async def test_a_contact_of_a_brand_finds_no_desk(visitor):
    await visitor.sign_in(INGRID)

    assert (await visitor.open("/desk")).status == 404


async def test_the_cookie_is_for_this_host_alone_in_production(production_server):
    async with StaffVisitor(production_server) as agent:
        page = await agent.open("/desk/sign-in")

    assert "Amara Osei" not in page.words
    assert "__Host-form" in page.headers["Set-Cookie"]


async def test_a_switch_in_the_head_of_every_page_tells_whether_one_is_away(agent, sessions):
    page = await agent.enter(AMARA)
    await agent.submit(page, "/desk/presence", away="yes", back_to="/desk")
    with sessions() as session:
        away = staff_named(session, AMARA).is_away

    page = await agent.open("/desk")

    assert away
    assert "Away, switch to online" in page.words
