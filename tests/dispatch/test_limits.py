"""Reading limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.limits import MAX_COUNT, BadLimit, Limit, LimitUnit, parse_limit


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("2h", 2, LimitUnit.NATURAL_HOURS),
        ("7d", 7, LimitUnit.NATURAL_DAYS),
        ("4wh", 4, LimitUnit.WORKING_HOURS),
        (" 3wd ", 3, LimitUnit.WORKING_DAYS),
    ],
)
def test_each_unit_is_read_from_its_suffix(text: str, count: int, unit: LimitUnit) -> None:
    assert parse_limit(text) == Limit(count, unit)


@pytest.mark.parametrize(
    "text",
    ["", "3", "wd", "0h", "-1d", "1.5h", "3 wd", "3WD", "３wd", "3w", "3wdd", "9" * 5000 + "d"],
)
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(BadLimit) as refused:
        parse_limit(text)
    assert "3wd" in refused.value.remedy


@given(st.integers(1, MAX_COUNT), st.sampled_from(LimitUnit))
def test_a_limit_reads_back_what_it_writes(count: int, unit: LimitUnit) -> None:
    assert parse_limit(str(Limit(count, unit))) == Limit(count, unit)


def test_a_count_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(BadLimit, match=str(MAX_COUNT + 1)):
        parse_limit(f"{MAX_COUNT + 1}wd")
