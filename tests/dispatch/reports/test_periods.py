"""Beijing days of a report: its own, those before, and when a scheduled one is due."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.reports import periods, states
from dispatch.reports.periods import Span, When
from dispatch.reports.terms import ReportAction, ReportKind, ReportState
from hotline.core.clock import BEIJING
from hotline.core.errors import Conflict, Invalid

DAY = timedelta(days=1)
DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))
REGULAR = st.sampled_from([ReportKind.DAILY, ReportKind.WEEKLY, ReportKind.MONTHLY])


@given(REGULAR, DATES)
def test_every_day_lies_in_one_span_and_the_one_before_ends_on_its_eve(
    kind: ReportKind, day: date
) -> None:
    told = periods.span(kind, day)
    assert told.first <= day <= told.last
    assert all(periods.span(kind, each) == told for each in (told.first, told.last))
    before = periods.before(kind, told)
    assert before.last == told.first - DAY
    assert before == periods.span(kind, before.first)


@given(REGULAR, DATES, st.integers(0, 23), st.integers(0, 6), st.integers(1, 28))
def test_a_report_is_due_after_its_days_and_within_a_month(
    kind: ReportKind, day: date, hour: int, weekday: int, of_month: int
) -> None:
    told = periods.span(kind, day)
    due = periods.due_at(periods.checked(When(kind, hour, weekday, of_month)), told)
    over = datetime.combine(told.last + DAY, datetime.min.time(), BEIJING)
    assert over <= due < over + timedelta(days=29)
    assert due.hour == hour
    if kind is ReportKind.WEEKLY:
        assert due.weekday() == weekday
    newer, older = periods.lately(kind, due.date())
    assert told in (newer, older) or kind is ReportKind.DAILY
    assert newer.last < due.date()


def test_the_year_turns_and_february_ends() -> None:
    monthly, weekly = ReportKind.MONTHLY, ReportKind.WEEKLY
    february = periods.span(monthly, date(2028, 2, 10))
    assert (february.last, february.days) == (date(2028, 2, 29), 29)
    january = periods.span(monthly, date(2027, 1, 31))
    assert periods.before(monthly, january) == Span(date(2026, 12, 1), date(2026, 12, 31))
    assert periods.name(monthly, january) == "2027年1月"
    turn = periods.span(weekly, date(2027, 1, 1))
    assert periods.name(weekly, turn) == "2026年第53周（12月28日至1月3日）"
    assert periods.due_at(When(monthly, 9, day=5), january) == datetime(
        2027, 2, 5, 9, tzinfo=BEIJING
    )


def test_a_special_report_has_both_ends_and_no_schedule() -> None:
    special, first = ReportKind.SPECIAL, date(2026, 10, 1)
    told = periods.span(special, first, first + 6 * DAY)
    assert periods.before(special, told) == Span(first - 7 * DAY, first - DAY)
    for last in (None, first - DAY, first + 366 * DAY):
        with pytest.raises(Invalid):
            periods.span(special, first, last)
    for bad in (
        *(When(special, 9), When(ReportKind.DAILY, 24)),
        *(When(ReportKind.WEEKLY, 9, weekday=7), When(ReportKind.MONTHLY, 9, day=29)),
    ):
        with pytest.raises(Invalid):
            periods.checked(bad)


@given(st.lists(st.sampled_from(list(ReportAction)), max_size=12))
def test_whatever_is_done_in_whatever_order_a_final_text_stays(walk: list[ReportAction]) -> None:
    state, final = ReportState.PREPARING, False
    for action in walk:
        try:
            state = states.after(state, action)
        except Conflict:
            assert action not in states.may(state)
            continue
        assert not (final and action in (ReportAction.REMARK, ReportAction.SIGN))
        final = final or state in states.FINAL
    if state in (ReportState.ARCHIVED, ReportState.WITHDRAWN):
        assert states.may(state) == frozenset()
