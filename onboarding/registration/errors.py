"""What a registration refuses; every text says what to do."""

from typing import TYPE_CHECKING

from onboarding.errors import DomainError
from onboarding.registration.fields import Field

if TYPE_CHECKING:
    from onboarding.registration.progress import Blocker


class AnswerRefused(DomainError):
    """The answer to one question is not accepted; `code` says by which rule."""

    code = "answer_refused"

    def __init__(self, field: Field, code: str, sentence: str) -> None:
        super().__init__(sentence, what_to_do=sentence)
        self.field = field
        self.code = code


class AnswerChanged(AnswerRefused):
    """Somebody else answered in the meantime; `version` is the one to answer upon."""

    def __init__(self, field: Field, sentence: str, version: int) -> None:
        super().__init__(field, "answer_changed", sentence)
        self.version = version


class AnswersRefused(DomainError):
    """Several answers at once, by field."""

    code = "answers_refused"

    def __init__(self, refused: dict[Field, AnswerRefused]) -> None:
        super().__init__(
            "Some answers are not accepted yet.",
            what_to_do=" ".join(f"{error}." for error in refused.values()),
        )
        self.refused = refused


class NotADraft(DomainError):
    code = "not_a_draft"
    what_to_do = (
        "Open your brand’s page and choose “Change what you gave”: what may still change is listed there."
    )


class AlreadySubmitted(NotADraft):
    code = "already_submitted"
    what_to_do = (
        "Open your brand’s page to see where the application stands, or choose “Change what you gave” there."
    )


class AlreadyBegun(DomainError):
    """The contact's own application for the same brand is running: `number` leads to it."""

    code = "already_begun"

    def __init__(self, brand_name: str, number: str) -> None:
        super().__init__(
            f"You already have an application for {brand_name}: {number}.",
            what_to_do="Open it and go on there, or name another brand.",
        )
        self.number = number


class NotDeclared(DomainError):
    code = "not_declared"
    what_to_do = "Confirm that the answers are correct and that you may act for the company"


class SubmitBlocked(DomainError):
    """`blockers` lists everything that is in the way."""

    code = "submit_blocked"

    def __init__(self, blockers: list["Blocker"]) -> None:
        super().__init__(
            "The registration cannot be submitted yet.",
            what_to_do=" ".join(f"{blocker.sentence}." for blocker in blockers),
        )
        self.blockers = blockers
