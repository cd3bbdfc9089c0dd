"""What the side-by-side benchmark says of its figures."""

import pytest

from bench.side_by_side.report import table
from bench.side_by_side.rows import Row, result

HALF_OF_STOCK = Row("greeting", "ms", most_ratio=0.5)
THRICE_STOCK = Row("messages a second", "1/s", least_ratio=3.0)
AT_MOST_FIVE = Row("start", "s", most=5.0)


@pytest.mark.parametrize(
    ("row", "stock", "ours", "met"),
    [
        (HALF_OF_STOCK, 40.0, 20.0, True),
        (HALF_OF_STOCK, 40.0, 20.1, False),
        (THRICE_STOCK, 30.0, 90.0, True),
        (THRICE_STOCK, 30.0, 89.0, False),
        (AT_MOST_FIVE, 14.0, 5.0, True),
        (AT_MOST_FIVE, 14.0, 5.1, False),
    ],
)
def test_a_target_is_met_or_missed(row, stock, ours, met):
    assert result(row, {row.name: [stock]}, {row.name: [ours]})["met"] is met


def test_medians_of_the_rounds_are_compared_and_their_spread_is_kept():
    found = result(HALF_OF_STOCK, {"greeting": [30.0, 40.0, 90.0]}, {"greeting": [5.0, 10.0, 11.0]})

    assert (found["stock"], found["ours"], found["ratio"]) == (40.0, 10.0, 0.25)
    assert found["ours_spread"] == [5.0, 11.0]


@pytest.mark.parametrize("row", [HALF_OF_STOCK, THRICE_STOCK])
def test_what_could_not_be_compared_is_neither_met_nor_missed(row):
    assert result(row, {}, {row.name: [1.0]})["met"] is None


def test_the_table_says_what_was_missed():
    lines = table([result(AT_MOST_FIVE, {}, {"start": [6.0]})]).splitlines()

    assert lines[-1].endswith("MISSED")
