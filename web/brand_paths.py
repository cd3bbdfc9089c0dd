"""Addresses of brands: their names, so that no number of ours is shown or can be counted up."""

import re
import unicodedata
from collections.abc import Sequence

from onboarding.models import Brand
from onboarding.names import DocumentType
from onboarding.opening.names import SET_UP, Step


def brand_path(brand: Brand, own: Sequence[Brand]) -> str:
    return f"/brands/{_slugs(own)[brand.id]}"


def brand_named(slug: str, own: Sequence[Brand]) -> Brand | None:
    """Only ever one of the reader's own."""
    names = _slugs(own)
    return next((brand for brand in own if names[brand.id] == slug), None)


def document_slug(document: DocumentType) -> str:
    """ "trademark", "auth-rep-statement"."""
    return document.value.lower().replace("_", "-")


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


def _slugs(own: Sequence[Brand]) -> dict[int, str]:
    names = {brand.id: _slug(brand.name) for brand in own}
    taken = list(names.values())
    return {
        brand_id: name if name and taken.count(name) == 1 else f"{name}-{brand_id}".strip("-")
        for brand_id, name in names.items()
    }


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
