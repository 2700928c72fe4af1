"""A name is closed for a while that grows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.people.lockout import Limits, Streak, fail, is_locked

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
