"""The chat on a brand's own sites: which may show it, and for whom each may vouch.

A site that vouches for somebody shows their conversation, and whoever has its secret, every owner of the brand, can
vouch for anybody. So nobody is vouched for who has not said yes to it while signed in here, told who can open it then;
nor is anybody whose conversation is about other brands as well.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from onboarding import brands, clock, identity, integrations, permissions, secret_versions
from onboarding.errors import DomainError, NotFound
from onboarding.models import ChatSite, ChatSitePerson, ChatSiteProof, Contact, Membership, WebSession
from onboarding.names import ProofAlgorithm
from onboarding.permissions import Permission

SESSION_LASTS = timedelta(hours=12)
_MOST_SITES = 20


class SiteNotFound(NotFound):
    code = "site_not_found"


class TooManySites(DomainError):
    code = "too_many_sites"
    what_to_do = "Remove a site that no longer shows the chat, then add the new one."


class ExternalIdTaken(DomainError):
    code = "external_id_taken"
    what_to_do = "Enter the name or number that the site has for you, and for nobody else."


class NameChanged(NotFound):
    """What an owner decided about is not any more what the person goes by."""

    code = "external_id_changed"


class SeveralBrands(DomainError):
    code = "identity_several_brands"
    what_to_do = "Chat on Brand Desk itself, where you are signed in."

    def __init__(self) -> None:
        super().__init__(
            "A site is of one brand, and your conversation is about other brands as well: it is not shown there."
        )


class ProofUsed(DomainError):
    code = "identity_used"
    what_to_do = "Reload the page to be known here again."


class PersonUnknown(DomainError):
    """Also for somebody who exists, but has not said yes to this site."""

    code = "identity_unknown"
    what_to_do = (
        "Sign in to Brand Desk, open Integrations of your brand, and allow this site to show your chat. A name that you"
        " enter there counts once an owner has confirmed it."
    )


def register(
    session: Session,
    contact: Contact,
    brand_id: int,
    name: str,
    origins: Collection[str],
    algorithm: ProofAlgorithm,
    public_key: str | None,
) -> ChatSite:
    """Raises TooManySites, and what permissions.require does."""
    permissions.require(session, contact, brand_id, Permission.MANAGE_INTEGRATIONS)
    integrations.add_one_at_a_time(session, brand_id)
    if len(sites_of(session, brand_id)) >= _MOST_SITES:
        raise TooManySites(f"A brand has at most {_MOST_SITES} sites.")
    site = ChatSite(
        brand_id=brand_id,
        name=name,
        origins=sorted(set(origins)),
        algorithm=algorithm,
        public_key=public_key if algorithm is ProofAlgorithm.ES256 else None,
        registered_by=contact.id,
        created_at=clock.now(session),
    )
    session.add(site)
    session.flush()
    return site


def sites_of(session: Session, brand_id: int) -> list[ChatSite]:
    """The oldest first."""
    return list(
        session.scalars(
            select(ChatSite)
            .where(ChatSite.brand_id == brand_id, ChatSite.removed_at.is_(None))
            .order_by(ChatSite.created_at, ChatSite.id)
        )
    )


def site_of(session: Session, brand_id: int, site_id: UUID) -> ChatSite:
    """Raises SiteNotFound for another brand's as well."""
    site = open_site(session, site_id)
    if site.brand_id != brand_id:
        raise SiteNotFound("There is no such site.")
    return site


def open_site(session: Session, site_id: UUID) -> ChatSite:
    """For those who load the chat there; raises SiteNotFound."""
    site = session.get(ChatSite, site_id)
    if site is None or site.removed_at is not None:
        raise SiteNotFound("There is no such site.")
    return site


def rotate_secret(session: Session, site: ChatSite) -> None:
    """The one before is still believed for a day; raises JustReplaced while one is."""
    _hold(session, site)
    secret_versions.replace(site, clock.now(session))


def revoke_secret(session: Session, site: ChatSite) -> None:
    """With the chats of those who were vouched for: whoever knew it may have opened them."""
    _hold(session, site)
    secret_versions.replace_at_once(site)
    session.execute(
        delete(WebSession).where(WebSession.site_id == site.id, WebSession.contact_id.is_not(None))
    )


def remove(session: Session, site: ChatSite) -> None:
    """At once: open chats end as well."""
    site.removed_at = clock.now(session)
    session.execute(delete(WebSession).where(WebSession.site_id == site.id))
    for kept in (ChatSitePerson, ChatSiteProof):
        session.execute(delete(kept).where(kept.site_id == site.id))


def allow(session: Session, contact: Contact, site: ChatSite, external_id: str | None) -> None:
    """A name that the site has for them counts once an owner has confirmed it, and an owner's own at once. Raises
    SeveralBrands, or ExternalIdTaken, also for an address that is not theirs.
    """
    role = permissions.require(session, contact, site.brand_id, Permission.VIEW)
    if brands.acts_for_others(session, contact, site.brand_id):
        raise SeveralBrands
    if external_id is not None and identity.normal_email(external_id) == contact.email:
        external_id = None
    taken = select(func.count()).where(
        ChatSitePerson.site_id == site.id,
        ChatSitePerson.external_id == external_id,
        ChatSitePerson.contact_id != contact.id,
    )
    poses = external_id is not None and "@" in external_id
    if external_id and (poses or session.scalar(taken)):
        raise ExternalIdTaken("Somebody else goes by this name on the site.")
    person = session.get(ChatSitePerson, (site.id, contact.id))
    if person is None:
        person = ChatSitePerson(site_id=site.id, contact_id=contact.id, allowed_at=clock.now(session))
        session.add(person)
    elif person.external_id != external_id:
        _end_chats(session, contact.id, WebSession.site_id == site.id)
        person.confirmed_at = None
    person.external_id = external_id
    if external_id is not None and permissions.may(role, Permission.MANAGE_INTEGRATIONS):
        person.confirmed_at = person.confirmed_at or clock.now(session)
    session.flush()


def forbid(session: Session, contact: Contact, site: ChatSite) -> None:
    """At once: their open chats there end as well."""
    session.execute(
        delete(ChatSitePerson).where(
            ChatSitePerson.site_id == site.id, ChatSitePerson.contact_id == contact.id
        )
    )
    _end_chats(session, contact.id, WebSession.site_id == site.id)


def names_on(session: Session, site: ChatSite) -> list[tuple[ChatSitePerson, Contact]]:
    """Who goes by a name of the site's, sorted by their own."""
    found = session.execute(
        select(ChatSitePerson, Contact)
        .join(Contact, Contact.id == ChatSitePerson.contact_id)
        .where(ChatSitePerson.site_id == site.id, ChatSitePerson.external_id.is_not(None))
        .order_by(Contact.name, Contact.id)
    )
    return list(found.tuples())


def confirm_name(session: Session, site: ChatSite, person_id: UUID, external_id: str) -> None:
    """As an owner saw it. Raises NameChanged."""
    _named(session, site, person_id, external_id).confirmed_at = clock.now(session)


def refuse_name(session: Session, site: ChatSite, person_id: UUID, external_id: str) -> None:
    """They are known by their address then; chats that were opened by the name end at once. Raises NameChanged."""
    person = _named(session, site, person_id, external_id)
    person.external_id = person.confirmed_at = None
    _end_chats(session, person_id, WebSession.site_id == site.id)


def _named(session: Session, site: ChatSite, person_id: UUID, external_id: str) -> ChatSitePerson:
    person = session.get(ChatSitePerson, (site.id, person_id), with_for_update=True, populate_existing=True)
    if person is None or person.external_id != external_id:
        raise NameChanged("Nobody goes by this name any more.")
    return person


def consent_of(session: Session, contact: Contact, site: ChatSite) -> ChatSitePerson | None:
    return session.get(ChatSitePerson, (site.id, contact.id))


def forget(session: Session, contact_id: UUID, brand_id: int | None = None) -> None:
    """Every yes of theirs and the chats that it opened, or those on the sites of one brand."""
    sites = select(ChatSite.id)
    if brand_id is not None:
        sites = sites.where(ChatSite.brand_id == brand_id)
    session.execute(
        delete(ChatSitePerson).where(
            ChatSitePerson.contact_id == contact_id, ChatSitePerson.site_id.in_(sites)
        )
    )
    _end_chats(session, contact_id, WebSession.site_id.in_(sites))


def person_named(session: Session, site: ChatSite, subject: str) -> Contact:
    """By what the site calls them, else by their address; raises PersonUnknown or SeveralBrands."""
    found = session.scalars(
        select(Contact)
        .join(ChatSitePerson, ChatSitePerson.contact_id == Contact.id)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(
            ChatSitePerson.site_id == site.id,
            Membership.brand_id == site.brand_id,
            (ChatSitePerson.external_id == subject) & ChatSitePerson.confirmed_at.is_not(None)
            | (ChatSitePerson.external_id.is_(None) & (Contact.email == identity.normal_email(subject))),
        )
    ).all()
    if len(found) != 1:
        raise PersonUnknown("You are not known on this site yet.")
    if brands.acts_for_others(session, found[0], site.brand_id):
        raise SeveralBrands
    return found[0]


def use_up(session: Session, site: ChatSite, jti: str, expires_at: datetime) -> None:
    """Raises ProofUsed for one that was shown before."""
    fresh = session.execute(
        insert(ChatSiteProof)
        .values(site_id=site.id, jti=jti, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(ChatSiteProof.jti)
    ).one_or_none()
    if fresh is None:
        raise ProofUsed("This proof of who you are was used before.")


def forget_old_proofs(session: Session) -> None:
    """The proofs' times are real ones, and so is the database's."""
    session.execute(delete(ChatSiteProof).where(ChatSiteProof.expires_at <= func.now()))


def open_session(
    session: Session, site: ChatSite, contact: Contact | None, user_agent: str
) -> tuple[str, WebSession]:
    """Its token opens the chat on that site and nothing else."""
    token, row = identity.open_session(session, contact, user_agent)
    row.site_id, row.expires_at = site.id, clock.now(session) + SESSION_LASTS
    session.flush()
    return token, row


def find_session(session: Session, site: ChatSite, token: str) -> WebSession | None:
    """None also where somebody may not be vouched for any more."""
    found = identity.find_session(session, token)
    if found is None or found.site_id != site.id:
        return None
    return found if found.contact_id is None or _may_vouch(session, site, found.contact_id) else None


def _may_vouch(session: Session, site: ChatSite, contact_id: UUID) -> bool:
    says_yes = session.get(ChatSitePerson, (site.id, contact_id)) is not None
    return says_yes and session.get(Membership, (contact_id, site.brand_id)) is not None


def _end_chats(session: Session, contact_id: UUID, on_sites: ColumnElement[bool]) -> None:
    session.execute(delete(WebSession).where(WebSession.contact_id == contact_id, on_sites))


def _hold(session: Session, site: ChatSite) -> None:
    session.refresh(site, with_for_update={"key_share": True})
