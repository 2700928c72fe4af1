"""A week of orders and calls that is over, two people who may sign, and a report of it."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from dispatch.models import WorkOrder
from dispatch.reports import drafting, life, scheduling, templating
from dispatch.reports.drafting import Wanted
from dispatch.reports.models_reports import Report
from dispatch.reports.periods import When, span
from dispatch.reports.terms import ReportKind
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from tests.console.portal_own.scene import answered, asked, issued
from tests.dispatch.indicators import call_scene
from tests.dispatch.indicators.scene import DAY, filled

TO = ({"kind": "role", "code": "auditor"}, {"kind": "department", "code": "540102-urban"})
URBAN = "540102-urban"


def person(
    session: Session, name: str, now: datetime, role: Role = Role.SUPERVISOR, **changed: str
) -> Actor:
    """Return somebody with an account."""
    account = accounts.create_account(session, name, "", role=role, hashed="x", now=now)
    for column, value in changed.items():
        setattr(account, column, value)
    session.add(account)
    session.flush()
    return accounts.as_actor(account)


def week(now: datetime) -> tuple[date, datetime]:
    """Return the Monday of the week of `now`, and a moment on which that week is over."""
    told = span(ReportKind.WEEKLY, beijing_day(now))
    days = (told.last - beijing_day(now)).days + 1
    return told.first, now + timedelta(days=days)


def told(session: Session, now: datetime) -> datetime:
    """Leave orders and calls in the week of `now`; return a moment after it, with facts made."""
    asked(session, answered(session, now), solved=True, rating=5)
    call_scene.answered(session, now, 12)
    order: WorkOrder = issued(session, now)
    assert order.id
    _, after = week(now)
    filled(session, after + DAY)
    templating.ensure_packaged(session, now=now)
    return after


def drafted(
    session: Session, author: Actor, now: datetime, after: datetime, *, to: bool = True
) -> Report:
    """Return the week's report, prepared."""
    monday, _ = week(now)
    wanted = Wanted(ReportKind.WEEKLY, "weekly", monday, recipients=TO if to else ())
    report = drafting.ask(session, wanted, actor=author, now=after)
    return drafting.prepare(session, report, now=after)


def report_of(session: Session, at: datetime, department: str) -> Report:
    """Return yesterday's report, signed and sent to a department, with a schedule beside it."""
    templating.ensure_packaged(session, now=at)
    filled(session, at)
    author, signer = (person(session, name, at) for name in ("报告起草人", "报告签发人"))
    to = ({"kind": "department", "code": department}, {"kind": "role", "code": "auditor"})
    when = When(ReportKind.DAILY, 9)
    scheduling.add(session, scheduling.Wanted("daily", when, to), actor=author, now=at)
    wanted = Wanted(ReportKind.DAILY, "daily", beijing_day(at) - DAY, recipients=to)
    report = drafting.ask(session, wanted, actor=author, now=at)
    drafting.prepare(session, report, now=at)
    life.remark(session, report, "气温骤降，供暖类诉求较多。", actor=author, now=at)
    return life.sign(session, report, actor=signer, now=at)
