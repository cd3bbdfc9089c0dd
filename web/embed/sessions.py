"""Who chats on another site: by a token that its frame holds, since cookies of ours do not reach there."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from conversations import joining, lookup
from onboarding import chat_sites, clock
from onboarding.chat_sites import ProofUsed
from onboarding.models import ChatSite, Contact, WebSession
from web.embed import proofs


@dataclass(frozen=True)
class Opened:
    """`name` is shown to whoever chats, so that nobody writes as somebody else without seeing it."""

    token: str
    who: str
    name: str


def open_chat(
    session: Session, site_id: UUID, proof: str | None, token: str | None, user_agent: str, server_key: bytes
) -> Opened:
    """Goes on with the session of `token` where it is the same person's, else begins one; what a visitor wrote before
    they were known is theirs. Raises SiteNotFound, ProofRefused, ProofUsed, PersonUnknown or SeveralBrands.
    """
    site = chat_sites.open_site(session, site_id)
    going_on = chat_sites.find_session(session, site, token) if token else None
    if proof is None:
        return _gone_on(session, token, going_on) or _visit(session, site, user_agent)
    read = proofs.read(proof, site, server_key, clock.now(session))
    contact = chat_sites.person_named(session, site, read.subject)
    try:
        chat_sites.use_up(session, site, read.jti, read.expires_at)
    except ProofUsed:
        # The page was reloaded with the proof that it came with: the session shows that it is the same person.
        if going_on is None or going_on.contact_id != contact.id:
            raise
    if going_on is not None and going_on.contact_id == contact.id:
        return Opened(token or "", str(contact.id), contact.name)
    return _known(session, site, contact, going_on, user_agent)


def find(session: Session, site_id: UUID, token: str) -> WebSession | None:
    """Raises SiteNotFound."""
    return chat_sites.find_session(session, chat_sites.open_site(session, site_id), token)


def _gone_on(session: Session, token: str | None, going_on: WebSession | None) -> Opened | None:
    if token is None or going_on is None:
        return None
    contact = session.get(Contact, going_on.contact_id) if going_on.contact_id else None
    return Opened(token, str(contact.id), contact.name) if contact else Opened(token, "", "")


def _visit(session: Session, site: ChatSite, user_agent: str) -> Opened:
    token, row = chat_sites.open_session(session, site, None, user_agent)
    row.visitor_conversation = lookup.open_for_visitor(session).id
    return Opened(token, "", "")


def _known(
    session: Session, site: ChatSite, contact: Contact, before: WebSession | None, user_agent: str
) -> Opened:
    if before is not None and before.contact_id is None and before.visitor_conversation is not None:
        joining.adopt(session, before.visitor_conversation, contact.id)
        session.delete(before)
    token, _ = chat_sites.open_session(session, site, contact, user_agent)
    return Opened(token, str(contact.id), contact.name)
