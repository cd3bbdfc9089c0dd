"""Every door of the site, with who may pass: routes are named here, and those of the desk in web/desk/routes.py."""

from aiohttp import web

from web.api.access import SCOPES
from web.api.routes import API_ROUTES, API_SCOPES
from web.channel_webhooks import webhook
from web.chat import documents as chat_documents
from web.chat.session import chat_session
from web.chat.socket import chat_socket
from web.desk.conversations.routes import FILES_OF_BRANDS
from web.desk.routes import DESK_ROUTES
from web.embed.routes import EMBED_ROUTES
from web.pages import (
    access,
    account,
    billing,
    brands,
    channel_files,
    contract,
    demonstration,
    developers,
    documents,
    draft_reminders,
    email_change,
    fees,
    help_pages,
    invitations,
    landing,
    linked_channels,
    messages,
    people,
    personal_data,
    planner,
    privacy,
    products,
    refusal,
    requests,
    sign_up,
    status,
    store,
    summary,
    withdrawal,
)
from web.pages import registration as registrations
from web.pages import registration_begin as beginning
from web.pages import registration_changes as changing
from web.pages import registration_check as checking
from web.pages.integration_routes import INTEGRATION_ROUTES
from web.pages.static import static_file
from web.route import Route
from web.security.policies import POLICIES, Policy
from web.sign_in import brands as of_brands

_PUBLIC, _VISITOR, _CONTACT = Policy.PUBLIC, Policy.VISITOR, Policy.CONTACT
_VIEWER, _EDITOR, _OWNER = Policy.BRAND_VIEWER, Policy.BRAND_EDITOR, Policy.BRAND_OWNER
_APPLICATION_VIEWER, _APPLICATION_EDITOR = Policy.APPLICATION_VIEWER, Policy.APPLICATION_EDITOR

ROUTES = [
    Route("GET", "/", landing.landing, _PUBLIC),
    Route("GET", "/sign-in", of_brands.BY_LINK.ask_address, _PUBLIC),
    Route("POST", "/sign-in", of_brands.BY_LINK.send_link, _PUBLIC),
    Route("GET", "/sign-in/sent", of_brands.BY_LINK.link_sent, _PUBLIC),
    Route("GET", "/sign-in/link/{token}", of_brands.BY_LINK.show_link, _PUBLIC),
    Route("POST", "/sign-in/link", of_brands.BY_LINK.use_link, _PUBLIC),
    Route("GET", "/sign-in/password", of_brands.BY_PASSWORD.ask, _PUBLIC),
    Route("POST", "/sign-in/password", of_brands.BY_PASSWORD.sign_in, _PUBLIC),
    Route("POST", "/sign-out", account.sign_out, _CONTACT),
    Route("POST", "/sign-out/everywhere", account.sign_out_everywhere, _CONTACT),
    Route("GET", "/account", account.account, _CONTACT),
    Route("GET", "/account/details", account.ask_details, _CONTACT),
    Route("POST", "/account/details", account.change_details, _CONTACT),
    Route("GET", "/account/email", email_change.ask_address, _CONTACT),
    Route("POST", "/account/email", email_change.send_link, _CONTACT),
    Route("GET", "/account/email/sent", email_change.link_sent, _CONTACT),
    Route("GET", "/account/email/link/{token}", email_change.show_link, _CONTACT),
    Route("POST", "/account/email/link", email_change.use_link, _CONTACT),
    Route("GET", "/account/password", of_brands.OWN_PASSWORD.show, _CONTACT),
    Route("POST", "/account/password", of_brands.OWN_PASSWORD.set, _CONTACT),
    Route("POST", "/account/password/remove", of_brands.OWN_PASSWORD.remove, _CONTACT),
    Route("POST", "/account/devices/sign-out", account.sign_device_out, _CONTACT),
    Route("GET", "/account/channels", linked_channels.show, _CONTACT),
    Route("POST", "/account/channels/code", linked_channels.give_code, _CONTACT),
    Route("POST", "/account/channels/confirm", linked_channels.confirm, _CONTACT),
    Route("POST", "/account/channels/decline", linked_channels.decline, _CONTACT),
    Route("POST", "/account/channels/unlink", linked_channels.unlink, _CONTACT),
    Route("GET", "/brands", brands.brands, _CONTACT),
    Route("GET", "/brands/{brand_name}", brands.brand, _VIEWER),
    Route("GET", "/brands/{brand_name}/people", people.show_people, _VIEWER),
    Route("GET", "/brands/{brand_name}/people/invite", people.ask_whom_to_invite, _OWNER),
    Route("POST", "/brands/{brand_name}/people/invite", people.invite, _OWNER),
    Route(
        "POST", "/brands/{brand_name}/people/invitations/{id}/withdraw", people.withdraw_invitation, _OWNER
    ),
    Route("GET", "/brands/{brand_name}/people/requests/{id}", people.show_request, _OWNER),
    Route("POST", "/brands/{brand_name}/people/requests/{id}/grant", people.grant_request, _OWNER),
    Route("POST", "/brands/{brand_name}/people/requests/{id}/refuse", people.refuse_request, _OWNER),
    Route("GET", "/brands/{brand_name}/people/leave", people.ask_to_leave, _VIEWER),
    Route("POST", "/brands/{brand_name}/people/leave", people.leave, _VIEWER),
    Route("GET", "/brands/{brand_name}/people/{id}", people.show_person, _OWNER),
    Route("POST", "/brands/{brand_name}/people/{id}/role", people.change_role, _OWNER),
    Route("GET", "/brands/{brand_name}/people/{id}/remove", people.ask_to_remove, _OWNER),
    Route("POST", "/brands/{brand_name}/people/{id}/remove", people.remove, _OWNER),
    Route("GET", "/invitations/{token}", invitations.show_invitation, _PUBLIC),
    Route("POST", "/invitations", invitations.accept_invitation, _PUBLIC),
    Route("GET", "/access", access.ask_for_access, _CONTACT),
    Route("POST", "/access", access.send_request, _CONTACT),
    Route("GET", "/access/sent", access.request_sent, _CONTACT),
    Route("GET", "/brands/{brand_name}/documents", documents.documents, _VIEWER),
    Route("GET", "/brands/{brand_name}/documents/{document}", documents.document, _VIEWER),
    Route("POST", "/brands/{brand_name}/documents/{document}", documents.send, _EDITOR),
    Route(
        "POST", "/brands/{brand_name}/documents/{document}/from-chat", chat_documents.send_document, _EDITOR
    ),
    Route("GET", "/brands/{brand_name}/documents/{document}/sample", documents.sample, _VIEWER),
    Route("GET", "/brands/{brand_name}/documents/{document}/template", documents.template, _VIEWER),
    Route("GET", "/brands/{brand_name}/documents/{document}/files/{file_id}", documents.file, _VIEWER),
    Route("GET", "/planner", planner.ask, _PUBLIC),
    Route("GET", "/planner/result", planner.result, _PUBLIC),
    Route("GET", "/planner/plan.pdf", planner.download, _PUBLIC),
    Route("GET", "/sign-up", sign_up.ask_account, _PUBLIC),
    Route("POST", "/sign-up", sign_up.open_account, _PUBLIC),
    Route("GET", "/registration", registrations.start, _PUBLIC),
    Route("GET", "/registration/begin", beginning.ask, _CONTACT),
    Route("POST", "/registration/begin", beginning.begin, _CONTACT),
    Route("GET", "/registration/{number}", registrations.task_list, _APPLICATION_VIEWER),
    Route("GET", "/registration/{number}/check", checking.check, _APPLICATION_VIEWER),
    Route("POST", "/registration/{number}/submit", checking.submit, _APPLICATION_EDITOR),
    Route("GET", "/registration/{number}/submitted", checking.submitted, _APPLICATION_VIEWER),
    Route("GET", "/registration/{number}/reminders", draft_reminders.ask_to_stop, _APPLICATION_VIEWER),
    Route("POST", "/registration/{number}/reminders", draft_reminders.stop, _APPLICATION_VIEWER),
    Route("GET", "/registration/{number}/changes", changing.show_changes, _APPLICATION_VIEWER),
    Route("GET", "/registration/{number}/changes/{group}", changing.ask_change, _APPLICATION_EDITOR),
    Route("POST", "/registration/{number}/changes/{group}", changing.save_change, _APPLICATION_EDITOR),
    Route("GET", "/registration/{number}/{section}", registrations.section, _APPLICATION_VIEWER),
    Route("POST", "/registration/{number}/{section}", registrations.save_section, _APPLICATION_EDITOR),
    Route("GET", "/brands/{brand_name}/contract", contract.show_contract, _VIEWER),
    Route("POST", "/brands/{brand_name}/contract", contract.accept, _OWNER),
    Route("GET", "/brands/{brand_name}/contract/download", contract.download, _VIEWER),
    Route("GET", "/brands/{brand_name}/fees", fees.show_fees, _VIEWER),
    Route("POST", "/brands/{brand_name}/fees", fees.send_proof, _OWNER),
    Route("GET", "/brands/{brand_name}/fees/invoice", fees.download_invoice, _VIEWER),
    Route("GET", "/brands/{brand_name}/fees/billing", billing.ask_details, _OWNER),
    Route("POST", "/brands/{brand_name}/fees/billing", billing.reissue, _OWNER),
    Route("GET", "/brands/{brand_name}/fees/proofs/{proof_id}", fees.download_proof, _VIEWER),
    Route("GET", "/brands/{brand_name}/store", store.show_store, _VIEWER),
    Route("POST", "/brands/{brand_name}/store/hand-over", store.hand_over, _EDITOR),
    Route("GET", "/brands/{brand_name}/store/take-back", store.ask_to_take_back, _EDITOR),
    Route("POST", "/brands/{brand_name}/store/take-back", store.take_back, _EDITOR),
    Route("GET", "/brands/{brand_name}/store/{step}", store.show_step, _VIEWER),
    Route("POST", "/brands/{brand_name}/store/{step}", store.save_step, _EDITOR),
    Route("GET", "/brands/{brand_name}/products", products.show_products, _VIEWER),
    Route("POST", "/brands/{brand_name}/products", products.check_pasted, _EDITOR),
    Route("POST", "/brands/{brand_name}/products/file", products.check_file, _EDITOR),
    Route("GET", "/brands/{brand_name}/summary", summary.download, _VIEWER),
    Route("GET", "/brands/{brand_name}/withdraw", withdrawal.ask_to_withdraw, _OWNER),
    Route("POST", "/brands/{brand_name}/withdraw", withdrawal.withdraw, _OWNER),
    Route("GET", "/brands/{brand_name}/refusal", refusal.show_refusal, _VIEWER),
    Route("POST", "/brands/{brand_name}/refusal/appeal", refusal.appeal, _EDITOR),
    Route("POST", "/brands/{brand_name}/refusal/apply-again", refusal.apply_again, _EDITOR),
    Route("GET", "/messages", messages.messages, _PUBLIC),
    Route("GET", "/requests", requests.requests, _CONTACT),
    Route("POST", "/chat/session", chat_session, _PUBLIC),
    Route("GET", "/chat/socket", chat_socket, _VISITOR),
    Route("GET", "/chat/documents", chat_documents.list_documents, _PUBLIC),
    Route("GET", "/help", help_pages.index, _PUBLIC),
    Route("GET", "/help/{slug}", help_pages.article, _PUBLIC),
    Route("GET", "/developers", developers.developers, _PUBLIC),
    Route("GET", "/privacy", privacy.privacy, _PUBLIC),
    Route("GET", "/privacy/data", personal_data.show_data, _CONTACT),
    Route("POST", "/privacy/export", personal_data.export, _CONTACT),
    Route("GET", "/privacy/erase", personal_data.ask_to_erase, _CONTACT),
    Route("POST", "/privacy/erase", personal_data.erase, _CONTACT),
    Route("POST", "/privacy/erase/cancel", personal_data.keep, _CONTACT),
    Route("GET", "/status", status.status, _PUBLIC),
    Route("GET", "/health", status.health, _PUBLIC),
    Route("GET", "/static/{version}/{name}", static_file, _PUBLIC),
    FILES_OF_BRANDS,
    Route("GET", "/channels/{kind}/{public_id}", webhook, _PUBLIC),
    Route("GET", "/channels/files/{file_id}/{until}/{mac}", channel_files.open_file, _PUBLIC),
    Route("POST", "/channels/{kind}/{public_id}", webhook, _PUBLIC),
    *DESK_ROUTES,
    *API_ROUTES,
    *EMBED_ROUTES,
    *INTEGRATION_ROUTES,
]
DEMONSTRATION_ROUTES = [
    Route("GET", "/demo/mail", demonstration.mailbox, _PUBLIC),
]


def add_routes(app: web.Application, *, in_demonstration: bool) -> None:
    routes = ROUTES + (DEMONSTRATION_ROUTES if in_demonstration else [])
    app[SCOPES] = dict(API_SCOPES)
    app[POLICIES] = {(route.method, route.path): route.policy for route in routes}
    for route in routes:
        if route.method == "GET":
            app.router.add_get(route.path, route.handler)  # which answers HEAD as well
        else:
            app.router.add_route(route.method, route.path, route.handler)
