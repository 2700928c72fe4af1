"""定期报告 over HTTP: what is made by itself, and for whom."""

from typing import Any

from fastapi import APIRouter

from dispatch.reports import scheduling
from dispatch.reports.models_reports import ReportSchedule
from dispatch.reports.periods import When
from hotline.api.fields import RowId
from hotline.api.reports import Before, Limit, Maker, Reader
from hotline.api.schemas_reports import ScheduleIn, ScheduleOut, SchedulePage
from hotline.api.writes import Writing
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/reports/schedules", tags=["reports"], responses=READING)


@router.get("", operation_id="list_report_schedules", summary="List report schedules (定期报告)")
def list_report_schedules(
    _: Reader, session: SessionDep, before: Before = 0, limit: Limit = 50
) -> SchedulePage:
    """Return the schedules, ended ones too, the newest first."""
    rows = scheduling.listed(session, before=before, limit=limit)
    more = rows[-1].id if len(rows) == limit else None
    return SchedulePage(items=[ScheduleOut.model_validate(row) for row in rows], next=more)


@router.post(
    "",
    operation_id="add_report_schedule",
    status_code=201,
    summary="Have a report made by itself",
    response_model=ScheduleOut,
    responses=WRITING,
)
def add_report_schedule(actor: Maker, given: ScheduleIn, write: Writing) -> Any:
    """From the present period on, as who adds it may count; each waits for its sign-off."""
    when = When(given.kind, given.hour, given.weekday, given.day)
    to = tuple(each.model_dump(mode="json") for each in given.recipients)
    wanted = scheduling.Wanted(given.template, when, to)

    def act() -> ScheduleOut:
        return ScheduleOut.model_validate(
            scheduling.add(write.session, wanted, actor=actor, now=now())
        )

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.post(
    "/{schedule_id}/end",
    operation_id="end_report_schedule",
    summary="Make no more of a scheduled report",
    response_model=ScheduleOut,
    responses=WRITING,
)
def end_report_schedule(actor: Maker, schedule_id: RowId, write: Writing) -> Any:
    """What was made stays; a changed schedule is this one ended and another added."""

    def find() -> ReportSchedule:
        return scheduling.find(write.session, schedule_id, lock=True)

    def act(row: ReportSchedule) -> None:
        scheduling.end(write.session, row, actor=actor, now=now())

    def show(_: object, row: ReportSchedule) -> ScheduleOut:
        return ScheduleOut.model_validate(row)

    return write.change(find, act, show, actor, "")
