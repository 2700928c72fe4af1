"""What outcomes must show before a proposal goes out by itself: the rule alone."""

from dataclasses import replace
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.routing.bars import (
    LEVELS,
    EarningRule,
    Fitted,
    Short,
    Tally,
    by_luck,
    fit,
    level_of,
    lower_bound,
    stricter,
)

RULE = EarningRule(least_outcomes=100, least_precision=0.95, window_days=180, lowest=0.8)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    automatic = draw(st.integers(0, 150))
    automatic_right = draw(st.integers(0, automatic))
    others = draw(st.integers(0, 300))
    right = draw(st.integers(0, others))
    return Tally(automatic + others, automatic_right + right, automatic, automatic_right)


LEVELLED = st.dictionaries(st.sampled_from(LEVELS), tallies())


def at_least(levels: dict[float, Tally], threshold: float) -> Tally:
    return sum((each for level, each in levels.items() if level >= threshold), Tally())


@given(LEVELLED)
def test_whatever_is_permitted_is_borne_out(levels: dict[float, Tally]) -> None:
    found = fit(levels, RULE)
    if found.threshold is None:
        assert found.short
        return
    seen = at_least(levels, found.threshold)
    assert seen == found.tally
    assert seen.outcomes >= RULE.least_outcomes
    assert lower_bound(seen.right, seen.outcomes) >= RULE.least_precision
    assert found.threshold >= RULE.lowest


@given(LEVELLED, st.sampled_from(LEVELS))
def test_one_more_failure_never_lowers_a_threshold(
    levels: dict[float, Tally], level: float
) -> None:
    before = fit(levels, RULE).threshold
    worse = {**levels, level: levels.get(level, Tally()) + Tally(1, 0, 1, 0)}
    after = fit(worse, RULE).threshold
    enough = at_least(levels, RULE.lowest).outcomes >= RULE.least_outcomes
    if enough and after is not None and before is not None and level >= before:
        assert after >= before or at_least(levels, after).outcomes < RULE.least_outcomes


@given(LEVELLED, LEVELLED)
def test_speech_is_never_let_through_below_what_is_typed(
    typed: dict[float, Tally], spoken: dict[float, Tally]
) -> None:
    written, heard = fit(typed, RULE), fit(spoken, RULE)
    bar = stricter(heard, written)
    assert (bar.threshold is None) == (heard.threshold is None)
    if bar.threshold is not None and written.threshold is not None:
        assert bar.threshold >= written.threshold


@given(st.integers(0, 2000), st.data())
def test_the_bound_lies_below_the_share_and_grows_with_it(
    outcomes: int, data: st.DataObject
) -> None:
    right = data.draw(st.integers(0, outcomes))
    bound = lower_bound(right, outcomes)
    assert 0 <= bound <= (right / outcomes if outcomes else 0) + 1e-12
    if right:
        assert lower_bound(right - 1, outcomes) <= bound


@given(st.floats(0, 1))
def test_a_confidence_has_the_highest_level_it_reaches(confidence: float) -> None:
    level = level_of(confidence)
    assert level is None or level <= confidence
    assert all(each <= (level or 0) for each in LEVELS if each <= confidence)


def test_wilson_s_bound_is_the_known_one() -> None:
    # Brown, Cai & DasGupta 2001: 0 of n has 0, n of n has n / (n + z²).
    assert lower_bound(0, 10) == 0
    assert isclose(lower_bound(10, 10), 10 / (10 + 1.959963984540054**2))
    assert lower_bound(72, 72) < 0.95 <= lower_bound(73, 73)


@pytest.mark.parametrize(
    ("found", "short"),
    [
        (Tally(99, 99), Short.TOO_FEW),
        (Tally(99, 98, 1, 0), Short.TOO_FEW),
        (Tally(2, 0, 2, 0), Short.UPHELD_RETURNS),
        (Tally(100, 100), None),
        (Tally(100, 99), Short.NOT_SURE),
        (Tally(400, 398, 2, 0), Short.UPHELD_RETURNS),
        (Tally(400, 399, 1, 0), None),
        (Tally(2000, 1991, 100, 91), Short.UPHELD_RETURNS),
        (Tally(2000, 1992, 130, 123), Short.UPHELD_RETURNS),
    ],
)
def test_too_few_too_unsure_or_failed_alone(found: Tally, short: Short | None) -> None:
    assert fit({0.8: found}, RULE).short is short


def test_failures_below_the_lowest_threshold_are_seen_where_nothing_is_earned() -> None:
    strict = replace(RULE, lowest=0.95)
    assert fit({0.8: Tally(3, 0, 3, 0)}, strict).short is Short.UPHELD_RETURNS
    assert fit({0.8: Tally(3, 0, 3, 0), 0.95: Tally(100, 100)}, strict).threshold == 0.95


def test_failures_low_down_raise_the_threshold_instead_of_stopping_all() -> None:
    levels = {0.8: Tally(50, 30), 0.95: Tally(200, 200)}
    assert fit(levels, RULE) == Fitted(0.85, Tally(200, 200))


def test_luck_is_the_binomial_tail() -> None:
    assert isclose(by_luck(1, 1, 0.95), 0.05)
    assert isclose(by_luck(2, 2, 0.95), 0.0025)
    assert by_luck(3000, 20_000, 0.95) < 1e-9
    assert by_luck(0, 5, 0.95) == 1
