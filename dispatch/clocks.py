"""时限: clocks start, stop and strike; each threshold strikes once, whatever crashes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from dispatch.calendar import due
from dispatch.layers import Calendar
from dispatch.limits import LimitUnit
from dispatch.models import Alarm, Clock, Ticket
from dispatch.policies import Policy
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import Audience, EventType


class Threshold(StrEnum):
    """预警 (yellow), 到期 (red) and 超期, in the order in which they strike."""

    WARNING = "warning"
    DUE = "due"
    OVERDUE = "overdue"


_EVENTS = {
    Threshold.WARNING: EventType.CLOCK_WARNING,
    Threshold.DUE: EventType.CLOCK_DUE,
    Threshold.OVERDUE: EventType.CLOCK_OVERDUE,
}


def start(
    session: Session,
    ticket: Ticket,
    policy: Policy,
    calendar: Calendar,
    *,
    subject: str,
    now: datetime,
) -> Clock:
    """Start the policy's clock on `ticket:…` or `order:…`, counted from now."""
    before = session.exec(
        select(func.max(Clock.generation)).where(
            Clock.subject == subject, Clock.kind == policy.kind
        )
    ).one()
    reckoned = due(now, policy.limit, calendar)
    warning = warning_at(policy, calendar, start=now)
    clock = Clock(
        ticket_id=ticket.id or 0,
        subject=subject,
        kind=policy.kind,
        limit=str(policy.limit),
        started_at=now,
        warning_at=warning,
        due_at=reckoned.due,
        provisional=reckoned.provisional,
        generation=(before or 0) + 1,
        next_alarm_at=warning,
        trace=[line.as_json() for line in reckoned.trace],
    )
    session.add(clock)
    session.flush()
    return clock


def warning_at(policy: Policy, calendar: Calendar, *, start: datetime) -> datetime:
    """Return when yellow strikes: a workday before the end (domain.md 2.3), else at its percentage.

    A limit of one unit warns at that percentage of the time on the wall.
    """
    limit, end = policy.limit, due(start, policy.limit, calendar).due
    workdays = limit.unit is LimitUnit.WORKING_DAYS
    before = limit.count - 1 if workdays else limit.count * policy.warning_percent // 100
    if before >= 1:
        return due(start, replace(limit, count=before), calendar).due
    return start + (end - start) * policy.warning_percent / 100


def stop(session: Session, subject: str, kinds: Iterable[str], *, now: datetime) -> list[Clock]:
    """Stop the subject's running clocks of these kinds; what has stopped strikes no more."""
    running = session.exec(
        select(Clock)
        .where(Clock.subject == subject, col(Clock.kind).in_(list(kinds)))
        .where(col(Clock.stopped_at).is_(None))
        .with_for_update()
    ).all()
    for clock in running:
        clock.stopped_at = now
        clock.next_alarm_at = None
    return list(running)


def resume(session: Session, subject: str, kinds: Iterable[str], *, now: datetime) -> list[Clock]:
    """Let the subject's newest stopped clocks of these kinds run on, to the same due moment.

    The resumed clock is a new generation: a threshold that lies ahead strikes, one that has
    passed struck before.
    """
    resumed = []
    for kind in kinds:
        last = session.exec(
            select(Clock)
            .where(Clock.subject == subject, Clock.kind == kind)
            .order_by(col(Clock.generation).desc())
            .limit(1)
        ).first()
        if last is None or last.stopped_at is None:
            continue
        ahead = [at for at in (last.warning_at, last.due_at, overdue_from(last)) if at > now]
        clock = Clock(
            **last.model_dump(exclude={"id", "stopped_at", "generation", "next_alarm_at"}),
            generation=last.generation + 1,
            next_alarm_at=ahead[0] if ahead else None,
        )
        session.add(clock)
        resumed.append(clock)
    session.flush()
    return resumed


def claim_due(session: Session, *, now: datetime, limit: int = 500) -> Sequence[Clock]:
    """Return clocks whose next threshold has come, locked; other sweeps skip them."""
    return session.exec(
        select(Clock)
        .where(col(Clock.next_alarm_at) <= now)
        .order_by(col(Clock.next_alarm_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def next_alarm(session: Session) -> datetime | None:
    """Return when the next threshold strikes, None when no clock runs."""
    return session.exec(select(func.min(Clock.next_alarm_at))).one()


def strike(session: Session, clock: Clock, ticket: Ticket, *, now: datetime) -> Threshold | None:
    """Raise the alarm the clock stands before, and set its next one.

    A sweep that comes late strikes the missed thresholds one after the other. Returns None when
    the alarm was raised before.
    """
    threshold = _next_threshold(clock)
    clock.next_alarm_at = {
        Threshold.WARNING: clock.due_at,
        Threshold.DUE: overdue_from(clock),
        Threshold.OVERDUE: None,
    }[threshold]
    row = {
        "clock_id": clock.id,
        "generation": clock.generation,
        "threshold": threshold,
        "at": now,
    }
    added = session.exec(
        insert(Alarm).values(row).on_conflict_do_nothing().returning(col(Alarm.id))
    ).first()
    if added is None:
        return None
    events.append(
        session,
        _EVENTS[threshold],
        chain=f"ticket:{ticket.number}",
        actor=str(MACHINE),
        now=now,
        audience=Audience.DEPARTMENT,
        ticket=ticket.number,
        subject=clock.subject,
        clock=clock.kind,
        due=clock.due_at.isoformat(),
    )
    return threshold


def overdue_from(clock: Clock) -> datetime:
    """Return when 超期 strikes: a day after the due moment, or an hour for limits in hours."""
    hourly = clock.limit.endswith("h") and not clock.limit.endswith("wh")
    return clock.due_at + (timedelta(hours=1) if hourly else timedelta(days=1))


def running(session: Session, ticket: Ticket) -> Sequence[Clock]:
    """Return all clocks of the ticket and its orders, oldest first."""
    return session.exec(
        select(Clock).where(Clock.ticket_id == ticket.id).order_by(col(Clock.id))
    ).all()


def _next_threshold(clock: Clock) -> Threshold:
    alarm_at = clock.next_alarm_at or clock.due_at
    if alarm_at <= clock.warning_at:
        return Threshold.WARNING
    return Threshold.DUE if alarm_at <= clock.due_at else Threshold.OVERDUE
