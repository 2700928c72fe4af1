"""Counting deadlines: the golden vectors of domain.md 2.5, and how each unit counts."""

import json
from datetime import date, datetime, time, timedelta

import pytest

from dispatch.rules.calendar import BadStart, Due, due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.hours import Hours, Span, parse_spans
from dispatch.rules.layers import (
    Calendar,
    Day,
    DayEnd,
    DayKind,
    Layer,
    Source,
    stack,
    with_days,
)
from dispatch.rules.limits import Limit, LimitUnit, parse_limit
from hotline.core.clock import BEIJING

OFFICE = parse_spans("09:30-13:00 15:30-18:00")
NOTICE = Source("a notice")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def count(start: str, limit: str, district: str = "000000") -> Due:
    return due(at(start), parse_limit(limit), load_calendar(district))


def one_layer(*days: tuple[str, str], spans: tuple[Span, ...] = OFFICE) -> Calendar:
    """Return a calendar whose 2026 is announced, with the given (date, kind) days."""
    named = [("2026-01-01", "off"), *days]
    return stack([Layer("000000", "", laid("000000", *named), (Hours(spans),), announces=True)])


def laid(layer: str, *days: tuple[str, str]) -> tuple[Day, ...]:
    return tuple(Day(layer, date.fromisoformat(d), DayKind(k), "", NOTICE) for d, k in days)


# start, working days, national due date, Lhasa due date
GOLDEN = [
    ("2026-02-12", 3, "2026-02-24", "2026-02-27"),
    ("2026-02-13", 5, "2026-02-27", "2026-03-03"),
    ("2026-02-14", 1, "2026-02-24", "2026-02-27"),
    ("2026-02-20", 3, "2026-02-26", "2026-03-02"),
    ("2026-09-18", 3, "2026-09-22", "2026-09-22"),
    ("2026-09-30", 5, "2026-10-13", "2026-10-13"),
    ("2026-04-30", 3, "2026-05-08", "2026-05-08"),
    ("2026-01-01", 1, "2026-01-04", "2026-01-04"),
    ("2025-02-25", 3, "2025-02-28", "2025-03-06"),
    ("2023-02-17", 2, "2023-02-21", "2023-02-19"),
]


@pytest.mark.parametrize("hour", ["00:00", "10:00", "23:59"])
@pytest.mark.parametrize(("start", "days", "national", "lhasa"), GOLDEN)
def test_golden_vectors_hold_whatever_the_hour(
    start: str, days: int, national: str, lhasa: str, hour: str
) -> None:
    for district, expected in (("000000", national), ("540100", lhasa), ("540102", lhasa)):
        result = count(f"{start}T{hour}", f"{days}wd", district)
        assert result.due == at(f"{expected}T18:00")
        assert not result.provisional


@pytest.mark.parametrize("district", ["000000", "540100"])
def test_a_year_without_a_notice_is_counted_by_weekdays_and_provisional(district: str) -> None:
    result = count("2026-12-30T10:00", "3wd", district)

    assert result.due.date() == date(2027, 1, 4)
    assert result.provisional
    assert [line.day.date for line in result.trace if line.provisional] == [
        date(2027, 1, day) for day in (1, 2, 3, 4)
    ]


def test_an_announced_year_end_is_not_provisional() -> None:
    assert not count("2026-12-30T10:00", "1wd").provisional


def test_natural_limits_need_no_notice() -> None:
    assert not count("2026-12-31T10:00", "72h").provisional
    assert not count("2026-12-31T10:00", "7d").provisional


def test_a_loaded_notice_settles_a_provisional_due_time() -> None:
    before = load_calendar("000000")
    after = with_days(before, laid("000000", ("2027-01-01", "off"), ("2027-01-02", "work")))
    limit = Limit(2, LimitUnit.WORKING_DAYS)

    settled = due(at("2026-12-30T10:00"), limit, after)

    assert due(at("2026-12-30T10:00"), limit, before).due == at("2027-01-01T18:00")
    assert settled.due == at("2027-01-02T18:00")
    assert not settled.provisional


def test_lhasa_stays_provisional_until_its_own_notice_is_loaded() -> None:
    national = laid("000000", ("2027-01-01", "off"))
    local = laid("540100", ("2027-02-08", "off"))
    limit = Limit(2, LimitUnit.WORKING_DAYS)
    start = at("2026-12-30T10:00")

    with_national = with_days(load_calendar("540100"), national)
    with_both = with_days(with_national, local)

    assert with_national.day(date(2027, 1, 1)).provisional
    assert due(start, limit, with_national).provisional
    assert not due(start, limit, with_both).provisional


def test_the_narrowest_layer_wins_and_says_so() -> None:
    result = count("2026-02-23T10:00", "1wd", "540100")
    skipped = {line.day.date: line.day.layer for line in result.trace if not line.amount}

    assert skipped[date(2026, 2, 24)] == "540100"
    assert load_calendar("000000").day(date(2026, 2, 24)).layer == ""
    assert load_calendar("540100").day(date(2026, 10, 1)).layer == "000000"


def test_a_units_own_layer_lies_over_its_city() -> None:
    city = load_calendar("540100").layers
    unit = Layer("540100/water", "", laid("540100/water", ("2026-02-16", "work")))

    result = due(at("2026-02-15T10:00"), parse_limit("1wd"), stack([*city, unit]))

    assert result.due == at("2026-02-16T18:00")


def test_the_trace_is_json_and_tells_each_day_with_its_source() -> None:
    answer = json.loads(json.dumps(count("2026-02-12T10:00", "3wd", "540100").as_json()))

    assert set(answer) == {"due", "provisional", "trace"}
    assert answer["due"] == "2026-02-27T18:00:00+08:00"
    assert [line["date"] for line in answer["trace"] if line["counted"]] == [
        "2026-02-13",
        "2026-02-14",
        "2026-02-27",
    ]
    assert [line["why"] for line in answer["trace"]] == [
        "event_day",
        "workday",
        "makeup_day",
        *["holiday"] * 12,
        "workday",
    ]
    assert all(line["source"] for line in answer["trace"])
    assert "[R4]" in answer["trace"][2]["source"]


def test_the_library_is_named_with_its_version() -> None:
    ruled = load_calendar("000000").day(date(2026, 10, 10))
    assert (ruled.kind, ruled.name) == (DayKind.WORK, "国庆节")
    assert str(ruled.source).startswith("chinesecalendar 1.")


def test_natural_hours_run_at_once_through_nights_and_holidays() -> None:
    result = count("2026-02-16T23:30", "2h")
    assert result.due == at("2026-02-17T01:30")
    assert [line.amount for line in result.trace] == [0.5, 1.5]


def test_natural_days_end_on_an_off_day_unless_the_profile_moves_them() -> None:
    days = Limit(3, LimitUnit.NATURAL_DAYS)
    moving = Limit(3, LimitUnit.NATURAL_DAYS, moves_off_days=True)
    lhasa = load_calendar("540100")

    assert due(at("2026-02-12T10:00"), days, lhasa).due == at("2026-02-15T18:00")
    assert due(at("2026-02-12T10:00"), moving, lhasa).due == at("2026-02-27T18:00")
    assert due(at("2026-12-31T10:00"), moving, lhasa).provisional


def test_day_limits_can_end_at_midnight() -> None:
    calendar = load_calendar("000000", DayEnd.MIDNIGHT)
    assert due(at("2026-02-12T10:00"), parse_limit("3wd"), calendar).due == at("2026-02-25T00:00")


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-02-12T09:30", "4wh", "2026-02-12T16:00"),
        ("2026-02-12T07:00", "1wh", "2026-02-12T10:30"),
        ("2026-02-12T12:00", "1wh", "2026-02-12T13:00"),  # ends with the span, not after lunch
        ("2026-02-12T14:00", "1wh", "2026-02-12T16:30"),
        ("2026-02-14T17:00", "4wh", "2026-02-27T12:30"),  # a make-up day, then the long holiday
        ("2026-02-20T10:00", "1wh", "2026-02-27T10:30"),
    ],
)
def test_working_hours_run_only_inside_lhasa_business_hours(
    start: str, limit: str, expected: str
) -> None:
    assert count(start, limit, "540100").due == at(expected)


def test_a_half_day_has_only_its_morning() -> None:
    calendar = one_layer(("2026-03-03", "half"))

    hours = due(at("2026-03-03T12:00"), parse_limit("2wh"), calendar)
    days = due(at("2026-03-02T12:00"), parse_limit("1wd"), calendar)

    assert hours.due == at("2026-03-04T10:30")
    assert days.due == at("2026-03-03T13:00")


def test_a_span_past_midnight_belongs_to_the_day_it_opens_on() -> None:
    calendar = one_layer(("2026-03-03", "off"), spans=parse_spans("20:00-02:00"))

    result = due(at("2026-03-03T01:00"), parse_limit("2wh"), calendar)

    assert result.due == at("2026-03-04T21:00")
    assert [line.total for line in result.trace] == [1, 1, 2]


def test_round_the_clock_hours_count_like_natural_hours() -> None:
    calendar = one_layer(spans=parse_spans("00:00-24:00"))
    start = at("2026-03-03T22:15")
    assert due(start, parse_limit("30wh"), calendar).due == start + timedelta(hours=30)


def test_hours_follow_the_season_and_the_narrowest_layer() -> None:
    summer = Hours(parse_spans("10:00-12:00"), date(2026, 5, 6), date(2026, 9, 30))
    local = Layer("540000", "", (), (summer,))
    calendar = stack([one_layer().layers[0], local])

    def after_one_hour(day: str) -> datetime:
        return due(at(f"{day}T08:00"), parse_limit("1wh"), calendar).due

    assert after_one_hour("2026-05-05") == at("2026-05-05T10:30")
    assert after_one_hour("2026-05-06") == at("2026-05-06T11:00")
    assert after_one_hour("2026-09-30") == at("2026-09-30T11:00")
    assert after_one_hour("2026-10-01") == at("2026-10-01T10:30")


def test_start_in_another_offset_is_the_same_moment() -> None:
    utc = datetime.fromisoformat("2026-02-12T17:00:00+00:00")  # already the 13th in Beijing
    assert due(utc, parse_limit("1wd"), load_calendar("000000")).due == at("2026-02-14T18:00")


def test_a_start_without_offset_is_refused() -> None:
    naive = datetime.combine(date(2026, 2, 12), time(10))
    with pytest.raises(BadStart, match="2026-02-12T10:00:00"):
        due(naive, parse_limit("1wd"), load_calendar("000000"))


def test_the_longest_limits_stay_on_the_calendar() -> None:
    for unit in LimitUnit:
        result = due(at("2026-02-12T10:00"), Limit(20_000, unit), load_calendar("540100"))
        assert result.trace[-1].total == 20_000
