"""Names of brands as they stand in addresses, so that no number of ours is shown or can be counted up."""

import re
import unicodedata
from collections.abc import Sequence

from onboarding.models import Brand


def slugs(own: Sequence[Brand]) -> dict[int, str]:
    """By id, for a reader whose brands these are: a name that two of them share is told apart."""
    names = {brand.id: _slug(brand.name) for brand in own}
    taken = list(names.values())
    return {
        brand_id: name if name and taken.count(name) == 1 else f"{name}-{brand_id}".strip("-")
        for brand_id, name in names.items()
    }


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
