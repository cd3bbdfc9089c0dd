"""Taking an application back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.models import Contact, Membership, StageChange
from onboarding.names import Role, Stage
from onboarding.permissions import BrandNotFound, RoleTooLow
from onboarding.withdrawal import NothingToWithdraw, withdraw
from tests.onboarding.people import application


def contact(session: Session, email: str) -> Contact:
    return session.scalars(select(Contact).where(Contact.email == email)).one()


def test_a_withdrawal_is_kept_with_who_and_when(session: Session) -> None:
    ingrid, nordlys = contact(session, "ingrid@nordlys.example"), application(session, "Nordlys Skincare")
    withdraw(session, ingrid, nordlys)
    change = session.scalars(
        select(StageChange).where(StageChange.application_id == nordlys.id).order_by(StageChange.id.desc())
    ).first()
    assert change is not None
    assert (nordlys.stage, change.stage, change.by) == (Stage.WITHDRAWN, Stage.WITHDRAWN, ingrid.name)
    assert nordlys.withdrawn_at == change.at


def test_it_is_withdrawn_once(session: Session) -> None:
    ingrid, nordlys = contact(session, "ingrid@nordlys.example"), application(session, "Nordlys Skincare")
    withdraw(session, ingrid, nordlys)
    with pytest.raises(NothingToWithdraw):
        withdraw(session, ingrid, nordlys)


def test_an_open_store_is_not_withdrawn(session: Session) -> None:
    with pytest.raises(NothingToWithdraw):
        withdraw(session, contact(session, "kenji@kumo.example"), application(session, "Kumo"))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_nobody_but_an_owner_withdraws(session: Session, role: Role) -> None:
    ingrid, nordlys = contact(session, "ingrid@nordlys.example"), application(session, "Nordlys Skincare")
    session.get_one(Membership, (ingrid.id, nordlys.brand_id)).role = role
    with pytest.raises(RoleTooLow):
        withdraw(session, ingrid, nordlys)
    assert nordlys.stage is Stage.CORRECTION_NEEDED


def test_somebody_elses_application_is_not_withdrawn(session: Session) -> None:
    with pytest.raises(BrandNotFound):
        withdraw(
            session, contact(session, "lena@fjellvann.example"), application(session, "Nordlys Skincare")
        )
