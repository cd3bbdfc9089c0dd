"""Product lists checked row by row: each fault with its row, its column and what to do."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from onboarding.money import format_money
from onboarding.names import Category
from onboarding.opening.wording import FieldsRefused, texts
from onboarding.programme import programme

MOST_PRODUCTS = 2000
_FIELD = "rows"
_LONGEST = {"name": 120, "brand": 120, "category": 60, "material": 1000, "price": 20, "maker": 200}
_LOST = "\ufffd"
_CONTROL = re.compile(r"[\ufffd\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_CURRENCY = re.compile(r"^(?:rmb|cny|¥|￥)\s*|\s*(?:rmb|cny|元)$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Product:
    """`row` counts as the sender's own program does: the row of the column names is the first."""

    row: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Fault:
    """`code` is one of the faults of words.yml, `values` fill in its sentences."""

    row: int
    column: str
    code: str
    values: dict[str, str]

    @property
    def stops(self) -> bool:
        return bool(_words(self.code)["stops"])

    @property
    def column_label(self) -> str:
        return column_label(self.column)

    @property
    def sentence(self) -> str:
        return str(_words(self.code)["sentence"]).format(column=self.column_label, **self.values)

    @property
    def what_to_do(self) -> str:
        return str(_words(self.code)["what_to_do"]).format(column=self.column_label, **self.values)

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "code": self.code, "values": self.values}


def columns() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = texts()["products"]["columns"]
    return found


def column_label(column: str) -> str:
    return str(columns()[column]["label"])


def products_in(rows: Rows) -> list[Product]:
    """Columns are found by their names, in any order; raises FieldsRefused where one is missing or nothing is there."""
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if not filled:
        raise _refused("empty")
    (_, head), *rest = filled
    places = _places(head)
    if not rest:
        raise _refused("empty")
    if len(rest) > MOST_PRODUCTS:
        raise _refused("too_many", most=f"{MOST_PRODUCTS:,}")
    return [
        Product(number, {column: _cell(row, place) for column, place in places.items()})
        for number, row in rest
    ]


def pasted_rows(text: str) -> list[list[str]]:
    """As copied from a spreadsheet, or as CSV; raises FieldsRefused where they are neither."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max("\t;,", key=first.count)
    try:
        return [list(row) for row in csv.reader(text.splitlines(keepends=True), delimiter=separator)]
    except csv.Error:
        raise _refused("broken") from None


def faults_in(products: Sequence[Product], brand: str, category: Category) -> list[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    found: list[Fault] = []
    for product in products:
        found += _faults_of_cells(product)
        found += _faults_of_brand(product, brand)
        found += _faults_of_category(product, category)
        found += _faults_of_price(product)
        key = tuple(_plain(product.cells[column]) for column in ("brand", "name", "maker"))
        if product.cells["name"] and key in seen:
            found.append(Fault(product.row, "name", "TWICE", {"first": str(seen[key])}))
        seen.setdefault(key, product.row)
    return found


def _places(head: Sequence[str]) -> dict[str, int]:
    named = {_plain(cell): place for place, cell in reversed(list(enumerate(head)))}
    places = {
        column: named[name]
        for column, words in columns().items()
        for name in reversed(words["names"])
        if name in named
    }
    missing = [words["label"] for column, words in columns().items() if column not in places]
    if missing:
        raise _refused("no_columns", columns=", ".join(missing))
    return places


def _faults_of_cells(product: Product) -> list[Fault]:
    found = []
    for column, cell in product.cells.items():
        if not cell:
            found.append(Fault(product.row, column, "MISSING", {}))
        elif len(cell) > _LONGEST[column]:
            found.append(Fault(product.row, column, "TOO_LONG", {"longest": str(_LONGEST[column])}))
        elif _CONTROL.search(cell):
            found.append(Fault(product.row, column, "CONTROL_CHARACTERS", {}))
    return found


def _faults_of_brand(product: Product, brand: str) -> list[Fault]:
    found = product.cells["brand"]
    if not found or _plain(found) == _plain(brand):
        return []
    return [Fault(product.row, "brand", "OTHER_BRAND", {"found": _shown(found), "brand": brand})]


def _faults_of_category(product: Product, category: Category) -> list[Fault]:
    found = product.cells["category"]
    labels = programme().categories
    values = {"found": _shown(found), "category": labels[category]}
    if not found or _plain(found) == _plain(labels[category]):
        return []
    is_known = any(_plain(found) == _plain(label) for label in labels.values())
    return [Fault(product.row, "category", "OTHER_CATEGORY" if is_known else "UNKNOWN_CATEGORY", values)]


def _faults_of_price(product: Product) -> list[Fault]:
    typed = product.cells["price"]
    if not typed:
        return []
    price, limit = _price(typed), programme().operations.order_limit.value
    if price is None:
        return [Fault(product.row, "price", "NOT_A_PRICE", {"found": _shown(typed)})]
    if price <= 0:
        return [Fault(product.row, "price", "PRICE_ZERO", {})]
    if price > limit.amount:
        return [Fault(product.row, "price", "ABOVE_ORDER_LIMIT", {"limit": format_money(limit)})]
    return []


def _price(typed: str) -> Decimal | None:
    number = _CURRENCY.sub("", typed.strip())
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    try:
        price = Decimal(number)
    except InvalidOperation:
        return None
    return price if price.is_finite() and abs(price) < 10**12 else None


def _cell(row: Sequence[str], place: int) -> str:
    # PostgreSQL keeps no NUL.
    return row[place].replace("\0", _LOST).strip() if place < len(row) else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("\ufeff", "").split())


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _words(code: str) -> dict[str, Any]:
    found: dict[str, Any] = texts()["products"]["faults"][code]
    return found


def _refused(code: str, **values: object) -> FieldsRefused:
    return FieldsRefused({_FIELD: texts()["products"]["refusals"][code].format(**values)})
