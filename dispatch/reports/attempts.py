"""Attempts to prepare a report: counted, further and further apart, and given up in the end."""

from datetime import datetime

from sqlmodel import Session

from dispatch.indicators import patience
from dispatch.reports import drafting, recipients, states
from dispatch.reports.models_reports import Report
from dispatch.reports.terms import ReportAction, ReportState
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType

FAILED = "It could not be prepared; the log says why."
CUT_OFF = "Its process ended before it was prepared, the last time too."


def begin(session: Session, report_id: int, *, now: datetime) -> bool:
    """Count an attempt that is about to be made; return whether it may be.

    What was cut off the last time that it may be tried has failed.
    """
    report = drafting.claim(session, report_id)
    if report is None or (report.retry_at and report.retry_at > now):
        return False
    if patience.is_spent(report.tries):
        _give_up(session, report, CUT_OFF, now)
        return False
    report.tries += 1
    report.retry_at = patience.again_at(report.tries, now=now)
    session.add(report)
    return True


def came_to_nothing(session: Session, report_id: int, why: str, *, now: datetime) -> None:
    """Keep why; it is tried again later, or has failed when this attempt was the last."""
    report = drafting.claim(session, report_id)
    if report is None:
        return
    report.trouble = why
    session.add(report)
    if patience.is_spent(report.tries):
        _give_up(session, report, why, now)


def _give_up(session: Session, report: Report, why: str, now: datetime) -> None:
    """Let it wait for a person, who is told: its author, and whoever was to sign it."""
    report.state = states.after(ReportState(report.state), ReportAction.GIVE_UP)
    report.version += 1
    report.trouble, report.retry_at = why, None
    session.add(report)
    session.flush()
    drafting.tell(session, report, EventType.REPORT_FAILED, str(MACHINE), now)
    recipients.tell_failed(session, report, now=now)
