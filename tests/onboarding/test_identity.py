from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, identity
from onboarding.mailed_links import LinkExpired, LinkUnknown, LinkUsed
from onboarding.models import SignInLink, WebSession
from tests.onboarding.people import INGRID, KENJI, contact


def link(session: Session, email: str = INGRID) -> str:
    token = identity.request_link(session, email)
    assert token is not None
    return token


def test_a_link_signs_its_owner_in(session: Session) -> None:
    assert identity.consume_link(session, link(session)).email == INGRID


def test_an_address_is_known_however_it_is_typed(session: Session) -> None:
    assert identity.request_link(session, "  Ingrid@Nordlys.Example ") is not None


def test_an_unknown_address_gets_no_link(session: Session) -> None:
    assert identity.request_link(session, "nobody@nowhere.example") is None
    assert session.scalars(select(SignInLink)).all() == []


def test_a_link_works_once(session: Session) -> None:
    token = link(session)
    identity.consume_link(session, token)
    with pytest.raises(LinkUsed):
        identity.consume_link(session, token)


def test_a_link_expires_after_a_quarter_of_an_hour(session: Session) -> None:
    token = link(session)
    clock.advance(session, timedelta(minutes=15))
    with pytest.raises(LinkExpired):
        identity.consume_link(session, token)


def test_a_newer_link_replaces_the_older(session: Session) -> None:
    older, newer = link(session), link(session)
    with pytest.raises(LinkExpired):
        identity.consume_link(session, older)
    assert identity.consume_link(session, newer).email == INGRID


def test_a_link_of_somebody_else_stays_valid(session: Session) -> None:
    of_kenji = link(session, KENJI)
    link(session)
    assert identity.consume_link(session, of_kenji).email == KENJI


def test_a_made_up_link_is_refused(session: Session) -> None:
    with pytest.raises(LinkUnknown):
        identity.consume_link(session, "made-up")


def test_only_hashes_of_tokens_are_kept(session: Session) -> None:
    token = link(session)
    key, web_session = identity.open_session(session, contact(session, INGRID), "Firefox")
    assert token not in session.scalars(select(SignInLink.token_hash)).all()
    assert web_session.key_hash != key


def test_a_browser_session_is_found_by_its_token(session: Session) -> None:
    token, opened = identity.open_session(session, contact(session, INGRID), "Firefox " * 50)
    assert identity.find_session(session, token) is opened
    assert len(opened.user_agent) == 120
    assert identity.find_session(session, "made-up") is None


def test_a_visitor_has_a_session_without_a_contact(session: Session) -> None:
    _, opened = identity.open_session(session, None, "Firefox")
    assert opened.contact_id is None


def test_an_idle_session_ends_after_a_fortnight(session: Session) -> None:
    token, _ = identity.open_session(session, contact(session, INGRID), "Firefox")
    clock.advance(session, timedelta(days=13))
    assert identity.find_session(session, token) is not None
    clock.advance(session, timedelta(days=13))
    assert identity.find_session(session, token) is not None
    clock.advance(session, timedelta(days=14))
    assert identity.find_session(session, token) is None


def test_a_session_in_use_ends_after_thirty_days(session: Session) -> None:
    token, _ = identity.open_session(session, contact(session, INGRID), "Firefox")
    for _ in range(29):
        clock.advance(session, timedelta(days=1))
        assert identity.find_session(session, token) is not None
    clock.advance(session, timedelta(days=1))
    assert identity.find_session(session, token) is None


def test_signing_out_closes_one_session_and_everywhere_all(session: Session) -> None:
    ingrid = contact(session, INGRID)
    tokens = [identity.open_session(session, ingrid, "Firefox")[0] for _ in range(3)]
    of_kenji, _ = identity.open_session(session, contact(session, KENJI), "Safari")
    identity.close_session(session, tokens[0])
    assert [identity.find_session(session, token) is None for token in tokens] == [True, False, False]
    identity.close_all_sessions(session, ingrid)
    assert [row.contact_id for row in session.scalars(select(WebSession))] == [contact(session, KENJI).id]
    assert identity.find_session(session, of_kenji) is not None
