"""Where Rasa does the same work again for every event and action: see docs/performance.md."""

from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses


def apply() -> None:
    """Called once by processes that run turns, after their event classes are imported."""
    Event.resolve_by_type = staticmethod(_resolved_by_type)
    RemoteAction._validate_action_result = _validated


@cache
def _event_classes() -> dict[str, type[Event]]:
    return {event_class.type_name: event_class for event_class in reversed(all_subclasses(Event))}


def _resolved_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    if type_name == "topic":
        return None
    try:
        return _event_classes()[type_name]
    except KeyError:
        if default is not None:
            return default
        raise ValueError(f"Unknown event name '{type_name}'.") from None


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(RemoteAction.action_response_format_spec())


def _validated(self: RemoteAction, result: dict[str, Any]) -> bool:
    _validator().validate(result)
    return True
