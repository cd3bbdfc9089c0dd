"""Every door of the site, with who may pass: the only place where routes are named."""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from web.chat.session import chat_session
from web.chat.socket import chat_socket
from web.pages import (
    account,
    brands,
    demonstration,
    help_pages,
    landing,
    messages,
    planner,
    privacy,
    sign_in,
    sign_up,
    status,
)
from web.pages import registration as registrations
from web.pages import registration_begin as beginning
from web.pages import registration_check as checking
from web.pages.static import static_file
from web.security.policies import POLICIES, Policy


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    handler: Handler
    policy: Policy


_PUBLIC, _VISITOR, _CONTACT = Policy.PUBLIC, Policy.VISITOR, Policy.CONTACT

ROUTES = [
    Route("GET", "/", landing.landing, _PUBLIC),
    Route("GET", "/sign-in", sign_in.ask_address, _PUBLIC),
    Route("POST", "/sign-in", sign_in.send_link, _PUBLIC),
    Route("GET", "/sign-in/sent", sign_in.link_sent, _PUBLIC),
    Route("GET", "/sign-in/link/{token}", sign_in.show_link, _PUBLIC),
    Route("POST", "/sign-in/link", sign_in.use_link, _PUBLIC),
    Route("POST", "/sign-out", account.sign_out, _CONTACT),
    Route("POST", "/sign-out/everywhere", account.sign_out_everywhere, _CONTACT),
    Route("GET", "/account", account.account, _CONTACT),
    Route("GET", "/brands", brands.brands, _CONTACT),
    Route("GET", "/brands/{brand_name}", brands.brand, _CONTACT),
    Route("GET", "/planner", planner.ask, _PUBLIC),
    Route("GET", "/planner/result", planner.result, _PUBLIC),
    Route("GET", "/planner/plan.pdf", planner.download, _PUBLIC),
    Route("GET", "/sign-up", sign_up.ask_account, _PUBLIC),
    Route("POST", "/sign-up", sign_up.open_account, _PUBLIC),
    Route("GET", "/registration", registrations.start, _PUBLIC),
    Route("GET", "/registration/begin", beginning.ask, _CONTACT),
    Route("POST", "/registration/begin", beginning.begin, _CONTACT),
    Route("GET", "/registration/{number}", registrations.task_list, _CONTACT),
    Route("GET", "/registration/{number}/check", checking.check, _CONTACT),
    Route("POST", "/registration/{number}/submit", checking.submit, _CONTACT),
    Route("GET", "/registration/{number}/submitted", checking.submitted, _CONTACT),
    Route("GET", "/registration/{number}/{section}", registrations.section, _CONTACT),
    Route("POST", "/registration/{number}/{section}", registrations.save_section, _CONTACT),
    Route("GET", "/messages", messages.messages, _PUBLIC),
    Route("POST", "/chat/session", chat_session, _PUBLIC),
    Route("GET", "/chat/socket", chat_socket, _VISITOR),
    Route("GET", "/help", help_pages.index, _PUBLIC),
    Route("GET", "/help/{slug}", help_pages.article, _PUBLIC),
    Route("GET", "/privacy", privacy.privacy, _PUBLIC),
    Route("GET", "/status", status.status, _PUBLIC),
    Route("GET", "/health", status.health, _PUBLIC),
    Route("GET", "/static/{version}/{name}", static_file, _PUBLIC),
]
DEMONSTRATION_ROUTES = [
    Route("GET", "/demo/mail", demonstration.mailbox, _PUBLIC),
]


def add_routes(app: web.Application, *, in_demonstration: bool) -> None:
    routes = ROUTES + (DEMONSTRATION_ROUTES if in_demonstration else [])
    app[POLICIES] = {(route.method, route.path): route.policy for route in routes}
    for route in routes:
        # A GET answers HEAD as well.
        add = app.router.add_get if route.method == "GET" else app.router.add_post
        add(route.path, route.handler)
