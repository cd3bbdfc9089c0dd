"""A draft: begun once, and changed by one function from the page and the chat alike."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import brands, clock, people, permissions, stages
from onboarding.countries import UNKNOWN_ZONE, time_zone_of
from onboarding.models import Application, Brand, Company, Contact, DraftAnswer
from onboarding.names import Category, Channel, Declares, PeopleEvent, Role, Stage, StoreType
from onboarding.permissions import Permission
from onboarding.registration import claims
from onboarding.registration.answers import Answer, answers_of, value_at
from onboarding.registration.errors import (
    AlreadyBegun,
    AlreadySubmitted,
    AnswerChanged,
    AnswerRefused,
    AnswersRefused,
    NotADraft,
)
from onboarding.registration.fields import Field
from onboarding.registration.questions import Question, questions, texts
from onboarding.registration.validators import accepted, normal_name

_NUMBERS = 1_000_000
# Asked at the beginning, since no draft exists without them.
FIRST_FIELDS = (Field.BRAND_NAME, Field.COMPANY_NAME, Field.COUNTRY, Field.CATEGORY)


def begin(
    session: Session, contact: Contact, answers: Mapping[Field, str], *, channel: Channel = Channel.PAGE
) -> Application:
    """Makes the draft with its owner; raises AnswersRefused or AlreadyBegun.

    `answers` holds at least FIRST_FIELDS; what else it holds is saved as well.
    """
    given = {**dict.fromkeys(FIRST_FIELDS, ""), **answers}
    refused = refusals(session, given)
    if refused:
        raise AnswersRefused(refused)
    # Of two beginnings at the same moment the second sees the first.
    contact = session.get_one(Contact, contact.id, with_for_update=True)
    first = {field: accepted_answer(session, field, given[field]) for field in FIRST_FIELDS}
    brand = _own_brand(session, contact, first) or _new_brand(session, contact, first)
    company = Company(name=first[Field.COMPANY_NAME], country=first[Field.COUNTRY])
    session.add(company)
    now = clock.now(session)
    application = Application(
        number=_new_number(session, now), brand=brand, company=company, stage=Stage.DRAFT, created_at=now
    )
    session.add(application)
    session.flush()
    stages.move(session, application, Stage.DRAFT, by=contact.name)
    if contact.time_zone == UNKNOWN_ZONE:
        contact.time_zone = time_zone_of(company.country)
    for field, value in given.items():
        save_answer(session, contact, application, field, value, channel=channel)
    return application


def refusals(session: Session, answers: Mapping[Field, str]) -> dict[Field, AnswerRefused]:
    """What the rules say to answers that are not saved yet."""
    refused: dict[Field, AnswerRefused] = {}
    for field, value in answers.items():
        try:
            accepted_answer(session, field, value)
        except AnswerRefused as error:
            refused[field] = error
    return refused


def save_answer(
    session: Session,
    contact: Contact,
    application: Application,
    field: Field,
    value: str,
    *,
    version: int | None = None,
    channel: Channel = Channel.PAGE,
) -> Answer:
    """`version` is the one that the person saw; without it the newest is replaced.

    Raises AnswerRefused, AnswerChanged, AlreadyBegun, NotADraft and what permissions.require does; nothing is changed
    then.
    """
    permissions.require(session, contact, application.brand_id, Permission.EDIT_DRAFT)
    _lock_draft(session, application)
    return change_answer(session, contact, application, field, value, version=version, channel=channel)


def change_answer(
    session: Session,
    contact: Contact,
    application: Application,
    field: Field,
    value: str,
    *,
    version: int | None = None,
    channel: Channel = Channel.PAGE,
) -> Answer:
    """For callers who hold the application locked and know that it may be changed; raises as save_answer does."""
    stored = accepted_answer(session, field, value)
    newest = answers_of(session, application).get(field, Answer(field, "", 0))
    if newest.version and stored == newest.value:
        return newest
    if version is not None and version != newest.version:
        if stored == value_at(session, application, field, version):
            return newest  # an older page sent back what it had been shown
        raise _changed(questions()[field], newest)
    if field is Field.BRAND_NAME:
        _require_not_running(session, contact, stored, other_than=application)
    return _write(session, contact, application, Answer(field, stored, newest.version + 1), channel)


def save_answers(
    session: Session,
    contact: Contact,
    application: Application,
    typed: Mapping[Field, str],
    versions: Mapping[Field, int],
    *,
    channel: Channel = Channel.PAGE,
) -> dict[Field, AnswerRefused]:
    """Saves every answer that is accepted, and gives back what was refused.

    Raises NotADraft and what permissions.require does.
    """
    refused: dict[Field, AnswerRefused] = {}
    for field, value in typed.items():
        try:
            save_answer(
                session, contact, application, field, value, version=versions.get(field), channel=channel
            )
        except AnswerRefused as error:
            refused[field] = error
        except AlreadyBegun as error:
            refused[field] = AnswerRefused(field, error.code, f"{error} {error.what_to_do}")
    return refused


def may_edit(session: Session, contact: Contact, application: Application) -> bool:
    role = permissions.require(session, contact, application.brand_id, Permission.VIEW)
    return permissions.may(role, Permission.EDIT_DRAFT)


def _lock_draft(session: Session, application: Application) -> None:
    application = stages.locked(session, application.id)
    if application.stage is Stage.WITHDRAWN:
        raise NotADraft("This registration was withdrawn.")
    if application.stage is not Stage.DRAFT:
        raise AlreadySubmitted("This registration has been submitted.")


def accepted_answer(session: Session, field: Field, value: str) -> str:
    return accepted(questions()[field], value, clock.today_in_china(session))


def _write(
    session: Session, contact: Contact, application: Application, answer: Answer, channel: Channel
) -> Answer:
    now = clock.now(session)
    session.add(
        DraftAnswer(
            application_id=application.id,
            field=answer.field,
            version=answer.version,
            value=answer.value,
            contact_id=contact.id,
            by=contact.name,
            channel=channel,
            at=now,
        )
    )
    _carry_over(application, answer)
    session.flush()
    if answer.field in (Field.BRAND_NAME, Field.COMPANY_NAME):
        claims.look(session, application, contact)
    return Answer(answer.field, answer.value, answer.version, contact.name, now)


def _carry_over(application: Application, answer: Answer) -> None:
    """What the rest of the house reads from the application itself."""
    match answer.field:
        case Field.COMPANY_NAME:
            application.company.name = answer.value
        case Field.COUNTRY:
            application.company.country = answer.value
        case Field.BRAND_NAME:
            application.brand.name = answer.value
        case Field.CATEGORY:
            application.category = application.brand.category = Category(answer.value)
        case Field.STORE_TYPE:
            application.store_type = StoreType(answer.value)
        case Field.DECLARES:
            application.declares = Declares(answer.value)


def _changed(question: Question, newest: Answer) -> AnswerChanged:
    words = texts()["changed" if newest.value else "cleared"]
    sentence = words.format(by=newest.by, current=question.shown(newest.value))
    return AnswerChanged(question.field, sentence, newest.version)


def _own_brand(session: Session, contact: Contact, first: Mapping[Field, str]) -> Brand | None:
    """A brand of theirs without a running application applies again; raises AlreadyBegun for a running one."""
    _require_not_running(session, contact, first[Field.BRAND_NAME])
    wanted = normal_name(first[Field.BRAND_NAME])
    editable = (
        brand
        for brand, role in brands.roles_of(session, contact)
        if normal_name(brand.name) == wanted and permissions.may(role, Permission.EDIT_DRAFT)
    )
    return next(editable, None)


def _require_not_running(
    session: Session, contact: Contact, name: str, *, other_than: Application | None = None
) -> None:
    for brand in _own_brands_named(session, contact, name):
        running = brands.application_of(session, brand)
        if running is not None and running is not other_than and running.stage is not Stage.REJECTED:
            raise AlreadyBegun(brand.name, running.number)


def _own_brands_named(session: Session, contact: Contact, name: str) -> list[Brand]:
    wanted = normal_name(name)
    return [one for one in brands.brands_of(session, contact) if normal_name(one.name) == wanted]


def _new_brand(session: Session, contact: Contact, first: Mapping[Field, str]) -> Brand:
    brand = Brand(name=first[Field.BRAND_NAME], category=Category(first[Field.CATEGORY]))
    session.add(brand)
    session.flush()
    people.add(session, brand.id, contact.id, Role.OWNER, PeopleEvent.BEGAN, by=contact.id)
    return brand


def _new_number(session: Session, now: datetime) -> str:
    """Drawn, not counted: nobody learns from a number how many apply."""
    year = now.astimezone(clock.CHINA).year
    while True:
        number = f"BD-{year}-{secrets.randbelow(_NUMBERS):06}"
        if session.scalar(select(Application.id).where(Application.number == number)) is None:
            return number
