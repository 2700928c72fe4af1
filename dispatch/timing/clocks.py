"""时限: clocks start, stop and run on; `sweep` strikes their thresholds."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy
from sqlalchemy import ARRAY, Integer, String, cast, insert, literal, update
from sqlmodel import Session, col, func, select

from dispatch.models import Alarm, Clock, Ticket
from dispatch.rules.calendar import due
from dispatch.rules.layers import Calendar
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.rules.policies import Policy
from dispatch.timing.appointments import Appointment
from dispatch.timing.reckoning import Terms, reckon, written


class Threshold(StrEnum):
    """预警 (yellow), 到期 (red), 超期 and 升级, in the order in which they strike."""

    WARNING = "warning"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class Timed(Protocol):
    """What has thresholds: a clock, or as much of its row as tells when they strike."""

    @property
    def limit(self) -> str: ...
    @property
    def warning_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def escalates_at(self) -> datetime: ...


_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_IN_HOURS = re.compile(r"[0-9]h$")
_WORKDAY = Limit(1, LimitUnit.WORKING_DAYS)


def start(
    session: Session,
    ticket: Ticket,
    policy: Policy | Appointment,
    calendar: Calendar,
    *,
    subject: str,
    now: datetime,
    ceiling_at: datetime | None = None,
) -> Clock:
    """Start the policy's clock on `ticket:…` or `order:…`, counted from now.

    It is due before `ceiling_at`, if that is given, or at once where that has passed.
    """
    clock = made(policy, calendar, now=now, ceiling_at=ceiling_at)
    clock.ticket_id, clock.subject = ticket.id or 0, subject
    clock.generation = generations(session, subject, policy.kind) + 1
    session.add(clock)
    session.flush()
    return clock


def made(
    policy: Policy | Appointment,
    calendar: Calendar,
    *,
    now: datetime,
    ceiling_at: datetime | None = None,
) -> Clock:
    """Return the policy's clock, counted from now, that nothing hangs on yet."""
    row = columns(policy, calendar, now=now, ceiling_at=ceiling_at)
    return Clock(ticket_id=0, subject="", **row)


def columns(
    policy: Policy | Appointment,
    calendar: Calendar,
    *,
    now: datetime,
    ceiling_at: datetime | None = None,
) -> dict[str, Any]:
    """Return the policy's clock, counted from now, as the columns of its row."""
    terms = Terms((policy.limit,), policy.warning_percent, ceiling_at)
    reckoned = reckon(now, terms, calendar)
    limit = written(terms.parts)
    return {
        "kind": policy.kind,
        "limit": limit,
        "started_at": now,
        "warning_at": reckoned.warning_at,
        "due_at": reckoned.due_at,
        "escalates_at": escalates_from(reckoned.due_at, limit, calendar),
        "provisional": reckoned.provisional,
        "next_alarm_at": reckoned.warning_at,
        "warning_percent": policy.warning_percent,
        "moves_off_days": policy.limit.moves_off_days,
        "pauses": policy.pauses,
        "ends_at": policy.ends_at,
        "calendar": policy.calendar,
        "ceiling_at": ceiling_at,
        "calendar_version": calendar.version,
        "trace": reckoned.trace,
    }


def start_many(session: Session, clock: Clock, subjects: Mapping[str, int]) -> None:
    """Start this clock on each of the subjects, given with its ticket's id; each one's first."""
    table = Clock.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    shared = {
        column.name: literal(getattr(clock, column.name), column.type)
        for column in table.columns
        if column.name not in ("id", "subject", "ticket_id")
    }
    told = func.unnest(
        cast(list(subjects), ARRAY(String)), cast(list(subjects.values()), ARRAY(Integer))
    ).table_valued("subject", "ticket_id")
    chosen = told.render_derived("told").c
    row = {**shared, "subject": chosen.subject, "ticket_id": chosen.ticket_id}
    session.execute(insert(table).from_select(list(row), sqlalchemy.select(*row.values())))


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


def running_of(session: Session, subject: str, kind: str) -> Clock | None:
    """Return the subject's clock of this kind that has not stopped, to be read only."""
    return session.exec(
        select(Clock).where(
            Clock.subject == subject, Clock.kind == kind, col(Clock.stopped_at).is_(None)
        )
    ).first()


def next_alarm(session: Session, *, after: datetime) -> datetime | None:
    """Return when the first threshold after that moment strikes, None when none does."""
    return session.exec(
        select(func.min(Clock.next_alarm_at)).where(col(Clock.next_alarm_at) > after)
    ).one()


def any_due(session: Session, *, now: datetime) -> bool:
    """Return whether a threshold has come that no sweep has struck yet."""
    come = select(Clock.id).where(col(Clock.next_alarm_at) <= now).limit(1)
    return session.exec(come).first() is not None


def overdue_from(clock: Timed) -> datetime:
    """Return when 超期 strikes: a day after the due moment, or an hour for limits in hours."""
    return clock.due_at + (_HOUR if _IN_HOURS.search(clock.limit) else _DAY)


def escalates_from(due_at: datetime, limit: str, calendar: Calendar) -> datetime:
    """Return when 升级 strikes: a workday after 超期, or an hour for limits in hours."""
    if _IN_HOURS.search(limit):
        return due_at + 2 * _HOUR
    return due(due_at + _DAY, _WORKDAY, calendar).due


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
    left = unstruck(struck(session, clock))
    return moments(clock)[left[0]] if left else None


def moments(clock: Timed) -> dict[Threshold, datetime]:
    """Return when each threshold strikes."""
    return {
        Threshold.WARNING: clock.warning_at,
        Threshold.DUE: clock.due_at,
        Threshold.OVERDUE: overdue_from(clock),
        Threshold.ESCALATED: clock.escalates_at,
    }


def unstruck(passed: Collection[str]) -> list[Threshold]:
    """Return the thresholds still to come, in their order, once these have passed."""
    return [each for each in Threshold if each not in passed]


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
