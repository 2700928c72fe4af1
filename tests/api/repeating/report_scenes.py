"""Reports, as the writes on them find them."""

import itertools
from datetime import date

from sqlmodel import Session

from dispatch.reports import drafting, life, scheduling, templating
from dispatch.reports.drafting import Wanted
from dispatch.reports.models_reports import Report
from dispatch.reports.periods import When
from dispatch.reports.terms import ReportKind, ReportState
from hotline.core.accounts import Actor
from hotline.core.clock import now
from tests.api.repeating.house_scenes import a_period
from tests.api.repeating.scenes import Known
from tests.dispatch.reports.scene import URBAN, person

_FRESH = itertools.count(1)
TO = ({"kind": "department", "code": URBAN},)


def _somebody(session: Session) -> Actor:
    return person(session, f"report-author-{next(_FRESH)}", now())


def _drafted(session: Session) -> Report:
    a_period(session)  # leaves no day to be measured first
    templating.ensure_packaged(session, now=now())
    wanted = Wanted(ReportKind.MONTHLY, "monthly", date(2026, 10, 1))
    report = drafting.ask(session, wanted, actor=_somebody(session), now=now())
    return drafting.prepare(session, report, now=now())


def templates(session: Session) -> Known:
    templating.ensure_packaged(session, now=now())
    return {}


def to_draft(session: Session) -> Known:
    return {**templates(session), "body": {"since": "2026-10-01"}}


def drafted(session: Session) -> Known:
    return {"report_id": _drafted(session).id}


def failed(session: Session) -> Known:
    templating.ensure_packaged(session, now=now())
    wanted = Wanted(ReportKind.MONTHLY, "monthly", date(2026, 10, 1))
    report = drafting.ask(session, wanted, actor=_somebody(session), now=now())
    report.state = ReportState.FAILED
    session.add(report)
    session.flush()
    return {"report_id": report.id}


def signed(session: Session) -> Known:
    report = life.sign(session, _drafted(session), actor=_somebody(session), now=now())
    return {"report_id": report.id}


def scheduled(session: Session) -> Known:
    templating.ensure_packaged(session, now=now())
    wanted = scheduling.Wanted("monthly", When(ReportKind.MONTHLY, 9), TO)
    return {"schedule_id": scheduling.add(session, wanted, actor=_somebody(session), now=now()).id}
