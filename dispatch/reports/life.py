"""What becomes of a draft: remarked on, signed by somebody else, sent, archived, withdrawn."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from dispatch.reports import forms, recipients, states, templating
from dispatch.reports.drafting import JOB, tell
from dispatch.reports.models_reports import Report, ReportRemark, ReportTemplate
from dispatch.reports.terms import ReportAction, ReportState
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid, NotAllowed
from hotline.core.events import EventType
from hotline.core.queue import enqueue_soon

LONGEST = 4000  # letters of a remark


def remark(session: Session, report: Report, text: str, *, actor: Actor, now: datetime) -> Report:
    """研判: keep the person's remark, masked, in place of their last one; empty, it is taken back.

    Raises Conflict for what is no draft. The report's row must be locked.
    """
    said = privacy.mask_text(text.strip())
    if len(said) > LONGEST:
        raise Invalid(f"A remark has {LONGEST} letters at most.", remedy="Make it shorter.")
    _move(report, ReportAction.REMARK)
    row = {"report_id": report.id, "by": actor.name, "text": said, "at": now}
    told = insert(ReportRemark).values(row)
    new = {"text": said, "at": now}
    session.exec(told.on_conflict_do_update(index_elements=["report_id", "by"], set_=new))
    return _told(session, report, EventType.REPORT_REMARKED, actor, now)


def retry(session: Session, report: Report, *, actor: Actor, now: datetime) -> Report:
    """重试: have a failed report tried again, by its template as it is now: it may be mended.

    Raises Conflict for one that has not failed. The report's row must be locked.
    """
    _move(report, ReportAction.RETRY)
    failed = session.get_one(ReportTemplate, report.template_id)
    report.template_id = templating.newest(session, failed.code).id or 0
    report.tries, report.retry_at, report.trouble = 0, None, ""
    enqueue_soon(session, JOB)
    return _told(session, report, EventType.REPORT_RETRIED, actor, now)


def sign(session: Session, report: Report, *, actor: Actor, now: datetime) -> Report:
    """签发: make its files and keep them for good; it goes to its list, if anybody is on it.

    Raises NotAllowed for who drafted or scheduled it, wrote its template or a remark. The report's
    row must be locked.
    """
    if actor.name in recipients.wrote(session, report):
        raise NotAllowed(
            "Who wrote a report does not sign it.", remedy="Let somebody else sign it."
        )
    _move(report, ReportAction.SIGN)
    report.signed_by, report.signed_at = actor.name, now
    for form, content in forms.of(session, report).items():
        session.add(forms.kept(report, form, content))
    _told(session, report, EventType.REPORT_SIGNED, actor, now)
    # Who was listed may have left since: they get none, and hold up nothing.
    if recipients.expanded(session, report):
        _sent(session, report, actor, now)
    return report


def distribute(
    session: Session,
    report: Report,
    listed: Sequence[dict[str, str]],
    *,
    actor: Actor,
    now: datetime,
) -> Report:
    """分发: send the signed report to its list, once. Raises Invalid for an empty or bad list."""
    to = recipients.checked(session, listed)
    report.recipients = to
    if not recipients.expanded(session, report):
        raise Invalid("A report goes to somebody.", remedy="Name a role, a person, a department.")
    return _sent(session, report, actor, now)


def _sent(session: Session, report: Report, actor: Actor, now: datetime) -> Report:
    _move(report, ReportAction.DISTRIBUTE)
    report.distributed_at = now
    recipients.send(session, report, now=now)
    return _told(session, report, EventType.REPORT_DISTRIBUTED, actor, now)


def archive(session: Session, report: Report, *, actor: Actor, now: datetime) -> Report:
    """归档: it is done with; it stays readable, and is not withdrawn any more."""
    _move(report, ReportAction.ARCHIVE)
    report.archived_at = now
    return _told(session, report, EventType.REPORT_ARCHIVED, actor, now)


def withdraw(
    session: Session, report: Report, reason: str, *, actor: Actor, now: datetime
) -> Report:
    """撤回: nobody it went to reads it any more; it stays on record with the reason, masked."""
    why = privacy.mask_text(reason.strip())
    if not why:
        raise Invalid("A withdrawal has a reason.", remedy="Write why.")
    _move(report, ReportAction.WITHDRAW)
    report.withdrawn_by, report.withdrawn_at, report.withdrawn_for = actor.name, now, why
    return _told(session, report, EventType.REPORT_WITHDRAWN, actor, now)


def _move(report: Report, action: ReportAction) -> None:
    """Change where it stands: here alone, once its figures are there."""
    report.state = states.after(ReportState(report.state), action)
    report.version += 1


def _told(session: Session, report: Report, what: EventType, actor: Actor, now: datetime) -> Report:
    session.add(report)
    session.flush()
    tell(session, report, what, str(actor), now)
    return report
