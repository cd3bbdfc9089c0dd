"""Short messages are read after the one before."""

import pytest

from tests.actions.conftest import Talk


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("livestream_eligibility", "when is it?", "The next livestream is on Thu 21 May 2026"),
        ("livestream_prepare", "and in August?", "The livestream of August 2026 is on"),
        ("store_opening_blockers", "until when?", "Wed 27 May 2026, 18:00 in Oslo"),
        ("store_opening_status", "when?", "14 days left"),
        ("document_status", "why?", "The owner on the certificate is Nordlys Holding AS"),
        ("document_status", "and the passport?", "ID of your representative: In review"),
        ("ask_fees", "and for vitamins?", "Supplements: a deposit of RMB 300,000"),
    ],
)
def test_a_bare_question_is_about_the_topic_before(
    ingrid: Talk, topic: str, text: str, expected: str
) -> None:
    ingrid.ask(topic, "the question before")
    assert expected in ingrid.ask("nlu_fallback", text).text


def test_a_whole_question_is_not_bent_to_the_topic_before(ingrid: Talk) -> None:
    ingrid.ask("livestream_date", "when is the livestream?")
    assert "14 days left" in ingrid.ask("store_opening_countdown", "when will our store open?").text


def test_a_button_is_never_bent(kenji: Talk) -> None:
    kenji.ask("livestream_rank", "what is our rank?")
    assert "RMB 612,400" in kenji.ask("gmv_to_date").text
