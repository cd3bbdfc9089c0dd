"""What an agent sends to a brand, with a file or without: once, however often the form arrives."""

from uuid import UUID

from sqlalchemy.orm import Session

from conversations import messages, ownership
from conversations.desk import files, queue, saved_replies
from conversations.desk.files import ArrivedFile
from conversations.messages import MessageView
from conversations.names import Resolution
from onboarding.models import Staff


def reply(
    session: Session,
    conversation_id: UUID,
    text: str,
    form_id: UUID,
    file: ArrivedFile | None,
    *,
    by: Staff,
    is_settled: bool = False,
) -> MessageView:
    """Claims what nobody of the team has; `form_id` is the one of the form that was sent.

    With `is_settled` the conversation is resolved as answered, both or neither.

    Raises FieldsLeft, and what `ownership.agent_says` does.
    """
    external_id = f"{by.id}:{form_id}"
    before = messages.written_before(session, ownership.DESK, external_id)
    if before is not None:
        return before
    saved_replies.require_filled(text)
    said = ownership.agent_says(session, conversation_id, by, files.with_link(text, file), external_id)
    if file is not None:
        files.keep(session, conversation_id, said.seq, file, by=by)
    queue.mark_read(session, by, conversation_id, said.seq)
    if is_settled:
        ownership.resolve(session, conversation_id, by, Resolution.ANSWERED)
    return said
