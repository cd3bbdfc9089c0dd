"""Which role of a brand may do what here: the names and the behaviour of onboarding/permissions.py."""

from enum import StrEnum

from sqlalchemy.orm import Session

from onboarding.errors import DomainError
from onboarding.models import Contact, Membership
from onboarding.names import Role


class Permission(StrEnum):
    VIEW = "view"
    EDIT_DRAFT = "edit_draft"
    UPLOAD = "upload"
    SUBMIT = "submit"
    APPEAL = "appeal"
    ACCEPT_CONTRACT = "accept_contract"
    PAY = "pay"


_OF_OWNERS = frozenset({Permission.ACCEPT_CONTRACT, Permission.PAY})


class BrandNotFound(DomainError):
    code = "brand_not_found"


class RoleTooLow(DomainError):
    code = "role_too_low"
    what_to_do = "Ask an owner of the brand to do it, or to change your role."

    def __init__(self, has: Role, needed: Role) -> None:
        who = "an owner" if needed is Role.OWNER else f"an {needed} or an owner"
        super().__init__(f"Your role for this brand is {has}. Only {who} can do this.")


def may(role: Role, permission: Permission) -> bool:
    if permission is Permission.VIEW:
        return True
    return role is Role.OWNER or (role is Role.EDITOR and permission not in _OF_OWNERS)


def require(session: Session, contact: Contact, brand_id: int, permission: Permission) -> Role:
    """Raises BrandNotFound for a stranger and RoleTooLow for a colleague who may not."""
    membership = session.get(Membership, (contact.id, brand_id), populate_existing=True)
    if membership is None:
        raise BrandNotFound("There is no such brand among yours.")
    if not may(membership.role, permission):
        needed = Role.OWNER if permission in _OF_OWNERS else Role.EDITOR
        raise RoleTooLow(membership.role, needed)
    return membership.role
