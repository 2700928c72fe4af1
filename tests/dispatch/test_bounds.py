"""What a limit says beside its length: which waits stop it, when its day ends, whose calendar."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from dispatch import history
from dispatch.beside import suspensions
from dispatch.beside.models_beside import Suspension
from dispatch.beside.suspensions import Outcome
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, Ticket
from dispatch.rules import calendar_imports, calendar_preview, policy_imports, reckon_all
from dispatch.rules.calendar_imports import File
from dispatch.rules.holiday_notices import load_calendar, parse_days
from dispatch.rules.hours import BadHours
from dispatch.rules.layers import ending, parse_end
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.rules.policies import DEFAULT_PROFILE, POLICIES, parse_policies
from dispatch.rules.sheet import BadSheet
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from dispatch.timing.reckoning import Terms, reckon
from dispatch.timing.remainder import left_of
from dispatch.timing.wording import changes_of, explain
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.clock import BEIJING, beijing
from tests.factories import create_ticket

OURS = "540102-urban"
LEAD = Actor("tashi", Role.TEAM_LEAD)
OFF = (f"540100/{OURS},2026-12-02,off,放假,单位通知,,,", "540100,2026-12-03,off,放假,市通知,,,")
HEADER = "layer,date,kind,name,notice,publisher,issued,found_at\n"


def reply_limit(session: Session, now: datetime, bounds: str, limit: str = "7wd") -> None:
    """Put a profile in force whose only reply limit has these pauses, end and calendar."""
    packaged = POLICIES.read_text(encoding="utf-8").splitlines()
    kept = [line for line in packaged if ",reply_by," not in line]
    own = f"{DEFAULT_PROFILE},reply_by,*,*,*,{limit},dispatched,no,{bounds},75,,,市级规程"
    rows = parse_policies("own.csv", "\n".join([*kept, own]))
    policy_imports.take_in(session, "own.csv", rows, actor=MACHINE, now=now)


def take_notice(session: Session, now: datetime, *lines: str) -> File:
    sheet = HEADER + "".join(f"{line}\n" for line in lines)
    file = File.of("notice.csv", sheet, parse_days("notice.csv", sheet))
    assert calendar_imports.take_in(session, file, actor=MACHINE, now=now)
    return file


def dispatched(session: Session, now: datetime) -> Ticket:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment(OURS)], actor=MACHINE, now=now)
    return ticket


def reply_clock(session: Session, ticket: Ticket) -> Clock:
    return next(
        each for each in clocks.of_ticket(session, ticket) if each.kind == ClockKind.REPLY_BY
    )


@pytest.mark.parametrize(
    ("ends_at", "due"),
    [
        ("", "12-04T18:00"),
        ("close", "12-04T18:00"),
        ("midnight", "12-05T00:00"),
        ("17:30", "12-04T17:30"),
    ],
)
def test_the_last_day_ends_when_the_limit_says(
    session: Session, now: datetime, ends_at: str, due: str
) -> None:
    reply_limit(session, now, f"suspension,{ends_at},unit")
    clock = reply_clock(session, dispatched(session, now))
    assert f"{beijing(clock.due_at):%m-%dT%H:%M}" == due
    assert clock.warning_at < clock.due_at < clock.escalates_at


def test_an_end_of_its_own_is_kept_by_a_notice_and_a_wait(session: Session, now: datetime) -> None:
    reply_limit(session, now, "suspension,17:30,unit")
    ticket = dispatched(session, now)
    clock = reply_clock(session, ticket)
    take_notice(session, now, "540100,2026-12-03,off,放假,某通知,,,")
    while reckon_all.reckon_batch(session, now=now):
        pass
    assert f"{beijing(clock.due_at):%m-%dT%H:%M}" == "12-07T17:30"

    order = orders.of_ticket(session, ticket)[0]
    orders.accept(session, order, actor=LEAD, now=now)
    row = suspend(session, ticket, now + timedelta(days=1))
    suspensions.end_suspension(
        session, row, Outcome.FEASIBLE, actor=LEAD, now=now + timedelta(days=30)
    )
    assert beijing(clock.due_at).strftime("%H:%M") == "17:30"


def suspend(session: Session, ticket: Ticket, now: datetime) -> Suspension:
    return suspensions.suspend(
        session, ticket, OURS, date(2027, 3, 1), "冻土期不能开挖", actor=LEAD, now=now
    )


@pytest.mark.parametrize(("scope", "day"), [("unit", 8), ("ticket", 7), ("national", 4)], ids=str)
def test_whose_days_off_count_is_the_limits_word(
    session: Session, now: datetime, scope: str, day: int
) -> None:
    reply_limit(session, now, f"none,,{scope}")
    lines = [
        f"540100/{OURS},2026-12-02,off,放假,单位通知,,,",
        "540100,2026-12-03,off,放假,市通知,,,",
    ]
    take_notice(session, now, *lines)
    assert beijing(reply_clock(session, dispatched(session, now)).due_at).day == day


@pytest.mark.parametrize("scope", ["unit", "ticket", "national"])
def test_preview_and_reckoning_go_by_the_limits_own_calendar(
    session: Session, now: datetime, scope: str
) -> None:
    reply_limit(session, now, f"none,midnight,{scope}")
    ticket = dispatched(session, now)
    clock = reply_clock(session, ticket)
    lines = [
        f"540100/{OURS},2026-12-02,off,放假,单位通知,,,",
        "540100,2026-12-03,off,放假,市通知,,,",
    ]
    days = parse_days("n.csv", HEADER + "\n".join(lines))
    found = calendar_preview.preview(session, days)
    ahead = [
        move.due_after
        for move in found.moves
        if move.subject == clock.subject and move.kind == clock.kind
    ]
    before = clock.due_at

    take_notice(session, now, *OFF)
    while reckon_all.reckon_batch(session, now=now):
        pass

    assert ahead == ([] if scope == "national" else [clock.due_at])
    assert (clock.due_at == before) is (scope == "national")
    assert beijing(clock.due_at).hour == 0


def test_a_clock_that_no_wait_stops_runs_on_through_a_suspension(
    session: Session, now: datetime
) -> None:
    reply_limit(session, now, "none,,unit")
    ticket = dispatched(session, now)
    orders.accept(session, orders.of_ticket(session, ticket)[0], actor=LEAD, now=now)
    clock = reply_clock(session, ticket)
    before = clock.due_at
    suspend(session, ticket, now + timedelta(days=1))
    assert clock.waits_for == ""
    assert (clock.due_at, suspensions.reason_of(session, clock)) == (before, "")


def test_a_notice_that_came_while_it_waited_is_named_beside_the_suspension(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    orders.accept(session, orders.of_ticket(session, ticket)[0], actor=LEAD, now=now)
    clock = reply_clock(session, ticket)
    row = suspend(session, ticket, now + timedelta(days=1))
    assert suspensions.reason_of(session, clock) == "冻土期不能开挖"
    lines = ["540100,2026-12-18,off,放假,市某通知,,,", "540103,2026-12-18,off,放假,邻县通知,,,"]
    take_notice(session, now + timedelta(days=2), *lines)

    suspensions.end_suspension(
        session, row, Outcome.FEASIBLE, actor=LEAD, now=now + timedelta(days=20)
    )

    (event,) = changes_of(clock, history.story(session, ticket))
    assert event.refs["why"] == "挂账结束、市某通知"
    assert event.refs["before"].endswith("+08:00")
    assert event.refs["due"].endswith("+08:00")
    assert "因挂账结束、市某通知，到期时间由" in explain(clock, [event])[-1]


def test_two_words_on_one_day_are_said_to_contradict_each_other() -> None:
    day = "540100,2026-12-03,{},,某通知,,,\n"
    with pytest.raises(BadSheet, match="line 3, column layer: An earlier line contradicts"):
        parse_days("n.csv", HEADER + day.format("off") + day.format("work"))
    with pytest.raises(BadSheet, match="line 3, column layer: An earlier line says the same"):
        parse_days("n.csv", HEADER + day.format("off") * 2)


@pytest.mark.parametrize("text", ["00:00", "24:01", "7:30", "noon", "12:60"])
def test_what_is_no_end_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadHours):
        parse_end(text)


@given(
    st.integers(0, 366 * 24 * 60).map(
        lambda n: datetime(2026, 1, 1, tzinfo=BEIJING) + timedelta(minutes=n)
    ),
    st.sampled_from([LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS]),
    st.integers(1, 20),
    st.booleans(),
    st.integers(1, 24 * 60).map(lambda n: f"{n // 60:02}:{n % 60:02}"),
)
def test_an_end_of_its_own_moves_the_hour_and_never_the_day(
    start: datetime, unit: LimitUnit, count: int, moves_off_days: bool, ends_at: str
) -> None:
    plain = load_calendar("540100")
    limit = Limit(count, unit, moves_off_days=moves_off_days)
    own = reckon(start, Terms((limit,), 75), ending(plain, ends_at))
    usual = reckon(start, Terms((limit,), 75), plain)

    hours, minutes = map(int, ends_at.split(":"))
    midnight = beijing(usual.due_at).replace(hour=0, minute=0)
    assert own.due_at == midnight + timedelta(hours=hours, minutes=minutes)
    assert own.trace == usual.trace
    assert start <= own.warning_at < own.due_at
    left = left_of(start, (limit,), ending(plain, ends_at), at=start)
    assert left == (limit,)
