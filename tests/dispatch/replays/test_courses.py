"""时限重演的规则: the same as the reckoning; another limit never turns what it can't."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.replays.changes import Changes, LimitChange, RoutingChange, check
from dispatch.replays.comparing import Ending, Sort, kept, turned
from dispatch.replays.course import Counting, Course, Extended, Waited, due_at, until
from dispatch.replays.stages import OPEN, TRANSITIONS, Action, State, advance
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import Limit, LimitUnit, parse_limit
from dispatch.terms import ClockKind
from hotline.core.errors import Conflict, Invalid

LHASA = load_calendar("540102")
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)  # a Wednesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

moments = st.integers(0, 400 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
units = st.sampled_from(list(LimitUnit))
limits = st.builds(Limit, st.integers(1, 20), units)


def of(limit: str, *steps: Extended | Waited) -> Course:
    return Course(NOON, parse_limit(limit), steps)


@given(moments, limits)
def test_a_clock_to_which_nothing_happened_is_due_as_the_calendar_counts(
    start: datetime, limit: Limit
) -> None:
    assert due_at(Course(start, limit, ()), Counting(LHASA)) == due(start, limit, LHASA).due


@given(moments, limits, limits)
def test_an_extension_is_never_due_earlier(start: datetime, limit: Limit, more: Limit) -> None:
    counting = Counting(LHASA)
    extended = Course(start, limit, (Extended(start, more),))
    assert due_at(extended, counting) >= due_at(Course(start, limit, ()), counting)


@given(moments, limits, st.integers(0, 30 * 24), st.integers(1, 30 * 24))
def test_a_wait_never_makes_a_clock_due_earlier(
    start: datetime, limit: Limit, after: int, hours: int
) -> None:
    counting = Counting(LHASA)
    wait = Waited(start + after * HOUR, start + (after + hours) * HOUR)
    assert due_at(Course(start, limit, (wait,)), counting) >= due_at(
        Course(start, limit, ()), counting
    )


def test_what_was_left_of_a_limit_is_counted_from_the_end_of_the_wait() -> None:
    waited = of("7wd", Waited(NOON + 2 * DAY, NOON + 20 * DAY))
    assert due_at(waited, Counting(LHASA)) == due(NOON + 20 * DAY, parse_limit("6wd"), LHASA).due


def test_a_wait_that_begins_after_the_clock_was_due_moves_nothing() -> None:
    late = Waited(NOON + 20 * DAY, NOON + 30 * DAY)
    assert due_at(of("2wd", late), Counting(LHASA)) == due_at(of("2wd"), Counting(LHASA))


def test_a_clock_is_due_before_the_one_above_it() -> None:
    above = NOON + DAY
    assert due_at(of("7wd"), Counting(LHASA), ceiling_at=above) == above - timedelta(minutes=1)
    assert due_at(of("7wd"), Counting(LHASA), ceiling_at=NOON - DAY) == NOON


def test_only_what_had_happened_by_then_counts() -> None:
    course = of("2wd", Extended(NOON + DAY, Limit(3, LimitUnit.WORKING_DAYS)))
    assert until(course, NOON) == of("2wd")
    assert until(course, NOON + DAY) == course


endings = st.builds(Ending, st.none() | moments, st.booleans(), st.booleans())


@given(endings, moments, moments, moments)
def test_a_later_due_moment_never_turns_what_was_kept(
    ending: Ending, one: datetime, other: datetime, now: datetime
) -> None:
    before, after = (kept(ending, each, now=now) for each in sorted((one, other)))
    assert turned(before, after) in (None, Sort.GAINED)
    assert turned(after, before) in (None, Sort.LOST)
    assert turned(before, before) is None


@pytest.mark.parametrize(
    "changes",
    [
        Changes(limits=(LimitChange(ClockKind.CALLBACK_BY, None, None, None, "2wd"),)),
        Changes(limits=(LimitChange(ClockKind.REPLY_BY, None, None, None, "0d"),)),
        Changes(weights={"response": 100}),
        Changes(weights={"response": -10, "resolution": 60, "satisfaction": 50}),
        Changes(routing=RoutingChange(threshold=1.5, spoken_threshold=0.9)),
        Changes(routing=RoutingChange(threshold=float("nan"), spoken_threshold=0.9)),
    ],
)
def test_what_can_not_be_replayed_is_refused(changes: Changes) -> None:
    with pytest.raises(Invalid):
        check(changes)


@given(st.sampled_from(State), st.sampled_from(Action))
def test_a_replay_moves_as_its_table_says_and_never_out_of_done(
    state: State, action: Action
) -> None:
    if (state, action) in TRANSITIONS:
        assert advance(state, action) != state
        assert state is not State.DONE
        return
    with pytest.raises(Conflict):
        advance(state, action)
    assert all((each, Action.CANCEL) in TRANSITIONS for each in OPEN)
