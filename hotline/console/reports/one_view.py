"""What the page of one report says of it."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response
from sqlmodel import Session

from dispatch.indicators import patience
from dispatch.reports import reading, states
from dispatch.reports.models_reports import Report, ReportReceipt, ReportRemark, ReportTemplate
from dispatch.reports.terms import Form, ReportAction, ReportState
from hotline.console import moments
from hotline.console.administration.frame import Refusal, in_words
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.reports.frame import SHOWN, listed, shown


def page(
    request: Request,
    session: Session,
    viewer: Viewer,
    report: Report,
    refused: Refusal | None = None,
    *,
    after: str = "",
) -> Response:
    """Return the report's page; `after` is the last receipt of the page before."""
    receipts = reading.receipts(session, report, after=after, limit=SHOWN + 1)
    remarks = [each for each in reading.remarks(session, report) if each.text]
    told = {
        **_report(session, report),
        **_remarks(remarks, viewer),
        **_receipts(receipts),
        "may": _may(session, viewer, report),
        "people": called(session, _people(report, remarks, receipts)),
    }
    return shown(request, viewer, "one", refused, **told)


def _report(session: Session, report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "model": session.get_one(ReportTemplate, report.template_id),
        "files": reading.files(session, report),
        "forms": list(Form),
        "to": listed(session, report.recipients),
        "trouble": in_words(report.trouble, "refused") or report.trouble,
        "most_tries": patience.MOST,
        "short": moments.short,
    }


def _remarks(remarks: Sequence[ReportRemark], viewer: Viewer) -> dict[str, Any]:
    own = (each.text for each in remarks if each.by == viewer.actor.name)
    return {"remarks": remarks, "own": next(own, "")}


def _receipts(found: Sequence[ReportReceipt]) -> dict[str, Any]:
    return {
        "receipts": [(each, _code(each)) for each in found[:SHOWN]],
        "more": found[SHOWN - 1].recipient if len(found) > SHOWN else "",
    }


def _may(session: Session, viewer: Viewer, report: Report) -> frozenset[ReportAction]:
    """Return what may be done with it; nothing by who was sent one from beyond their reach."""
    within = reading.is_within(session, report, reader=viewer.actor)
    return states.may(ReportState(report.state)) if within else frozenset()


def _people(
    report: Report, remarks: Sequence[ReportRemark], receipts: Sequence[ReportReceipt]
) -> set[str]:
    """Return everybody whom the page names."""
    by = {report.drafted_by, report.signed_by, report.withdrawn_by}
    wrote = {each.by for each in remarks}
    got = {name for each in receipts for name in (_code(each), each.opened_by)}
    return (by | wrote | got) - {""}


def _code(receipt: ReportReceipt) -> str:
    """Return whom it went to, without `person:` or `department:`."""
    return receipt.recipient.partition(":")[2]
