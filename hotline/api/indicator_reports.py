"""定稿报告 over HTTP: a period's figures frozen, read as published, and written again on demand."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from dispatch.indicators import freezing, long_freezing
from dispatch.indicators.models_indicators import IndicatorSnapshot
from dispatch.indicators.reading import Period
from hotline.api.fields import LARGEST_ROW, RowId
from hotline.api.indicators import asked
from hotline.api.schemas_indicators import FreezingOut, ReportIn, ReportList, ReportOut
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/indicator-reports", tags=["indicators"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
Freezer = Annotated[Actor, Depends(permit(Permission.INDICATOR_FREEZE))]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.post(
    "",
    operation_id="freeze_report",
    status_code=201,
    summary="Freeze a period's report (定稿)",
    response_model=ReportOut,
    responses={**WRITING, 202: {"model": FreezingOut, "description": "It is frozen by a job."}},
)
def freeze_report(actor: Freezer, given: ReportIn, write: Writing, response: Response) -> Any:
    """定稿: keep the figures, the definitions that held and the facts; nothing changes it later.

    A period of more than 31 days is frozen by a job: 202, with its state at `freezings/{id}`.
    """
    days = asked(given.since, given.until)
    period = Period(days.first, days.last)
    if long_freezing.is_long(period):
        return _later(actor, given, period, write, response)

    def act() -> ReportOut:
        return _shown(freezing.freeze(write.session, given.name, period, actor=actor, now=now()))

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.get("", operation_id="list_reports", summary="List frozen reports (定稿报告)")
def list_reports(
    actor: Reader, session: SessionDep, before: Before = 0, limit: Limit = 50
) -> ReportList:
    """Return the frozen reports, the newest first; of an area, one's own."""
    rows = freezing.listed(session, before=before, limit=limit, reader=actor)
    more = rows[-1].id if len(rows) == limit else None
    return ReportList(items=[_shown(row) for row in rows], next=more)


def _later(
    actor: Actor, given: ReportIn, period: Period, write: Write, response: Response
) -> Response:
    def act() -> FreezingOut:
        row = long_freezing.ask(write.session, given.name, period, actor=actor, now=now())
        return FreezingOut.model_validate(row)

    told = write.once(act, actor, given.model_dump_json(), again=as_kept)
    where = {"Location": f"{router.prefix}/freezings/{told['id']}"}
    return JSONResponse(told, status_code=202, headers={**response.headers, **where})


@router.get(
    "/freezings/{freezing_id}",
    operation_id="get_report_freezing",
    summary="How far the freezing of a long period is",
)
def get_report_freezing(actor: Freezer, freezing_id: RowId, session: SessionDep) -> FreezingOut:
    """Return its state: `waiting` (`trouble` says what for), `done` (its report), `refused`.

    After ten attempts, each wait longer than the last, it is `refused` too; ask for it anew.
    """
    return FreezingOut.model_validate(long_freezing.find(session, freezing_id, actor=actor))


@router.get(
    "/{report_id}",
    operation_id="get_report",
    summary="Read a frozen report (定稿报告), with `reproduce` written anew",
    response_model=dict[str, Any],
)
def get_report(
    actor: Reader, report_id: RowId, session: SessionDep, reproduce: bool = False
) -> Any:
    """Return the document as it was published, to the last byte; its hash is in the ETag.

    `reproduce` writes it anew from the facts that were kept, and answers 500 if it is another.
    """
    report = freezing.find(session, report_id, reader=actor)
    told = freezing.reproduce(report) if reproduce else freezing.published(report)
    tag = {"ETag": f'"{report.document_hash}"'}
    return Response(told, media_type="application/json", headers=tag)


def _shown(row: IndicatorSnapshot) -> ReportOut:
    return ReportOut.model_validate(row)
