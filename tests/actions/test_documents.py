"""What is told of documents."""

from tests.actions.conftest import Talk


def test_lists_documents_by_who_has_to_act(ingrid: Talk) -> None:
    told = ingrid.ask("document_status", "how are our documents?").text
    yours, _, rest = told.partition("With us:")
    assert "- Trademark certificate: There is a problem." in yours
    assert "- Product list: Not uploaded." in yours
    assert "- ID of your representative: In review." in rest
    assert "Accepted: Business registration" in rest


def test_tells_one_document_where_one_is_named(ingrid: Talk) -> None:
    told = ingrid.ask("document_status", "did you get the bank letter?").text
    assert "Proof of bank account: Accepted." in told
    assert "Trademark" not in told


def test_says_that_a_document_was_not_asked_for(ingrid: Talk) -> None:
    told = ingrid.ask("document_status", "did you get the financial statement?").text
    assert "Financial statement: we have not asked Nordlys Skincare for it" in told


def test_tells_reason_act_and_deadline_of_a_refusal(ingrid: Talk) -> None:
    told = ingrid.ask("document_rejection_reason", "why was it rejected?").text
    assert told.startswith("Trademark certificate: The owner on the certificate is Nordlys Holding AS")
    assert "Send: authorisation letter from Nordlys Holding AS. By Wed 27 May 2026, 18:00 in Oslo" in told


def test_says_that_nothing_was_refused(lena: Talk) -> None:
    assert "No document of Fjellvann was sent back" in lena.ask("document_rejection_reason", "why?").text


def test_tells_deadlines_and_what_has_none(ingrid: Talk) -> None:
    told = ingrid.ask("document_deadline", "until when?").text
    assert "Trademark certificate: by Wed 27 May 2026, 18:00 in Oslo (midnight in China)." in told
    assert "No deadline is set for: Product list." in told


def test_tells_a_visitor_what_a_case_needs_and_what_that_depends_on(visitor: Talk) -> None:
    told = visitor.ask("document_requirements", "what documents does a French cosmetics brand need?").text
    assert told.startswith("Documents for cosmetics, from France:")
    assert "- Product certificates" in told
    assert "- Brand authorisation: if you are exclusive licensee, distributor or retailer" in told
    assert "Tell me the store type and whether you own the trademark" in told
    assert "in force since" in told


def test_goes_on_from_the_case_before(visitor: Talk) -> None:
    visitor.ask("document_requirements", "what documents does a French cosmetics brand need?")
    told = visitor.ask("document_requirements", "and for a distributor with a specialty store?").text
    assert told.startswith("Documents for cosmetics, specialty store, distributor, from France:")
    assert "- Brand authorisation\n" in told
    assert "Tell me" not in told


def test_says_whether_one_document_is_needed(visitor: Talk) -> None:
    told = visitor.ask("document_requirements", "is a bank letter compulsory?").text
    assert told.startswith("Yes: Proof of bank account is needed for any store, to submit the application.")


def test_says_when_one_document_is_not_needed(visitor: Talk) -> None:
    told = visitor.ask("document_requirements", "does a flagship store need a financial statement?").text
    assert told.startswith("No: Financial statement is not asked for flagship store.")


def test_says_what_a_document_depends_on(visitor: Talk) -> None:
    told = visitor.ask("document_requirements", "do we need a letter of authorisation?").text
    assert "that depends" in told


def test_a_brand_gets_its_own_list(ingrid: Talk) -> None:
    assert (
        "Nordlys Skincare needs these documents"
        in ingrid.ask("document_requirements", "which documents?").text
    )


def test_a_brand_may_ask_for_another_case(ingrid: Talk) -> None:
    told = ingrid.ask("document_requirements", "what would a wine brand from Italy need?").text
    assert "Documents for wine and spirits, from Italy:" in told
    assert "Nordlys" not in told


def test_a_document_to_send_is_one_press_away(ingrid: Talk) -> None:
    told = ingrid.ask("document_status", "what about our documents?").text
    assert "[Upload the letter](/brands/nordlys-skincare/documents/trademark#file)" in told
    assert "[Upload it](/brands/nordlys-skincare/documents/product-list#file)" in told


def test_the_reason_of_a_refusal_offers_the_upload(ingrid: Talk) -> None:
    told = ingrid.ask("document_rejection_reason", "why was it refused?").text
    assert "[Upload the letter](/brands/nordlys-skincare/documents/trademark#file)" in told
