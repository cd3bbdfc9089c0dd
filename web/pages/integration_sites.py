"""The chat on a brand's own sites: registering one, its snippet and secret, and each person's own yes to it."""

from collections.abc import Callable
from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from onboarding import chat_sites, clock, secret_versions
from onboarding.chat_sites import ExternalIdTaken, NameChanged, SeveralBrands, SiteNotFound, TooManySites
from onboarding.models import Brand, ChatSite, ChatSitePerson, Contact
from onboarding.names import ProofAlgorithm, Role
from onboarding.secret_versions import JustReplaced
from web.database import in_database
from web.embed import proofs
from web.embed.proofs import KeyNotUsable
from web.fields import choice_field, one_line
from web.keys import SECRET, SETTINGS
from web.origins import origins_field, origins_in
from web.pages.integrations import back, checked, empty_form, id_in, page
from web.security.brand_access import brand_access
from web.security.forms import DeskForm, form_meta
from web.security.sessions import signed_in

_LONGEST_NAME = 80
_LONGEST_KEY = 2000


class SiteForm(DeskForm):
    name = StringField(
        filters=[one_line],
        validators=[
            InputRequired("Enter a name for the site"),
            Length(max=_LONGEST_NAME, message=f"Enter at most {_LONGEST_NAME} characters"),
        ],
    )
    origins = origins_field("Enter the address of the site")
    algorithm = choice_field(ProofAlgorithm, "Select how the site signs")
    public_key = TextAreaField(validators=[Length(max=_LONGEST_KEY, message="Enter a shorter key")])


class ConsentForm(DeskForm):
    external_id = StringField(
        filters=[one_line],
        validators=[Length(max=_LONGEST_NAME, message=f"Enter at most {_LONGEST_NAME} characters")],
    )


async def ask(request: web.Request) -> web.Response:
    given = {"algorithm": ProofAlgorithm.HS256.value}
    return page(request, "site_new", form=SiteForm(data=given, meta=form_meta(request)))


async def add(request: web.Request) -> web.Response:
    form = SiteForm(await request.post(), meta=form_meta(request))
    if not form.validate():
        return page(request, "site_new", status=422, form=form)
    try:
        added = await in_database(request.app, _add, signed_in(request), brand_access(request).brand, form)
    except KeyNotUsable as refused:
        form.public_key.errors = [f"{refused} {refused.what_to_do}"]
        return page(request, "site_new", status=422, form=form)
    except TooManySites as refused:
        form.form_errors = [f"{refused} {refused.what_to_do}"]
        return page(request, "site_new", status=422, form=form)
    return back(request, f"/sites/{added.id}", "added")


async def show(request: web.Request) -> web.Response:
    return await _shown(request, ConsentForm(meta=form_meta(request)))


async def reveal(request: web.Request) -> web.Response:
    await checked(request)
    return await _shown(request, ConsentForm(meta=form_meta(request)), with_secret=True)


async def rotate(request: web.Request) -> web.Response:
    await checked(request)
    site_id = id_in(request, SiteNotFound)
    try:
        await in_database(request.app, _rotate, brand_access(request).brand, site_id)
    except JustReplaced:
        return back(request, f"/sites/{site_id}", "just_rotated")
    return back(request, f"/sites/{site_id}", "rotated")


async def revoke(request: web.Request) -> web.Response:
    await checked(request)
    site_id = id_in(request, SiteNotFound)
    await in_database(request.app, _revoke, brand_access(request).brand, site_id)
    return back(request, f"/sites/{site_id}", "revoked")


async def remove(request: web.Request) -> web.Response:
    await checked(request)
    await in_database(request.app, _remove, brand_access(request).brand, id_in(request, SiteNotFound))
    return back(request, "", "removed")


async def allow(request: web.Request) -> web.Response:
    form = ConsentForm(await request.post(), meta=form_meta(request))
    site_id = id_in(request, SiteNotFound)
    if not form.validate():
        return await _shown(request, form, status=422)
    contact, brand = signed_in(request), brand_access(request).brand
    try:
        await in_database(request.app, _allow, contact, brand, site_id, form.external_id.data or None)
    except (ExternalIdTaken, SeveralBrands) as refused:
        form.external_id.errors = [f"{refused} {refused.what_to_do}"]
        return await _shown(request, form, status=422)
    return back(request, f"/sites/{site_id}", "allowed")


async def forbid(request: web.Request) -> web.Response:
    await checked(request)
    site_id = id_in(request, SiteNotFound)
    await in_database(request.app, _forbid, signed_in(request), brand_access(request).brand, site_id)
    return back(request, f"/sites/{site_id}", "forbidden")


async def confirm_name(request: web.Request) -> web.Response:
    return await _decided(request, chat_sites.confirm_name, "confirmed")


async def refuse_name(request: web.Request) -> web.Response:
    return await _decided(request, chat_sites.refuse_name, "refused")


async def _decided(
    request: web.Request, decide: Callable[[Session, ChatSite, UUID, str], None], done: str
) -> web.Response:
    """About the name that the owner saw: it may be another one by now."""
    await checked(request)
    name = (await request.post()).get("external_id")
    site_id, person_id = id_in(request, SiteNotFound), id_in(request, NameChanged, "person")

    def decided(session: Session, brand: Brand) -> None:
        decide(session, chat_sites.site_of(session, brand.id, site_id), person_id, str(name))

    await in_database(request.app, decided, brand_access(request).brand)
    return back(request, f"/sites/{site_id}", done)


async def _shown(
    request: web.Request, consent: ConsentForm, *, with_secret: bool = False, status: int = 200
) -> web.Response:
    access = brand_access(request)
    site, person, names, replaced = await in_database(
        request.app, _read, signed_in(request), access.brand, id_in(request, SiteNotFound)
    )
    shows = with_secret and access.role is Role.OWNER and site.algorithm is ProofAlgorithm.HS256
    return page(
        request,
        "site",
        status=status,
        form=consent if consent.errors else empty_form(request),
        consent=consent,
        site=site,
        person=person,
        names=names if access.role is Role.OWNER else [],
        replaced=replaced,
        base_url=request.app[SETTINGS].base_url,
        secret=proofs.secret(request.app[SECRET], site, site.secret_version) if shows else None,
        done=request.query.get("done"),
    )


def _read(
    session: Session, contact: Contact, brand: Brand, site_id: UUID
) -> tuple[ChatSite, ChatSitePerson | None, list[tuple[ChatSitePerson, Contact]], bool]:
    site = chat_sites.site_of(session, brand.id, site_id)
    replaced = len(secret_versions.in_use(site, clock.now(session))) > 1
    person, names = chat_sites.consent_of(session, contact, site), chat_sites.names_on(session, site)
    return site, person, names, replaced


def _add(session: Session, contact: Contact, brand: Brand, form: SiteForm) -> ChatSite:
    algorithm = ProofAlgorithm(form.algorithm.data)
    key = proofs.usable_key(form.public_key.data or "") if algorithm is ProofAlgorithm.ES256 else None
    return chat_sites.register(
        session, contact, brand.id, str(form.name.data), origins_in(form.origins.data), algorithm, key
    )


def _rotate(session: Session, brand: Brand, site_id: UUID) -> None:
    chat_sites.rotate_secret(session, chat_sites.site_of(session, brand.id, site_id))


def _revoke(session: Session, brand: Brand, site_id: UUID) -> None:
    chat_sites.revoke_secret(session, chat_sites.site_of(session, brand.id, site_id))


def _remove(session: Session, brand: Brand, site_id: UUID) -> None:
    chat_sites.remove(session, chat_sites.site_of(session, brand.id, site_id))


def _allow(session: Session, contact: Contact, brand: Brand, site_id: UUID, external_id: str | None) -> None:
    chat_sites.allow(session, contact, chat_sites.site_of(session, brand.id, site_id), external_id)


def _forbid(session: Session, contact: Contact, brand: Brand, site_id: UUID) -> None:
    chat_sites.forbid(session, contact, chat_sites.site_of(session, brand.id, site_id))
