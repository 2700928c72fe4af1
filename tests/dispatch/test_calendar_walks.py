"""Counting agrees with a slow oracle that walks the days, over random calendars."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.hours import Hours, Span, parse_spans
from dispatch.rules.layers import Calendar, Day, DayKind, Layer, Source, stack
from dispatch.rules.limits import Limit, LimitUnit
from hotline.core.clock import BEIJING

OFFICE = parse_spans("09:30-13:00 15:30-18:00")
NOTICE = Source("a notice")
FIRST = date(2026, 1, 1)
KINDS = st.dictionaries(
    st.integers(0, 60).map(lambda n: FIRST + timedelta(n)), st.sampled_from(DayKind), max_size=40
)
STARTS = st.integers(0, 40 * 288).map(
    lambda n: datetime.combine(FIRST, time(), BEIJING) + timedelta(minutes=5 * n)
)


@st.composite
def business_spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Draw one to three disjoint spans on a 5-minute grid; the last may pass midnight."""
    marks = sorted(draw(st.sets(st.integers(0, 400), min_size=2, max_size=6)))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    assume(pairs[-1][0] < 288 and pairs[-1][1] <= pairs[0][0] + 288)
    return tuple(Span(timedelta(minutes=5 * a), timedelta(minutes=5 * b)) for a, b in pairs)


def layered(
    wide: dict[date, DayKind], narrow: dict[date, DayKind], spans: tuple[Span, ...]
) -> Calendar:
    days = [
        tuple(Day(code, day, kind, "", NOTICE) for day, kind in kinds.items())
        for code, kinds in (("000000", wide), ("540000", narrow))
    ]
    return stack([Layer("000000", "", days[0], (Hours(spans),)), Layer("540000", "", days[1])])


def kind_of(day: date, wide: dict[date, DayKind], narrow: dict[date, DayKind]) -> DayKind:
    return {**wide, **narrow}.get(day, DayKind.WORK if day.weekday() < 5 else DayKind.OFF)


def is_open(
    moment: datetime,
    wide: dict[date, DayKind],
    narrow: dict[date, DayKind],
    spans: tuple[Span, ...],
) -> bool:
    for back in (0, 1):
        day = moment.date() - timedelta(back)
        into = moment - datetime.combine(day, time(), BEIJING)
        kept = {DayKind.OFF: 0, DayKind.HALF: 1, DayKind.WORK: len(spans)}
        for span in spans[: kept[kind_of(day, wide, narrow)]]:
            if span.opens <= into < span.closes:
                return True
    return False


@given(KINDS, KINDS, STARTS, st.integers(1, 30))
def test_working_days_agree_with_walking_day_by_day(
    wide: dict[date, DayKind], narrow: dict[date, DayKind], start: datetime, n: int
) -> None:
    day, left = start.date(), n
    while left:
        day += timedelta(1)
        left -= kind_of(day, wide, narrow) is not DayKind.OFF

    result = due(start, Limit(n, LimitUnit.WORKING_DAYS), layered(wide, narrow, OFFICE))

    assert result.due.date() == day
    assert sum(line.amount for line in result.trace) == n
    dates = [line.day.date for line in result.trace]
    assert dates == [start.date() + timedelta(i) for i in range(len(dates))]


@settings(max_examples=60, deadline=None)
@given(KINDS, KINDS, business_spans(), STARTS, st.integers(1, 12))
def test_working_hours_agree_with_walking_five_minutes_at_a_time(
    wide: dict[date, DayKind],
    narrow: dict[date, DayKind],
    spans: tuple[Span, ...],
    start: datetime,
    n: int,
) -> None:
    moment, left = start, n * 12
    while left:
        left -= is_open(moment, wide, narrow, spans)
        moment += timedelta(minutes=5)

    result = due(start, Limit(n, LimitUnit.WORKING_HOURS), layered(wide, narrow, spans))

    assert result.due == moment
    assert sum(line.amount for line in result.trace) == pytest.approx(n)


@given(STARTS, st.sampled_from(LimitUnit), st.integers(1, 50))
def test_a_longer_limit_is_never_due_sooner(start: datetime, unit: LimitUnit, n: int) -> None:
    lhasa = load_calendar("540100")
    shorter, longer = (due(start, Limit(count, unit), lhasa).due for count in (n, n + 1))
    assert start < shorter < longer
