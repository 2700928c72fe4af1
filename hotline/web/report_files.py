"""A report in one form, as the API, the console and the portal give it."""

from fastapi import Response
from sqlmodel import Session

from dispatch.reports import forms, html_form, reading
from dispatch.reports.models_reports import Report
from dispatch.reports.terms import Form
from hotline.core.accounts import Actor
from hotline.core.clock import now


def answer(session: Session, report: Report, form: Form, *, reader: Actor) -> Response:
    """Return the report in this form as a download; HTML is shown, and may run nothing."""
    headers = {"Content-Disposition": f'attachment; filename="report-{report.id}.{form}"'}
    if form is Form.HTML:
        headers = {"Content-Security-Policy": html_form.CONTENT_POLICY}
    if report.signed_at is None:
        at = report.drafted_at
        content = forms.write(forms.paper_of(session, report), form, at=at)
    else:
        kept = reading.open_file(session, report, form, reader=reader, now=now())
        content = forms.checked(kept)
        headers["ETag"] = f'"{kept.sha256}"'
    return Response(content, media_type=form.media_type, headers=headers)
