"""Where the brand wrote on a channel it cannot see how the queue moves, as it does on the website: it is told once that
it is next.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import lookup, queue, texts
from conversations.handoff_history import open_handoff
from conversations.messages import AlreadyWritten, Written, append
from conversations.models import Conversation, Handoff, Message
from conversations.names import Owner, Speaker

_CHANNEL = "queue"


def tell_who_is_next(session: Session) -> None:
    waiting = queue.waiting_list(session)
    if not waiting or not waiting[0].in_chat:
        return
    conversation = lookup.locked(session, waiting[0].conversation_id)
    handoff = open_handoff(session, conversation)
    if conversation.owner != Owner.WAITING or conversation.answered_on is None or handoff is None:
        return
    if texts.waiting("next") in _told_first(session, conversation, handoff):
        return
    news = Written(Speaker.NOTICE, texts.waiting("next"), _CHANNEL, f"next {handoff.id}")
    try:
        append(session, conversation, news)
    except AlreadyWritten:
        return


def _told_first(session: Session, conversation: Conversation, handoff: Handoff) -> str:
    said = session.scalar(
        select(Message.text).where(
            Message.conversation_id == conversation.id, Message.seq == handoff.notice_seq
        )
    )
    return said or ""
