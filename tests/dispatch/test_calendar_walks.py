"""Counting agrees with a slow oracle that walks the days, over random calendars."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.hours import Span
from dispatch.rules.layers import DayKind
from dispatch.rules.limits import Limit, LimitUnit
from hotline.core.clock import BEIJING
from tests.dispatch.random_calendars import KINDS, OFFICE, STARTS, business_spans, layered


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
