"""What a notice moves: foretold before it is taken in, moved once after, and told of."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from dispatch.handling import orders
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.rules import calendar_preview, reckon_all, touched
from dispatch.rules.calendar_imports import File
from dispatch.rules.models_rules import CalendarReckoning, CalendarVersion
from dispatch.terms import ClockKind
from dispatch.timing import catching_up, clock_changes, clocks
from dispatch.timing.reckoning import BEFORE_ABOVE
from hotline.core import events
from tests.dispatch.holiday_scene import (
    OURS,
    clock_of,
    dispatched,
    moment,
    off,
    reckon,
    take_in,
    told,
)


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

    assert parent.due_at == child.ceiling_at == child.due_at + BEFORE_ABOVE
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
