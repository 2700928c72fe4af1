"""Intervals: known values, and what holds for every sample."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.comparing.intervals import (
    Confidence,
    Interval,
    Tally,
    pooled,
    together,
    weighted,
    wilson,
)

SURE = Confidence.NINETY_FIVE


@st.composite
def tallies(draw: st.DrawFn, least: int = 0) -> Tally:
    of = draw(st.integers(least, 5000))
    return Tally(draw(st.integers(0, of)), of)


@pytest.mark.parametrize(
    ("some", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_newcombes_table(
    some: int, of: int, low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3."""
    found = wilson(Tally(some, of), SURE)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_one_dissatisfied_caller_of_six_tells_little() -> None:
    """By hand: n 6, p 5/6, z² 3.8415; centre .7032, half .2667."""
    found = wilson(Tally(5, 6), SURE)
    assert (round(found.low, 3), round(found.high, 3)) == (0.436, 0.97)


def test_thirty_orders_tell_a_rate_of_80_percent_from_63_to_90() -> None:
    found = wilson(Tally(24, 30), SURE)
    assert (round(found.low, 2), round(found.high, 2)) == (0.63, 0.9)


def test_of_nothing_the_interval_is_everything() -> None:
    assert wilson(Tally(0, 0), SURE) == Interval(0.0, 1.0)


def test_what_is_no_rate_is_refused() -> None:
    for some, of in ((-1, 3), (4, 3), (1, 0)):
        with pytest.raises(ValueError, match="is no rate"):
            Tally(some, of)


@given(tallies(1), st.sampled_from(Confidence))
def test_the_rate_lies_in_its_interval_and_that_between_none_and_all(
    tally: Tally, sure: Confidence
) -> None:
    found = wilson(tally, sure)
    assert 0 <= found.low <= tally.rate <= found.high <= 1


@given(tallies(1), st.integers(2, 9), st.sampled_from(Confidence))
def test_it_is_narrower_with_more_orders_of_the_same_rate(
    tally: Tally, times: int, sure: Confidence
) -> None:
    more = wilson(Tally(tally.some * times, tally.of * times), sure)
    found = wilson(tally, sure)
    assert more.high - more.low <= found.high - found.low


@given(tallies(1), st.sampled_from(Confidence))
def test_one_more_of_as_many_never_lowers_it(tally: Tally, sure: Confidence) -> None:
    fewer = wilson(Tally(max(tally.some - 1, 0), tally.of), sure)
    found = wilson(tally, sure)
    assert fewer.low <= found.low
    assert fewer.high <= found.high


@given(tallies(1))
def test_surer_is_wider(tally: Tally) -> None:
    found = [wilson(tally, each) for each in sorted(Confidence)]
    for narrow, wide in itertools.pairwise(found):
        assert wide.low <= narrow.low
        assert narrow.high <= wide.high


@given(tallies(), st.sampled_from(Confidence))
def test_the_interval_of_the_others_is_its_mirror(tally: Tally, sure: Confidence) -> None:
    found, turned = wilson(tally, sure), wilson(tally.turned(), sure)
    assert turned.low == pytest.approx(1 - found.high, abs=2e-6)
    assert turned.high == pytest.approx(1 - found.low, abs=2e-6)


@given(st.lists(tallies()))
def test_a_class_is_all_of_its_units_together_in_any_order(found: list[Tally]) -> None:
    assert pooled(found) == pooled(reversed(found))
    assert pooled(found) == Tally(sum(each.some for each in found), sum(each.of for each in found))


def test_a_weighted_mean_and_its_interval_by_hand() -> None:
    """30 : 70 of 80 % and 60 %: 66 %; its limits are 30 : 70 of theirs."""
    rates, weights = (Tally(80, 100), Tally(30, 50)), (30, 70)
    assert weighted((w, each.rate) for w, each in zip(weights, rates, strict=True)) == Fraction(
        66, 100
    )
    first, second = (wilson(each, SURE) for each in rates)
    found = together([(30, first), (70, second)])
    assert found.low == pytest.approx(0.3 * first.low + 0.7 * second.low, abs=1e-6)
    assert found.high == pytest.approx(0.3 * first.high + 0.7 * second.high, abs=1e-6)


@given(tallies(1), st.integers(1, 100), st.integers(1, 100))
def test_two_of_the_same_rate_are_no_surer_than_one(tally: Tally, one: int, two: int) -> None:
    """The same orders asked twice tell nothing more."""
    found = wilson(tally, SURE)
    both = together([(one, found), (two, found)])
    assert both.low == pytest.approx(found.low, abs=2e-6)
    assert both.high == pytest.approx(found.high, abs=2e-6)
