"""Which sections are complete, and everything that blocks a submission."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from onboarding import requirements
from onboarding.models import Application
from onboarding.names import Declares, StoreType
from onboarding.programme import programme
from onboarding.registration import claims
from onboarding.registration.answers import Answer, answers_of, values_of
from onboarding.registration.drafts import refusals
from onboarding.registration.fields import Field, SectionName
from onboarding.registration.questions import Question, Section, section_of, sections, texts
from onboarding.requirements import Checklist


class SectionStatus(StrEnum):
    NOT_STARTED = "Not yet started"
    IN_PROGRESS = "In progress"
    COMPLETED = "Completed"


@dataclass(frozen=True)
class Blocker:
    """`section` leads to where it is put right; None is the documents."""

    code: str
    sentence: str
    section: SectionName | None
    field: Field | None = None


@dataclass(frozen=True)
class SectionProgress:
    section: Section
    asked: list[Question]
    status: SectionStatus


@dataclass(frozen=True)
class OpenPart:
    """What blocks the submission in one part; without a section these are the documents."""

    section: Section | None
    is_begun: bool
    blockers: list[Blocker]


@dataclass(frozen=True)
class Progress:
    application: Application
    answers: Mapping[Field, Answer]
    sections: list[SectionProgress]
    checklist: Checklist
    blockers: list[Blocker]

    @property
    def documents_done(self) -> bool:
        return not self.checklist.currently_due

    @property
    def parts_done(self) -> int:
        return sum(one.status is SectionStatus.COMPLETED for one in self.sections) + self.documents_done

    @property
    def parts(self) -> int:
        """The sections and the documents."""
        return len(self.sections) + 1

    @property
    def open_parts(self) -> list[OpenPart]:
        """In the order of the task list."""
        parts = [
            OpenPart(
                one.section, one.status is not SectionStatus.NOT_STARTED, self._blockers_in(one.section.name)
            )
            for one in self.sections
        ]
        is_sent = any(item.submitted_at for item in self.checklist.items)
        parts.append(OpenPart(None, is_sent, self._blockers_in(None)))
        return [part for part in parts if part.blockers]

    def _blockers_in(self, section: SectionName | None) -> list[Blocker]:
        return [blocker for blocker in self.blockers if blocker.section is section]

    def value(self, field: Field) -> str:
        return self.answers[field].value if field in self.answers else ""


def progress_of(session: Session, application: Application) -> Progress:
    answers = answers_of(session, application)
    found = [_section_progress(section, values_of(answers)) for section in sections()]
    checklist = requirements.checklist(session, application)
    blockers = [
        *_unanswered(found, values_of(answers)),
        *_outdated(session, found, values_of(answers)),
        *misfits(values_of(answers)),
        *_documents(checklist),
        *_twice(session, application),
    ]
    return Progress(application, answers, found, checklist, blockers)


def asked_in(section: Section, values: Mapping[Field, str]) -> list[Question]:
    return [question for question in section.questions if question.is_asked(values)]


def _section_progress(section: Section, values: Mapping[Field, str]) -> SectionProgress:
    asked = asked_in(section, values)
    if not any(values.get(question.field) for question in asked):
        return SectionProgress(section, asked, SectionStatus.NOT_STARTED)
    complete = not any(_is_open(question, values) for question in asked)
    return SectionProgress(section, asked, SectionStatus.COMPLETED if complete else SectionStatus.IN_PROGRESS)


def _is_open(question: Question, values: Mapping[Field, str]) -> bool:
    return not question.optional and not values.get(question.field)


def _unanswered(found: list[SectionProgress], values: Mapping[Field, str]) -> list[Blocker]:
    return [
        Blocker("question_open", question.missing, progress.section.name, question.field)
        for progress in found
        for question in progress.asked
        if _is_open(question, values)
    ]


def _outdated(session: Session, found: list[SectionProgress], values: Mapping[Field, str]) -> list[Blocker]:
    """What was accepted once and is not any more, such as a trademark that has run out since."""
    given = {q.field: values[q.field] for one in found for q in one.asked if values.get(q.field)}
    refused = refusals(session, given)
    return [
        Blocker(error.code, str(error), section_of(field).name, field) for field, error in refused.items()
    ]


def misfits(values: Mapping[Field, str]) -> list[Blocker]:
    """A store type that is not for what the applicant is to the trademark."""
    chosen, declared = values.get(Field.STORE_TYPE), values.get(Field.DECLARES)
    if not chosen or not declared or declared in programme().registration.fits.value[StoreType(chosen)]:
        return []
    sentence = texts()["blocked"]["store_type"].format(
        store_type=programme().store_types[StoreType(chosen)].label.lower(),
        declares=programme().declares[Declares(declared)].lower(),
    )
    return [Blocker("store_type_misfit", sentence, SectionName.STORE, Field.STORE_TYPE)]


def _documents(checklist: Checklist) -> list[Blocker]:
    words = texts()["blocked"]["document"]
    return [
        Blocker("document_due", words.format(document=item.label), None) for item in checklist.currently_due
    ]


def _twice(session: Session, application: Application) -> list[Blocker]:
    if not claims.submitted_by_same_company(session, application):
        return []
    sentence = texts()["blocked"]["twice"].format(brand=application.brand.name)
    return [Blocker("same_application", sentence, SectionName.BRAND, Field.BRAND_NAME)]
