"""定期报告: what is made by itself, for whom, and from which days on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.reports import drafting, periods, recipients, templating
from dispatch.reports.models_reports import Report, ReportSchedule
from dispatch.reports.periods import Span, When
from dispatch.reports.terms import ReportKind
from hotline.core import accounts, events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from hotline.core.security import Permission, may


@dataclass(frozen=True)
class Wanted:
    """A schedule as somebody asks for it."""

    template: str
    when: When
    recipients: tuple[dict[str, str], ...] = ()


def add(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> ReportSchedule:
    """Have the report made by itself from the present period on, as the actor may count it.

    Raises Invalid for a day that no month has, another kind than the template's, or a bad list.
    """
    when = periods.checked(wanted.when)
    template = templating.newest(session, wanted.template)
    if template.kind != when.kind:
        raise Invalid("The template is of another kind.", remedy="Take one of the report's kind.")
    row = ReportSchedule(
        kind=when.kind,
        template=template.code,
        weekday=when.weekday,
        day=when.day,
        hour=when.hour,
        recipients=recipients.checked(session, wanted.recipients),
        author=actor.name,
        from_day=beijing_day(now),
        saved_at=now,
    )
    session.add(row)
    session.flush()
    _tell(session, row, EventType.REPORT_SCHEDULED, actor, now)
    return row


def end(session: Session, row: ReportSchedule, *, actor: Actor, now: datetime) -> ReportSchedule:
    """Make no more of them; a changed schedule is this one ended and another added.

    Raises Conflict for one that is ended. The row must be locked.
    """
    if row.ended_at:
        raise Conflict("The schedule is ended already.", remedy="Add another one.")
    row.ended_at, row.version = now, row.version + 1
    session.add(row)
    session.flush()
    _tell(session, row, EventType.REPORT_UNSCHEDULED, actor, now)
    return row


def _tell(
    session: Session, row: ReportSchedule, what: EventType, actor: Actor, now: datetime
) -> None:
    chain = f"report-schedule:{row.id}"
    kind = str(row.kind)
    events.append(session, what, chain=chain, actor=str(actor), now=now, kind=kind)


def find(session: Session, schedule_id: int, *, lock: bool = False) -> ReportSchedule:
    """Return the schedule; raise NotFound."""
    found = session.get(ReportSchedule, schedule_id, with_for_update=lock or None)
    if found is None:
        raise NotFound(f"There is no report schedule {schedule_id}.")
    return found


def listed(session: Session, *, before: int = 0, limit: int = 50) -> Sequence[ReportSchedule]:
    """Return the schedules, the newest first; `before` is the id of the last one seen."""
    asked = select(ReportSchedule)
    if before:
        asked = asked.where(col(ReportSchedule.id) < before)
    return session.exec(asked.order_by(col(ReportSchedule.id).desc()).limit(limit)).all()


def running(session: Session) -> list[int]:
    """Return the ids of the schedules that are not ended."""
    asked = select(ReportSchedule.id).where(col(ReportSchedule.ended_at).is_(None))
    return [each or 0 for each in session.exec(asked.order_by(col(ReportSchedule.id)))]


def make_due(session: Session, schedule_id: int, *, now: datetime) -> Report | None:
    """Begin the oldest report of the schedule that is due and was not made; None for none.

    Nothing is due that was over before the schedule, nor more than two periods back, nor for an
    author who may make none any more.
    """
    row = find(session, schedule_id, lock=True)
    author = _author(session, row)
    if row.ended_at or author is None:
        return None
    span = _due(session, row, now)
    if span is None:
        return None
    return drafting.begin(
        session,
        templating.newest(session, row.template),
        span,
        row.recipients,
        author=author,
        drafted_by=str(MACHINE),
        schedule_id=row.id,
        now=now,
    )


def _due(session: Session, row: ReportSchedule, now: datetime) -> Span | None:
    """Return the oldest days that are due and were not made; None for none."""
    when = When(ReportKind(row.kind), row.hour, row.weekday, row.day)
    for span in reversed(periods.lately(when.kind, beijing_day(now))):
        due = span.last >= row.from_day and periods.due_at(when, span) <= now
        if due and not _is_made(session, row, span):
            return span
    return None


def _is_made(session: Session, row: ReportSchedule, span: Span) -> bool:
    mine = select(Report.id).where(Report.schedule_id == row.id, Report.since == span.first)
    return session.exec(mine).first() is not None


def _author(session: Session, row: ReportSchedule) -> Actor | None:
    account = accounts.find(session, row.author)
    actor = accounts.as_actor(account) if account and not account.disabled_at else None
    return actor if actor and may(actor, Permission.REPORT_MANAGE) else None
