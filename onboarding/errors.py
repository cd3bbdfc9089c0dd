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
