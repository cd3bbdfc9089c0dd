"""The answers of a draft: the newest of each field, and all that were ever given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.models import Application, Contact, DraftAnswer
from onboarding.names import Channel
from onboarding.registration.fields import Field


@dataclass(frozen=True)
class Answer:
    """The newest; version 0 was never asked for here, but is known from elsewhere."""

    field: Field
    value: str
    version: int
    by: str | None = None
    at: datetime | None = None


def answers_of(session: Session, application: Application) -> dict[Field, Answer]:
    given = {
        Field(row.field): Answer(Field(row.field), row.value, row.version, row.by, row.at)
        for row in _newest(session, application)
    }
    known = {field: Answer(field, value, 0) for field, value in _known(application).items() if value}
    return known | given


def values_of(answers: Mapping[Field, Answer]) -> dict[Field, str]:
    return {field: answer.value for field, answer in answers.items()}


def history_of(session: Session, application: Application) -> list[DraftAnswer]:
    """Every answer ever given, the oldest first: who, when and through which channel."""
    query = select(DraftAnswer).where(DraftAnswer.application_id == application.id)
    return list(session.scalars(query.order_by(DraftAnswer.id)))


def give_again(session: Session, contact: Contact, before: Application, again: Application) -> None:
    """The newest of each field stands in `again` as its first version, by whom and when it is given again."""
    now = clock.now(session)
    session.add_all(
        DraftAnswer(
            application_id=again.id,
            field=row.field,
            version=1,
            value=row.value,
            contact_id=contact.id,
            by=contact.name,
            channel=Channel.PAGE,
            at=now,
        )
        for row in _newest(session, before)
        if row.value
    )
    session.flush()


def value_at(session: Session, application: Application, field: Field, version: int) -> str | None:
    if version == 0:
        return ""
    return session.scalar(
        select(DraftAnswer.value).where(
            DraftAnswer.application_id == application.id,
            DraftAnswer.field == field,
            DraftAnswer.version == version,
        )
    )


def _newest(session: Session, application: Application) -> list[DraftAnswer]:
    return list(
        session.scalars(
            select(DraftAnswer)
            .where(DraftAnswer.application_id == application.id)
            .order_by(DraftAnswer.field, DraftAnswer.version.desc())
            .ext(distinct_on(DraftAnswer.field))
        )
    )


def _known(application: Application) -> dict[Field, str | None]:
    return {
        Field.COMPANY_NAME: application.company.name,
        Field.COUNTRY: application.company.country,
        Field.BRAND_NAME: application.brand.name,
        Field.CATEGORY: application.category,
        Field.STORE_TYPE: application.store_type,
        Field.DECLARES: application.declares,
    }
