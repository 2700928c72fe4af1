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

    A limit of one unit, or one whose end moved over days off, warns at that percentage of the
    time on the wall: yellow always comes before red.
    """
    limit, end = policy.limit, due(start, policy.limit, calendar).due
    workdays = limit.unit is LimitUnit.WORKING_DAYS
    before = limit.count - 1 if workdays else limit.count * policy.warning_percent // 100
    if before >= 1:
        warning = due(start, replace(limit, count=before), calendar).due
        if warning < end:
            return warning
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


def resume(session: Session, subject: str, kinds: Iterable[str]) -> list[Clock]:
    """Let the subject's newest clocks of these kinds run on, to the same due moment as before.

    Every threshold that has not struck yet strikes, those at once that passed meanwhile.
    """
    resumed = []
    for kind in kinds:
        clock = session.exec(
            select(Clock)
            .where(Clock.subject == subject, Clock.kind == kind)
            .order_by(col(Clock.generation).desc())
            .limit(1)
            .with_for_update()
        ).first()
        if clock is None or clock.stopped_at is None:
            continue
        clock.stopped_at = None
        threshold = _next_threshold(session, clock)
        clock.next_alarm_at = _moments(clock)[threshold] if threshold else None
        session.add(clock)
        resumed.append(clock)
    return resumed


def claim_due(session: Session, *, now: datetime, limit: int = 500) -> Sequence[Clock]:
    """Return clocks whose next threshold has come, locked; other sweeps skip them.

    Sorted by ticket: each strike locks its ticket's history, and two sweeps must do so alike.
    """
    claimed = session.exec(
        select(Clock)
        .where(col(Clock.next_alarm_at) <= now)
        .order_by(col(Clock.next_alarm_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return sorted(claimed, key=lambda clock: (clock.ticket_id, clock.id))


def next_alarm(session: Session) -> datetime | None:
    """Return when the next threshold strikes, None when no clock runs."""
    return session.exec(select(func.min(Clock.next_alarm_at))).one()


def strike(session: Session, clock: Clock, ticket: Ticket, *, now: datetime) -> Threshold | None:
    """Raise the alarm the clock stands before, and set its next one.

    A sweep that comes late strikes the missed thresholds one after the other. Returns None when
    every alarm was raised before.
    """
    threshold = _next_threshold(session, clock)
    if threshold is None:
        clock.next_alarm_at = None
        return None
    following = list(Threshold)[list(Threshold).index(threshold) + 1 :]
    clock.next_alarm_at = _moments(clock)[following[0]] if following else None
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


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Clock]:
    """Return all clocks of the ticket and its orders, oldest first."""
    return session.exec(
        select(Clock).where(Clock.ticket_id == ticket.id).order_by(col(Clock.id))
    ).all()


def _next_threshold(session: Session, clock: Clock) -> Threshold | None:
    struck = set(
        session.exec(
            select(Alarm.threshold).where(
                Alarm.clock_id == clock.id, Alarm.generation == clock.generation
            )
        )
    )
    return next((each for each in Threshold if each not in struck), None)


def _moments(clock: Clock) -> dict[Threshold, datetime]:
    return {
        Threshold.WARNING: clock.warning_at,
        Threshold.DUE: clock.due_at,
        Threshold.OVERDUE: overdue_from(clock),
    }
