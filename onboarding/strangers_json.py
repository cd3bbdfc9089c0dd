"""JSON that somebody else wrote."""

import json
from typing import Any


def parsed(text: str | bytes) -> Any:
    """Raises ValueError, also for what is nested so deeply that Python gives up.

    Half a character, which JSON can write and nothing can store, becomes U+FFFD.
    """
    try:
        return _whole_characters(json.loads(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole_characters(found: Any) -> Any:
    match found:
        case str():
            return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_whole_characters(item) for item in found]
        case dict():
            return {_whole_characters(name): _whole_characters(value) for name, value in found.items()}
    return found
