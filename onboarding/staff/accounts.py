"""Who works at the desk: invited, given a role, and gone again; each step is audited."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import audit, clock
from onboarding.errors import DomainError, NotFound
from onboarding.identity import normal_email
from onboarding.models import Staff, StaffSession
from onboarding.names import AlertWish, StaffRole
from onboarding.staff import links, second_factor, sessions

_ZONE = "Asia/Shanghai"


class StaffNotFound(NotFound):
    code = "staff_not_found"


class StaffExists(DomainError):
    code = "staff_exists"
    what_to_do = "Change their role on their page instead."


class LastOperator(DomainError):
    """Nobody could let anybody in any more."""

    code = "last_operator"
    what_to_do = "Make somebody else an operator first."


class OperatorExists(DomainError):
    code = "operator_exists"
    what_to_do = "Ask them to invite you, or add --another to make one more."


@dataclass(frozen=True)
class Listed:
    staff: Staff
    last_seen_at: datetime | None
    is_online: bool


@dataclass(frozen=True)
class Wishes:
    """What somebody says about themselves and how the desk should behave for them."""

    name: str
    time_zone: str
    shortcuts_on: bool
    sound_on: bool
    alerts: AlertWish


def everybody(session: Session) -> list[Listed]:
    """By name; those who left are not among them."""
    seen = (
        select(StaffSession.staff_id, func.max(StaffSession.last_seen_at).label("at"))
        .group_by(StaffSession.staff_id)
        .subquery()
    )
    rows = session.execute(
        select(Staff, seen.c.at)
        .outerjoin(seen, seen.c.staff_id == Staff.id)
        .where(Staff.left_at.is_(None))
        .order_by(Staff.name)
    ).all()
    online = {staff.id for staff in sessions.online(session)}
    return [Listed(staff, at, staff.id in online) for staff, at in rows]


def of_desk(session: Session, staff_id: UUID) -> Staff:
    """Raises StaffNotFound, also for somebody who left."""
    staff = session.get(Staff, staff_id, populate_existing=True)
    if staff is None or staff.left_at is not None:
        raise StaffNotFound("There is nobody of that name at the desk.")
    return staff


def invite(session: Session, by: Staff, name: str, email: str, role: StaffRole) -> tuple[Staff, str]:
    """With the token of the link to mail. Somebody who left comes back to the same account. Raises StaffExists."""
    staff = _opened(session, name, email, role)
    audit.record(session, by, "staff invited", "staff", staff.id, role=role)
    return staff, links.make_link(session, staff, links.INVITATION_LASTS)


def invite_again(session: Session, by: Staff, staff_id: UUID) -> tuple[Staff, str]:
    """A new link in the place of the one before. Raises StaffNotFound."""
    staff = of_desk(session, staff_id)
    audit.record(session, by, "link sent", "staff", staff.id)
    return staff, links.make_link(session, staff, links.INVITATION_LASTS)


def first_operator(session: Session, email: str, name: str, *, another: bool = False) -> tuple[Staff, str]:
    """With the token of a link to open. Raises OperatorExists unless one more is asked for, StaffExists."""
    if not another and operators(session):
        raise OperatorExists("There is an operator already.")
    staff = _opened(session, name, email, StaffRole.OPERATOR)
    audit.record(session, None, "operator made", "staff", staff.id)
    return staff, links.make_link(session, staff, links.INVITATION_LASTS)


def operators(session: Session) -> list[Staff]:
    """Those who do not belong to a demonstration only."""
    return [staff for staff in _operators(session) if not staff.is_demonstration]


def change_role(session: Session, by: Staff, staff_id: UUID, role: StaffRole) -> Staff:
    """Holds from the next request on. Raises StaffNotFound, LastOperator."""
    operators = _operators(session)
    staff = _locked(session, staff_id)
    if staff.role is role:
        return staff
    _require_operator_beside(staff, operators)
    audit.record(session, by, "role changed", "staff", staff.id, old=staff.role, new=role)
    staff.role = role
    return staff


def leave(session: Session, by: Staff, staff_id: UUID) -> Staff:
    """Their sessions and links end at once. Raises StaffNotFound, LastOperator.

    What they were working on is given back by conversations.leaving.
    """
    operators = _operators(session)
    staff = _locked(session, staff_id)
    _require_operator_beside(staff, operators)
    second_factor.reset(session, staff)
    staff.left_at, staff.password_hash = clock.now(session), None
    audit.record(session, by, "staff left", "staff", staff.id)
    return staff


def reset_second_factor(session: Session, by: Staff, staff_id: UUID) -> Staff:
    """For a lost device. Raises StaffNotFound."""
    staff = _locked(session, staff_id)
    second_factor.reset(session, staff)
    audit.record(session, by, "second factor reset", "staff", staff.id)
    return staff


def change_wishes(session: Session, staff_id: UUID, wishes: Wishes) -> None:
    staff = _locked(session, staff_id)
    before = Wishes(staff.name, staff.time_zone, staff.shortcuts_on, staff.sound_on, staff.alerts)
    changed = sorted(name for name, value in vars(wishes).items() if getattr(before, name) != value)
    for name in changed:
        setattr(staff, name, getattr(wishes, name))
    if changed:
        audit.record(session, staff, "account changed", "staff", staff.id, changed=changed)


def _opened(session: Session, name: str, email: str, role: StaffRole) -> Staff:
    address = normal_email(email)
    staff = session.scalar(select(Staff).where(Staff.email == address).with_for_update())
    if staff is not None and staff.left_at is None:
        raise StaffExists(f"{staff.name} works at the desk with this address already.")
    if staff is None:
        staff = Staff(email=address, time_zone=_ZONE, created_at=clock.now(session))
        session.add(staff)
    staff.name, staff.role, staff.left_at = name, role, None
    session.flush()
    return staff


def _operators(session: Session) -> list[Staff]:
    """Locked, and before anybody else: of two operators who remove each other one stays, and neither waits in vain."""
    are = (Staff.role == StaffRole.OPERATOR, Staff.left_at.is_(None))
    in_order = select(Staff).where(*are).order_by(Staff.id).with_for_update()
    return list(session.scalars(in_order.execution_options(populate_existing=True)))


def _require_operator_beside(staff: Staff, operators: list[Staff]) -> None:
    if [operator.id for operator in operators] == [staff.id]:
        raise LastOperator(f"{staff.name} is the only operator.")


def _locked(session: Session, staff_id: UUID) -> Staff:
    of_desk(session, staff_id)
    return session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)
