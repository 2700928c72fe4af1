"""How long is waited before another attempt, and how often."""

from datetime import UTC, datetime, timedelta

from dispatch.indicators import patience

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_each_wait_is_twice_the_one_before_and_an_hour_at_most() -> None:
    waits = [patience.again_at(tries, now=NOW) - NOW for tries in range(1, patience.MOST + 1)]
    minutes = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert waits == [timedelta(minutes=each) for each in minutes]


def test_ten_attempts_are_all() -> None:
    assert [patience.is_spent(each) for each in (0, 9, 10)] == [False, False, True]
