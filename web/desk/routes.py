"""The doors of the desk, with who may pass. Each part of the desk has a list of its own."""

from web.desk import home, presence, second_factor, sign_in
from web.desk.conversations.routes import CONVERSATION_ROUTES
from web.route import Route
from web.security.policies import Policy

_PUBLIC, _FIRST_FACTOR = Policy.PUBLIC, Policy.STAFF_FIRST_FACTOR
_AGENT, _REVIEWER = Policy.STAFF_AGENT, Policy.STAFF_REVIEWER
_LEAD, _OPERATOR = Policy.STAFF_LEAD, Policy.STAFF_OPERATOR

_SIGN_IN = [
    Route("GET", "/desk/sign-in", sign_in.ask_address, _PUBLIC),
    Route("POST", "/desk/sign-in", sign_in.send_link, _PUBLIC),
    Route("GET", "/desk/sign-in/sent", sign_in.link_sent, _PUBLIC),
    Route("GET", "/desk/sign-in/link/{token}", sign_in.show_link, _PUBLIC),
    Route("POST", "/desk/sign-in/link", sign_in.use_link, _PUBLIC),
    Route("GET", "/desk/sign-in/code", sign_in.ask_code, _FIRST_FACTOR),
    Route("POST", "/desk/sign-in/code", sign_in.check_code, _FIRST_FACTOR),
    Route("POST", "/desk/sign-out", sign_in.sign_out, _FIRST_FACTOR),
]
_ACCOUNT = [
    Route("POST", "/desk/presence", presence.change_presence, _AGENT),
    Route("GET", "/desk/account/second-factor", second_factor.show, _AGENT),
    Route("POST", "/desk/account/second-factor", second_factor.set_up, _AGENT),
    Route("POST", "/desk/account/second-factor/codes", second_factor.make_recovery_codes, _AGENT),
]
_HOME = [Route("GET", "/desk", home.home, _AGENT)]

DESK_ROUTES = [*_SIGN_IN, *_ACCOUNT, *_HOME, *CONVERSATION_ROUTES]
