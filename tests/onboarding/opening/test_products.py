"""Product lists checked row by row."""

import io

import pytest
from openpyxl import Workbook

from onboarding.documents import reading
from onboarding.names import Category, FileFormat
from onboarding.opening import product_rows, products
from onboarding.opening.names import ListSource, Step, StepStatus
from onboarding.opening.product_rows import Fault
from onboarding.opening.steps import state
from onboarding.opening.wording import FieldsRefused
from tests.onboarding.opening import way

COLUMN = {"Brand": 0, "Category": 1, "Name": 2, "Material": 3, "Price": 4, "Maker": 5}


def row(**changed: str) -> list[str]:
    cells = list(way.CREAM)
    for column, value in changed.items():
        cells[COLUMN[column]] = value
    return cells


def faults(*rows: list[str]) -> list[Fault]:
    found = product_rows.products_in([way.HEAD, *rows])
    return product_rows.faults_in(found, "Nordlys Skincare", Category.COSMETICS)


def refusal(rows: list[list[str]]) -> str:
    with pytest.raises(FieldsRefused) as refused:
        product_rows.products_in(rows)
    return refused.value.errors["rows"]


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for one in rows:
        book.active.append(one)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_row_that_will_do_has_no_fault():
    assert faults(way.CREAM) == []


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"Name": ""}, "MISSING", "Name is missing."),
        ({"Brand": "Fjellvann"}, "OTHER_BRAND", "The brand is “Fjellvann”, not “Nordlys Skincare”."),
        ({"Category": "Creams"}, "UNKNOWN_CATEGORY", "“Creams” is not one of our categories."),
        ({"Price": "cheap"}, "NOT_A_PRICE", "“cheap” is not a price."),
        ({"Price": "1.234,50"}, "NOT_A_PRICE", "“1.234,50” is not a price."),
        ({"Price": "NaN"}, "NOT_A_PRICE", "“NaN” is not a price."),
        ({"Price": "0"}, "PRICE_ZERO", "The price must be above 0."),
        ({"Price": "-5"}, "PRICE_ZERO", "The price must be above 0."),
        ({"Name": "x" * 121}, "TOO_LONG", "Name has more than 120 characters."),
        ({"Maker": "Nord\x00lys"}, "CONTROL_CHARACTERS", "Maker contains characters that cannot be shown."),
    ],
)
def test_a_fault_is_named_with_its_row_and_what_to_do(changed, code, said):
    [fault] = faults(way.CREAM, row(**{"Name": "Hand cream", **changed}))

    assert (fault.row, fault.code, fault.sentence, fault.stops) == (3, code, said, True)
    assert fault.what_to_do


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"Category": "Food"}, "OTHER_CATEGORY"), ({"Price": "5,000.01"}, "ABOVE_ORDER_LIMIT")],
)
def test_what_is_only_unusual_stops_nothing(changed, code):
    [fault] = faults(row(**changed))

    assert (fault.code, fault.stops) == (code, False)


@pytest.mark.parametrize("price", ["189", "189.00", "RMB 189", "¥189", "1,189.00", "189 元"])
def test_prices_are_taken_however_they_are_written(price):
    assert faults(row(Price=price)) == []


def test_the_same_product_twice_names_the_first_row():
    [fault] = faults(way.CREAM, row(Name="Other"), row(Name="face  CREAM 50 ML"))

    assert (fault.row, fault.code) == (4, "TWICE")
    assert "row 2" in fault.sentence


def test_rows_are_counted_as_in_the_spreadsheet_with_empty_ones_between():
    rows = [["", ""], way.HEAD, ["", ""], row(Name="")]
    [fault] = product_rows.faults_in(product_rows.products_in(rows), "Nordlys Skincare", Category.COSMETICS)

    assert fault.row == 4


def test_columns_may_stand_in_any_order_and_more_may_be_there():
    turned = [["Note", *reversed(way.HEAD)], ["new", *reversed(way.CREAM)]]

    assert product_rows.products_in(turned)[0].cells["name"] == "Face cream 50 ml"


def test_a_list_without_its_columns_or_products_is_refused():
    assert refusal([["Product", "Price"], ["a", "1"]]).endswith(
        "Brand, Category, Name, Material or ingredients, Maker"
    )
    assert refusal([way.HEAD]) == "Paste at least one row with a product"
    assert refusal([]) == "Paste at least one row with a product"
    assert "at most 2,000" in refusal([way.HEAD, *[way.CREAM] * 2001])


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_pasted_rows_are_read_whatever_separates_them(separator):
    text = "\n".join(separator.join(cells) for cells in (way.HEAD, row(Material="Water")))

    assert product_rows.pasted_rows(text)[1][2] == "Face cream 50 ml"


def test_what_is_no_table_is_refused():
    with pytest.raises(FieldsRefused) as refused:
        product_rows.pasted_rows("Brand," + "x" * 200_000)

    assert "could not be read" in refused.value.errors["rows"]


def test_a_workbook_keeps_its_columns_where_cells_are_empty(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(workbook([way.HEAD, ["Nordlys Skincare", None, "Cream", None, 189, "Nordlys AS"]]))

    rows = reading.rows(path, FileFormat.XLSX)

    assert rows is not None
    assert rows[1] == ["Nordlys Skincare", "", "Cream", "", "189", "Nordlys AS"]


def test_a_file_that_is_no_workbook_cannot_be_read(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"PK\x03\x04 nothing")

    assert reading.rows(path, FileFormat.XLSX) is None


def test_the_step_is_done_only_when_no_row_stops(session):
    way.offer(session)
    contact, application = way.ingrid(session), way.nordlys(session)
    products.check(session, contact, application, [way.HEAD, row(Price="x")], ListSource.PASTED)
    found = state(session, application, Step.PRODUCTS)
    assert (found.status, found.reason) == (StepStatus.PROBLEM, "One row has to be corrected.")

    products.check(session, contact, application, [way.HEAD, way.CREAM], ListSource.PASTED)

    assert state(session, application, Step.PRODUCTS).status is StepStatus.DONE
    newest = products.newest_check(session, application)
    assert newest is not None
    assert newest.products == [way.CREAM]
