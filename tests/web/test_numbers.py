"""What an address or a form may call a number."""

import pytest

from web.numbers import LARGEST_BIG_ID, LARGEST_ID, whole_number


@pytest.mark.parametrize(
    ("sent", "most", "number"),
    [
        ("0", LARGEST_ID, 0),
        ("0042", LARGEST_ID, 42),
        ("2147483647", LARGEST_ID, 2_147_483_647),
        ("2147483648", LARGEST_BIG_ID, 2_147_483_648),
        ("9223372036854775807", LARGEST_BIG_ID, 9_223_372_036_854_775_807),
    ],
)
def test_a_number_that_the_database_can_be_asked_for_is_taken(sent, most, number):
    assert whole_number(sent, most=most) == number


@pytest.mark.parametrize(
    "sent", [None, "", "x", "-1", "+1", "1.0", " 1", "1_0", "²", "٣", "2147483648", "9" * 5000]
)
def test_anything_else_is_no_number(sent):
    assert whole_number(sent) is None


def test_a_number_beyond_the_largest_column_is_none_either():
    assert whole_number("9223372036854775808", most=LARGEST_BIG_ID) is None
