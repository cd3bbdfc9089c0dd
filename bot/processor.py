"""Rasa's way through a message without what a turn does not need, and without its forgiveness."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected
from rasa.shared.core.slot_mappings import SlotMappingType
from rasa.shared.core.trackers import DialogueStateTracker

from bot.graph_runner import InOrderRunner
from bot.in_process import InProcessActions
from bot.tracker_store import TurnTrackerStore
from conversations import spans


class TurnProcessor(MessageProcessor):
    """An action that fails fails the turn, where Rasa would go on as if nothing had been.

    Nothing is copied for a log that nobody reads, and no tracker is replayed where nothing could be undone.
    """

    def __init__(self, model: Path) -> None:
        super().__init__(
            str(model),
            tracker_store=TurnTrackerStore(None),
            lock_store=InMemoryLockStore(),
            generator=NaturalLanguageGenerator.create(None, None),
            action_endpoint=InProcessActions(),
        )
        self.tracker_store = TurnTrackerStore(self.domain)
        self.nlg = NaturalLanguageGenerator.create(None, self.domain)
        self._fills_slots = _fills_slots(self.domain)

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        with TemporaryDirectory() as unpacked:
            metadata, runner = load_predict_graph_runner(
                Path(unpacked), Path(model_path), LocalModelStorage, InOrderRunner
            )
        return Path(model_path).name, metadata, runner

    def _parse_message_with_graph(
        self, message: UserMessage, tracker: DialogueStateTracker, only_output_properties: bool = True
    ) -> dict[str, Any]:
        with spans.span(spans.UNDERSTAND):
            parsed: dict[str, Any] = super()._parse_message_with_graph(
                message, tracker, only_output_properties
            )
            return parsed

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Only warns of a model that is older than its domain, which `bot.training` rules out."""

    def predict_next_with_tracker_if_should(
        self, tracker: DialogueStateTracker
    ) -> tuple[Action, PolicyPrediction]:
        with spans.span(spans.DIALOGUE):
            predicted: tuple[Action, PolicyPrediction] = super().predict_next_with_tracker_if_should(tracker)
            return predicted

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        if not self._fills_slots:
            return tracker
        return await super().run_action_extract_slots(output_channel, tracker)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        try:
            seen = self._as_predicted(tracker, prediction)
            with spans.span(spans.ACT, action=action.name()):
                events = await action.run(output_channel, nlg, seen, self.domain)
        except ActionExecutionRejection:
            rejected = ActionExecutionRejected(
                action.name(), prediction.policy_name, prediction.max_confidence
            )
            tracker.update(rejected)
            return self.should_predict_another_action(action.name())
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)
        await self.execute_side_effects(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())

    def _as_predicted(
        self, tracker: DialogueStateTracker, prediction: PolicyPrediction
    ) -> DialogueStateTracker:
        """What the action sees: a copy only where a rejection could have to undo what was predicted."""
        if not prediction.events:
            return tracker
        copied = tracker.copy()
        copied.update_with_events(prediction.events, self.domain)
        return copied


def _fills_slots(domain: Domain) -> bool:
    """Whether any slot is filled by Rasa itself; ours are set by actions alone."""
    mappings = [mapping for slot in domain.slots for mapping in slot.mappings]
    return any(
        mapping.get("type") != SlotMappingType.CUSTOM.value or "action" in mapping for mapping in mappings
    )
