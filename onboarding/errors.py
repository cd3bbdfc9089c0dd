"""Errors of the business, each with a code and what to do next; translated once at each edge."""


class DomainError(Exception):
    """An expected refusal.

    `code` is stable and meant for programs, `what_to_do` is a sentence for the person who asked.
    """

    code = "refused"
    what_to_do = "Check what you entered and send it again."

    def __init__(self, message: str, *, what_to_do: str | None = None) -> None:
        super().__init__(message)
        if what_to_do is not None:
            self.what_to_do = what_to_do


class NotFound(DomainError):
    """What is asked for does not exist, or not for this person: nobody is told which."""

    code = "not_found"


class NotAllowed(DomainError):
    """It exists and the person may see it, but not do this with it."""

    code = "not_allowed"
