"""The first operator is made from the command line."""

import pytest
from sqlalchemy import select

from deploy import operator
from onboarding.models import Staff
from onboarding.names import StaffRole
from onboarding.staff import links
from onboarding.staff.accounts import OperatorExists

BASE = "https://desk.example"


def test_the_printed_link_opens_the_account_of_an_operator(empty_session):
    told = operator.make(empty_session, BASE, "Amara@Desk.example", "Amara Osei")

    staff = links.consume_link(empty_session, told.rpartition("/")[2])

    assert (staff.email, staff.role) == ("amara@desk.example", StaffRole.OPERATOR)
    assert f"{BASE}/desk/sign-in/link/" in told


def test_a_second_one_is_refused_unless_it_is_asked_for(empty_session):
    operator.make(empty_session, BASE, "amara@desk.example", "Amara Osei")

    with pytest.raises(OperatorExists):
        operator.make(empty_session, BASE, "bo@desk.example", "Bo")
    operator.make(empty_session, BASE, "bo@desk.example", "Bo", another=True)

    assert len(list(empty_session.scalars(select(Staff)))) == 2


def test_what_is_no_address_is_refused_with_what_to_do(empty_session):
    with pytest.raises(operator.AddressInvalid) as refused:
        operator.make(empty_session, BASE, "Amara Osei", "amara@desk.example extra")

    assert "name@example.com" in refused.value.what_to_do


def test_people_of_a_demonstration_do_not_count(session):
    assert "is an operator" in operator.make(session, BASE, "real@desk.example", "Real Person")
