"""The entities of a message by rule and lookup; values come out in the codes the actions use."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.patterns import known_patterns
from bot.vocabulary import Found, known_phrases


def known_entities(text: str) -> list[Found]:
    """Numbers and addresses first: no word inside them is looked up."""
    patterns = list(known_patterns(text))
    taken = [(found.start, found.end) for found in patterns]
    phrases = [found for found in known_phrases(text) if not _inside(found, taken)]
    return sorted(patterns + phrases, key=lambda found: found.start)


def _inside(found: Found, taken: list[tuple[int, int]]) -> bool:
    return any(start <= found.start < end for start, end in taken)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class KnownEntityExtractor(GraphComponent, EntityExtractorMixin):
    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "KnownEntityExtractor":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = [vars(entity) for entity in known_entities(message.get(TEXT) or "")]
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
        return messages
