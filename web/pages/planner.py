"""The planner: five questions sent by GET, so that a plan is an address to keep, to send on and to sign in with."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import planner
from onboarding.planner import Plan
from onboarding.registration.errors import AnswersRefused
from onboarding.registration.fields import Field
from onboarding.registration.questions import planner_questions
from web.database import in_database
from web.keys import TEMPLATES
from web.pages.registration_forms import PageErrors, Shown, errors_of, typed_answers
from web.rendering import render
from web.security import limits
from web.security.sessions import reader

_BEGIN = "/registration/begin"
_TITLE = "Plan of a store opening"


async def ask(request: web.Request) -> web.Response:
    """Also where a plan is changed: its address fills in the answers."""
    return _form(request, typed_answers(request.query, planner_questions()), PageErrors())


async def result(request: web.Request) -> web.Response:
    typed = typed_answers(request.query, planner_questions())
    try:
        plan = await in_database(request.app, _plan, typed, request.query.get("currency"))
    except AnswersRefused as refused:
        return _form(request, typed, errors_of(refused.refused), status=422)
    return render(
        request,
        "planner/result.html",
        plan=plan,
        query=_query(typed),
        begin=_begin_path(request, plan, typed),
    )


async def download(request: web.Request) -> web.Response:
    typed = typed_answers(request.query, planner_questions())
    try:
        plan = await in_database(request.app, _plan, typed, request.query.get("currency"))
    except AnswersRefused as refused:
        return _form(request, typed, errors_of(refused.refused), status=422)
    limits.hit(request.app, limits.PLANS_PER_ADDRESS, limits.address_of(request))
    text = request.app[TEMPLATES].get_template("planner/plan.txt").render(plan=plan)
    body = await asyncio.to_thread(_drawn, text)
    headers = {"Content-Disposition": 'attachment; filename="store-opening-plan.pdf"'}
    return web.Response(body=body, content_type="application/pdf", headers=headers)


def _drawn(text: str) -> bytes:
    from web.paper import as_pdf  # its library takes a third of the site's start, and only this page needs it

    return as_pdf(_TITLE, text)


def _plan(session: Session, typed: Mapping[Field, str], currency: str | None) -> Plan:
    return planner.plan(session, planner.situation(session, typed), currency)


def _query(typed: Mapping[Field, str]) -> str:
    return urlencode({name.value: value for name, value in typed.items()})


def _begin_path(request: web.Request, plan: Plan, typed: Mapping[Field, str]) -> str:
    """Somebody new makes an account first, and comes out at the same address."""
    carried = {name.value: value for name, value in typed.items() if name is not Field.APPLICANT}
    begin = f"{_BEGIN}?{urlencode({**carried, Field.STORE_TYPE.value: plan.store_type.value})}"
    return begin if reader(request).contact else f"/sign-up?{urlencode({'next': begin})}"


def _form(
    request: web.Request, typed: Mapping[Field, str], errors: PageErrors, status: int = 200
) -> web.Response:
    said = errors.errors
    shown = [
        Shown(one, typed.get(one.field, ""), 0, next(iter(said.get(one.field, [])), None))
        for one in planner_questions()
    ]
    return render(request, "planner/questions.html", status=status, shown=shown, errors=errors)
