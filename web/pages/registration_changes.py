"""Changing answers after the submission: what a change re-opens is told first, and saved after a clear yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from onboarding import brands
from onboarding.models import Application, Brand, Contact
from onboarding.names import Role, Stage
from onboarding.permissions import Permission, may
from onboarding.registration import changes
from onboarding.registration.answers import Answer, answers_of
from onboarding.registration.changes import ConsequencesChanged, Group, Made, Plan
from onboarding.registration.errors import AnswerChanged, AnswerRefused, AnswersRefused
from onboarding.registration.fields import Field
from onboarding.registration.questions import Question
from web.brand_paths import brand_path
from web.database import in_database
from web.pages.registration_forms import PageErrors, Shown, errors_of, seen_versions, typed_answers
from web.registration_paths import own_application, registration_path
from web.rendering import render
from web.security.forms import EXPIRED, TokenForm, form_meta, token_form
from web.security.sessions import signed_in

_SAVED = "saved"


@dataclass(frozen=True)
class Submitted:
    """An application after its submission, as one of its brand's people may see it."""

    application: Application
    answers: Mapping[Field, Answer]
    made: list[Made]
    role: Role
    own: list[Brand]

    def value(self, field: Field) -> str:
        return self.answers[field].value if field in self.answers else ""

    def why_fixed(self, question: Question) -> str | None:
        return changes.why_fixed(self.application, question.field)

    def may_change(self, group: Group) -> bool:
        return bool(changes.changeable(self.application, group)) and may(self.role, Permission.EDIT_DRAFT)


async def show_changes(request: web.Request) -> web.Response:
    found = await _found(request)
    return _rendered(
        request,
        "registration/changes.html",
        found,
        groups=changes.groups(),
        saved=_SAVED in request.query,
        may_withdraw=may(found.role, Permission.WITHDRAW) and not found.application.stage.is_closed,
    )


async def ask_change(request: web.Request) -> web.Response:
    group, found = _group(request), await _found(request)
    asked = _asked(found, group, {})
    shown = [_shown(found, question, {}, {}) for question in asked]
    return _form_page(request, found, group, shown, PageErrors())


async def save_change(request: web.Request) -> web.Response:
    group, found, form = _group(request), await _found(request), await request.post()
    typed = typed_answers(form, [one for one in group.questions if f"{one.field}.version" in form])
    versions = seen_versions(form, group.questions)
    if not TokenForm(form, meta=form_meta(request)).validate():
        shown = [_typed_again(found, question, typed, versions) for question in _asked(found, group, typed)]
        return _form_page(request, found, group, shown, PageErrors({"main": [EXPIRED]}), status=422)
    agreed = [str(value) for value in form.getall("agreed", [])]
    try:
        await in_database(
            request.app, _save, signed_in(request), found.application.number, typed, versions, agreed
        )
    except AnswersRefused as refused:
        return _refused_page(request, found, group, typed, refused.refused)
    except ConsequencesChanged as untold:
        return _confirm_page(request, found, group, untold.plan, typed, versions)
    raise web.HTTPSeeOther(f"{registration_path(found.application, 'changes')}?{_SAVED}=1")


async def _found(request: web.Request) -> Submitted:
    """A draft is changed where it is filled in."""
    found = await in_database(request.app, _read, signed_in(request), request.match_info["number"])
    if found.application.stage is Stage.DRAFT:
        raise web.HTTPSeeOther(registration_path(found.application))
    return found


def _read(session: Session, contact: Contact, number: str) -> Submitted:
    application = own_application(session, contact, number)
    role = brands.role_of(session, contact, application.brand)
    assert role is not None
    return Submitted(
        application,
        answers_of(session, application),
        changes.made(session, application),
        role,
        brands.brands_of(session, contact),
    )


def _save(
    session: Session,
    contact: Contact,
    number: str,
    typed: dict[Field, str],
    versions: dict[Field, int],
    agreed: list[str],
) -> None:
    changes.save(session, contact, own_application(session, contact, number), typed, versions, agreed=agreed)


def _group(request: web.Request) -> Group:
    found = changes.group_named(request.match_info["group"])
    if found is None:
        raise web.HTTPNotFound
    return found


def _asked(found: Submitted, group: Group, typed: Mapping[Field, str]) -> list[Question]:
    values = {field: answer.value for field, answer in found.answers.items()} | dict(typed)
    return [one for one in changes.changeable(found.application, group) if one.is_asked(values)]


def _shown(
    found: Submitted, question: Question, typed: Mapping[Field, str], refused: Mapping[Field, AnswerRefused]
) -> Shown:
    error = refused.get(question.field)
    answer = found.answers.get(question.field)
    version = error.version if isinstance(error, AnswerChanged) else answer.version if answer else 0
    value = typed.get(question.field, found.value(question.field))
    return Shown(question, value, version, str(error) if error else None)


def _typed_again(
    found: Submitted, question: Question, typed: Mapping[Field, str], versions: Mapping[Field, int]
) -> Shown:
    """Upon the version that was seen."""
    value = typed.get(question.field, found.value(question.field))
    return Shown(question, value, versions.get(question.field, 0))


def _refused_page(
    request: web.Request,
    found: Submitted,
    group: Group,
    typed: dict[Field, str],
    refused: dict[Field, AnswerRefused],
) -> web.Response:
    shown = [_shown(found, question, typed, refused) for question in _asked(found, group, typed)]
    is_conflict = any(isinstance(error, AnswerChanged) for error in refused.values())
    return _form_page(request, found, group, shown, errors_of(refused), status=409 if is_conflict else 422)


def _form_page(
    request: web.Request,
    found: Submitted,
    group: Group,
    shown: list[Shown],
    errors: PageErrors,
    status: int = 200,
) -> web.Response:
    return _rendered(
        request, "registration/change.html", found, status=status, group=group, shown=shown, errors=errors
    )


def _confirm_page(
    request: web.Request,
    found: Submitted,
    group: Group,
    plan: Plan,
    typed: Mapping[Field, str],
    versions: Mapping[Field, int],
) -> web.Response:
    return _rendered(
        request,
        "registration/change_confirm.html",
        found,
        group=group,
        plan=plan,
        kept=[
            Shown(one, typed[one.field], versions.get(one.field, 0))
            for one in group.questions
            if one.field in typed
        ],
    )


def _rendered(
    request: web.Request, template: str, found: Submitted, status: int = 200, **context: object
) -> web.Response:
    return render(
        request,
        template,
        status=status,
        found=found,
        application=found.application,
        brand=found.application.brand,
        own=found.own,
        home=brand_path(found.application.brand, found.own),
        zone=ZoneInfo(signed_in(request).time_zone),
        form=token_form(request),
        **context,
    )
