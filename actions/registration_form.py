"""Which question of a registration is open in the chat, and what answers it: by the same rules as on the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.turn import Turn
from onboarding import clock
from onboarding.brands import applications_of
from onboarding.models import Application
from onboarding.names import Stage
from onboarding.registration.answers import answers_of, values_of
from onboarding.registration.drafts import FIRST_FIELDS
from onboarding.registration.errors import AnswerRefused
from onboarding.registration.fields import Field
from onboarding.registration.questions import Question, questions, sections
from onboarding.registration.validators import accepted

# Which entity of a message holds the answer, where the whole message does not.
_ENTITY_OF = {
    Field.COUNTRY: "country",
    Field.TRADEMARK_COUNTRY: "country",
    Field.CATEGORY: "category",
    Field.STORE_TYPE: "store_type",
    Field.DECLARES: "entity_type",
    Field.CONTACT_EMAIL: "email",
    Field.CONTACT_PHONE: "phone",
    Field.COMPANY_NAME: "company",
}
_FREE = ("line", "text")
_LEAD_IN = re.compile(
    r"^\W*(?:(?:it|that|the name|our company|our brand|we|i)(?:'s|'re| is| are| am)(?: called| named)?"
    r"|called|named)\s+",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:what|which|when|where|who|why|how|do|does|is|are|can|could|may|must|should|will|tell me|show me)\b",
    re.IGNORECASE,
)
_STEERS = frozenset(
    ("cancel", "correct", "deny", "go_back", "goodbye", "handoff_complaint", "handoff_human", "non_english", "repeat",
     "rephrase", "registration_start", "registration_withdraw", "thanks")
)  # fmt: skip
_SURE_OF_ANOTHER = 0.8
_SHORT_ANSWER = 3


@dataclass(frozen=True)
class Form:
    """`number` is None until the first answers make a draft; until then they are kept here, by field."""

    asked: Field
    number: str | None = None
    first: Mapping[Field, str] = field(default_factory=dict)
    is_paused: bool = False

    @classmethod
    def kept(cls, turn: Turn) -> "Form | None":
        kept: Mapping[str, Any] | None = turn.slot("registration")
        if kept is None:
            return None
        first = {Field(name): value for name, value in kept["first"].items()}
        return cls(Field(kept["asked"]), kept["number"], first, kept["is_paused"])

    def keep(self, turn: Turn) -> None:
        first = {str(name): value for name, value in self.first.items()}
        turn.remember(
            registration={
                "asked": str(self.asked),
                "number": self.number,
                "first": first,
                "is_paused": self.is_paused,
            }
        )

    @property
    def question(self) -> Question:
        return questions()[self.asked]

    def at(self, question: Question) -> "Form":
        return replace(self, asked=question.field, is_paused=False)


def drafts_of(turn: Turn) -> list[Application]:
    assert turn.contact is not None
    found = applications_of(turn.session, turn.contact)
    return [application for application in found if application.stage is Stage.DRAFT]


def open_questions(turn: Turn, application: Application) -> list[Question]:
    """In the order of the page; what is optional is left to the page."""
    values = values_of(answers_of(turn.session, application))
    asked = [
        question for section in sections() for question in section.questions if question.is_asked(values)
    ]
    return [question for question in asked if not question.optional and not values.get(question.field)]


def questions_before_a_draft(form: Form) -> list[Question]:
    return [questions()[name] for name in FIRST_FIELDS if name not in form.first]


def is_answer(turn: Turn) -> bool:
    """Whether the message answers the open question, rather than asks or steers."""
    form = Form.kept(turn)
    if form is None or form.is_paused or turn.heard.is_button:
        return False
    if turn.heard.intent in _STEERS and not _is_the_answer_alone(turn, form.question):
        return False
    if form.question.kind in _FREE:
        return _is_free_answer(turn)
    if answer_in(turn, form.question) is not None:
        return not _ASKS.search(turn.heard.text)
    return not _is_sure_of_another(turn) and not _ASKS.search(turn.heard.text)


def answer_in(turn: Turn, question: Question) -> str | None:
    """What the message gives as an answer that the rules accept, or None."""
    return next((text for text in _candidates(turn, question) if _is_accepted(turn, question, text)), None)


def typed(turn: Turn, question: Question) -> str:
    """What is to be saved: what the rules accept, else what was typed, for the rules to say what is wrong."""
    return answer_in(turn, question) or turn.heard.text


def corrected_in(turn: Turn) -> tuple[Field, str] | None:
    """ "Sorry, the country is Sweden": which answer that is, told by its kind."""
    return next(
        (
            (name, value)
            for name, entity in _ENTITY_OF.items()
            if turn.heard.entity(entity) and (value := answer_in(turn, questions()[name])) is not None
        ),
        None,
    )


def _candidates(turn: Turn, question: Question) -> list[str]:
    entity = turn.heard.entity(_ENTITY_OF.get(question.field, ""))
    named = entity.upper() if entity and question.field is Field.DECLARES else entity
    bare = _LEAD_IN.sub("", turn.heard.text).strip()
    if question.kind == "line":
        return [candidate for candidate in (named, bare, turn.heard.text) if candidate]
    return [candidate for candidate in (turn.heard.text, named, bare) if candidate]


def _is_accepted(turn: Turn, question: Question, text: str) -> bool:
    try:
        return bool(accepted(question, text, clock.today_in_china(turn.session)))
    except AnswerRefused:
        return False


def _is_the_answer_alone(turn: Turn, question: Question) -> bool:
    """ "Home and kitchen" steers nowhere, whatever it looks like by itself."""
    return not turn.heard.beside.strip() and answer_in(turn, question) is not None


def _is_free_answer(turn: Turn) -> bool:
    if _ASKS.search(turn.heard.text):
        return False
    return len(turn.heard.text.split()) <= _SHORT_ANSWER or not _is_sure_of_another(turn)


def _is_sure_of_another(turn: Turn) -> bool:
    return turn.heard.intent != "out_of_scope" and turn.heard.confidence >= _SURE_OF_ANOTHER
