"""Documents sent from the chat: which there are, and the sending, with the answers that a script reads."""

from typing import Any, cast

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms.csrf.core import CSRFTokenField

from conversations import links, texts
from onboarding import brands
from onboarding.addresses import document_path
from onboarding.documents import sniffing
from onboarding.documents.submissions import why_not_sendable
from onboarding.documents.wording import FileRefused, why_not_now
from onboarding.models import Brand, Contact
from onboarding.names import Channel, Role
from onboarding.programme import programme
from onboarding.requirements import ChecklistItem, checklist
from web.database import in_database
from web.pages.documents import asked_for, take
from web.security import limits
from web.security.forms import token_form
from web.security.sessions import reader, signed_in


async def list_documents(request: web.Request) -> web.Response:
    """What the reader may send, the most urgent first; nothing to a visitor."""
    contact = reader(request).contact
    if contact is None:
        return web.json_response({"signed_in": False, "documents": []})
    found = await in_database(request.app, _sendable, contact)
    token = cast(CSRFTokenField, token_form(request)["csrf_token"]).current_token
    return web.json_response({"signed_in": True, "csrf_token": token, "documents": found})


async def send_document(request: web.Request) -> web.Response:
    contact = signed_in(request)
    page = await asked_for(request)
    limits.hit(request.app, limits.UPLOADS_PER_CONTACT, str(contact.id))
    if page.why_not is not None:
        return web.json_response({"error": why_not_now(page.why_not)}, status=422)
    try:
        is_new = await take(request, contact, page, Channel.CHAT)
    except FileRefused as refused:
        return web.json_response({"error": f"{refused}. {refused.what_to_do}"}, status=422)
    return web.json_response({"done": True, "told": "" if is_new else texts.chat_upload("again")})


def _sendable(session: Session, contact: Contact) -> list[dict[str, Any]]:
    found = [
        entry
        for brand, role in brands.roles_of(session, contact)
        for entry in _of_brand(session, contact, brand, role)
    ]
    return sorted(found, key=lambda entry: not entry["due"])


def _of_brand(session: Session, contact: Contact, brand: Brand, role: Role) -> list[dict[str, Any]]:
    application = brands.application_of(session, brand)
    if application is None:
        return []
    home, documents = links.brand_page(session, contact, brand.id), checklist(session, application)
    return [
        _entry(brand, item, document_path(item.document, home), is_due=item in documents.currently_due)
        for item in documents.items + documents.optional
        if why_not_sendable(application, item, role) is None
    ]


def _entry(brand: Brand, item: ChecklistItem, page: str, *, is_due: bool) -> dict[str, Any]:
    megabytes = programme().files.max_megabytes.value
    return {
        "brand": brand.name,
        "label": item.label,
        "page": page,
        "send": f"{page}/from-chat",
        "due": is_due,
        "photo": not programme().documents[item.document].is_list,
        "accept": sniffing.accepted(item.document),
        "formats": f"{sniffing.formats_said(item.document)}, smaller than {megabytes}MB",
    }
