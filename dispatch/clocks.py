"""时限: clocks start, stop and strike; each threshold strikes once, whatever crashes."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from dispatch.layers import Calendar
from dispatch.models import Alarm, Clock, Ticket
from dispatch.policies import Policy
from dispatch.reckoning import Terms, reckon, written
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
    ceiling_at: datetime | None = None,
) -> Clock:
    """Start the policy's clock on `ticket:…` or `order:…`, counted from now.

    It is due no later than `ceiling_at`, if that is given.
    """
    terms = Terms((policy.limit,), policy.warning_percent, ceiling_at)
    reckoned = reckon(now, terms, calendar)
    clock = Clock(
        ticket_id=ticket.id or 0,
        subject=subject,
        kind=policy.kind,
        limit=written(terms.parts),
        started_at=now,
        warning_at=reckoned.warning_at,
        due_at=reckoned.due_at,
        provisional=reckoned.provisional,
        generation=generations(session, subject, policy.kind) + 1,
        next_alarm_at=reckoned.warning_at,
        warning_percent=policy.warning_percent,
        moves_off_days=policy.limit.moves_off_days,
        ceiling_at=ceiling_at,
        trace=reckoned.trace,
    )
    session.add(clock)
    session.flush()
    return clock


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
        clock.next_alarm_at = next_alarm_of(session, clock)
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
    clock.next_alarm_at = moments(clock)[following[0]] if following else None
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
    hourly = re.search(r"[0-9]h$", clock.limit)
    return clock.due_at + (timedelta(hours=1) if hourly else timedelta(days=1))


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Clock]:
    """Return all clocks of the ticket and its orders, oldest first."""
    return session.exec(
        select(Clock).where(Clock.ticket_id == ticket.id).order_by(col(Clock.id))
    ).all()


def struck(session: Session, clock: Clock) -> set[str]:
    """Return the thresholds that this generation of the clock has passed."""
    return set(
        session.exec(
            select(Alarm.threshold).where(
                Alarm.clock_id == clock.id, Alarm.generation == clock.generation
            )
        )
    )


def next_alarm_of(session: Session, clock: Clock) -> datetime | None:
    """Return when the clock's next threshold strikes, None when all have."""
    threshold = _next_threshold(session, clock)
    return moments(clock)[threshold] if threshold else None


def moments(clock: Clock) -> dict[Threshold, datetime]:
    """Return when each threshold strikes."""
    return {
        Threshold.WARNING: clock.warning_at,
        Threshold.DUE: clock.due_at,
        Threshold.OVERDUE: overdue_from(clock),
    }


def generations(session: Session, subject: str, kind: str) -> int:
    """Return how many generations of this kind of clock the subject has had."""
    newest = session.exec(
        select(func.max(Clock.generation)).where(Clock.subject == subject, Clock.kind == kind)
    ).one()
    return newest or 0


def renumber(session: Session, clock: Clock, generation: int) -> None:
    """Give the clock another generation and keep the cards that it has shown."""
    if generation != clock.generation:
        shown = update(Alarm).where(
            col(Alarm.clock_id) == clock.id, col(Alarm.generation) == clock.generation
        )
        session.exec(shown.values(generation=generation))
        clock.generation = generation


def _next_threshold(session: Session, clock: Clock) -> Threshold | None:
    passed = struck(session, clock)
    return next((each for each in Threshold if each not in passed), None)
