"""Words beside a file: what only says what it is, and what is for the assistant, or a person, as well."""

import re
from collections.abc import Iterable
from functools import cache

from conversations.channels import words
from onboarding.programme import programme

_QUESTION_MARKS = ("?", "\uff1f")


def is_caption(text: str, names: Iterable[str] = ()) -> bool:
    """It has the words of documents and of captions, and no others: in doubt it is answered. `names` are the files'."""
    if text.strip() in names:
        return True
    return not asks(text) and all(word in _vocabulary() or word.isdigit() for word in _words_in(text))


def asks(text: str) -> bool:
    return any(mark in text for mark in _QUESTION_MARKS)


@cache
def _vocabulary() -> frozenset[str]:
    labels = " ".join(document.label for document in programme().documents.values())
    return words.listed("in_captions") | _words_in(labels)


def _words_in(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower()))
