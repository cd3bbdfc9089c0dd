"""How documents and steps are named in addresses, below the home of a brand."""

from onboarding.names import DocumentType
from onboarding.opening.names import SET_UP, Step


def document_slug(document: DocumentType) -> str:
    """ "trademark", "auth-rep-statement"."""
    return document.value.lower().replace("_", "-")


def document_named(slug: str) -> DocumentType | None:
    return next((document for document in DocumentType if document_slug(document) == slug), None)


def document_path(document: DocumentType, home: str) -> str:
    return f"{home}/documents/{document_slug(document)}"


def step_path(step: Step, home: str) -> str:
    """Contract, fees and products have pages of their own."""
    name = step_slug(step)
    if step is Step.FINAL_CHECK:
        return f"{home}/store"
    return f"{home}/store/{name}" if step in SET_UP and step is not Step.PRODUCTS else f"{home}/{name}"


def step_slug(step: Step) -> str:
    return step.value.lower().replace("_", "-")


def step_named(slug: str) -> Step | None:
    return next((step for step in Step if step_slug(step) == slug), None)
