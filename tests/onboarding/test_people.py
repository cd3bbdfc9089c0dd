"""Roles change one after another, each change is a row, and a brand never loses its last owner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from onboarding import access_requests, brands, clock, invitations, people
from onboarding.access_requests import RequestNotFound
from onboarding.database import SessionFactory
from onboarding.errors import DomainError
from onboarding.invitations import (
    AlreadyColleague,
    InvitationExpired,
    InvitationForSomebodyElse,
    InvitationNotFound,
    InvitationUnknown,
    InvitationUsed,
    InvitationWithdrawn,
)
from onboarding.models import AccessRequest, Contact, Invitation, Membership, PeopleChange
from onboarding.names import AccessReason, PeopleEvent, Role
from onboarding.people import LastOwner, PersonNotFound
from onboarding.permissions import BrandNotFound, RoleTooLow
from tests.onboarding.people import INGRID, KENJI, LENA, SOFIA, brand, contact

NEW = "new@nordlys.example"


def nordlys(session: Session) -> int:
    return brand(session, "Nordlys Skincare").id


def roles(session: Session, brand_id: int) -> dict[str, Role]:
    return {person.email: person.role for person in people.people_of(session, brand_id)}


def events(session: Session, brand_id: int) -> list[PeopleEvent]:
    return [change.event for change in people.changes_of(session, brand_id)]


def test_the_people_of_a_brand_are_listed_with_role_and_agency_owners_first(session: Session) -> None:
    found = people.people_of(session, nordlys(session))

    assert [(one.name, one.role, one.agency) for one in found] == [
        ("Ingrid Solberg", Role.OWNER, None),
        ("Sofia Brandt", Role.EDITOR, "Northbridge Agency"),
    ]


def test_an_owner_changes_a_role_and_the_change_says_who_when_and_what(session: Session) -> None:
    sofia = contact(session, SOFIA)

    people.change_role(session, contact(session, INGRID), nordlys(session), sofia.id, Role.VIEWER)

    assert roles(session, nordlys(session))[SOFIA] is Role.VIEWER
    change = people.changes_of(session, nordlys(session))[0]
    assert (change.event, change.by, change.whom) == (
        PeopleEvent.ROLE_CHANGED, "Ingrid Solberg", "Sofia Brandt",
    )  # fmt: skip
    assert (change.old_role, change.new_role, change.at) == (Role.EDITOR, Role.VIEWER, clock.now(session))


def test_the_same_role_again_is_no_change(session: Session) -> None:
    sofia = contact(session, SOFIA)

    assert not people.change_role(session, contact(session, INGRID), nordlys(session), sofia.id, Role.EDITOR)
    assert events(session, nordlys(session)) == []


@pytest.mark.parametrize("email", [SOFIA, KENJI])
def test_nobody_but_an_owner_changes_anything(session: Session, email: str) -> None:
    actor, target, brand_id = contact(session, email), contact(session, INGRID).id, nordlys(session)
    refused = RoleTooLow if email == SOFIA else BrandNotFound

    with pytest.raises(refused):
        people.change_role(session, actor, brand_id, target, Role.VIEWER)
    with pytest.raises(refused):
        people.remove(session, actor, brand_id, target)
    with pytest.raises(refused):
        invitations.invite(session, actor, brand_id, NEW, Role.VIEWER)


def test_another_brands_person_cannot_be_changed_from_here(session: Session) -> None:
    ingrid, kenji = contact(session, INGRID), contact(session, KENJI)

    with pytest.raises(PersonNotFound):
        people.change_role(session, ingrid, nordlys(session), kenji.id, Role.VIEWER)
    with pytest.raises(PersonNotFound):
        people.remove(session, ingrid, nordlys(session), kenji.id)


def test_the_last_owner_can_neither_be_demoted_nor_removed_nor_leave(session: Session) -> None:
    ingrid = contact(session, INGRID)
    attempts: list[Callable[[], object]] = [
        lambda: people.change_role(session, ingrid, nordlys(session), ingrid.id, Role.EDITOR),
        lambda: people.remove(session, ingrid, nordlys(session), ingrid.id),
        lambda: people.leave(session, ingrid, nordlys(session)),
    ]

    for attempt in attempts:
        with pytest.raises(LastOwner):
            attempt()
    assert roles(session, nordlys(session))[INGRID] is Role.OWNER


def test_an_owner_beside_another_may_leave(session: Session) -> None:
    ingrid, sofia = contact(session, INGRID), contact(session, SOFIA)
    people.change_role(session, ingrid, nordlys(session), sofia.id, Role.OWNER)

    people.leave(session, ingrid, nordlys(session))

    assert roles(session, nordlys(session)) == {SOFIA: Role.OWNER}
    assert events(session, nordlys(session))[0] is PeopleEvent.LEFT


def test_a_colleague_who_is_removed_loses_that_brand_and_no_other(session: Session) -> None:
    sofia = contact(session, SOFIA)

    people.remove(session, contact(session, INGRID), nordlys(session), sofia.id)

    assert [found.name for found in brands.brands_of(session, sofia)] == ["Fjellvann"]


def waits_for_a_lock(session: Session) -> bool:
    session.rollback()
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return bool(session.scalar(waiting))


def in_the_middle(
    sessions: SessionFactory,
    watcher: Session,
    first: Callable[[Session], object],
    second: Callable[[Session], object],
) -> BaseException | None:
    """`second` begins while `first` is not committed yet; gives what became of it."""

    def other() -> None:
        with sessions.begin() as session:
            second(session)

    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            first(session)
            running = pool.submit(other)
            while not running.done() and not waits_for_a_lock(watcher):
                pass
        return running.exception(timeout=10)


def test_of_two_owners_who_demote_each_other_at_once_one_stays_owner(
    sessions: SessionFactory, session: Session
) -> None:
    with sessions.begin() as begun:
        people.change_role(
            begun, contact(begun, INGRID), nordlys(begun), contact(begun, SOFIA).id, Role.OWNER
        )

    def demote(by: str, whom: str) -> Callable[[Session], object]:
        return lambda own: people.change_role(
            own, contact(own, by), nordlys(own), contact(own, whom).id, Role.EDITOR
        )

    refused = in_the_middle(sessions, session, demote(INGRID, SOFIA), demote(SOFIA, INGRID))

    assert isinstance(refused, RoleTooLow)
    assert roles(session, nordlys(session)) == {INGRID: Role.OWNER, SOFIA: Role.EDITOR}


def test_of_two_owners_who_leave_at_once_one_stays(sessions: SessionFactory, session: Session) -> None:
    with sessions.begin() as begun:
        people.change_role(
            begun, contact(begun, INGRID), nordlys(begun), contact(begun, SOFIA).id, Role.OWNER
        )

    def leave(email: str) -> Callable[[Session], object]:
        return lambda own: people.leave(own, contact(own, email), nordlys(own))

    assert isinstance(in_the_middle(sessions, session, leave(INGRID), leave(SOFIA)), LastOwner)
    assert roles(session, nordlys(session)) == {SOFIA: Role.OWNER}


def invited(session: Session, email: str = NEW, role: Role = Role.EDITOR) -> str:
    return invitations.invite(session, contact(session, INGRID), nordlys(session), email, role)[1]


def test_an_invitation_makes_an_account_and_a_colleague(session: Session) -> None:
    offer = invitations.offer(session, token := invited(session))
    assert (offer.brand_name, offer.role, offer.invited_by) == (
        "Nordlys Skincare",
        Role.EDITOR,
        "Ingrid Solberg",
    )
    assert not offer.is_known

    person, joined = invitations.accept_as_new(session, token, "Nora New", "Europe/Oslo")

    assert (person.email, joined.name) == (NEW, "Nordlys Skincare")
    assert roles(session, nordlys(session))[NEW] is Role.EDITOR
    assert events(session, nordlys(session)) == [PeopleEvent.JOINED, PeopleEvent.INVITED]


def test_an_invitation_works_once(session: Session) -> None:
    token = invited(session, KENJI)
    invitations.accept(session, token, contact(session, KENJI))

    with pytest.raises(InvitationUsed):
        invitations.accept(session, token, contact(session, KENJI))


def test_of_two_who_accept_one_invitation_at_once_one_joins(
    sessions: SessionFactory, session: Session
) -> None:
    with sessions.begin() as begun:
        token = invited(begun)

    def join(name: str) -> Callable[[Session], object]:
        return lambda own: invitations.accept_as_new(own, token, name, "UTC")

    assert isinstance(in_the_middle(sessions, session, join("One"), join("Two")), InvitationUsed)
    assert session.scalars(select(Contact.name).where(Contact.email == NEW)).all() == ["One"]


def test_of_two_brands_invitations_accepted_at_once_one_makes_the_account(
    sessions: SessionFactory, session: Session
) -> None:
    with sessions.begin() as begun:
        of_nordlys = invited(begun)
        lena = contact(begun, LENA)
        _, of_fjellvann = invitations.invite(begun, lena, brand(begun, "Fjellvann").id, NEW, Role.VIEWER)

    refused = in_the_middle(
        sessions,
        session,
        lambda own: invitations.accept_as_new(own, of_nordlys, "Nora New", "UTC"),
        lambda own: invitations.accept_as_new(own, of_fjellvann, "Nora New", "UTC"),
    )

    assert isinstance(refused, InvitationForSomebodyElse)
    assert invitations.offer(session, of_fjellvann).is_known


def test_an_invitation_expires_after_a_week(session: Session) -> None:
    token = invited(session)
    clock.advance(session, timedelta(days=7))

    with pytest.raises(InvitationExpired):
        invitations.offer(session, token)
    assert invitations.open_invitations(session, nordlys(session)) == []


def test_an_invitation_is_bound_to_its_address(session: Session) -> None:
    token = invited(session)

    with pytest.raises(InvitationForSomebodyElse):
        invitations.accept(session, token, contact(session, KENJI))


def test_an_address_with_an_account_must_sign_in_to_accept(session: Session) -> None:
    token = invited(session, KENJI)

    assert invitations.offer(session, token).is_known
    with pytest.raises(InvitationForSomebodyElse):
        invitations.accept_as_new(session, token, "Somebody", "UTC")


def test_a_newer_invitation_takes_the_place_of_the_older(session: Session) -> None:
    older, newer = invited(session), invited(session, "  New@Nordlys.example", Role.VIEWER)

    with pytest.raises(InvitationWithdrawn):
        invitations.offer(session, older)
    assert invitations.offer(session, newer).role is Role.VIEWER


def test_a_withdrawn_invitation_no_longer_works(session: Session) -> None:
    ingrid = contact(session, INGRID)
    invitation, token = invitations.invite(session, ingrid, nordlys(session), NEW, Role.VIEWER)

    invitations.withdraw(session, ingrid, nordlys(session), invitation.id)

    with pytest.raises(InvitationWithdrawn):
        invitations.offer(session, token)
    with pytest.raises(InvitationNotFound):
        invitations.withdraw(session, ingrid, nordlys(session), invitation.id)


def test_another_brands_invitation_cannot_be_withdrawn(session: Session) -> None:
    lena = contact(session, LENA)
    theirs, _ = invitations.invite(session, lena, brand(session, "Fjellvann").id, NEW, Role.VIEWER)

    with pytest.raises(InvitationNotFound):
        invitations.withdraw(session, contact(session, INGRID), nordlys(session), theirs.id)


def test_a_made_up_invitation_is_unknown_and_only_hashes_are_kept(session: Session) -> None:
    token = invited(session)

    assert token not in session.scalars(select(Invitation.token_hash)).all()
    with pytest.raises(InvitationUnknown):
        invitations.offer(session, "made-up")


def test_a_colleague_is_not_invited_again(session: Session) -> None:
    with pytest.raises(AlreadyColleague):
        invited(session, SOFIA)


def test_what_an_owner_offered_ends_when_they_are_no_owner_any_more(session: Session) -> None:
    ingrid, sofia = contact(session, INGRID), contact(session, SOFIA)
    people.change_role(session, ingrid, nordlys(session), sofia.id, Role.OWNER)
    token = invited(session)

    people.remove(session, sofia, nordlys(session), ingrid.id)

    with pytest.raises(InvitationWithdrawn):
        invitations.offer(session, token)


def ask(
    session: Session, named: str, reason: AccessReason = AccessReason.EMPLOYEE, email: str = KENJI
) -> access_requests.Asked:
    return access_requests.ask(session, contact(session, email), named, reason, "I am the new export manager")


@pytest.mark.parametrize(
    "named", ["Nordlys Skincare", " nordlys  skincare ", "Nordlys Skincare AS", "bd 2026 4217"]
)
def test_the_owners_of_a_brand_hear_of_a_request_however_it_is_named(session: Session, named: str) -> None:
    asked = ask(session, named)

    assert [owner.email for owner in asked.owners] == [INGRID]
    assert not asked.for_programme
    assert events(session, nordlys(session)) == [PeopleEvent.ACCESS_ASKED]


def test_a_request_for_what_is_not_here_goes_to_the_programmes_people(session: Session) -> None:
    asked = ask(session, "Nobody Knows This Ltd")

    assert asked.request is not None
    assert (asked.brand, asked.owners, asked.for_programme) == (None, [], True)


def test_a_request_for_a_brand_without_owner_goes_to_the_programmes_people(session: Session) -> None:
    session.delete(session.get_one(Membership, (contact(session, INGRID).id, nordlys(session))))
    session.flush()

    assert ask(session, "Nordlys Skincare").for_programme


def test_that_the_owner_has_left_goes_to_the_owner_and_to_the_programmes_people(session: Session) -> None:
    asked = ask(session, "Nordlys Skincare", AccessReason.OWNER_LEFT)

    assert asked.for_programme
    assert [owner.email for owner in asked.owners] == [INGRID]


@pytest.mark.parametrize("named", ["Nordlys Skincare", "Nobody Knows This Ltd"])
def test_the_same_request_twice_is_one(session: Session, named: str) -> None:
    ask(session, named)

    assert ask(session, named).request is None
    assert session.scalar(select(func.count()).select_from(AccessRequest)) == 1


def test_a_colleague_who_asks_for_access_has_it_already(session: Session) -> None:
    assert ask(session, "Nordlys Skincare", email=SOFIA).request is None


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_an_owner_grants_or_refuses_a_request_once(session: Session, role: Role | None) -> None:
    ingrid, brand_id = contact(session, INGRID), nordlys(session)
    request = ask(session, "Nordlys Skincare").request
    assert request is not None

    access_requests.answer(session, ingrid, brand_id, request.id, role)

    assert roles(session, brand_id).get(KENJI) is role
    assert access_requests.waiting_for(session, brand_id) == []
    with pytest.raises(RequestNotFound):
        access_requests.answer(session, ingrid, brand_id, request.id, Role.OWNER)


def test_another_brands_request_cannot_be_answered_from_here(session: Session) -> None:
    request = ask(session, "Fjellvann").request
    assert request is not None

    for request_id in (request.id, uuid4()):
        with pytest.raises(RequestNotFound):
            access_requests.answer(
                session, contact(session, INGRID), nordlys(session), request_id, Role.OWNER
            )


def test_the_programmes_people_say_which_brand_is_meant_and_grant_it(session: Session) -> None:
    request = ask(session, "The one with the northern lights").request
    assert request is not None

    access_requests.answer_for_programme(session, request.id, nordlys(session), Role.OWNER)

    assert roles(session, nordlys(session))[KENJI] is Role.OWNER
    assert people.changes_of(session, nordlys(session))[0].by is None


def test_refusals_have_codes(session: Session) -> None:
    with pytest.raises(DomainError) as refused:
        people.leave(session, contact(session, INGRID), nordlys(session))

    assert refused.value.code == "last_owner"
    assert session.scalars(select(PeopleChange.id)).all() == []
    assert isinstance(contact(session, INGRID).id, UUID)
