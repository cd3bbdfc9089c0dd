"""The first questions, without which there is no draft: what the planner was told is filled in already."""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding.models import Application, Contact
from onboarding.names import Channel
from onboarding.registration import drafts
from onboarding.registration.errors import AlreadyBegun, AnswersRefused
from onboarding.registration.fields import Field
from onboarding.registration.questions import Question, questions
from web.database import in_database
from web.pages.registration_forms import PageErrors, Shown, errors_of, typed_answers
from web.registration_paths import registration_path
from web.rendering import render
from web.security import limits
from web.security.forms import EXPIRED, TokenForm, form_meta, token_form
from web.security.sessions import signed_in

# What the planner asks as well and hands over.
CARRIED = (Field.DECLARES, Field.STORE_TYPE, Field.PRODUCTS)


async def ask(request: web.Request) -> web.Response:
    planned = typed_answers(request.query, _questions(*drafts.FIRST_FIELDS, *CARRIED))
    return _page(request, planned, PageErrors())


async def begin(request: web.Request) -> web.Response:
    form = await request.post()
    typed = typed_answers(form, _questions(*drafts.FIRST_FIELDS, *CARRIED))
    if not TokenForm(form, meta=form_meta(request)).validate():
        return _page(request, typed, PageErrors({"main": [EXPIRED]}), status=422)
    contact = signed_in(request)
    limits.hit(request.app, limits.DRAFTS_PER_CONTACT, str(contact.id))
    try:
        draft = await in_database(request.app, _begin, contact, typed)
    except AnswersRefused as refused:
        return _page(request, typed, errors_of(refused.refused), status=422)
    except AlreadyBegun as refused:
        return _page(request, typed, PageErrors(), status=422, running=refused)
    raise web.HTTPSeeOther(registration_path(draft))


def _questions(*names: Field) -> list[Question]:
    return [questions()[name] for name in names]


def _begin(session: Session, contact: Contact, typed: Mapping[Field, str]) -> Application:
    carried = {name: typed[name] for name in CARRIED if typed[name]}
    refused = drafts.refusals(session, carried)
    answers = {name: value for name, value in typed.items() if name not in CARRIED}
    kept = {name: value for name, value in carried.items() if name not in refused}
    return drafts.begin(session, contact, answers | kept, channel=Channel.PLANNER if kept else Channel.PAGE)


def _page(
    request: web.Request,
    typed: Mapping[Field, str],
    errors: PageErrors,
    status: int = 200,
    running: AlreadyBegun | None = None,
) -> web.Response:
    said = errors.errors
    return render(
        request,
        "registration/begin.html",
        status=status,
        shown=[
            Shown(one, typed.get(one.field, ""), 0, next(iter(said.get(one.field, [])), None))
            for one in _questions(*drafts.FIRST_FIELDS)
        ],
        carried={name: typed[name] for name in CARRIED if typed.get(name)},
        errors=errors,
        running=running,
        form=token_form(request),
    )
