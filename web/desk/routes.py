"""The doors of the desk, with who may pass. Each part of the desk has a list of its own."""

from web.desk import (
    account,
    audit,
    blocking,
    board,
    claims,
    figures,
    home,
    moves,
    office_hours,
    presence,
    proofs,
    review,
    search,
    second_factor,
    sign_in,
    staff,
    tickets,
)
from web.desk.channel_routes import CHANNEL_ROUTES
from web.desk.conversations.routes import CONVERSATION_ROUTES
from web.route import Route
from web.security.policies import Policy
from web.sign_in import desk as of_desk

_PUBLIC, _FIRST_FACTOR = Policy.PUBLIC, Policy.STAFF_FIRST_FACTOR
_AGENT, _REVIEWER = Policy.STAFF_AGENT, Policy.STAFF_REVIEWER
_LEAD, _OPERATOR = Policy.STAFF_LEAD, Policy.STAFF_OPERATOR

_SIGN_IN = [
    Route("GET", "/desk/sign-in", of_desk.BY_LINK.ask_address, _PUBLIC),
    Route("POST", "/desk/sign-in", of_desk.BY_LINK.send_link, _PUBLIC),
    Route("GET", "/desk/sign-in/sent", of_desk.BY_LINK.link_sent, _PUBLIC),
    Route("GET", "/desk/sign-in/link/{token}", of_desk.BY_LINK.show_link, _PUBLIC),
    Route("POST", "/desk/sign-in/link", of_desk.BY_LINK.use_link, _PUBLIC),
    Route("GET", "/desk/sign-in/code", sign_in.ask_code, _FIRST_FACTOR),
    Route("POST", "/desk/sign-in/code", sign_in.check_code, _FIRST_FACTOR),
    Route("GET", "/desk/sign-in/password", of_desk.BY_PASSWORD.ask, _PUBLIC),
    Route("POST", "/desk/sign-in/password", of_desk.BY_PASSWORD.sign_in, _PUBLIC),
    Route("POST", "/desk/sign-out", sign_in.sign_out, _FIRST_FACTOR),
]
_ACCOUNT = [
    Route("GET", "/desk/account", account.show_account, _AGENT),
    Route("POST", "/desk/account", account.change_wishes, _AGENT),
    Route("GET", "/desk/account/password", of_desk.OWN_PASSWORD.show, _AGENT),
    Route("POST", "/desk/account/password", of_desk.OWN_PASSWORD.set, _AGENT),
    Route("POST", "/desk/account/password/remove", of_desk.OWN_PASSWORD.remove, _AGENT),
    Route("POST", "/desk/account/sign-out-everywhere", account.sign_out_everywhere, _AGENT),
    Route("POST", "/desk/presence", presence.change_presence, _AGENT),
    Route("GET", "/desk/account/second-factor", second_factor.show, _AGENT),
    Route("POST", "/desk/account/second-factor", second_factor.set_up, _AGENT),
    Route("POST", "/desk/account/second-factor/codes", second_factor.make_recovery_codes, _AGENT),
]
_STAFF = [
    Route("GET", "/desk/staff", staff.show_staff, _OPERATOR),
    Route("GET", "/desk/staff/invite", staff.ask_whom_to_invite, _OPERATOR),
    Route("POST", "/desk/staff/invite", staff.invite, _OPERATOR),
    Route("GET", "/desk/staff/{id}", staff.show_person, _OPERATOR),
    Route("POST", "/desk/staff/{id}/role", staff.change_role, _OPERATOR),
    Route("POST", "/desk/staff/{id}/link", staff.send_link, _OPERATOR),
    Route("POST", "/desk/staff/{id}/second-factor", staff.reset_second_factor, _OPERATOR),
    Route("GET", "/desk/staff/{id}/leave", staff.ask_to_end, _OPERATOR),
    Route("POST", "/desk/staff/{id}/leave", staff.end, _OPERATOR),
]
_OPERATION = [
    Route("GET", "/desk/office-hours", office_hours.show_hours, _OPERATOR),
    Route("POST", "/desk/office-hours", office_hours.change_hours, _OPERATOR),
    Route("GET", "/desk/figures", figures.show_figures, _LEAD),
    Route("GET", "/desk/figures/file", figures.download_figures, _LEAD),
    Route("GET", "/desk/audit", audit.show_audit, _OPERATOR),
    Route("GET", "/desk/audit/file", audit.download_audit, _OPERATOR),
]
_FINDING = [
    Route("GET", "/desk/search", search.show_search, _AGENT),
    Route("GET", "/desk/blocked", blocking.show_blocked, _LEAD),
    Route("POST", "/desk/conversations/{conversation_id}/block", blocking.block, _LEAD),
    Route("POST", "/desk/conversations/{conversation_id}/unblock", blocking.unblock, _LEAD),
]
_HOME = [Route("GET", "/desk", home.home, _AGENT)]

_DOCUMENTS = [
    Route("GET", "/desk/documents", review.show_queue, _REVIEWER),
    Route("GET", "/desk/documents/{id}", review.show_document, _REVIEWER),
    Route("GET", "/desk/documents/{id}/panel", review.show_panel, _REVIEWER),
    Route("GET", "/desk/documents/{id}/pages/{page}", review.show_page, _REVIEWER),
    Route("GET", "/desk/documents/{id}/original", review.download, _REVIEWER),
    Route("POST", "/desk/documents/{id}/accept", review.accept, _REVIEWER),
    Route("POST", "/desk/documents/{id}/reject", review.reject, _REVIEWER),
]
_APPLICATIONS = [
    Route("GET", "/desk/applications", board.show_board, _AGENT),
    Route("GET", "/desk/applications/{application}", board.show_application, _AGENT),
    Route("POST", "/desk/applications/{application}/assign", board.assign, _AGENT),
    Route("GET", "/desk/applications/{application}/moves/{move}", moves.ask, _LEAD),
    Route("POST", "/desk/applications/{application}/moves/{move}", moves.make, _LEAD),
    Route("GET", "/desk/applications/{application}/proofs/{proof}", proofs.show, _REVIEWER),
    Route("GET", "/desk/applications/{application}/proofs/{proof}/pages/{page}", proofs.show_page, _REVIEWER),
    Route("GET", "/desk/applications/{application}/proofs/{proof}/original", proofs.download, _REVIEWER),
    Route("GET", "/desk/claims", claims.show_all, _LEAD),
    Route("GET", "/desk/claims/{id}", claims.show_claim, _LEAD),
    Route("POST", "/desk/claims/{id}", claims.decide_claim, _LEAD),
    Route("GET", "/desk/access/{id}", claims.show_access, _LEAD),
    Route("POST", "/desk/access/{id}", claims.answer_access, _LEAD),
]
_TICKETS = [
    Route("GET", "/desk/tickets", tickets.show_list, _AGENT),
    Route("GET", "/desk/tickets/calls", tickets.show_calls, _AGENT),
    Route("GET", "/desk/tickets/{reference}", tickets.show_ticket, _AGENT),
    Route("POST", "/desk/tickets/{reference}/assign", tickets.assign, _AGENT),
    Route("POST", "/desk/tickets/{reference}/settle", tickets.settle, _AGENT),
    Route("POST", "/desk/tickets/{reference}/reopen", tickets.reopen, _AGENT),
]

DESK_ROUTES = [
    *_SIGN_IN,
    *_ACCOUNT,
    *_STAFF,
    *_OPERATION,
    *_FINDING,
    *_HOME,
    *_DOCUMENTS,
    *_APPLICATIONS,
    *_TICKETS,
    *CONVERSATION_ROUTES,
    *CHANNEL_ROUTES,
]
