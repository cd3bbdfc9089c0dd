"""A registration as a task list, with a page for each section."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.models import Application, Brand, Contact
from onboarding.names import Stage
from onboarding.registration import claims, drafts
from onboarding.registration.claims import Claimed
from onboarding.registration.errors import AnswerChanged, AnswerRefused
from onboarding.registration.fields import Field
from onboarding.registration.progress import Progress, asked_in, progress_of
from onboarding.registration.questions import Question, Section, section_named
from web.database import in_database
from web.pages.registration_forms import PageErrors, Shown, errors_of, seen_versions, typed_answers
from web.registration_paths import documents_path, own_application, registration_path
from web.rendering import render
from web.security.forms import EXPIRED, TokenForm, form_meta, token_form
from web.security.sessions import reader, signed_in

_LATER = "later"
_CHECK = "check"


@dataclass(frozen=True)
class Overview:
    application: Application
    progress: Progress
    claim: Claimed | None
    may_edit: bool
    own: list[Brand]

    def shown(self) -> dict[str, Any]:
        """What every page of the registration knows."""
        documents = documents_path(self.application, self.own)
        return {**vars(self), "brand": self.application.brand, "documents": documents}


async def start(request: web.Request) -> web.Response:
    """Where the start button leads: to the draft there is, else to the questions that decide."""
    contact = reader(request).contact
    drafts_there = await in_database(request.app, _drafts_of, contact) if contact else []
    if len(drafts_there) == 1:
        raise web.HTTPSeeOther(registration_path(drafts_there[0]))
    raise web.HTTPSeeOther("/brands" if drafts_there else "/planner")


async def task_list(request: web.Request) -> web.Response:
    overview = await in_database(request.app, read_overview, signed_in(request), request.match_info["number"])
    if overview.application.stage is not Stage.DRAFT:
        raise web.HTTPSeeOther(registration_path(overview.application, "submitted"))
    return render(request, "registration/tasks.html", **overview.shown())


async def section(request: web.Request) -> web.Response:
    wanted = _section(request)
    overview = await in_database(request.app, read_overview, signed_in(request), request.match_info["number"])
    if overview.application.stage is not Stage.DRAFT:
        raise web.HTTPSeeOther(registration_path(overview.application, "submitted"))
    shown = _typed_again(wanted, overview.progress, _suggested(request, overview.progress), {})
    return _section_page(request, overview, wanted, shown, PageErrors())


async def save_section(request: web.Request) -> web.Response:
    wanted = _section(request)
    form = await request.post()
    typed = typed_answers(form, _on_page(form, wanted))
    if not TokenForm(form, meta=form_meta(request)).validate():
        return await _sent_again(request, wanted, typed, seen_versions(form, wanted.questions))
    later = form.get("action") == _LATER
    answers = {name: value for name, value in typed.items() if value or not later}
    versions = seen_versions(form, wanted.questions)
    overview, refused = await in_database(
        request.app, _save, signed_in(request), request.match_info["number"], answers, versions
    )
    if refused:
        shown = _typed_again(wanted, overview.progress, typed, refused)
        return _section_page(request, overview, wanted, shown, errors_of(refused), status=_status(refused))
    back = request.query.get("from") == _CHECK
    if not later and _opened_by_answers(wanted, overview.progress, typed):
        raise web.HTTPSeeOther(_asking_more(overview.application, wanted, back))
    raise web.HTTPSeeOther(registration_path(overview.application, _CHECK if back and not later else ""))


def _asking_more(application: Application, wanted: Section, back: bool) -> str:
    return registration_path(application, wanted.name) + ("?more=1&from=check" if back else "?more=1")


def read_overview(session: Session, contact: Contact, number: str) -> Overview:
    application = own_application(session, contact, number)
    return Overview(
        application,
        progress_of(session, application),
        claims.claimed(session, application),
        drafts.may_edit(session, contact, application),
        brands.brands_of(session, contact),
    )


def _drafts_of(session: Session, contact: Contact) -> list[Application]:
    return [one for one in brands.applications_of(session, contact) if one.stage is Stage.DRAFT]


def _save(
    session: Session, contact: Contact, number: str, answers: dict[Field, str], versions: dict[Field, int]
) -> tuple[Overview, dict[Field, AnswerRefused]]:
    application = own_application(session, contact, number)
    refused = drafts.save_answers(session, contact, application, answers, versions)
    return read_overview(session, contact, number), refused


def _section(request: web.Request) -> Section:
    found = section_named(request.match_info["section"])
    if found is None:
        raise web.HTTPNotFound
    return found


def _on_page(form: Mapping[str, object], wanted: Section) -> list[Question]:
    """A question that the page did not ask is not answered by it."""
    return [question for question in wanted.questions if f"{question.field}.version" in form]


def _opened_by_answers(wanted: Section, progress: Progress, typed: dict[Field, str]) -> list[Question]:
    """Questions that are asked only now, because of an answer on this page."""
    values = {name: answer.value for name, answer in progress.answers.items()}
    return [
        question
        for question in asked_in(wanted, values)
        if question.field not in typed and not question.optional and not values.get(question.field)
    ]


def _suggested(request: web.Request, progress: Progress) -> dict[Field, str]:
    """Who fills it in is often the contact: what we know of them is not asked again."""
    contact = signed_in(request)
    known = {Field.CONTACT_NAME: contact.name, Field.CONTACT_EMAIL: contact.email}
    return {name: value for name, value in known.items() if name not in progress.answers}


def _typed_again(
    wanted: Section, progress: Progress, typed: dict[Field, str], refused: dict[Field, AnswerRefused]
) -> list[Shown]:
    values = {name: answer.value for name, answer in progress.answers.items()}
    return [_shown(question, progress, typed, refused) for question in asked_in(wanted, values)]


def _shown(
    question: Question, progress: Progress, typed: dict[Field, str], refused: dict[Field, AnswerRefused]
) -> Shown:
    error = refused.get(question.field)
    answer = progress.answers.get(question.field)
    version = answer.version if answer else 0
    if isinstance(error, AnswerChanged):
        version = error.version
    kept = typed.get(question.field, "") if error or answer is None else answer.value
    return Shown(question, kept, version, str(error) if error else None)


async def _sent_again(
    request: web.Request, wanted: Section, typed: dict[Field, str], versions: dict[Field, int]
) -> web.Response:
    """Nothing was saved, and everything that was typed stands there again, upon the versions that were seen."""
    overview = await in_database(request.app, read_overview, signed_in(request), request.match_info["number"])
    values = {**{name: answer.value for name, answer in overview.progress.answers.items()}, **typed}
    shown = [
        Shown(question, values.get(question.field, ""), versions.get(question.field, 0))
        for question in wanted.questions
        if question.field in typed
    ]
    return _section_page(request, overview, wanted, shown, PageErrors({"main": [EXPIRED]}), status=422)


def _status(refused: dict[Field, AnswerRefused]) -> int:
    if any(isinstance(error, AnswerChanged) for error in refused.values()):
        return 409
    return 422 if refused else 200


def _section_page(
    request: web.Request,
    overview: Overview,
    wanted: Section,
    shown: list[Shown],
    errors: PageErrors,
    status: int = 200,
) -> web.Response:
    return render(
        request,
        "registration/section.html",
        status=status,
        **overview.shown(),
        section=wanted,
        shown=shown,
        errors=errors,
        form=token_form(request),
        from_check=request.query.get("from") == _CHECK,
        asks_more="more" in request.query and status == 200,
    )
