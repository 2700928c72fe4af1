"""时限变动: whatever happens to a clock, its due time is the calendar's, each card shown once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.models import Alarm, Clock
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import Limit, LimitUnit, parse_limit
from dispatch.terms import ClockKind
from dispatch.timing import clock_changes, clocks
from dispatch.timing.appointments import Appointment
from dispatch.timing.clocks import Threshold
from dispatch.timing.remainder import in_days, left_of
from dispatch.timing.sweep import strike_batch
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.events import Event
from tests.factories import create_ticket

CALENDAR = load_calendar("540102")
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
LIMITS = st.sampled_from(["1wd", "3wd", "7wd", "15wd", "2h", "24h", "4wh", "10d"]).map(parse_limit)
MORE = st.integers(1, 15).map(lambda count: Limit(count, LimitUnit.WORKING_DAYS))
GAPS = st.integers(0, 6 * 24 * 12).map(lambda n: timedelta(minutes=5 * n))
STEPS = st.lists(
    st.tuples(st.sampled_from(["sweep", "extend", "pause", "unpause", "reckon"]), GAPS, MORE),
    max_size=14,
)
WALKS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Leave nothing of an example to the next one."""
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expire_all()


def running(session: Session, limit: Limit, now: datetime) -> Clock:
    """Return a reply clock of this limit that has just started, alone in the sweep's way."""
    ticket = create_ticket(session, now=now)
    clocks.stop(session, history.chain(ticket), ClockKind, now=now)
    given = Appointment(ClockKind.REPLY_BY, limit)
    return clocks.start(
        session, ticket, given, CALENDAR, subject=f"order:{ticket.number}-1", now=now
    )


def by_hand(start: datetime, parts: tuple[Limit, ...]) -> datetime:
    """Compose the due time from the calendar's own counting."""
    for part in parts:
        start = due(start, part, CALENDAR).due
    return start


@dataclass
class Walk:
    """A clock and what an observer knows of it."""

    session: Session
    clock: Clock
    now: datetime
    start: datetime
    parts: tuple[Limit, ...]
    paused_at: datetime | None = None
    shown: list[tuple[int, Threshold]] = field(default_factory=list)

    def sweep(self, _more: Limit) -> None:
        while (batch := strike_batch(self.session, now=self.now)).struck:
            for strike in batch.struck:
                if strike.clock.id == self.clock.id:
                    assert self.paused_at is None
                    assert clocks.moments(strike.clock)[strike.threshold] <= self.now
                    self.shown.append((strike.clock.generation, strike.threshold))

    def extend(self, more: Limit) -> None:
        if self.paused_at or self.now >= self.clock.due_at:
            return
        self.parts = (*self.parts, more)
        clock_changes.extend(
            self.session, self.clock, more, CALENDAR, why="extension", actor=MACHINE, now=self.now
        )

    def pause(self, _more: Limit) -> None:
        if not self.paused_at:
            self.paused_at = self.now
            clock_changes.pause(self.session, self.clock, waits_for="suspension:1")

    def unpause(self, _more: Limit) -> None:
        if self.paused_at is None:
            return
        at, self.paused_at = self.paused_at, None
        before = self.clock.due_at
        soon = beijing_day(at) == beijing_day(self.now) and self.now < before
        if at < before and not (soon and in_days(self.parts)):
            self.parts = left_of(self.start, self.parts, CALENDAR, at=at)
            self.start = self.now
        clock_changes.unpause(
            self.session,
            self.clock,
            CALENDAR,
            paused_at=at,
            why="suspension",
            actor=MACHINE,
            now=self.now,
        )
        if at < before:
            assert self.clock.due_at > self.now
            assert self.clock.due_at >= before
        else:
            assert self.clock.due_at == before

    def reckon(self, _more: Limit) -> None:
        again = clock_changes.reckon_anew(
            self.session, self.clock, CALENDAR, why="notice", actor=MACHINE, now=self.now
        )
        assert not again

    def check(self) -> None:
        assert len(self.shown) == len(set(self.shown))
        if self.paused_at:
            assert self.clock.next_alarm_at is None
        else:
            assert self.clock.due_at == by_hand(self.start, self.parts)
            left = clocks.unstruck(clocks.struck(self.session, self.clock))
            following = clocks.moments(self.clock)[left[0]] if left else None
            assert self.clock.next_alarm_at == following


@WALKS
@given(limit=LIMITS, steps=STEPS)
def test_through_any_changes_cards_are_shown_once_and_due_times_are_the_calendars(
    session: Session, limit: Limit, steps: list[tuple[str, timedelta, Limit]]
) -> None:
    with undone(session):
        clock = running(session, limit, NOON)
        walk = Walk(session, clock, NOON, NOON, (limit,))
        for step, gap, more in steps:
            walk.now += gap
            getattr(walk, step)(more)
            session.flush()
            session.refresh(clock)
            walk.check()
        alarms = session.exec(
            select(Alarm.generation, Alarm.threshold).where(Alarm.clock_id == clock.id)
        ).all()
        assert sorted(alarms) == sorted(walk.shown)


@WALKS
@given(limit=LIMITS, more=st.lists(MORE, max_size=3))
def test_reckoning_an_extended_clock_by_the_same_calendar_changes_nothing(
    session: Session, limit: Limit, more: list[Limit]
) -> None:
    with undone(session):
        clock = running(session, limit, NOON)
        for each in more:
            clock_changes.extend(
                session, clock, each, CALENDAR, why="extension", actor=MACHINE, now=NOON
            )
        before, told = clock.model_dump(), _told(session, clock)
        assert clock.due_at == by_hand(NOON, (limit, *more))
        assert clock.warning_at < clock.due_at < clock.escalates_at
        moved = clock_changes.reckon_anew(
            session, clock, CALENDAR, why="notice", actor=MACHINE, now=NOON
        )
        assert (moved, clock.model_dump(), _told(session, clock)) == (False, before, told)


@pytest.mark.parametrize(("limit", "more"), [("7wd", "5wd"), ("1wd", "1wd"), ("3wd", "15wd")])
def test_an_extended_clock_is_due_when_the_whole_of_it_would_be(
    session: Session, now: datetime, limit: str, more: str
) -> None:
    clock = running(session, parse_limit(limit), now)
    first = clock.due_at
    clock_changes.extend(
        session, clock, parse_limit(more), CALENDAR, why="extension", actor=MACHINE, now=now
    )
    whole = Limit(int(limit[:-2]) + int(more[:-2]), LimitUnit.WORKING_DAYS)
    assert clock.limit == f"{limit}+{more}"
    assert clock.due_at == due(now, whole, CALENDAR).due
    assert first <= clock.warning_at < clock.due_at
    (event,) = _told(session, clock)
    assert (event["before"], event["due"], event["why"]) == (
        first.isoformat(),
        clock.due_at.isoformat(),
        "extension",
    )


def test_a_wait_undone_within_the_day_changes_nothing(session: Session, now: datetime) -> None:
    clock = running(session, parse_limit("7wd"), now)
    clock_changes.pause(session, clock, waits_for="suspension:1")
    waiting = clock.model_dump(exclude={"waits_for", "next_alarm_at"})
    assert (clock.waits_for, clock.next_alarm_at) == ("suspension:1", None)
    clock_changes.unpause(
        session,
        clock,
        CALENDAR,
        paused_at=now,
        why="suspension",
        actor=MACHINE,
        now=now + timedelta(hours=3),
    )
    assert clock.model_dump(exclude={"waits_for", "next_alarm_at"}) == waiting
    assert (clock.waits_for, clock.next_alarm_at) == ("", clock.warning_at)
    assert _told(session, clock) == []


def _told(session: Session, clock: Clock) -> list[dict[str, str]]:
    return [
        event.refs
        for event in session.exec(
            select(Event).where(Event.type == "clock.reckoned").order_by(col(Event.id))
        )
        if event.refs["subject"] == clock.subject
    ]
