"""Entities that are known by rule and lookup."""

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.entities import KnownEntityExtractor, known_entities


def found(text: str) -> set[tuple[str, str]]:
    return {(entity.entity, entity.value) for entity in known_entities(text)}


@pytest.mark.parametrize(
    "typed",
    [
        "BD-2026-004217",
        "bd-2026-004217",
        "BD2026 4217",
        "bd 2026 004217",
        "BD-2026-4217",
        "BD/2026/4217",
        "BD20264217",
        "2026-004217",
    ],
)
def test_reads_sloppy_application_numbers(typed: str) -> None:
    assert found(f"where is {typed}?") == {("application_no", "BD-2026-004217")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a French brand", "FR"),
        ("our company sits in Deutschland", "DE"),
        ("we are from the Netherlands", "NL"),
        ("a UK company", "GB"),
        ("a uk company", "GB"),
        ("made in the US", "US"),
        ("brands from the united states", "US"),
        ("South Korea's finest", "KR"),
        ("we are norwegian", "NO"),
        ("from Norwey", "NO"),
        ("eine Firma aus Österreich", "AT"),
        ("from Hong Kong", "HK"),
        ("from the Ivory Coast", "CI"),
        ("in Czechia", "CZ"),
    ],
)
def test_reads_countries_in_many_spellings(text: str, code: str) -> None:
    assert ("country", code) in found(text)


@pytest.mark.parametrize(
    "text", ["tell us more", "can you help us", "what do we need for China", "it is not in yet"]
)
def test_sees_no_country_where_there_is_none(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("and in euros?", "EUR"),
        ("in €", "EUR"),
        ("in US dollars", "USD"),
        ("in pounds", "GBP"),
        ("in yen", "JPY"),
    ],
)
def test_reads_currencies(text: str, code: str) -> None:
    assert found(text) == {("currency", code)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("is the bank letter ok", "BANK_PROOF"),
        ("what about the trademark certificate", "TRADEMARK"),
        ("do you have the passport", "REP_ID"),
        ("the product list", "PRODUCT_LIST"),
        ("our authorisation letter", "BRAND_AUTH"),
        ("certificate of incorporation", "BUSINESS_REG"),
    ],
)
def test_reads_documents(text: str, code: str) -> None:
    assert found(text) == {("document_type", code)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a mall flagship store", ("store_type", "MALL_FLAGSHIP")),
        ("a flagship store", ("store_type", "FLAGSHIP")),
        ("we sell skincare", ("category", "COSMETICS")),
        ("we sell cosmetcs", ("category", "COSMETICS")),
        ("pet food", ("category", "PET")),
        ("baby food", ("category", "BABY")),
        ("wine", ("category", "WINE_AND_SPIRITS")),
        ("we are the exclusive licensee", ("entity_type", "exclusive_licensee")),
        ("we own the brand", ("entity_type", "owner")),
    ],
)
def test_takes_the_longest_phrase(text: str, expected: tuple[str, str]) -> None:
    assert found(text) == {expected}


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("our rank in May", "05"),
        ("the livestream in may", "05"),
        ("June 2026", "2026-06"),
        ("2026-06", "2026-06"),
        ("what about next month", "+1"),
        ("last month", "-1"),
    ],
)
def test_reads_months(text: str, month: str) -> None:
    assert found(text) == {("month", month)}


def test_reads_days() -> None:
    assert found("what did we sell yesterday?") == {("date", "yesterday")}
    assert found("sales of this week") == {("date", "this week")}


@pytest.mark.parametrize("text", ["may I ask something", "May we upload it later", "we march on"])
def test_takes_no_verb_for_a_month(text: str) -> None:
    assert found(text) == set()


def test_reads_addresses_and_numbers_without_looking_inside() -> None:
    assert found("write to anna@wine.example or call +47 22 33 44 55") == {
        ("email", "anna@wine.example"),
        ("phone", "+47 22 33 44 55"),
    }


def test_reads_several_things_of_one_message() -> None:
    assert found("what documents does a French cosmetics brand need?") == {
        ("country", "FR"),
        ("category", "COSMETICS"),
    }


def test_says_where_each_entity_stands() -> None:
    text = "and in euros?"
    entity = known_entities(text)[0]
    assert text[entity.start : entity.end] == "euros"


def test_the_component_adds_to_what_others_found() -> None:
    message = Message({TEXT: "a French brand", ENTITIES: [{"entity": "brand", "value": "x"}]})
    KnownEntityExtractor().process([message])
    assert [entity["entity"] for entity in message.get(ENTITIES)] == ["brand", "country"]
    assert message.get(ENTITIES)[1]["extractor"] == "KnownEntityExtractor"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("we reached RMB 1 million", "CNY 1000000.00"),
        ("1,000,000 yuan is the goal", "CNY 1000000.00"),
        ("a deposit of 150k rmb?", "CNY 150000.00"),
        ("about € 78 512 or so", "EUR 78512.00"),
        ("$0.5m", "USD 500000.00"),
    ],
)
def test_reads_amounts_with_their_currency(text: str, value: str) -> None:
    assert ("amount", value) in found(text)


@pytest.mark.parametrize("text", ["day 16 of 30", "rank 7 of 64", "in 90 days", "call me at 10"])
def test_a_number_without_a_currency_is_no_amount(text: str) -> None:
    assert not [name for name, _ in found(text) if name == "amount"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("we are Nordlys Skincare AS from Bergen", "Nordlys Skincare AS"),
        ("our company is Müller & Söhne GmbH", "Müller & Söhne GmbH"),
        ("Sakura Trading Co., Ltd. wants to join", "Sakura Trading Co., Ltd."),
    ],
)
def test_reads_companies_by_their_legal_form(text: str, name: str) -> None:
    assert ("company", name) in found(text)


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("tomorrow at 3 pm", "time", "15:00"),
        ("10 in the morning", "time", "10:00"),
        ("at 16.30", "time", "16:30"),
        ("on 26 May", "date", "05-26"),
        ("May 21st", "date", "05-21"),
        ("next friday", "date", "friday"),
        ("2026-06-03 please", "date", "2026-06-03"),
        ("bonded warehouse or not", "logistics_mode", "bonded"),
        ("is jpeg ok", "file_format", "JPG"),
        ("unlink whatsapp", "channel", "whatsapp"),
        ("the yearly fee", "fee_type", "annual_fee"),
        ("what time is it in Osaka", "time_zone", "Asia/Tokyo"),
    ],
)
def test_reads_what_answers_ask_for(text: str, entity: str, value: str) -> None:
    assert (entity, value) in found(text)
