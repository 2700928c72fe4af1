"""起草: a report is asked for at once, and prepared by a process that has time.

Its figures are frozen (定稿) as its author may count them, for its days and for those before.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from dispatch.indicators import freezing
from dispatch.indicators.models_indicators import IndicatorSnapshot
from dispatch.indicators.reading import Period
from dispatch.reports import blocks, gathering, periods, recipients, states, templating
from dispatch.reports.models_reports import Report, ReportTemplate
from dispatch.reports.periods import Span
from dispatch.reports.recipients import Listed
from dispatch.reports.telling import KIND_NAMES
from dispatch.reports.terms import ReportAction, ReportKind, ReportState
from hotline.core import accounts, events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.queue import enqueue_soon
from hotline.core.security import Permission, may

JOB = "dispatch.reports.jobs.sweep"


@dataclass(frozen=True)
class Wanted:
    """A report that somebody asks for: any of its days, and the last one of a special one."""

    kind: ReportKind
    template: str
    since: date
    until: date | None = None
    recipients: tuple[dict[str, str], ...] = ()


def chain(report: Report) -> str:
    """Return the chain in which the report's events stand."""
    return f"report-document:{report.id}"


def ask(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> Report:
    """Keep that the report is to be made; its figures follow (`prepare`).

    Raises Invalid for days that are not over, for a template of another kind and a bad list.
    """
    span = periods.span(wanted.kind, wanted.since, wanted.until)
    if span.last >= beijing_day(now):
        raise Invalid("The period is not over yet.", remedy="Ask once its last day is over.")
    template = templating.newest(session, wanted.template)
    if template.kind != wanted.kind:
        raise Invalid("The template is of another kind.", remedy="Take one of the report's kind.")
    to = recipients.checked(session, wanted.recipients)
    return begin(session, template, span, to, author=actor, drafted_by=str(actor), now=now)


def begin(
    session: Session,
    template: ReportTemplate,
    span: Span,
    to: Listed,
    *,
    author: Actor,
    drafted_by: str,
    schedule_id: int | None = None,
    now: datetime,
) -> Report:
    """Add the report, still without figures."""
    report = Report(
        kind=template.kind,
        since=span.first,
        until=span.last,
        template_id=template.id or 0,
        schedule_id=schedule_id,
        author=author.name,
        district=author.district,
        clearance=author.clearance,
        drafted_by=drafted_by,
        drafted_at=now,
        recipients=to,
    )
    session.add(report)
    session.flush()
    tell(session, report, EventType.REPORT_ASKED, drafted_by, now)
    enqueue_soon(session, JOB)
    return report


def tell(session: Session, report: Report, what: EventType, by: str, now: datetime) -> None:
    """Append the report's event."""
    events.append(
        session,
        what,
        chain=chain(report),
        actor=by,
        now=now,
        kind=str(report.kind),
        since=report.since.isoformat(),
        until=report.until.isoformat(),
    )


def waiting(session: Session, *, now: datetime) -> list[int]:
    """Return the ids of those that are to be prepared now, the oldest first."""
    mine = select(Report.id).where(
        Report.state == ReportState.PREPARING,
        or_(col(Report.retry_at).is_(None), col(Report.retry_at) <= now),
    )
    return [each or 0 for each in session.exec(mine.order_by(col(Report.id)))]


def claim(session: Session, report_id: int) -> Report | None:
    """Return the report, locked, while it is to be prepared and nobody else is at it."""
    mine = select(Report).where(Report.id == report_id, Report.state == ReportState.PREPARING)
    return session.exec(mine.with_for_update(skip_locked=True)).first()


def prepare(session: Session, report: Report, *, now: datetime) -> Report:
    """Freeze the figures of its days and of those before, and tell the signers; it is a draft now.

    Raises Conflict while days lack their facts, or when its author may freeze nothing any more.
    """
    author = _author(session, report)
    kind, span = ReportKind(report.kind), Span(report.since, report.until)
    before = periods.before(kind, span)
    content = templating.read(session.get_one(ReportTemplate, report.template_id).text)
    report.district, report.clearance = author.district, author.clearance
    snapshot = _frozen(session, kind, span, author, now)
    earlier = _published(session, report, before) or _frozen(session, kind, before, author, now)
    kept = gathering.gather(session, kind, snapshot, earlier, before, days=content.days)
    report.figures, report.figures_hash = gathering.written(kept)
    report.snapshot_id, report.before_id = snapshot.id, earlier.id
    report.title, report.trouble = blocks.title(content, kept), ""
    report.retry_at = None
    report.state = states.after(ReportState(report.state), ReportAction.PREPARE)
    report.version += 1
    session.add(report)
    session.flush()
    tell(session, report, EventType.REPORT_DRAFTED, str(MACHINE), now)
    recipients.tell_signers(session, report, now=now)
    return report


def _author(session: Session, report: Report) -> Actor:
    account = accounts.find(session, report.author)
    actor = accounts.as_actor(account) if account and not account.disabled_at else None
    if actor is None or not may(actor, Permission.REPORT_MANAGE):
        raise Conflict(
            "Whose report it is may make none any more.", remedy="Withdraw it and draft another."
        )
    return actor


def _frozen(
    session: Session, kind: ReportKind, span: Span, author: Actor, now: datetime
) -> IndicatorSnapshot:
    name = f"{KIND_NAMES[kind]} {periods.name(kind, span)}"
    period = Period(span.first, span.last)
    return freezing.freeze(session, name, period, actor=author, now=now)


def _published(session: Session, report: Report, span: Span) -> IndicatorSnapshot | None:
    """Return the snapshot by which these days were published to the same reach, if they were."""
    asked = (
        select(IndicatorSnapshot)
        .join(Report, col(Report.snapshot_id) == IndicatorSnapshot.id)
        .where(Report.since == span.first, Report.until == span.last)
        .where(Report.district == report.district, Report.clearance == report.clearance)
        .where(col(Report.state).in_(states.FINAL))
    )
    return session.exec(asked.order_by(col(Report.id).desc()).limit(1)).first()
