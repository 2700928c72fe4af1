"""前后对比: the same season, as long, and an interval that holds what it claims to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.problems import before_after
from dispatch.problems.before_after import Aim, Counted, Days, Range

days = st.dates(date(2001, 1, 1), date(2090, 12, 31))
spans = st.builds(
    lambda first, more: Days(first, first + timedelta(more)), days, st.integers(0, 365)
)
sums = st.integers(1, 5000).flatmap(lambda of: st.builds(Counted, st.integers(0, of), st.just(of)))


@given(spans, days)
def test_the_period_after_is_as_long_in_the_same_season_and_begins_in_time(
    baseline: Days, since: date
) -> None:
    later = before_after.season_after(baseline, since)
    assert later.length == baseline.length
    assert later.first >= since
    assert later.first.year > baseline.first.year
    same = (later.first.month, later.first.day) == (baseline.first.month, baseline.first.day)
    assert same or (baseline.first.month, baseline.first.day) == (2, 29)


@given(spans, days)
def test_no_earlier_year_would_have_done(baseline: Days, since: date) -> None:
    later = before_after.season_after(baseline, since)
    earlier = before_after.years_later(baseline.first, later.first.year - 1 - baseline.first.year)
    assert earlier < since or later.first.year == baseline.first.year + 1


@given(sums)
def test_an_interval_holds_its_share(counted: Counted) -> None:
    found = before_after.share(counted.numerator, counted.denominator)
    assert 0 <= found.low <= counted.numerator / counted.denominator <= found.high <= 1


@given(sums, sums)
def test_a_difference_of_rates_lies_in_its_interval_and_turns_with_the_order(
    one: Counted, two: Counted
) -> None:
    there = before_after.rates(one, two, Aim.AT_LEAST, 50)
    back = before_after.rates(two, one, Aim.AT_LEAST, 50)
    assert there.change is not None
    assert there.interval
    assert back.interval
    assert there.interval.low <= there.change <= there.interval.high
    assert there.interval.low == pytest.approx(-back.interval.high)


def test_wilson_s_interval_is_the_textbook_s() -> None:
    found = before_after.share(8, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4902, 0.9433)


def test_newcombe_s_interval_is_his_own_example_s() -> None:
    """Newcombe 1998, method 10: 56/70 − 48/80 = 0.2, from 0.0524 to 0.3339."""
    found = before_after.rates(Counted(48, 80), Counted(56, 70), Aim.AT_LEAST, 75)
    assert found.interval
    assert found.change == pytest.approx(20)
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (5.24, 33.39)
    assert (found.reached, found.surely) == (True, True)


def test_a_count_that_fell_by_half_is_sure_only_where_it_was_large() -> None:
    few = before_after.counts(Counted(4, 4), Counted(2, 2), 30, Aim.AT_MOST, 2)
    many = before_after.counts(Counted(400, 400), Counted(200, 200), 30, Aim.AT_MOST, 200)
    assert (few.before, few.after, few.change, few.reached, few.surely) == (4, 2, -50, True, False)
    assert (many.change, many.reached, many.surely) == (-50, True, True)


def test_a_count_is_told_by_the_month_whatever_its_period() -> None:
    found = before_after.counts(Counted(12, 12), Counted(6, 6), 90, Aim.AT_MOST, 2)
    assert (found.before, found.after, found.reached) == (4, 2, True)


def test_nothing_before_is_no_comparison_and_the_target_is_judged_all_the_same() -> None:
    count = before_after.counts(Counted(0, 0), Counted(0, 0), 30, Aim.AT_MOST, 2)
    assert (count.change, count.interval, count.reached, count.surely) == (None, None, True, False)
    rate = before_after.rates(Counted(0, 0), Counted(1, 2), Aim.AT_LEAST, 10)
    assert (rate.before, rate.after, rate.reached) == (None, 50, False)
    assert before_after.share(0, 0) == Range(0, 1)
