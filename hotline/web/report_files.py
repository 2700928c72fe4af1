"""A report in one form, as the API, the console and the portal give it."""

from fastapi import Response
from sqlmodel import Session

from dispatch.reports import forms, html_form, reading
from dispatch.reports.models_reports import Report
from dispatch.reports.terms import Form
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.web import unchanged


def answer(
    session: Session, report: Report, form: Form, *, reader: Actor, known: str = ""
) -> Response:
    """Return the report in this form as a download; HTML is shown, and may run nothing.

    Who has the signed file, by its tag in `known` (If-None-Match), is told that it is the same.
    """
    headers = {"Content-Disposition": f'attachment; filename="report-{report.id}.{form}"'}
    if form is Form.HTML:
        headers = {"Content-Security-Policy": html_form.CONTENT_POLICY}
    if report.signed_at is None:
        at = report.drafted_at
        content = forms.write(forms.paper_of(session, report), form, at=at)
        return Response(content, media_type=form.media_type, headers=headers)
    kept = reading.open_file(session, report, form, reader=reader, now=now())
    content, tag = forms.checked(kept), f'"{kept.sha256}"'
    headers["ETag"] = tag
    if unchanged.known(tag, report.signed_at, known, ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=form.media_type, headers=headers)
