"""What each role of a brand may do: the only place that knows."""

from enum import StrEnum

from sqlalchemy.orm import Session

from onboarding.errors import NotAllowed, NotFound
from onboarding.models import Contact, Membership
from onboarding.names import Role


class Permission(StrEnum):
    VIEW = "view"
    EDIT_DRAFT = "edit_draft"
    UPLOAD = "upload"
    SUBMIT = "submit"
    EXPEDITE = "expedite"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    ACCEPT_CONTRACT = "accept_contract"
    PAY = "pay"
    INVITE = "invite"
    CHANGE_ROLES = "change_roles"
    REMOVE_PEOPLE = "remove_people"
    ANSWER_ACCESS_REQUESTS = "answer_access_requests"
    MANAGE_INTEGRATIONS = "manage_integrations"


_VIEWER = frozenset({Permission.VIEW})
_EDITOR = _VIEWER | {
    Permission.EDIT_DRAFT,
    Permission.UPLOAD,
    Permission.SUBMIT,
    Permission.EXPEDITE,
    Permission.APPEAL,
}
PERMISSIONS = {Role.VIEWER: _VIEWER, Role.EDITOR: _EDITOR, Role.OWNER: frozenset(Permission)}

_RANK = (Role.VIEWER, Role.EDITOR, Role.OWNER)


class BrandNotFound(NotFound):
    """Also for a brand that exists, but not for this contact."""

    code = "brand_not_found"


class RoleTooLow(NotAllowed):
    """`needed` is the lowest role that may."""

    code = "role_too_low"

    def __init__(self, has: Role, needed: Role) -> None:
        super().__init__(f"Your role for this brand is {has}. Only {_who(needed)} can do this.")
        self.what_to_do = "Ask an owner of the brand to do it, or to change your role."
        self.needed = needed


def may(role: Role, permission: Permission) -> bool:
    return permission in PERMISSIONS[role]


def rank(role: Role) -> int:
    """The higher, the more a role may do."""
    return _RANK.index(role)


def at_least(role: Role, needed: Role) -> bool:
    return rank(role) >= rank(needed)


def lowest_role_for(permission: Permission) -> Role:
    return next(role for role in _RANK if may(role, permission))


def require(session: Session, contact: Contact, brand_id: int, permission: Permission) -> Role:
    """The contact's role; raises BrandNotFound for a stranger and RoleTooLow for a colleague who may not."""
    membership = session.get(Membership, (contact.id, brand_id), populate_existing=True)
    if membership is None:
        raise BrandNotFound("There is no such brand among yours.")
    if not may(membership.role, permission):
        raise RoleTooLow(membership.role, lowest_role_for(permission))
    return membership.role


def require_role(role: Role | None, needed: Role) -> None:
    """Raises as `require` does."""
    if role is None:
        raise BrandNotFound("There is no such brand among yours.")
    if not at_least(role, needed):
        raise RoleTooLow(role, needed)


def _who(needed: Role) -> str:
    return "an owner" if needed is Role.OWNER else f"an {needed} or an owner"
