"""收到的报告 over HTTP: what was sent to one's department, for its people and its systems."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from dispatch.reports import reading
from dispatch.reports.terms import Form
from hotline.api.fields import RowId
from hotline.api.reports import Before, Limit
from hotline.api.schemas_reports import ReceivedOut, ReceivedPage
from hotline.core.accounts import Actor
from hotline.core.security import Permission
from hotline.web import report_files, unchanged
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/received-reports", tags=["reports"], responses=READING)

Recipient = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]


@router.get("", operation_id="list_received_reports", summary="List received reports (收到的报告)")
def list_received_reports(
    actor: Recipient, session: SessionDep, before: Before = 0, limit: Limit = 50
) -> ReceivedPage:
    """Return what was sent to the reader's department, or to them, the newest first."""
    rows = reading.received(session, reader=actor, before=before, limit=limit)
    items = [ReceivedOut.of(report, receipt) for report, receipt in rows]
    return ReceivedPage(items=items, next=items[-1].id if len(items) == limit else None)


@router.get(
    "/{report_id}",
    operation_id="get_received_report",
    summary="Read a received report in one of its forms",
    response_class=Response,
    responses={
        200: {"content": {form.media_type: {} for form in Form}},
        304: {"description": "It has not changed."},
    },
)
def get_received_report(
    actor: Recipient,
    report_id: RowId,
    session: SessionDep,
    form: Form = Form.HTML,
    if_none_match: unchanged.Known = "",
) -> Response:
    """Return the file as it was signed, its SHA-256 the ETag; its receipt says who opened it."""
    report = reading.find_received(session, report_id, reader=actor)
    return report_files.answer(session, report, form, reader=actor, known=if_none_match)
