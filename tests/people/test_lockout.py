"""A name is closed for a while that grows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.people.lockout import Limits, Streak, fail, is_locked
from hotline.core.settings import Settings
from hotline.web import refusals
from hotline.web.rates import Kind, span_s

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
LIMITS = Limits()
SECOND = timedelta(seconds=1)


def test_the_fifth_wrong_password_closes_the_name() -> None:
    streak = Streak()
    for _ in range(4):
        streak = fail(streak, LIMITS, NOON)
        assert not is_locked(streak, NOON)
    streak = fail(streak, LIMITS, NOON)
    assert is_locked(streak, NOON + LIMITS.first - SECOND)
    assert not is_locked(streak, NOON + LIMITS.first)


def test_each_further_one_closes_it_twice_as_long_up_to_an_hour() -> None:
    streak, at, spans = Streak(4, NOON), NOON, []
    for _ in range(9):
        streak = fail(streak, LIMITS, at)
        assert streak.locked_until
        spans.append(int((streak.locked_until - at).total_seconds() // 60))
        at = streak.locked_until
    assert spans == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_while_it_is_closed_nothing_is_counted() -> None:
    closed = fail(Streak(4, NOON), LIMITS, NOON)
    assert fail(closed, LIMITS, NOON + SECOND) == closed


def test_wrong_passwords_are_forgotten_after_a_quiet_while() -> None:
    later = NOON + LIMITS.window + SECOND
    assert fail(Streak(4, NOON), LIMITS, later) == Streak(1, later)


SIGN_IN = Limits(failures=20, longest=timedelta(minutes=15), from_first=True)


@pytest.mark.usefixtures("own")
def test_by_default_one_address_alone_closes_no_name() -> None:
    site = Settings()
    window = timedelta(minutes=site.lock_window_minutes)
    # Around the edge of two spans twice the limit may come within one window.
    assert window <= timedelta(seconds=span_s(Kind.SIGN_IN))
    assert 2 * site.rate_sign_in < site.lock_after_failures
    streak, at = Streak(), NOON
    for each in range(1000):
        at = NOON + each // site.rate_sign_in * window
        streak = fail(streak, refusals._limits(), at)
        assert not is_locked(streak, at)


def test_one_guess_now_and_then_never_keeps_a_name_closed() -> None:
    streak, at = Streak(), NOON
    for _ in range(20):
        streak = fail(streak, SIGN_IN, at)
    assert streak.locked_until == NOON + timedelta(minutes=1)
    for each in range(1, 25):
        at = NOON + each * timedelta(minutes=16)
        streak = fail(streak, SIGN_IN, at)
        assert not is_locked(streak, at)


def test_a_flood_closes_a_name_for_a_quarter_of_an_hour_at_most() -> None:
    streak, at = Streak(19, NOON), NOON
    for _ in range(100):
        streak = fail(streak, SIGN_IN, at)
        if streak.locked_until:
            assert streak.locked_until - at <= timedelta(minutes=15)
            at = streak.locked_until


@given(st.lists(st.integers(0, 4000), max_size=60))
def test_guesses_in_a_day_are_few_whenever_they_come(gaps: list[int]) -> None:
    streak, at, tried = Streak(), NOON, 0
    for gap in gaps:
        at += timedelta(seconds=gap)
        if not is_locked(streak, at):
            tried += 1
            before, streak = streak, fail(streak, LIMITS, at)
            assert streak.failures <= before.failures + 1
            assert is_locked(streak, at) == (streak.failures >= LIMITS.failures)
    hours = (at - NOON) / timedelta(hours=1)
    # Four a quiet while at the most, besides those that open a lock of an hour.
    assert tried <= 5 + 5 * (hours * 4 + 1) + hours
