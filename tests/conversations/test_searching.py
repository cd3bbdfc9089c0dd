"""Finding conversations."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from conversations import ownership, searching
from conversations.lookup import open_for_contact, open_for_visitor
from conversations.messages import Inbound, receive
from conversations.searching import Wanted
from conversations.tickets import open_ticket
from onboarding import clock
from onboarding.models import Staff
from tests.onboarding import people


@pytest.fixture
def said(session):
    """What Ingrid and Kenji wrote, and a visitor."""
    ingrid = open_for_contact(session, people.contact(session, people.INGRID).id)
    kenji = open_for_contact(session, people.contact(session, people.KENJI).id)
    visitor = open_for_visitor(session)
    for number, (conversation, words) in enumerate(
        [
            (ingrid, "The trademark certificate names our holding company"),
            (ingrid, "Shall I send the certificates again?"),
            (kenji, "When do the livestream samples have to arrive?"),
            (visitor, "Do I need a certificate for cosmetics <b>now</b>?"),
        ]
    ):
        clock.freeze(session, datetime(2026, 5, 18 + number, 9, tzinfo=UTC))
        receive(session, Inbound(conversation.id, "web", f"m{number}", words))
    return {"ingrid": ingrid.id, "kenji": kenji.id, "visitor": visitor.id}


def found(session, said, **wanted) -> list[str]:
    names = {conversation_id: name for name, conversation_id in said.items()}
    return [names[hit.conversation_id] for hit in searching.find(session, Wanted(**wanted), limit=30)]


def test_words_are_found_in_all_their_forms_each_conversation_once_the_newest_first(session, said):
    assert found(session, said, words="certificate") == ["visitor", "ingrid"]


def test_all_words_have_to_fit(session, said):
    assert found(session, said, words="certificate cosmetics") == ["visitor"]
    assert found(session, said, words="certificate -cosmetics") == ["ingrid"]


def test_a_brand_narrows_it_down_to_its_people(session, said):
    assert found(session, said, words="certificate", brand="nordlys") == ["ingrid"]
    assert found(session, said, brand="kumo") == ["kenji"]
    assert found(session, said, brand="%") == []


def test_references_of_applications_and_tickets_are_found(session, said):
    ticket = open_ticket(
        session, open_for_contact(session, people.contact(session, people.KENJI).id), "complaint"
    )

    assert found(session, said, reference=" bd-2026-004217 ") == ["ingrid"]
    assert found(session, said, reference=ticket.reference.lower()) == ["kenji"]
    assert found(session, said, reference="BR-NOTHERE") == []


def test_somebody_of_the_staff_is_found_by_what_they_answered(session, said):
    mei = session.scalars(select(Staff).where(Staff.name == "Mei Lin")).one()
    ownership.agent_says(session, said["kenji"], mei, "By Friday", "a1")

    assert found(session, said, staff_id=mei.id) == ["kenji"]


def test_days_are_those_on_which_it_was_said(session, said):
    since, until = datetime(2026, 5, 20, tzinfo=UTC), datetime(2026, 5, 21, tzinfo=UTC)

    assert found(session, said, since=since, until=until) == ["kenji"]


def test_the_excerpt_marks_what_was_found_and_keeps_what_was_written(session, said):
    hit = searching.find(session, Wanted(words="cosmetics"), limit=1)[0]

    assert [part.text for part in hit.excerpt if part.is_hit] == ["cosmetics"]
    assert "".join(part.text for part in hit.excerpt) == "Do I need a certificate for cosmetics <b>now</b>?"


def test_of_a_long_message_the_part_around_the_hit_is_shown(session, said):
    conversation = open_for_visitor(session)
    receive(session, Inbound(conversation.id, "web", "long", f"{'before ' * 80}porcelain{' after' * 80}"))

    excerpt = searching.find(session, Wanted(words="porcelain"), limit=1)[0].excerpt

    shown = "".join(part.text for part in excerpt)
    assert (shown[0], shown[-1], len(shown) < 240) == ("…", "…", True)
    assert "before porcelain after" in shown


def test_what_is_typed_is_never_a_syntax_error(session, said):
    for typed in ('"', "'; --", "a & | !", ":*", "\\", "-"):
        searching.find(session, Wanted(words=typed), limit=1)


def test_the_words_are_looked_up_in_the_index(session, said):
    # Of a dozen messages anything is cheap: what is left are the ways that large tables would be read in.
    for other_way in ("seqscan", "indexscan", "indexonlyscan", "nestloop"):
        session.execute(text(f"SET LOCAL enable_{other_way} = off"))
    statement = searching._newest_that_fits(Wanted(words="certificate"))
    literal = statement.compile(session.connection(), compile_kwargs={"literal_binds": True})

    plan = "\n".join(session.scalars(text(f"EXPLAIN {str(literal).replace(':', chr(92) + ':')}")))

    assert "ix_messages_words" in plan
