"""Addresses of the pages of a brand."""

from collections.abc import Sequence

from onboarding.brand_slugs import document_slug, slugs
from onboarding.models import Brand
from onboarding.names import DocumentType
from onboarding.opening.names import SET_UP, Step


def brand_path(brand: Brand, own: Sequence[Brand]) -> str:
    return f"/brands/{slugs(own)[brand.id]}"


def brand_named(slug: str, own: Sequence[Brand]) -> Brand | None:
    """Only ever one of the reader's own."""
    names = slugs(own)
    return next((brand for brand in own if names[brand.id] == slug), None)


def document_named(slug: str) -> DocumentType | None:
    return next((document for document in DocumentType if document_slug(document) == slug), None)


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
