"""What a person of the team left for the assistant when handing back: told with its first answer."""

from actions.turn import Turn
from conversations.handoff_history import note_for_assistant

_FIRST_STRETCH = 1


def tell(turn: Turn) -> None:
    conversation = turn.asker.conversation
    if conversation is None or conversation.stretch == _FIRST_STRETCH or turn.slot("team_note") is not None:
        return
    note = note_for_assistant(turn.session, conversation) or ""
    turn.remember(team_note=note)
    if note:
        turn.say("utter_team_noted", note=note)
