"""When a caller may be rung, by the calendar of where they live."""

from datetime import date, datetime

import pytest
from hypothesis import given

from dispatch.callback import polite
from dispatch.callback.polite import PoliteHours
from dispatch.rules.holiday_notices import load_calendar
from hotline.core.clock import BEIJING
from tests.dispatch.polite_scene import HOURS, LHASA, beijing, moments, part_at, polite_hours


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-25T08:00", "2026-11-25T09:00"),  # Wednesday, too early
        ("2026-11-25T10:17", "2026-11-25T10:17"),  # at once
        ("2026-11-25T12:00", "2026-11-25T15:00"),  # noon rest
        ("2026-11-25T20:30", "2026-11-26T09:00"),  # evening
        ("2026-11-27T21:00", "2026-11-28T10:00"),  # Saturday begins later
        ("2026-10-01T09:30", "2026-10-01T10:00"),  # National Day
        ("2026-10-10T09:30", "2026-10-10T09:30"),  # a Saturday that is worked
        ("2026-02-25T09:30", "2026-02-25T10:00"),  # 藏历新年: Lhasa rests, the nation works
    ],
)
def test_the_first_polite_moment_follows_the_districts_own_days(now: str, first: str) -> None:
    assert polite.first_moment(HOURS, LHASA, now=beijing(now)) == beijing(first)


def test_a_district_that_works_is_rung_at_working_days_hours() -> None:
    losar = beijing("2026-02-25T09:30")
    assert polite.first_moment(HOURS, load_calendar("000000"), now=losar) == losar


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("2026-11-23T09:05", "2026-11-24T15:00"),  # morning, then an afternoon
        ("2026-11-24T15:30", "2026-11-25T19:00"),  # afternoon, then an evening
        ("2026-11-25T19:30", "2026-11-26T09:00"),  # evening, then a morning
        ("2026-11-27T09:30", "2026-11-28T16:00"),  # Friday morning, Saturday afternoon
    ],
)
def test_the_next_attempt_is_another_day_and_another_part_of_it(last: str, following: str) -> None:
    assert polite.next_moment(HOURS, LHASA, last=beijing(last)) == beijing(following)


@given(polite_hours(), moments)
def test_the_first_polite_moment_is_polite_and_stays_itself(
    hours: PoliteHours, now: datetime
) -> None:
    first = polite.first_moment(hours, LHASA, now=now)
    assert first >= now
    assert part_at(hours, first) is not None
    assert polite.first_moment(hours, LHASA, now=first) == first
    assert polite.is_polite(hours, LHASA, now=first)
    assert polite.is_polite(hours, LHASA, now=now) == (first == now)


@given(polite_hours(), moments)
def test_the_next_attempt_lies_on_a_later_day_in_a_part_that_was_not_tried(
    hours: PoliteHours, now: datetime
) -> None:
    rung = polite.first_moment(hours, LHASA, now=now)
    following = polite.next_moment(hours, LHASA, last=rung)
    assert following.astimezone(BEIJING).date() > rung.astimezone(BEIJING).date()
    assert polite.is_polite(hours, LHASA, now=following)
    if len(hours.of(following.astimezone(BEIJING).date(), LHASA)) >= 2:
        assert part_at(hours, following) != part_at(hours, rung)


def test_a_setting_that_leaves_no_hour_is_not_looped_over_for_ever() -> None:
    never = PoliteHours.parse("", "")
    with pytest.raises(ValueError, match="No polite hour"):
        polite.first_moment(never, LHASA, now=beijing("2026-11-25T10:00"))
    with pytest.raises(ValueError, match="No polite hour"):
        polite.next_moment(never, LHASA, last=beijing("2026-11-25T10:00"))


def test_a_day_off_without_hours_is_passed_over() -> None:
    workdays_only = PoliteHours.parse("09:00-12:00", "")
    friday = beijing("2026-11-27T13:00")
    assert polite.first_moment(workdays_only, LHASA, now=friday).date() == date(2026, 11, 30)
