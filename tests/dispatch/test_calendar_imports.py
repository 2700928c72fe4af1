"""Notices that a site takes in: whose days rule where, kept as the file says, never changed."""

from datetime import date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session, col, select

from dispatch.handling import orders
from dispatch.rules import calendar_imports, calendars
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.layers import DayKind
from dispatch.rules.models_rules import CalendarDay
from dispatch.rules.sheet import BadSheet
from dispatch.terms import ClockKind
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.clock import BEIJING
from hotline.core.events import Audience, EventType
from tests.dispatch.holiday_scene import OURS, clock_of, dispatched, notice, off, take_in


def test_an_imported_day_is_the_servers_and_not_the_packages(
    session: Session, now: datetime
) -> None:
    version = take_in(session, off("2026-12-03"), now)

    mine = calendars.current(session, "540102")

    assert mine.day(date(2026, 12, 3)).kind is DayKind.OFF
    assert mine.day(date(2026, 12, 3)).source.notice == "测试放假通知"
    assert mine.version == version.id
    assert calendars.current(session, "540000").day(date(2026, 12, 3)).kind is DayKind.WORK
    assert load_calendar("540102").day(date(2026, 12, 3)).kind is DayKind.WORK


def test_within_a_layer_the_newer_import_wins(session: Session, now: datetime) -> None:
    take_in(session, off("2026-12-03"), now)
    take_in(session, notice("540100,2026-12-03,work,,更正通知,,,"), now)
    take_in(session, off("2026-12-03", layer="000000"), now)

    ruled = calendars.current(session, "540102").day(date(2026, 12, 3))
    assert (ruled.kind, ruled.source.notice) == (DayKind.WORK, "更正通知")


def test_a_county_and_a_unit_may_have_days_of_their_own(session: Session, now: datetime) -> None:
    take_in(session, off("2026-12-03", layer="540102"), now)
    take_in(session, off("2026-12-04", layer=f"540100/{OURS}"), now)
    day3, day4 = date(2026, 12, 3), date(2026, 12, 4)

    county = calendars.current(session, "540102")
    neighbour = calendars.current(session, "540103")
    unit = calendars.current(session, "540102", OURS)

    kinds = [each.day(day).kind.value for each in (county, neighbour, unit) for day in (day3, day4)]
    assert kinds == ["off", "work", "work", "work", "off", "off"]


def test_an_orders_clock_goes_by_its_units_layer(session: Session, now: datetime) -> None:
    take_in(session, off("2026-12-04", layer=f"540100/{OURS}"), now)

    ticket = dispatched(session, now)

    order = orders.of_ticket(session, ticket)[0]
    assert (
        calendars.of_subject(session, ticket, orders.subject(order)).layers[-1].code.endswith(OURS)
    )
    assert clock_of(session, ticket, ClockKind.REPLY_BY).due_at.astimezone(BEIJING).day == 7


def test_the_same_notice_again_does_nothing(session: Session, now: datetime) -> None:
    take_in(session, off("2026-12-03", "2026-12-04"), now)
    known = [off("2026-12-03", "2026-12-04"), off("2026-12-04")]

    assert [calendar_imports.take_in(session, each, actor=MACHINE, now=now) for each in known] == [
        None,
        None,
    ]
    assert len(calendar_imports.versions(session, most=9)) == 1


def test_taking_a_notice_in_leaves_one_event_inside(session: Session, now: datetime) -> None:
    version = take_in(session, off("2026-12-03", "2027-02-08"), now)

    (event,) = events.history(session, calendar_imports.CHAIN)
    assert (event.type, event.audience) == (EventType.CALENDAR_LOADED, Audience.INTERNAL)
    assert event.refs == {
        "version": version.id,
        "layers": ["540100"],
        "days": 2,
        "years": [2026, 2027],
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calendar_version SET note = 'x'",
        "DELETE FROM calendar_day",
    ],
)
def test_a_version_is_never_changed(session: Session, now: datetime, statement: str) -> None:
    take_in(session, off("2026-12-03"), now)
    with pytest.raises(ProgrammingError, match="never changed"), session.begin_nested():
        session.execute(text(statement))


def test_every_bad_line_is_named_with_its_column_and_what_to_write() -> None:
    with pytest.raises(BadSheet) as refused:
        notice(
            "540100,2026-12-03,off,,a notice,,,",
            "540100,2026-02-30,off,,a notice,,,",
            "110000,2026-12-04,off,,a notice,,,",
            "540100,2026-12-05,shut,,a notice,,,",
            "540100,2026-12-06,off,,,,,",
            "540100,2026-12-03,work,,a notice,,,",
        )
    named = [(line.line, line.column) for line in refused.value.lines]
    assert named == [(3, "date"), (4, "layer"), (5, "kind"), (6, "notice"), (7, "layer")]
    assert all(line.remedy for line in refused.value.lines)


def test_days_are_kept_as_the_file_says(session: Session, now: datetime) -> None:
    file = notice("540100,2026-12-03,half,纪念日,某通知,某市人民政府,2026-11-20,lasa.gov.cn")
    take_in(session, file, now)
    (row,) = session.exec(select(CalendarDay).order_by(col(CalendarDay.day))).all()
    assert (calendars.day_of(row),) == file.days
