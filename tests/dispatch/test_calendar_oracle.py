"""2018 to 2027, every start day: counting agrees with a slow oracle that asks each day by itself.

The oracle reads the library and the notice files by their own means, not through our layers.
"""

import csv
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar
import pytest

from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import CALENDARS, load_calendar
from dispatch.rules.limits import Limit, LimitUnit
from hotline.core.clock import BEIJING

FIRST, LAST = date(2018, 1, 1), date(2027, 12, 31)
STARTS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
LENGTHS = (1, 3, 15)


@cache
def local_days() -> dict[date, str]:
    with (CALENDARS / "540100.csv").open(encoding="utf-8-sig", newline="") as file:
        return {date.fromisoformat(line["date"]): line["kind"] for line in csv.DictReader(file)}


def is_worked(day: date, *, lhasa: bool) -> bool:
    if lhasa and day in local_days():
        return local_days()[day] != "off"
    if day.year <= max(chinese_calendar.holidays).year:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def walk(start: date, count: int, *, lhasa: bool) -> date:
    day = start
    while count:
        day += timedelta(1)
        count -= is_worked(day, lhasa=lhasa)
    return day


@pytest.mark.parametrize(("district", "lhasa"), [("000000", False), ("540100", True)])
@pytest.mark.parametrize("count", LENGTHS)
def test_working_days_from_every_day_of_ten_years_agree_with_the_oracle(
    district: str, lhasa: bool, count: int
) -> None:
    calendar, limit = load_calendar(district), Limit(count, LimitUnit.WORKING_DAYS)
    for start in STARTS:
        found = due(datetime.combine(start, time(10), BEIJING), limit, calendar)
        assert found.due.date() == walk(start, count, lhasa=lhasa), start


def test_the_library_knows_these_years() -> None:
    years = {day.year for day in chinese_calendar.holidays}
    assert {2018, 2026} <= years
    assert load_calendar("000000").last_year == max(years)
