"""The documents of an opening: the list, a page for each with upload and history, and their files."""

import asyncio
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import documents as business
from onboarding import brands, clock, office_hours, requirements
from onboarding.addresses import document_named, document_slug
from onboarding.documents import checking, papers, sniffing, submissions
from onboarding.documents.checking import ToldFinding
from onboarding.documents.submissions import HistoryEntry
from onboarding.documents.wording import FileRefused, why_not_now
from onboarding.models import Application, Brand, Contact, DocumentFile
from onboarding.names import Channel, DocumentStatus
from onboarding.programme import programme
from onboarding.programme_types import OfficeHours
from onboarding.requirements import Checklist, ChecklistItem
from web import downloads
from web.brand_paths import brand_path
from web.database import in_database
from web.hours import hours_said
from web.keys import DOCUMENTS
from web.rendering import render
from web.security import limits
from web.security.brand_access import BrandAccess, brand_access
from web.security.forms import TokenForm, token_form
from web.security.sessions import signed_in
from web.uploads import look_at, receive_file


@dataclass(frozen=True)
class Folder:
    """A brand's documents, as its contact may see them."""

    brand: Brand
    own: list[Brand]
    application: Application
    checklist: Checklist
    today: date
    rules: OfficeHours


@dataclass(frozen=True)
class DocumentPage:
    """`why_not` says why nothing can be sent; `replacing`: the reader wants an accepted one looked at again."""

    folder: Folder
    item: ChecklistItem
    history: list[HistoryEntry]
    why_not: str | None
    replacing: bool

    @property
    def newest(self) -> HistoryEntry | None:
        return self.history[0] if self.history else None

    @property
    def findings(self) -> list[ToldFinding]:
        return checking.told(self.newest.check) if self.newest and self.newest.check else []

    @property
    def is_checking(self) -> bool:
        return bool(self.newest and self.newest.file and not self.newest.check)


async def documents(request: web.Request) -> web.Response:
    folder = await in_database(request.app, _folder, brand_access(request))
    return _rendered(request, "brand/documents.html", folder, signed_in(request))


async def document(request: web.Request) -> web.Response:
    return _document_page(request, await asked_for(request))


async def send(request: web.Request) -> web.Response:
    contact = signed_in(request)
    page = await asked_for(request)
    limits.hit(request.app, limits.UPLOADS_PER_CONTACT, str(contact.id))
    if page.why_not is not None:
        return _document_page(request, page, status=422)
    try:
        is_new = await take(request, contact, page)
    except FileRefused as refused:
        return _document_page(request, page, problem=refused, status=422)
    raise web.HTTPSeeOther(_path(page) if is_new else f"{_path(page)}?again=1")


async def file(request: web.Request) -> web.StreamResponse:
    contact, access = signed_in(request), brand_access(request)
    found = await in_database(request.app, _opened, contact, access, request.match_info)
    path = request.app[DOCUMENTS].path(found.stored_as)
    return downloads.kept_file(path, found.name, found.format)


async def sample(request: web.Request) -> web.Response:
    page = await asked_for(request)
    body = await asyncio.to_thread(papers.sample, page.item.document, page.folder.today)
    return downloads.made(
        body, f"sample-{document_slug(page.item.document)}", papers.sample_format(page.item.document)
    )


async def template(request: web.Request) -> web.Response:
    page = await asked_for(request)
    application = page.folder.application
    body = await asyncio.to_thread(
        papers.template, page.item.document, application.company.name, application.number
    )
    if body is None:
        raise web.HTTPNotFound
    return downloads.made(body, document_slug(page.item.document), papers.template_format(page.item.document))


async def take(
    request: web.Request, contact: Contact, page: DocumentPage, channel: Channel = Channel.PAGE
) -> bool:
    """Whether it is a new file; raises FileRefused."""
    wanted = page.item.document
    with request.app[DOCUMENTS].receive(programme().files.max_megabytes.value) as incoming:
        name = await receive_file(request, incoming, TokenForm)
        received = await asyncio.to_thread(incoming.finish)
        found = await look_at(request.app, received.path, wanted, may_wait=True)
        sent = await in_database(
            request.app,
            business.send,
            contact,
            page.folder.application,
            wanted,
            incoming,
            received,
            found,
            name,
            replacing=page.replacing,
            channel=channel,
        )
    return sent.is_new


async def asked_for(request: web.Request) -> DocumentPage:
    replacing = "replace" in request.query
    return await in_database(request.app, _page, brand_access(request), request.match_info, replacing)


def _folder(session: Session, access: BrandAccess) -> Folder:
    """Without an application there is nothing to send: the brand's home says what to do."""
    application = brands.application_of(session, access.brand)
    if application is None:
        raise web.HTTPSeeOther(brand_path(access.brand, access.own))
    checklist = requirements.checklist(session, application)
    today = clock.today_in_china(session)
    rules = office_hours.rules_on(session, today)
    return Folder(access.brand, access.own, application, checklist, today, rules)


def _page(
    session: Session, access: BrandAccess, asked: web.UrlMappingMatchInfo, replacing: bool
) -> DocumentPage:
    folder = _folder(session, access)
    wanted = document_named(asked["document"])
    item = folder.checklist.item(wanted) if wanted else None
    if item is None:
        raise web.HTTPNotFound
    return DocumentPage(
        folder=folder,
        item=item,
        history=submissions.history(session, folder.application, item.document),
        why_not=submissions.why_not_sendable(folder.application, item, access.role, replacing=replacing),
        replacing=replacing and item.status is DocumentStatus.APPROVED,
    )


def _opened(
    session: Session, contact: Contact, access: BrandAccess, asked: web.UrlMappingMatchInfo
) -> DocumentFile:
    folder = _folder(session, access)
    wanted, file_id = document_named(asked["document"]), _uuid(asked["file_id"])
    if wanted is None or file_id is None:
        raise web.HTTPNotFound
    found = submissions.open_file(session, contact, folder.application, wanted, file_id)
    if found is None:
        raise web.HTTPNotFound
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _document_page(
    request: web.Request, page: DocumentPage, *, problem: FileRefused | None = None, status: int = 200
) -> web.Response:
    return _rendered(
        request,
        "brand/document.html",
        page.folder,
        signed_in(request),
        status=status,
        page=page,
        item=page.item,
        problem=problem,
        why_not=why_not_now(page.why_not) if page.why_not else None,
        form=token_form(request),
        formats=sniffing.formats_said(page.item.document),
        accept=sniffing.accepted(page.item.document),
        has_template=papers.template_format(page.item.document) is not None,
        is_again="again" in request.query,
    )


def _rendered(
    request: web.Request,
    template: str,
    folder: Folder,
    contact: Contact,
    status: int = 200,
    **context: object,
) -> web.Response:
    zone = ZoneInfo(contact.time_zone)
    return render(
        request,
        template,
        status=status,
        brand=folder.brand,
        own=folder.own,
        application=folder.application,
        checklist=folder.checklist,
        home=brand_path(folder.brand, folder.own),
        zone=zone,
        hours=hours_said(folder.rules, folder.today, zone),
        **context,
    )


def _path(page: DocumentPage) -> str:
    home = brand_path(page.folder.brand, page.folder.own)
    return f"{home}/documents/{document_slug(page.item.document)}"
