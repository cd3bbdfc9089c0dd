"""Setting up the store: the list of steps, a page of questions for each, and handing over."""

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding.addresses import step_named
from onboarding.models import Contact
from onboarding.names import Stage
from onboarding.opening import questions, set_up, steps
from onboarding.opening.names import SET_UP, Step
from onboarding.opening.wording import Blocked, FieldsRefused, OpeningRefused
from onboarding.permissions import Permission
from web.database import in_database
from web.numbers import whole_number
from web.opening_place import Place, approved_place, read_form, show
from web.security.sessions import signed_in

_NO_VERSION = -1


async def show_store(request: web.Request) -> web.Response:
    return _shown(request, await _place(request), [])


async def hand_over(request: web.Request) -> web.Response:
    place, sent = await _place(request), await read_form(request)
    if sent.expired:
        return _shown(request, place, [sent.expired])
    try:
        await in_database(request.app, set_up.hand_over, signed_in(request), place.application)
    except Blocked as blocked:
        return _shown(request, place, blocked.blockers)
    raise web.HTTPSeeOther(place.home)


async def ask_to_take_back(request: web.Request) -> web.Response:
    place = await _place(request)
    if place.application.stage is not Stage.FINAL_CHECK:
        raise web.HTTPSeeOther(f"{place.home}/store")
    return show(request, "brand/steps/take_back.html", place)


async def take_back(request: web.Request) -> web.Response:
    place, sent = await _place(request), await read_form(request)
    if sent.expired:
        return show(request, "brand/steps/take_back.html", place, errors={"main": sent.expired})
    await in_database(request.app, set_up.take_back, signed_in(request), place.application)
    raise web.HTTPSeeOther(f"{place.home}/store")


async def show_step(request: web.Request) -> web.Response:
    place, step = await _place(request), _step(request)
    return _shown_step(request, place, step, place.steps[step].answers, {})


async def save_step(request: web.Request) -> web.Response:
    place, step, sent = await _place(request), _step(request), await read_form(request)
    if sent.expired:
        return _shown_step(request, place, step, sent.values, {"main": sent.expired})
    try:
        await in_database(
            request.app,
            set_up.save,
            signed_in(request),
            place.application,
            step,
            sent.values,
            version=_version(sent.values.get("version", "")),
        )
    except FieldsRefused as refused:
        return _shown_step(request, place, step, sent.values, refused.errors)
    except OpeningRefused as refused:
        said = f"{refused} {refused.what_to_do}"
        return _shown_step(request, await _place(request), step, sent.values, {"saved": said}, status=409)
    raise web.HTTPSeeOther(f"{place.home}/store")


async def _place(request: web.Request) -> Place:
    return await in_database(request.app, _found, signed_in(request), request.match_info["brand_name"])


def _found(session: Session, contact: Contact, slug: str) -> Place:
    return approved_place(session, contact, slug)


def _step(request: web.Request) -> Step:
    step = step_named(request.match_info["step"])
    if step is None or not questions.are_asked(step):
        raise web.HTTPNotFound
    return step


def _version(sent: str) -> int:
    """A page without it is taken for an old one."""
    version = whole_number(sent)
    return _NO_VERSION if version is None else version


def _shown(request: web.Request, place: Place, blockers: list[str]) -> web.Response:
    return show(
        request,
        "brand/steps/store.html",
        place,
        errors={"hand-over": blockers} if blockers else {},
        set_up=[place.steps[step] for step in SET_UP],
        is_done=steps.are_done(place.steps, SET_UP),
        is_open_to_hand_over=place.application.stage is Stage.STORE_SETUP and place.may(Permission.SUBMIT),
    )


def _shown_step(
    request: web.Request,
    place: Place,
    step: Step,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
) -> web.Response:
    return show(
        request,
        "brand/steps/step.html",
        place,
        status=status,
        errors=errors,
        state=place.steps[step],
        questions=questions.questions(step),
        typed=typed,
        may_edit=place.may(Permission.EDIT_DRAFT) and place.may_work_on(step),
    )
