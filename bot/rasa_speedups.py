"""Where Rasa does the same work again for every event and action: see docs/performance.md."""

import tarfile
from collections.abc import Callable
from functools import cache, partial, wraps
from types import SimpleNamespace
from typing import Any

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.training.hooks import TrainingHook
from rasa.shared.core.events import Event
from rasa.shared.nlu.training_data import training_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.common import all_subclasses

_QUICKLY = 1


def apply_to_training() -> None:
    """Rasa keeps what each step made for the next training, and packs the model as small as it can; it copies every
    example, and takes its fingerprint anew, each time that it puts some together.
    """
    training_data.copy = SimpleNamespace(deepcopy=_copied)
    Message.set = _set_where_it_differs(Message.set)
    TrainingHook.on_before_node = _nothing_kept
    TrainingHook.on_after_node = _nothing_kept
    tarfile.TarFile.gzopen = partial(tarfile.TarFile.gzopen, compresslevel=_QUICKLY)  # type: ignore[method-assign]


def _nothing_kept(*_: Any, **__: Any) -> dict[str, Any]:
    return {}


def _copied[T: (list[Any], dict[str, Any])](some: T) -> T:
    return some.copy()


def _set_where_it_differs(set_anew: Callable[..., None]) -> Callable[..., None]:
    @wraps(set_anew)
    def set_property(self: Message, prop: str, info: Any, add_to_output: bool = False) -> None:
        if add_to_output or prop not in self.data or self.data[prop] is not info:
            set_anew(self, prop, info, add_to_output)

    return set_property


def apply() -> None:
    """Called once by processes that run turns, after their event classes are imported."""
    Event.resolve_by_type = staticmethod(_resolved_by_type)
    RemoteAction._validate_action_result = _validated
    RulePolicy._find_action_from_rules = _found_by_intent(RulePolicy._find_action_from_rules)


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


Found = tuple[str | None, str | None, bool]


def _found_by_intent(find: Callable[..., Found]) -> Callable[..., Found]:
    """Rules are looked for by the words themselves too: in vain, and at the same cost, where no rule has words."""

    @wraps(find)
    def found(self: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Found:
        if use_text_for_last_user_input and not _has_rules_of_words(self):
            return None, None, False
        return find(self, tracker, domain, use_text_for_last_user_input)

    return found


@cache
def _has_rules_of_words(policy: RulePolicy) -> bool:
    return any('"text": ' in rule for rule in policy.lookup[RULES])
