"""The links at the top of the desk: the pages that there are, and that this role may open."""

from aiohttp import web

from onboarding.names import StaffRole
from onboarding.staff import permissions
from web.navigation import Item
from web.security.policies import POLICIES

_PAGES = (
    ("Conversations", "/desk/conversations"),
    ("Search", "/desk/search"),
    ("Documents", "/desk/documents"),
    ("Applications", "/desk/applications"),
    ("Tickets", "/desk/tickets"),
    ("Figures", "/desk/figures"),
    ("Channels", "/desk/channels"),
    ("Staff", "/desk/staff"),
    ("Office hours", "/desk/office-hours"),
    ("Audit", "/desk/audit"),
)


def desk_navigation(request: web.Request, role: StaffRole) -> list[Item]:
    return [
        Item(label, href, _is_below(request.path, href))
        for label, href in _PAGES
        if _is_open_to(request.app, role, href)
    ]


def _is_below(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")


def _is_open_to(app: web.Application, role: StaffRole, href: str) -> bool:
    policy = app[POLICIES].get(("GET", href))
    return (
        policy is not None and policy.staff_role is not None and permissions.at_least(role, policy.staff_role)
    )
