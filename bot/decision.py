"""The assistant's final decision about a message, after thresholds, language check and guards."""

from typing import Any

OUT_OF_SCOPE = "out_of_scope"
_REFUSALS_TO_GUESS = {"nlu_fallback", None}


def decided_intent(name: str | None) -> str:
    """A refusal to guess counts as out of scope."""
    return OUT_OF_SCOPE if name in _REFUSALS_TO_GUESS else str(name)


def decision(parsed: dict[str, Any]) -> tuple[str, float]:
    """Intent and confidence of what Rasa parsed."""
    intent = parsed.get("intent") or {}
    return decided_intent(intent.get("name")), float(intent.get("confidence") or 0.0)
