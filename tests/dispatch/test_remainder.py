"""What is left of a limit that stood still: never less than it was, over random calendars."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.hours import Span
from dispatch.rules.layers import Calendar, DayKind
from dispatch.rules.limits import Limit, LimitUnit, parse_limit
from dispatch.timing.reckoning import Terms, read_parts, reckon
from dispatch.timing.remainder import in_days, left_of
from hotline.core.clock import BEIJING
from tests.dispatch.random_calendars import KINDS, STARTS, business_spans, layered

DAY = timedelta(days=1)
SHARES = st.floats(0, 1, exclude_max=True)
PAUSES = st.integers(0, 40 * 288).map(lambda n: timedelta(minutes=5 * n))
Given = tuple[datetime, Calendar, datetime, datetime]


@st.composite
def limits(draw: st.DrawFn, unit: LimitUnit | None = None) -> tuple[Limit, ...]:
    """Draw one to three parts, of one unit or of any."""
    units = st.sampled_from(LimitUnit) if unit is None else st.just(unit)
    return tuple(
        draw(st.lists(st.builds(Limit, st.integers(1, 12), units), min_size=1, max_size=3))
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    kinds: dict[date, DayKind] = draw(KINDS)
    spans: tuple[Span, ...] = draw(business_spans())
    return layered(kinds, draw(KINDS), spans)


def ends(start: datetime, parts: tuple[Limit, ...], calendar: Calendar) -> datetime:
    return reckon(start, Terms(parts, 75), calendar).due_at


def paused(
    start: datetime, parts: tuple[Limit, ...], calendar: Calendar, share: float, pause: timedelta
) -> tuple[datetime, datetime, datetime]:
    """Return when it was to wait, when it ran on, and when it is due then."""
    due = ends(start, parts, calendar)
    at = start + (due - start) * share
    assume(at < due)  # a share may be rounded up
    runs_on = at + pause
    return at, runs_on, ends(runs_on, left_of(start, parts, calendar, at=at), calendar)


def worked(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """Walk the days, slowly, and add up when business is open."""
    total, day = timedelta(0), since.date() - 2 * DAY
    while day <= until.date():
        for span in calendar.spans(calendar.day(day)):
            opens = datetime.combine(day, time(), BEIJING) + span.opens
            closes = datetime.combine(day, time(), BEIJING) + span.closes
            if opens < until and closes > since:
                total += min(closes, until) - max(opens, since)
        day += DAY
    return total


def days_in(calendar: Calendar, first: date, last: date, *, working: bool) -> int:
    """Count the days from first to last, or only those that are worked."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return sum(not working or calendar.day(day).kind is not DayKind.OFF for day in days)


def close_of(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING) + calendar.end_of(calendar.day(day))


def close_day(calendar: Calendar, moment: datetime) -> date:
    """Return the day that closes at this moment, which may be after its midnight."""
    day = moment.date()
    return day if close_of(calendar, day) == moment else day - DAY


@given(STARTS, limits(), calendars(), SHARES, PAUSES)
def test_what_waited_in_time_is_never_due_at_the_moment_it_runs_on(
    start: datetime, parts: tuple[Limit, ...], calendar: Calendar, share: float, pause: timedelta
) -> None:
    _, runs_on, due = paused(start, parts, calendar, share, pause)
    assert due > runs_on


@given(STARTS, limits(LimitUnit.NATURAL_HOURS), calendars(), SHARES, PAUSES)
def test_hours_are_never_shortened(
    start: datetime, parts: tuple[Limit, ...], calendar: Calendar, share: float, pause: timedelta
) -> None:
    at, runs_on, due = paused(start, parts, calendar, share, pause)
    left = ends(start, parts, calendar) - at
    assert left <= due - runs_on < left + timedelta(hours=1)


@given(STARTS, limits(LimitUnit.WORKING_HOURS), calendars(), SHARES, PAUSES)
def test_working_hours_are_never_shortened(
    start: datetime, parts: tuple[Limit, ...], calendar: Calendar, share: float, pause: timedelta
) -> None:
    at, runs_on, due = paused(start, parts, calendar, share, pause)
    left = worked(calendar, at, ends(start, parts, calendar))
    assert left <= worked(calendar, runs_on, due) <= left + timedelta(hours=1)


@pytest.mark.parametrize("unit", [LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS])
@given(data=st.data())
def test_days_are_never_shortened(unit: LimitUnit, data: st.DataObject) -> None:
    start, parts, calendar = data.draw(STARTS), data.draw(limits(unit)), data.draw(calendars())
    at, runs_on, due = paused(start, parts, calendar, data.draw(SHARES), data.draw(PAUSES))
    before, working = ends(start, parts, calendar), unit is LimitUnit.WORKING_DAYS
    first = start.date() + DAY
    while close_of(calendar, first) <= at:
        first += DAY
    left = days_in(calendar, first, close_day(calendar, before), working=working)
    assert left >= 1
    again = close_day(calendar, due)
    assert days_in(calendar, runs_on.date() + DAY, again, working=working) == left


@given(STARTS, limits(), calendars(), SHARES)
def test_parts_that_had_not_begun_are_left_whole(
    start: datetime, parts: tuple[Limit, ...], calendar: Calendar, share: float
) -> None:
    at = start + (ends(start, parts, calendar) - start) * share
    left = left_of(start, parts, calendar, at=at)
    assert len(left) <= len(parts)
    current = parts[len(parts) - len(left)]
    assert left[1:] == parts[len(parts) - len(left) + 1 :]
    assert left[0].unit is current.unit
    assert 1 <= left[0].count <= current.count


@pytest.mark.parametrize(
    ("limit", "at", "left"),
    [
        ("7wd", "2026-11-27T10:00", "6wd"),  # Friday itself is not over: Fri, Mon to Fri
        ("7wd", "2026-11-25T16:00", "7wd"),  # the day of the event was never counted
        ("7wd", "2026-12-04T17:59", "1wd"),  # the last day
        ("7wd+5wd", "2026-12-03T10:00", "2wd+5wd"),
        ("7wd+5wd", "2026-12-08T10:00", "4wd"),  # within the extension
        ("24h+5wd", "2026-11-25T13:30", "23h+5wd"),
        ("24h+5wd", "2026-11-27T09:00", "5wd"),
        ("4wh", "2026-11-25T16:00", "3wh"),  # lunch is no business hour
        ("10d", "2026-11-28T12:00", "8d"),
        ("2h", "2026-11-25T20:00", "1h"),  # had run out: one unit at least
    ],
)
def test_what_is_left_by_example(limit: str, at: str, left: str) -> None:
    start = datetime(2026, 11, 25, 12, tzinfo=BEIJING)
    moment = datetime.fromisoformat(f"{at}+08:00")
    calendar = load_calendar("540100")
    assert left_of(start, read_parts(limit), calendar, at=moment) == read_parts(left)


def test_only_days_make_hours_of_a_day_alike() -> None:
    assert in_days((parse_limit("7wd"), parse_limit("5d")))
    assert not in_days((parse_limit("24h"), parse_limit("5wd")))
    assert not in_days((parse_limit("4wh"),))
