"""挂账: how far ahead a review may lie."""

from datetime import date

import pytest

from dispatch.beside.suspension_rules import months_after


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 25), 2, date(2027, 1, 25)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after
