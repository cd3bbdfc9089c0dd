"""Every door of the site, with who may pass: the only place where routes are named."""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from web.chat.session import chat_session
from web.chat.socket import chat_socket
from web.pages import (
    account,
    brands,
    contract,
    demonstration,
    documents,
    fees,
    help_pages,
    landing,
    messages,
    privacy,
    products,
    refusal,
    sign_in,
    status,
    store,
    summary,
)
from web.pages.static import static_file
from web.security.policies import POLICIES, Policy


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    handler: Handler
    policy: Policy


_PUBLIC, _VISITOR, _CONTACT = Policy.PUBLIC, Policy.VISITOR, Policy.CONTACT
# Until policies know the roles of a brand, onboarding/opening/guard.py alone keeps them apart.
_VIEWER = _EDITOR = _OWNER = _CONTACT

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
    Route("GET", "/brands/{brand_name}/documents", documents.documents, _CONTACT),
    Route("GET", "/brands/{brand_name}/documents/{document}", documents.document, _CONTACT),
    Route("POST", "/brands/{brand_name}/documents/{document}", documents.send, _CONTACT),
    Route("GET", "/brands/{brand_name}/documents/{document}/sample", documents.sample, _CONTACT),
    Route("GET", "/brands/{brand_name}/documents/{document}/template", documents.template, _CONTACT),
    Route("GET", "/brands/{brand_name}/documents/{document}/files/{file_id}", documents.file, _CONTACT),
    Route("GET", "/brands/{brand_name}/contract", contract.show_contract, _VIEWER),
    Route("POST", "/brands/{brand_name}/contract", contract.accept, _OWNER),
    Route("GET", "/brands/{brand_name}/contract/download", contract.download, _VIEWER),
    Route("GET", "/brands/{brand_name}/fees", fees.show_fees, _VIEWER),
    Route("POST", "/brands/{brand_name}/fees", fees.send_proof, _OWNER),
    Route("GET", "/brands/{brand_name}/fees/invoice", fees.download_invoice, _VIEWER),
    Route("GET", "/brands/{brand_name}/fees/proofs/{proof_id}", fees.download_proof, _VIEWER),
    Route("GET", "/brands/{brand_name}/store", store.show_store, _VIEWER),
    Route("POST", "/brands/{brand_name}/store/hand-over", store.hand_over, _EDITOR),
    Route("GET", "/brands/{brand_name}/store/{step}", store.show_step, _VIEWER),
    Route("POST", "/brands/{brand_name}/store/{step}", store.save_step, _EDITOR),
    Route("GET", "/brands/{brand_name}/products", products.show_products, _VIEWER),
    Route("POST", "/brands/{brand_name}/products", products.check_pasted, _EDITOR),
    Route("POST", "/brands/{brand_name}/products/file", products.check_file, _EDITOR),
    Route("GET", "/brands/{brand_name}/summary", summary.download, _VIEWER),
    Route("GET", "/brands/{brand_name}/refusal", refusal.show_refusal, _VIEWER),
    Route("POST", "/brands/{brand_name}/refusal/appeal", refusal.appeal, _EDITOR),
    Route("POST", "/brands/{brand_name}/refusal/apply-again", refusal.apply_again, _EDITOR),
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
