"""A report in its forms, written from what is kept: its template's version, figures, remarks."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch.reports import blocks, docx_form, html_form, templating, xlsx_form
from dispatch.reports.gathering import written
from dispatch.reports.models_reports import Report, ReportFile, ReportRemark, ReportTemplate
from dispatch.reports.paper import Paper
from dispatch.reports.terms import Form
from hotline.core import accounts
from hotline.core.clock import beijing
from hotline.core.errors import Conflict, HotlineError


class Broken(HotlineError):
    title = "The report was tampered with"


def of(session: Session, report: Report) -> dict[Form, bytes]:
    """Return the report in every form, as it stands."""
    paper, at = paper_of(session, report), report.signed_at or report.drafted_at
    return {form: write(paper, form, at=at) for form in Form}


def write(paper: Paper, form: Form, *, at: datetime) -> bytes:
    """Return the paper in one form, dated `at`."""
    if form is Form.HTML:
        return html_form.write(paper)
    return xlsx_form.write(paper) if form is Form.XLSX else docx_form.write(paper, at=at)


def kept(report: Report, form: Form, content: bytes) -> ReportFile:
    """Return the row that keeps the file with its SHA-256."""
    return ReportFile(
        report_id=report.id or 0,
        form=form,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def checked(file: ReportFile) -> bytes:
    """Return the kept file as it was signed; raise Broken when its hash is another."""
    if hashlib.sha256(file.content).hexdigest() != file.sha256:
        raise Broken(
            f"Report {file.report_id} is not what was signed.",
            remedy="Compare with a backup: it was changed outside the hotline.",
        )
    return file.content


def paper_of(session: Session, report: Report) -> Paper:
    """Return the report to be written out; raise Conflict while it has no figures."""
    template = session.get_one(ReportTemplate, report.template_id)
    said = session.exec(
        select(ReportRemark.text)
        .where(ReportRemark.report_id == report.id, ReportRemark.text != "")
        .order_by(col(ReportRemark.id))
    ).all()
    sheet = blocks.put_together(templating.read(template.text), figures(report), said)
    draft = report.signed_at is None
    return Paper(sheet, _facts(session, report, template), draft)


def figures(report: Report) -> Mapping[str, Any]:
    """Return the kept figures; raise Conflict for none yet, Broken when their hash is another."""
    if report.figures is None:
        raise Conflict("The report has no figures yet.", remedy="Wait: they are being frozen.")
    told: Mapping[str, Any] = json.loads(report.figures)
    if written(told)[1] != report.figures_hash:
        raise Broken(
            f"Report {report.id}'s figures are not what was frozen.",
            remedy="Compare with a backup: they were changed outside the hotline.",
        )
    return told


def _facts(
    session: Session, report: Report, template: ReportTemplate
) -> tuple[tuple[str, str], ...]:
    told = [
        ("统计期", f"{report.since} 至 {report.until}"),
        ("模板", f"{template.name} 第 {template.number} 版"),
        ("定稿数据", f"第 {report.snapshot_id} 号，对比期第 {report.before_id} 号"),
    ]
    if report.signed_at:
        names = accounts.display_names(session, [report.signed_by])
        signer = names.get(report.signed_by, report.signed_by)
        told.append(("签发", f"{signer}，{beijing(report.signed_at):%Y年%m月%d日 %H:%M}"))
    return tuple(told)
