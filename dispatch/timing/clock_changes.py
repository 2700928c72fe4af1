"""时限变动: a running clock is due at another time than before, and its history says why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.letters import telling
from dispatch.models import Clock, Ticket
from dispatch.rules import calendars
from dispatch.rules.layers import Calendar
from dispatch.rules.limits import Limit
from dispatch.timing import ceilings, clocks
from dispatch.timing.clocks import Threshold
from dispatch.timing.reckoning import Terms, read_parts, reckon, written
from dispatch.timing.remainder import in_days, left_of
from hotline.core.accounts import Actor
from hotline.core.clock import beijing, beijing_day
from hotline.core.events import EventType


def running(session: Session, subject: str, kind: str) -> Clock | None:
    """Return the subject's clock of this kind that has not stopped, locked."""
    return session.exec(
        select(Clock)
        .where(Clock.subject == subject, Clock.kind == kind, col(Clock.stopped_at).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def carry(session: Session, kinds: Iterable[str], *, source: str, target: str) -> list[Clock]:
    """Let running clocks go on under another subject: who answers changes, the time does not.

    A department that gives an order back, and whoever has it next, share one reply clock.
    """
    carried = session.exec(
        select(Clock)
        .where(Clock.subject == source, col(Clock.kind).in_(list(kinds)))
        .where(col(Clock.stopped_at).is_(None))
        .with_for_update()
    ).all()
    for clock in carried:
        free = clocks.generations(session, target, clock.kind) + 1
        clocks.renumber(session, clock, max(clock.generation, free))
        clock.subject = target
        session.add(clock)
        session.flush()
    return list(carried)


def extend(
    session: Session,
    clock: Clock,
    more: Limit,
    calendar: Calendar,
    *,
    why: str,
    actor: Actor,
    now: datetime,
) -> Clock:
    """延期: count `more` on from the moment at which the clock was due."""
    return _change(session, clock, (*_parts(clock), more), calendar, why=why, actor=actor, now=now)


def pause(session: Session, clock: Clock, *, waits_for: str) -> Clock:
    """Let the clock's time stand still; it stays visible and says what it waits for."""
    clock.waits_for = waits_for
    clock.next_alarm_at = None
    session.add(clock)
    return clock


def unpause(
    session: Session,
    clock: Clock,
    calendar: Calendar,
    *,
    paused_at: datetime,
    why: str,
    actor: Actor,
    now: datetime,
    runs_from: datetime | None = None,
) -> Clock:
    """Let the clock run on: what was left of its limit is counted from now, one unit at least.

    One that was overdue already stays due when it was, and so does one counted in days that
    runs on within the day. The clock of an order above runs on before those below it. With
    `runs_from` the wait is over since that moment.
    """
    clock.waits_for = ""
    parts, again = _parts(clock), runs_from or now
    at_once = beijing_day(again) == beijing_day(paused_at) and again < clock.due_at
    if clock.due_at <= paused_at or (at_once and in_days(parts)):
        reckon_anew(session, clock, calendar, why=why, actor=actor, now=now)
        return clock
    left = left_of(clock.started_at, parts, calendar, at=paused_at)
    clock.started_at = again
    if clock.ceiling_at:
        parent = ceilings.above(session, clock)
        clock.ceiling_at = parent.due_at if parent else None
    return _change(session, clock, left, calendar, why=why, actor=actor, now=now)


def reckon_anew(
    session: Session, clock: Clock, calendar: Calendar, *, why: str, actor: Actor, now: datetime
) -> bool:
    """Reckon a running clock by this calendar; return whether it is due at another time now.

    A clock whose time stands still is reckoned when it runs on.
    """
    if clock.waits_for or clock.stopped_at:
        return False
    before = clock.due_at
    _change(session, clock, _parts(clock), calendar, why=why, actor=actor, now=now)
    return clock.due_at != before


def _change(
    session: Session,
    clock: Clock,
    parts: tuple[Limit, ...],
    calendar: Calendar,
    *,
    why: str,
    actor: Actor,
    now: datetime,
) -> Clock:
    """Reckon the clock by these parts; a card that was shown too early may be shown again."""
    before = clock.due_at
    if clock.ceiling_at and (parent := ceilings.above(session, clock)):
        clock.ceiling_at = parent.due_at
    terms = Terms(parts, clock.warning_percent, clock.ceiling_at)
    reckoned = reckon(clock.started_at, terms, calendar)
    clock.limit, clock.trace = written(parts), reckoned.trace
    clock.provisional, clock.calendar_version = reckoned.provisional, calendar.version
    clock.warning_at, clock.due_at = reckoned.warning_at, reckoned.due_at
    clock.escalates_at = clocks.escalates_from(clock.due_at, clock.limit, calendar)
    moments, shown = clocks.moments(clock), clocks.struck(session, clock)
    if any(moments[threshold] > now for threshold in map(Threshold, shown)):
        clock.generation = clocks.generations(session, clock.subject, clock.kind) + 1
        shown = set()
    left = clocks.unstruck(shown)
    clock.next_alarm_at = moments[left[0]] if left and not clock.waits_for else None
    session.add(clock)
    if clock.due_at != before:
        _tell(session, clock, before, why=why, actor=actor, now=now)
        for each in ceilings.below(session, clock):
            ticket = session.get_one(Ticket, each.ticket_id)
            own = calendars.of_clock(session, ticket, each, version=calendar.version)
            reckon_anew(session, each, own, why=why, actor=actor, now=now)
    return clock


def _tell(
    session: Session, clock: Clock, before: datetime, *, why: str, actor: Actor, now: datetime
) -> None:
    refs: dict[str, Any] = {
        "subject": clock.subject,
        "clock": clock.kind,
        "before": beijing(before).isoformat(),
        "due": beijing(clock.due_at).isoformat(),
        "why": why,
    }
    reckoned = EventType.CLOCK_RECKONED
    if clock.ticket_id is None:
        telling.tell_clock(session, reckoned, actor=actor, now=now, **refs)
        return
    ticket = session.get_one(Ticket, clock.ticket_id)
    history.record(session, ticket, reckoned, actor=actor, now=now, **refs)


def _parts(clock: Clock) -> tuple[Limit, ...]:
    return read_parts(clock.limit, moves_off_days=clock.moves_off_days)
