"""质检 over HTTP: the work, marked and submitted; results, appeals, flags and figures."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.inspection import appeals, flags, inspections, results, subjects
from dispatch.inspection.appeals import Decision
from dispatch.inspection.inspections import Marks, Wanted
from dispatch.inspection.models_inspection import Inspection, InspectionFlag
from dispatch.inspection.scoring import body_of
from dispatch.inspection.states import Kind, State, Why
from hotline.api.fields import Code, Instant, RowId
from hotline.api.schemas_inspections import (
    AppealDecisionIn,
    AppealIn,
    AppealOut,
    AverageOut,
    FiguresOut,
    FlagJudgementIn,
    FlagOut,
    InspectionDetail,
    InspectionOut,
    InspectionPage,
    MarksIn,
    PrecisionOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/inspections", tags=["inspections"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INSPECTION_READ))]
Inspector = Annotated[Actor, Depends(permit(Permission.INSPECTION_SCORE))]
Decider = Annotated[Actor, Depends(permit(Permission.INSPECTION_DECIDE))]
Inspected = Annotated[Actor, Depends(permit(Permission.INSPECTION_OWN))]
Limit = Annotated[int, Query(ge=1, le=MOST)]


@router.get("", operation_id="list_inspections", summary="List inspections (质检单)")
def list_inspections(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    state: State | None = None,
    kind: Kind | None = None,
    why: Why | None = None,
    inspector: Code = "",
    agent: Code = "",
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> InspectionPage:
    """Return the inspections that the reader may see, the first due first."""
    wanted = Wanted((state,) if state else (), kind, why, inspector, agent)
    after = decode_cursor(cursor)
    found = inspections.listed(session, wanted, reader=actor, after=after, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.due_at, last.id or 0) if last else None
    link_next(request, response, following)
    return InspectionPage(items=_lines(session, found), next=following)


@router.get("/own", operation_id="list_own_results", summary="One's own results (本人质检结果)")
def list_own_results(
    actor: Inspected,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> InspectionPage:
    """Return the results of whoever asks, the newest first."""
    found = results.own(session, reader=actor, before=decode_cursor(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    at = last.submitted_at if last else None
    following = encode_cursor(at, last.id or 0) if last and at else None
    link_next(request, response, following)
    return InspectionPage(items=_lines(session, found), next=following)


@router.get(
    "/own/{inspection_id}", operation_id="get_own_result", summary="One result of one's own"
)
def get_own_result(
    actor: Inspected, inspection_id: RowId, session: SessionDep, response: Response
) -> InspectionDetail:
    """Return a result of whoever asks, with its note and appeal."""
    found = results.find_own(session, inspection_id, reader=actor)
    tag(response, found.version)
    return _detail(session, found)


@router.post(
    "/own/{inspection_id}/appeal",
    operation_id="appeal_inspection",
    summary="Appeal against one's own result (申诉)",
    response_model=InspectionOut,
    responses=WRITING,
)
def appeal_inspection(
    actor: Inspected, inspection_id: RowId, given: AppealIn, write: Writing
) -> Any:
    """申诉: once, within seven days of the submission."""

    def find() -> Inspection:
        return results.find_own(write.session, inspection_id, reader=actor, lock=True)

    def act(found: Inspection) -> None:
        appeals.appeal(write.session, found, given.grounds, actor=actor, now=now())

    return write.change(find, act, inspection_out, actor, given.model_dump_json())


@router.get(
    "/figures", operation_id="measure_inspections", summary="Averages and precision (质检统计)"
)
def measure_inspections(
    actor: Reader, session: SessionDep, since: Instant, until: Instant
) -> FiguresOut:
    """Return agents' averages with their counts, and how often each rule's flags were right."""
    averages = results.averages(session, since, until, reader=actor)
    precision = flags.precision(session, since, until, reader=actor)
    return FiguresOut(
        minimum_sample=results.MINIMUM_SAMPLE,
        averages=[AverageOut.model_validate(each) for each in averages],
        flags=[PrecisionOut.model_validate(each) for each in precision],
    )


@router.post(
    "/flags/{flag_id}/judgement",
    operation_id="judge_inspection_flag",
    summary="Call a flag right or a false alarm (误报)",
    response_model=FlagOut,
    responses=WRITING,
)
def judge_inspection_flag(
    actor: Inspector, flag_id: RowId, given: FlagJudgementIn, write: Writing
) -> Any:
    """误报: of nobody's own work; it counts for the rule's precision."""

    def find() -> InspectionFlag:
        return flags.find(write.session, flag_id, reader=actor, lock=True)

    def act(flag: InspectionFlag) -> None:
        flags.judge(write.session, flag, false_alarm=given.false_alarm, actor=actor, now=now())

    def show(_: Session, flag: InspectionFlag) -> FlagOut:
        return FlagOut.model_validate(flag)

    return write.change(find, act, show, actor, given.model_dump_json())


@router.get("/{inspection_id}", operation_id="get_inspection", summary="Read an inspection")
def get_inspection(
    actor: Reader, inspection_id: RowId, session: SessionDep, response: Response
) -> InspectionDetail:
    """Return the inspection with its card, flags, note and appeal."""
    found = inspections.find(session, inspection_id, reader=actor)
    tag(response, found.version)
    return _detail(session, found)


@router.post(
    "/{inspection_id}/take",
    operation_id="take_inspection",
    summary="Take an inspection that nobody has (认领)",
    response_model=InspectionOut,
    responses=WRITING,
)
def take_inspection(actor: Inspector, inspection_id: RowId, write: Writing) -> Any:
    """认领: never one's own work. What its inspector may no longer inspect is nobody's."""

    def act(found: Inspection) -> None:
        inspections.take(write.session, found, actor=actor, now=now())

    return write.change(locked(write.session, inspection_id, actor), act, inspection_out, actor, "")


@router.post(
    "/{inspection_id}/draft",
    operation_id="save_inspection",
    summary="Keep marks as a draft (保存草稿)",
    response_model=InspectionOut,
    responses=WRITING,
)
def save_inspection(actor: Inspector, inspection_id: RowId, given: MarksIn, write: Writing) -> Any:
    """保存草稿: only by its inspector; there is no total before it is submitted."""

    def act(found: Inspection) -> None:
        inspections.save(write.session, found, _marks(given), actor=actor, now=now())

    find = locked(write.session, inspection_id, actor)
    return write.change(find, act, inspection_out, actor, given.model_dump_json())


@router.post(
    "/{inspection_id}/submission",
    operation_id="submit_inspection",
    summary="Submit an inspection (提交)",
    response_model=InspectionOut,
    responses=WRITING,
)
def submit_inspection(
    actor: Inspector, inspection_id: RowId, given: MarksIn, write: Writing
) -> Any:
    """提交: every criterion has a mark; a fatal item makes the total 0."""

    def act(found: Inspection) -> None:
        inspections.submit(write.session, found, _marks(given), actor=actor, now=now())

    find = locked(write.session, inspection_id, actor)
    return write.change(find, act, inspection_out, actor, given.model_dump_json())


@router.post(
    "/{inspection_id}/decision",
    operation_id="decide_inspection_appeal",
    summary="Decide on an appeal (裁定)",
    response_model=InspectionOut,
    responses=WRITING,
)
def decide_inspection_appeal(
    actor: Decider, inspection_id: RowId, given: AppealDecisionIn, write: Writing
) -> Any:
    """裁定: by neither the inspector nor the agent; a changed result comes with its marks."""
    marks = _marks(given.changed) if given.changed else None

    def act(found: Inspection) -> None:
        decision = Decision(given.verdict, given.answer, marks)
        appeals.decide(write.session, found, decision, actor=actor, now=now())

    find = locked(write.session, inspection_id, actor)
    return write.change(find, act, inspection_out, actor, given.model_dump_json())


def locked(session: Session, inspection_id: int, actor: Actor) -> Callable[[], Inspection]:
    """Return how a write finds the inspection, locked and within the actor's sight."""
    return lambda: inspections.find(session, inspection_id, reader=actor, lock=True)


def _marks(given: MarksIn) -> Marks:
    return Marks(
        {code: level.value for code, level in given.marks.items()}, given.fatal, given.note
    )


def inspection_out(session: Session, found: Inspection) -> InspectionOut:
    """Return the inspection as a line of a list."""
    (line,) = _lines(session, [found])
    return line


def _lines(session: Session, found: Sequence[Inspection]) -> list[InspectionOut]:
    numbers = subjects.ticket_numbers(session, found)
    return [
        InspectionOut.model_validate(each).model_copy(
            update={"ticket": numbers.get(each.ticket_id or 0, "")}
        )
        for each in found
    ]


def _detail(session: Session, found: Inspection) -> InspectionDetail:
    return InspectionDetail(
        **inspection_out(session, found).model_dump(),
        note=inspections.note_of(session, found),
        card=body_of(inspections.card_of(session, found)),
        flags=[FlagOut.model_validate(each) for each in flags.of(session, found)],
        appeal=_appeal(session, found),
    )


def _appeal(session: Session, found: Inspection) -> AppealOut | None:
    row = appeals.of(session, found)
    if row is None:
        return None
    return AppealOut(
        at=row.at,
        grounds=appeals.grounds_of(session, found, row),
        verdict=row.verdict,
        answer=appeals.answer_of(session, found, row),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        total_before=row.total_before,
    )
