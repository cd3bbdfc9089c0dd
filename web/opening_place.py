"""Where a reader is on the way to an opening: the brand of the path, its application, and what the reader may do."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands, clock, office_hours
from onboarding.models import Application, Brand, Contact
from onboarding.names import Role, Stage
from onboarding.opening import steps
from onboarding.opening.names import Step
from onboarding.opening.steps import StepState
from onboarding.permissions import Permission, may
from onboarding.programme_types import OfficeHours
from web.brand_paths import brand_named, brand_path
from web.hours import hours_said
from web.rendering import render
from web.security.forms import DeskForm, form_meta
from web.security.sessions import signed_in

_BEFORE = (Stage.DRAFT, Stage.SUBMITTED, Stage.BRAND_REVIEW, Stage.DOCUMENT_REVIEW, Stage.CORRECTION_NEEDED)


class StepForm(DeskForm):
    """The token alone: what is typed is judged by the business."""


@dataclass(frozen=True)
class Place:
    brand: Brand
    own: list[Brand]
    role: Role
    application: Application
    steps: dict[Step, StepState]
    today: date
    rules: OfficeHours

    @property
    def home(self) -> str:
        return brand_path(self.brand, self.own)

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission)

    def may_work_on(self, step: Step) -> bool:
        return steps.why_not_now(self.application, step) is None


@dataclass(frozen=True)
class Sent:
    """A form as it came: its text fields, and what is wrong with its token."""

    values: dict[str, str]
    expired: str | None


def find_place(session: Session, contact: Contact, slug: str) -> Place:
    """Somebody else's brand looks as if it did not exist."""
    own = brands.brands_of(session, contact)
    brand = brand_named(slug, own)
    role = brands.role_of(session, contact, brand) if brand else None
    application = brands.application_of(session, brand) if brand else None
    if brand is None or role is None or application is None:
        raise web.HTTPNotFound
    found = steps.states(session, application)
    today = clock.today_in_china(session)
    return Place(brand, own, role, application, found, today, office_hours.rules_on(session, today))


def approved_place(session: Session, contact: Contact, slug: str) -> Place:
    """There is nothing to sign, to pay or to set up before the approval."""
    place = find_place(session, contact, slug)
    if place.application.stage in (*_BEFORE, Stage.REJECTED, Stage.WITHDRAWN):
        raise web.HTTPNotFound
    return place


async def read_form(request: web.Request) -> Sent:
    posted = await request.post()
    form = StepForm(posted, meta=form_meta(request))
    values = {name: value for name, value in posted.items() if isinstance(value, str)}
    return Sent(values, None if form.validate() else str(form["csrf_token"].errors[0]))


def show(
    request: web.Request, template: str, place: Place, *, status: int = 200, **context: object
) -> web.Response:
    zone = ZoneInfo(signed_in(request).time_zone)
    errors = context.pop("errors", None) or {}
    return render(
        request,
        template,
        status=422 if errors and status == 200 else status,
        place=place,
        brand=place.brand,
        own=place.own,
        application=place.application,
        home=place.home,
        zone=zone,
        hours=hours_said(place.rules, place.today, zone),
        form=StepForm(meta=form_meta(request)),
        errors=errors,
        **context,
    )
