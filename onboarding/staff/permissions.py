"""What each role of the staff may do: the only place that knows."""

from enum import StrEnum

from onboarding.errors import NotAllowed
from onboarding.models import Staff
from onboarding.names import StaffRole


class StaffPermission(StrEnum):
    ANSWER = "answer"
    SEARCH = "search"
    TICKETS = "tickets"
    SEE_DOCUMENTS = "see_documents"
    REVIEW_DOCUMENTS = "review_documents"
    TAKE_OVER = "take_over"
    TRANSFER_OTHERS = "transfer_others"
    BLOCK = "block"
    FIGURES = "figures"
    MOVE_STAGES = "move_stages"
    MANAGE_STAFF = "manage_staff"
    OFFICE_HOURS = "office_hours"
    AUDIT = "audit"
    CHANNELS = "channels"


_AGENT = frozenset({StaffPermission.ANSWER, StaffPermission.SEARCH, StaffPermission.TICKETS})
_REVIEWER = _AGENT | {StaffPermission.SEE_DOCUMENTS, StaffPermission.REVIEW_DOCUMENTS}
_LEAD = _REVIEWER | {
    StaffPermission.TAKE_OVER,
    StaffPermission.TRANSFER_OTHERS,
    StaffPermission.BLOCK,
    StaffPermission.FIGURES,
    StaffPermission.MOVE_STAGES,
}
STAFF_PERMISSIONS = {
    StaffRole.AGENT: _AGENT,
    StaffRole.REVIEWER: _REVIEWER,
    StaffRole.LEAD: _LEAD,
    StaffRole.OPERATOR: frozenset(StaffPermission),
}
_RANK = tuple(STAFF_PERMISSIONS)


class StaffRoleTooLow(NotAllowed):
    """`needed` is the lowest role that may."""

    code = "staff_role_too_low"
    what_to_do = "Ask a colleague with that role, or an operator to change yours."

    def __init__(self, has: StaffRole, needed: StaffRole) -> None:
        super().__init__(f"Your role at the desk is {has}. Only {_who(needed)} can do this.")
        self.needed = needed


def may(role: StaffRole, permission: StaffPermission) -> bool:
    return permission in STAFF_PERMISSIONS[role]


def at_least(role: StaffRole, needed: StaffRole) -> bool:
    return _RANK.index(role) >= _RANK.index(needed)


def lowest_role_for(permission: StaffPermission) -> StaffRole:
    return next(role for role in _RANK if may(role, permission))


def sees_documents(role: StaffRole) -> bool:
    """These need a second factor."""
    return may(role, StaffPermission.SEE_DOCUMENTS)


def require(staff: Staff, permission: StaffPermission) -> None:
    """Raises StaffRoleTooLow."""
    require_role(staff.role, lowest_role_for(permission))


def require_role(role: StaffRole, needed: StaffRole) -> None:
    """Raises StaffRoleTooLow."""
    if not at_least(role, needed):
        raise StaffRoleTooLow(role, needed)


def _who(needed: StaffRole) -> str:
    enough = [
        f"{'an' if role is StaffRole.OPERATOR else 'a'} {role}" for role in _RANK if at_least(role, needed)
    ]
    return " or ".join([", ".join(enough[:-1]), enough[-1]] if len(enough) > 1 else enough)
