"""Notices that a site takes in: versions, what they would move, and what they do move."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session, col, select

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.rules import calendar_imports, calendar_preview, calendars, reckon_all, touched
from dispatch.rules.calendar_imports import File
from dispatch.rules.holiday_notices import load_calendar, parse_days
from dispatch.rules.layers import DayKind
from dispatch.rules.models_rules import CalendarDay, CalendarReckoning, CalendarVersion
from dispatch.rules.sheet import BadSheet
from dispatch.terms import ClockKind
from dispatch.timing import catching_up, clock_changes, clocks
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.clock import BEIJING
from hotline.core.events import Audience, EventType
from tests.factories import create_ticket

HEADER = "layer,date,kind,name,notice,publisher,issued,found_at\n"
OURS = "540102-urban"


def notice(*lines: str, name: str = "notice.csv") -> File:
    sheet = HEADER + "".join(f"{line}\n" for line in lines)
    return File.of(name, sheet, parse_days(name, sheet))


def off(*days: str, layer: str = "540100", named: str = "测试放假通知") -> File:
    return notice(*(f"{layer},{day},off,放假,{named},,," for day in days))


def dispatched(session: Session, now: datetime, **changes: str) -> Ticket:
    """Return a ticket of Chengguan district whose order has clocks from now on."""
    ticket = create_ticket(session, now=now, **changes)
    dispatching.dispatch(session, ticket, [Assignment(OURS)], actor=MACHINE, now=now)
    return ticket


def clock_of(session: Session, ticket: Ticket, kind: ClockKind) -> Clock:
    return next(each for each in clocks.of_ticket(session, ticket) if each.kind == kind)


def take_in(session: Session, file: File, now: datetime) -> CalendarVersion:
    version = calendar_imports.take_in(session, file, actor=MACHINE, now=now)
    assert version
    return version


def reckon(session: Session, now: datetime, *, most: int = 200) -> int:
    """Reckon until nothing is left and return how many batches that took."""
    batches = 0
    while reckon_all.reckon_batch(session, now=now, most=most):
        batches += 1
    return batches


def told(session: Session, ticket: Ticket) -> Sequence[events.Event]:
    happened = events.history(session, f"ticket:{ticket.number}")
    return [event for event in happened if event.type == EventType.CLOCK_RECKONED]


def moment(event: events.Event, name: str) -> datetime:
    return datetime.fromisoformat(event.refs[name])


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


def test_preview_names_the_clocks_that_would_move_and_changes_nothing(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    elsewhere = dispatched(session, now, district="540200", district_name="日喀则市")
    before = {clock.id: clock.due_at for clock in clocks.of_ticket(session, ticket)}

    found = calendar_preview.preview(session, off("2026-12-03").days)

    (move,) = [each for each in found.moves if each.kind == ClockKind.REPLY_BY]
    assert (move.ticket, move.due_after - move.due_before) == (ticket.number, timedelta(days=3))
    assert elsewhere.number not in {each.ticket for each in found.moves}
    assert {clock.id: clock.due_at for clock in clocks.of_ticket(session, ticket)} == before
    assert not told(session, ticket)
    assert session.exec(select(CalendarVersion)).all() == []


def test_going_live_moves_exactly_the_previewed_clocks(session: Session, now: datetime) -> None:
    for hours in range(0, 240, 8):
        dispatched(session, now - timedelta(hours=hours))
    file = off("2026-11-27", "2026-12-01", "2026-12-03")
    before = {clock.id: clock.due_at for clock in session.exec(select(Clock)).all()}
    ahead = calendar_preview.preview(session, file.days, most=1000)

    version = take_in(session, file, now)
    reckon(session, now, most=7)

    session.expire_all()
    moved = {
        (clock.subject, clock.kind, before[clock.id], clock.due_at)
        for clock in session.exec(select(Clock)).all()
        if clock.due_at != before[clock.id]
    }
    foretold = {(each.subject, each.kind, each.due_before, each.due_after) for each in ahead.moves}
    state = reckon_all.state_of(session, version.id or 0)
    assert moved == foretold
    assert len(moved) == ahead.moved == state.moved > 20
    assert state.reckoned == ahead.touched
    assert state.finished_at == now


def test_each_moved_clock_leaves_one_event_with_both_due_times_and_the_notice(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    before = clock_of(session, ticket, ClockKind.REPLY_BY).due_at
    take_in(session, off("2026-12-03"), now)
    reckon(session, now)

    clock = clock_of(session, ticket, ClockKind.REPLY_BY)
    (event,) = told(session, ticket)
    assert (moment(event, "before"), moment(event, "due")) == (before, clock.due_at)
    assert (event.refs["clock"], event.refs["why"]) == ("reply_by", "测试放假通知")
    assert [line["source"] for line in clock.trace if line["date"] == "2026-12-03"] == [
        "测试放假通知"
    ]
    assert events.verify(session) > 0


def test_stopped_waiting_and_natural_hour_clocks_stay(session: Session, now: datetime) -> None:
    ticket, waiting = dispatched(session, now), dispatched(session, now)
    emergency = dispatched(session, now, time_class="emergency")
    order = orders.of_ticket(session, ticket)[0]
    clocks.stop(session, orders.subject(order), [ClockKind.REPLY_BY], now=now)
    clock_changes.pause(
        session, clock_of(session, waiting, ClockKind.REPLY_BY), waits_for="suspension:1"
    )
    session.flush()

    take_in(session, off("2026-11-25", "2026-12-03"), now)
    reckon(session, now)

    for each in (ticket, waiting, emergency):
        assert clock_of(session, each, ClockKind.REPLY_BY).calendar_version == 0
        assert ClockKind.REPLY_BY not in {event.refs["clock"] for event in told(session, each)}


def test_a_clock_that_runs_again_catches_up_with_the_notice(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    subject = orders.subject(orders.of_ticket(session, ticket)[0])
    before = clock_of(session, ticket, ClockKind.REPLY_BY).due_at
    clocks.stop(session, subject, [ClockKind.REPLY_BY], now=now)
    take_in(session, off("2026-12-03"), now)
    reckon(session, now)

    resumed = clocks.resume(session, subject, [ClockKind.REPLY_BY])
    catching_up.catch_up(session, resumed, now=now)

    assert resumed[0].due_at == before + timedelta(days=3)
    assert told(session, ticket)[-1].refs["why"] == "测试放假通知"


def test_a_childs_clock_follows_its_parents_end(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    parent, order = (
        clock_of(session, ticket, ClockKind.REPLY_BY),
        orders.of_ticket(session, ticket)[0],
    )
    onward = order.model_dump(exclude={"id", "number", "parent_id"})
    session.add(WorkOrder(**onward, number="child", parent_id=order.id))
    child = Clock(**parent.model_dump(exclude={"id", "subject"}), subject="order:child")
    child.started_at = now + timedelta(days=6)
    child.limit, child.ceiling_at = "9wd", parent.due_at
    session.add(child)
    session.flush()
    file = off("2026-11-26")  # before the child began
    ahead = calendar_preview.preview(session, file.days)

    take_in(session, file, now)
    reckon(session, now)

    assert parent.due_at == child.due_at == child.ceiling_at
    assert ("order:child", child.due_at) in {(each.subject, each.due_after) for each in ahead.moves}


def test_versions_are_reckoned_one_after_the_other(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    first = take_in(session, off("2026-12-03", named="第一份"), now)
    second = take_in(session, off("2026-12-02", named="第二份"), now)

    reckon(session, now)
    reckon(session, now)

    replies = [event for event in told(session, ticket) if event.refs["clock"] == "reply_by"]
    assert [event.refs["why"] for event in replies] == ["第一份", "第二份"]
    assert moment(replies[0], "due") == moment(replies[1], "before")
    assert clock_of(session, ticket, ClockKind.REPLY_BY).calendar_version == second.id
    assert first.id is not None


def test_a_reckoning_that_stopped_half_way_goes_on(session: Session, now: datetime) -> None:
    for _ in range(6):
        dispatched(session, now)
    version = take_in(session, off("2026-12-03"), now)

    assert reckon_all.reckon_batch(session, now=now, most=2)
    session.flush()
    session.expire_all()  # as a new process reads it
    assert reckon_all.state_of(session, version.id or 0).moved == 2
    reckon(session, now, most=2)

    state = session.get_one(CalendarReckoning, version.id)
    assert (state.moved, state.finished_at) == (6, now)
    assert all(len(told(session, each)) == 1 for each in session.exec(select(Ticket)))


def test_an_unannounced_year_is_reckoned_when_its_notices_come(
    session: Session, now: datetime
) -> None:
    moment = datetime(2026, 12, 28, 3, tzinfo=UTC)
    ticket = dispatched(session, moment)
    assert clock_of(session, ticket, ClockKind.REPLY_BY).provisional

    national = off("2027-01-01", "2027-01-02", "2027-01-03", layer="000000", named="国办通知")
    take_in(session, national, now)
    reckon(session, now)
    half_known = clock_of(session, ticket, ClockKind.REPLY_BY)
    assert half_known.provisional  # Lhasa's own notice is still to come
    take_in(session, off("2027-02-08", named="拉萨市通知"), now)
    reckon(session, now)

    settled = clock_of(session, ticket, ClockKind.REPLY_BY)
    assert not settled.provisional
    assert [event.refs["why"] for event in told(session, ticket)] == ["国办通知"]


def test_days_are_kept_as_the_file_says(session: Session, now: datetime) -> None:
    file = notice("540100,2026-12-03,half,纪念日,某通知,某市人民政府,2026-11-20,lasa.gov.cn")
    take_in(session, file, now)
    (row,) = session.exec(select(CalendarDay).order_by(col(CalendarDay.day))).all()
    assert (calendars.day_of(row),) == file.days


def test_who_is_touched_is_found_by_layer_and_date(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)

    def kinds(file: File) -> set[str]:
        return {each.kind for each in touched.clocks(session, file.days)}

    assert kinds(off("2026-12-03")) == {"reply_by"}
    assert kinds(off("2026-12-03", layer="540103")) == set()
    assert kinds(off("2026-12-03", layer="540000")) == {"reply_by"}
    assert kinds(off("2026-12-03", layer="540200")) == set()
    assert kinds(off("2027-06-01")) == set()
    assert kinds(off("2026-12-03", layer=f"540100/{OURS}")) == {"reply_by"}
    assert ticket.number
