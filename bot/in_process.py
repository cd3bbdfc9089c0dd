"""Runs actions in the worker's own process and transaction, where Rasa expects an action server."""

import json
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from conversations.messages import Reply

_ACTIONS_PACKAGE = "actions"


class InProcessActions(EndpointConfig):
    """Speaks the action server's protocol without a server."""

    def __init__(self) -> None:
        super().__init__("in-process:", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(_ACTIONS_PACKAGE)

    async def request(self, method: str = "post", **options: Any) -> Any:
        call = options["json"]
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            refused = {"action_name": rejection.action_name, "error": str(rejection)}
            raise ClientResponseError(400, "rejected", json.dumps(refused)) from rejection


class RepliesChannel(CollectingOutputChannel):
    """Collects what the assistant says in a turn."""

    @classmethod
    def name(cls) -> str:
        return "brand_desk"

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keeps the paragraphs of one utterance together: Rasa would send each on its own."""
        await self._persist_message(self._message(recipient_id, text=text.strip()))

    def replies(self) -> list[Reply]:
        """One reply for each utterance; an utterance of buttons alone belongs to the one before it."""
        return [
            Reply(message["text"], [_button(button) for button in message.get("buttons", [])])
            for message in self.messages
            if message.get("text")
        ]


def _button(button: dict[str, Any]) -> dict[str, str]:
    return {"title": str(button["title"]), "payload": str(button.get("payload") or button["title"])}
