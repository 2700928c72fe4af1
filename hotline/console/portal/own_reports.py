"""收到的报告: what was sent to the department, and its files; opening one is kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.reports import reading
from dispatch.reports.terms import Form
from hotline.console import moments, navigation
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web import report_files
from hotline.web.access import SessionDep

SHOWN = 50
router = APIRouter(prefix=navigation.OWN_REPORTS.page, include_in_schema=False)

Recipient = Annotated[Viewer, Depends(Seeing(Permission.ORDER_HANDLE))]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Recipient,
    request: Request,
    session: SessionDep,
    before: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show what was sent to the department, the newest first."""
    found = reading.received(session, reader=viewer.actor, before=before, limit=SHOWN + 1)
    told = {
        "viewer": viewer,
        "here": navigation.OWN_REPORTS.name,
        "as_of": now(),
        "page": navigation.OWN_REPORTS.page,
        "rows": found[:SHOWN],
        "forms": list(Form),
        "short": moments.short,
        "older": found[SHOWN - 1][0].id if len(found) > SHOWN else None,
    }
    return templates.TemplateResponse(request, "portal/own_reports.html", told)


@router.get("/{report_id}/as/{form}")
def file(viewer: Recipient, report_id: int, form: Form, session: SessionDep) -> Response:
    """Give the kept file of a report that was sent to the department."""
    if not 0 < report_id <= LARGEST_ROW:
        raise NotFound(f"There is no report {report_id}.")
    report = reading.find_received(session, report_id, reader=viewer.actor)
    return report_files.answer(session, report, form, reader=viewer.actor)
