"""Accounts of the desk, below the pages."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import select, text

from onboarding.models import Staff
from onboarding.names import StaffRole
from onboarding.staff import accounts, permissions
from onboarding.staff.accounts import LastOperator, StaffNotFound
from onboarding.staff.permissions import StaffPermission

AMARA, RUI = "amara.osei@desk.example", "rui.zhang@desk.example"


def named(session, email: str) -> Staff:
    return session.scalars(select(Staff).where(Staff.email == email)).one()


def test_of_two_operators_who_remove_each_other_in_one_moment_one_stays(sessions):
    """The second begins, and waits for the first, before that one has committed."""
    with sessions.begin() as session:
        named(session, RUI).role = StaffRole.OPERATOR
    with sessions() as first, ThreadPoolExecutor(1) as other:
        accounts.leave(first, named(first, AMARA), named(first, RUI).id)
        second = other.submit(_remove, sessions, by=RUI, whom=AMARA)
        while not first.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert not second.done(), "the second did not wait"
        first.commit()
        refused = second.result(timeout=10)

    assert isinstance(refused, LastOperator)
    with sessions() as session:
        assert [staff.email for staff in _operators(session)] == [AMARA]


def test_somebody_who_left_comes_back_to_the_same_account(session):
    amara, rui = named(session, AMARA), named(session, RUI)
    accounts.leave(session, amara, rui.id)

    again, _ = accounts.invite(session, amara, "Rui Zhang", RUI.upper(), StaffRole.AGENT)

    assert (again.id, again.role, again.left_at) == (rui.id, StaffRole.AGENT, None)


def test_nothing_is_changed_about_somebody_who_left(session):
    amara, rui = named(session, AMARA), named(session, RUI)
    accounts.leave(session, amara, rui.id)

    with pytest.raises(StaffNotFound):
        accounts.change_role(session, amara, rui.id, StaffRole.OPERATOR)


def test_each_role_may_what_those_before_it_may():
    held = [permissions.STAFF_PERMISSIONS[role] for role in StaffRole]

    assert all(less < more for less, more in pairwise(held))


def test_whoever_sees_documents_is_a_reviewer_or_more():
    assert [role for role in StaffRole if permissions.sees_documents(role)] == [
        StaffRole.REVIEWER,
        StaffRole.LEAD,
        StaffRole.OPERATOR,
    ]
    assert permissions.lowest_role_for(StaffPermission.AUDIT) is StaffRole.OPERATOR


def _operators(session) -> list[Staff]:
    return [one.staff for one in accounts.everybody(session) if one.staff.role is StaffRole.OPERATOR]


def _remove(sessions, by: str, whom: str) -> Exception | None:
    try:
        with sessions.begin() as session:
            accounts.leave(session, named(session, by), named(session, whom).id)
    except LastOperator as refused:
        return refused
    return None
