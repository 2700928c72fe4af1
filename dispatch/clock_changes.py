"""时限变动: a running clock is due at another time than before, and its history says why."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from sqlmodel import Session, col, select

from dispatch import clocks, history
from dispatch.clocks import Threshold
from dispatch.layers import Calendar
from dispatch.limits import Limit, LimitUnit
from dispatch.models import Clock, Ticket
from dispatch.reckoning import Terms, read_parts, reckon, written
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.events import EventType

_HOUR = timedelta(hours=1)


def running(session: Session, subject: str, kind: str) -> Clock | None:
    """Return the subject's clock of this kind that has not stopped, locked."""
    return session.exec(
        select(Clock)
        .where(Clock.subject == subject, Clock.kind == kind, col(Clock.stopped_at).is_(None))
        .with_for_update()
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
) -> Clock:
    """Let the clock run on: what was left of its limit is counted from now, one unit at least.

    One that was overdue already stays due when it was.
    """
    clock.waits_for = ""
    if clock.due_at <= paused_at:
        clock.next_alarm_at = clocks.next_alarm_of(session, clock)
        session.add(clock)
        return clock
    left = _left(clock, paused_at)
    clock.started_at = now
    clock.ceiling_at = None
    return _change(session, clock, (left,), calendar, why=why, actor=actor, now=now)


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
    terms = Terms(parts, clock.warning_percent, clock.ceiling_at)
    reckoned = reckon(clock.started_at, terms, calendar)
    clock.limit, clock.trace = written(parts), reckoned.trace
    clock.provisional = reckoned.provisional
    clock.warning_at, clock.due_at = reckoned.warning_at, reckoned.due_at
    moments = clocks.moments(clock)
    if any(moments[threshold] > now for threshold in map(Threshold, clocks.struck(session, clock))):
        clock.generation += 1
    clock.next_alarm_at = clocks.next_alarm_of(session, clock)
    session.add(clock)
    if clock.due_at != before:
        _tell(session, clock, before, why=why, actor=actor, now=now)
    return clock


def _tell(
    session: Session, clock: Clock, before: datetime, *, why: str, actor: Actor, now: datetime
) -> None:
    history.record(
        session,
        session.get_one(Ticket, clock.ticket_id),
        EventType.CLOCK_RECKONED,
        actor=actor,
        now=now,
        subject=clock.subject,
        clock=clock.kind,
        before=before.isoformat(),
        due=clock.due_at.isoformat(),
        why=why,
    )


def _parts(clock: Clock) -> tuple[Limit, ...]:
    return read_parts(clock.limit, moves_off_days=clock.moves_off_days)


def _left(clock: Clock, at: datetime) -> Limit:
    """Return what of the clock's limit had not been counted by this moment."""
    last = _parts(clock)[-1]
    if last.unit is LimitUnit.NATURAL_HOURS:
        count = ceil((clock.due_at - at) / _HOUR)
    else:
        day = beijing_day(at).isoformat()
        count = ceil(sum(line["amount"] for line in clock.trace if line["date"] > day))
    return replace(last, count=max(1, count))
