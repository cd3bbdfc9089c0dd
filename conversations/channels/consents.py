"""Who asked to be sent nothing more on a channel, and who took that back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import notify
from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.channels.shapes import Consent
from onboarding import clock

ASKED_TO_STOP = "asked_to_stop"


def take(session: Session, account: ChannelAccount, consent: Consent) -> None:
    """For all our numbers of that account, as the provider counts it; of strangers nothing is kept."""
    found = session.scalars(
        select(ChannelIdentity)
        .where(
            ChannelIdentity.account_id == account.id, ChannelIdentity.external_user == consent.external_user
        )
        .order_by(ChannelIdentity.id)
        .with_for_update(key_share=True)
    )
    for identity in found:
        if consent.is_given:
            identity.stopped_at = None
            notify.tell_desk(session, "conversation", identity.conversation_id)
        else:
            note_stop(session, identity)


def note_stop(session: Session, identity: ChannelIdentity) -> None:
    if identity.stopped_at is None:
        identity.stopped_at = clock.now(session)
        notify.tell_desk(session, "conversation", identity.conversation_id)
