"""Addresses of the pages of a brand."""

from collections.abc import Sequence

from onboarding.brand_slugs import slugs
from onboarding.models import Brand


def brand_path(brand: Brand, own: Sequence[Brand]) -> str:
    return f"/brands/{slugs(own)[brand.id]}"


def brand_named(slug: str, own: Sequence[Brand]) -> Brand | None:
    """Only ever one of the reader's own."""
    names = slugs(own)
    return next((brand for brand in own if names[brand.id] == slug), None)
