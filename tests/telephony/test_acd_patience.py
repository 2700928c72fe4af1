"""What becomes of who waits, of who does not take their calls, and in which mode: rules alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.acd.misses import AUTOMATIC, miss
from telephony.acd.modes import CHANGES, Mode, Period, on_duty, present
from telephony.acd.patience import Limits, Next, Stay, next_step
from telephony.acd.waiting import Boosts, boost_s, expected_wait_s
from telephony.outcomes import AgentOutcome

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
LIMITS = Limits()
SPANS = st.floats(0, 3600)


def stay(waited_s: float, *, told_s: float | None = 0, others: int = 0, **rest: bool) -> Stay:
    told_at = None if told_s is None else NOW - timedelta(seconds=told_s)
    return Stay(NOW - timedelta(seconds=waited_s), others, told_at, **rest)


@given(SPANS, SPANS, st.integers(1, 200), st.booleans(), st.booleans())
def test_nobody_waits_longer_than_the_longest_wait_nor_for_nobody(
    waited: float, told: float, others: int, offered: bool, attended: bool
) -> None:
    step = next_step(
        stay(waited, told_s=told, others=others, callback_offered=offered),
        LIMITS,
        NOW,
        attended=attended,
    )
    over = waited >= LIMITS.longest_wait_s or not attended
    assert (step is Next.TAKE_MESSAGE) is over


def test_the_one_too_many_is_told_at_once_and_who_waits_already_is_not_sent_away() -> None:
    full = LIMITS.longest_queue
    assert next_step(stay(0, told_s=None, others=full), LIMITS, NOW, attended=True) is (
        Next.TAKE_MESSAGE
    )
    assert next_step(stay(1, others=full), LIMITS, NOW, attended=True) is Next.NOTHING


def test_a_caller_hears_where_they_stand_and_is_once_asked_about_a_call_back() -> None:
    def step(waited: float, **rest: bool) -> Next:
        return next_step(stay(waited, told_s=waited % 30, **rest), LIMITS, NOW, attended=True)

    assert next_step(stay(0, told_s=None), LIMITS, NOW, attended=True) is Next.ANNOUNCE
    assert step(29) is Next.NOTHING
    told_half_a_minute_ago = stay(30, told_s=30)
    assert next_step(told_half_a_minute_ago, LIMITS, NOW, attended=True) is Next.ANNOUNCE
    assert step(61) is Next.OFFER_CALLBACK
    assert step(61, callback_offered=True) is Next.NOTHING


@given(
    st.integers(1, 50), st.integers(1, 50), st.lists(st.floats(1, 3600), min_size=1, max_size=30)
)
def test_the_expected_wait_grows_with_the_place_and_falls_with_the_seats(
    position: int, seats: int, took: list[float]
) -> None:
    wait = expected_wait_s(position, took, seats)
    longer = expected_wait_s(position + 1, took, seats)
    shorter = expected_wait_s(position, took, seats + 1)
    assert wait is not None
    assert longer is not None
    assert shorter is not None
    assert shorter < wait < longer
    assert position * min(took) / seats <= wait <= position * max(took) / seats


def test_without_seats_or_calls_nobody_promises_a_time() -> None:
    assert expected_wait_s(1, [60], 0) is None
    assert expected_wait_s(1, [], 3) is None


@given(st.booleans(), st.booleans())
def test_an_elder_and_a_repeated_caller_wait_as_if_longer(elder: bool, repeat: bool) -> None:
    assert boost_s(Boosts(60, 30), elder=elder, repeat=repeat) == 60 * elder + 30 * repeat


@given(st.lists(st.sampled_from(AgentOutcome), max_size=12), st.integers(1, 4))
def test_so_many_misses_in_a_row_pause_a_seat_and_no_fewer(
    outcomes: list[AgentOutcome], most: int
) -> None:
    missed, row = 0, 0
    for outcome in outcomes:
        found = miss(outcome, talked=False, missed=missed, most=most)
        ours = outcome in (AgentOutcome.CALLER_GONE, AgentOutcome.TOO_LATE)
        ours = ours or outcome in (AgentOutcome.NO_FREE_LEG, AgentOutcome.LOST)
        silent = outcome is AgentOutcome.NO_MEDIA
        row += not (ours or silent)
        assert (found.pause != "") is (silent or (not ours and row >= most))
        assert found.pause in ("", *AUTOMATIC)
        missed = found.missed
    assert miss(AgentOutcome.HUNG_UP, talked=True, missed=missed, most=most).missed == 0


def test_of_several_modes_the_one_that_changes_most_holds() -> None:
    def lasting(mode: Mode, hours: int = 1) -> Period:
        return Period(mode, NOW - timedelta(hours=1), NOW + timedelta(hours=hours))

    assert present([], NOW) is Mode.NORMAL
    assert present([lasting(Mode.NIGHT), lasting(Mode.OUTAGE)], NOW) is Mode.OUTAGE
    assert present([lasting(Mode.SURGE), lasting(Mode.HOLIDAY)], NOW) is Mode.SURGE
    assert present([lasting(Mode.OUTAGE, hours=0)], NOW) is Mode.NORMAL  # it has just ended
    assert present([Period(Mode.NIGHT, NOW)], NOW) is Mode.NIGHT  # until further notice
    assert set(CHANGES) == set(Mode)


@pytest.mark.parametrize(
    ("desk", "rostered", "duty"),
    [("night", [2, 9], {2}), ("night", [], {1, 2}), ("", [2], {1, 2})],
)
def test_at_night_who_is_rostered_takes_calls_and_an_empty_roster_closes_nothing(
    desk: str, rostered: list[int], duty: set[int]
) -> None:
    assert on_duty(desk, rostered, [1, 2]) == duty
