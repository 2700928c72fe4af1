"""堵点难点 over HTTP: the year's list, each problem's way, and what it is judged by."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.problems import evidence, life, milestones, moving, reading, writing
from dispatch.problems.before_after import Days
from dispatch.problems.models_problems import MilestoneMove, Problem, ProblemMilestone
from dispatch.problems.reading import Wanted
from dispatch.problems.states import OF_DEPARTMENT, Action, State
from dispatch.problems.writing import Plan, Step
from hotline.api.fields import RowId
from hotline.api.schemas_problems import (
    ClaimIn,
    MilestoneMoveOut,
    MilestoneOut,
    MilestoneReportIn,
    ProblemActionIn,
    ProblemEvidenceIn,
    ProblemEvidenceOut,
    ProblemIn,
    ProblemOut,
    ProblemPage,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotAllowed
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/problems", tags=["problems"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
Writer = Annotated[Actor, Depends(permit(Permission.PROBLEM_WRITE))]
Solver = Annotated[Actor, Depends(permit(Permission.ORDER_HANDLE))]
Year = Annotated[int, Query(ge=0, lt=2100)]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class Write:
    """One write on the problem that the path names."""

    def __init__(self, problem_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, problem_id

    def do(self, act: Callable[[Problem], object], actor: Actor, given: str) -> Any:
        """Return the problem as `act` leaves it, or the answer kept under the same key."""

        def find() -> Problem:
            return reading.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, shown_to(actor), actor, given)


ProblemWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_problems", summary="List problems (堵点难点)")
def list_problems(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    year: Year = 0,
    state: State | None = None,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ProblemPage:
    """Return the problems of the reader's area, the newest first; 0 is every year."""
    return _page(session, Wanted(year, state), actor, (request, response), cursor, limit)


@router.get("/own", operation_id="list_own_problems", summary="List one's own problems")
def list_own_problems(
    actor: Solver,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ProblemPage:
    """Return what the department leads or assists, the newest first."""
    return _page(session, Wanted(), actor, (request, response), cursor, limit)


@router.get("/{problem_id}", operation_id="get_problem", summary="Read a problem")
def get_problem(
    actor: Reader, problem_id: RowId, session: SessionDep, response: Response
) -> ProblemOut:
    """Return the problem with its milestones and what shows it."""
    problem = reading.find(session, problem_id, reader=actor)
    tag(response, problem.version)
    return shown_to(actor)(session, problem)


@router.post(
    "",
    operation_id="propose_problem",
    summary="Propose a problem",
    response_model=ProblemOut,
    responses=WRITING,
    status_code=201,
)
def propose_problem(actor: Writer, given: ProblemIn, write: Writing) -> Any:
    """提出: it is on no list until somebody else puts it there."""

    def act() -> ProblemOut:
        made = writing.propose(write.session, plan_of(given), actor=actor, now=now())
        return shown_to(actor)(write.session, made)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.put(
    "/{problem_id}",
    operation_id="change_problem",
    summary="Write a proposed problem anew",
    response_model=ProblemOut,
    responses=WRITING,
)
def change_problem(actor: Writer, write: ProblemWrite, given: ProblemIn) -> Any:
    """修改: while it is on no list."""

    def act(problem: Problem) -> None:
        writing.change(write.session, problem, plan_of(given), actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{problem_id}/action",
    operation_id="act_on_problem",
    summary="Move a problem on",
    response_model=ProblemOut,
    responses=WRITING,
)
def act_on_problem(actor: Writer, write: ProblemWrite, given: ProblemActionIn) -> Any:
    """入单、核验、销号、转入下一年或不再列入."""
    if given.action in OF_DEPARTMENT:
        raise NotAllowed("Only the lead department does this.", remedy="Ask it.")
    return write.do(_move(write, given.action, given.reason, actor), actor, given.model_dump_json())


@router.post(
    "/{problem_id}/evidence",
    operation_id="add_problem_evidence",
    summary="Name what shows a problem",
    response_model=ProblemOut,
    responses=WRITING,
)
def add_problem_evidence(actor: Writer, write: ProblemWrite, given: ProblemEvidenceIn) -> Any:
    """依据: a ticket, a cluster or a hot issue that the actor may see."""

    def act(problem: Problem) -> None:
        evidence.add(write.session, problem, given.kind, given.ref, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{problem_id}/claim",
    operation_id="claim_problem",
    summary="Say that a problem is solved",
    response_model=ProblemOut,
    responses=WRITING,
)
def claim_problem(actor: Solver, write: ProblemWrite, given: ClaimIn) -> Any:
    """申报解决, by the lead department."""
    return write.do(_move(write, Action.CLAIM, given.claim, actor), actor, given.model_dump_json())


@router.post(
    "/{problem_id}/milestones/{position}/report",
    operation_id="report_milestone",
    summary="Report on a milestone",
    response_model=ProblemOut,
    responses=WRITING,
)
def report_milestone(
    actor: Solver, position: RowId, write: ProblemWrite, given: MilestoneReportIn
) -> Any:
    """报进度, by the lead department; `done` ends the milestone."""

    def act(problem: Problem) -> None:
        milestones.report(
            write.session,
            problem,
            position,
            given.report,
            done=given.done,
            actor=actor,
            now=now(),
        )

    return write.do(act, actor, given.model_dump_json())


def plan_of(given: ProblemIn) -> Plan:
    """Return the plan as the domain reads it."""
    words = given.model_dump(exclude={"baseline_first", "baseline_last", "milestones"})
    steps = [Step(each.name, each.due_on) for each in given.milestones]
    return Plan(**words, baseline=Days(given.baseline_first, given.baseline_last), milestones=steps)


def shown_to(actor: Actor) -> Callable[[Session, Problem], ProblemOut]:
    """Return how a problem is shown to this reader."""

    def show(session: Session, problem: Problem) -> ProblemOut:
        moment, moves = now(), moving.of(session, problem)
        steps = [
            _step(each, moves.get(each.id or 0, ()), moment)
            for each in milestones.of(session, problem)
        ]
        shown = evidence.of(session, problem, reader=actor)
        return ProblemOut(
            **problem.model_dump(),
            milestones=steps,
            evidence=[ProblemEvidenceOut.model_validate(each) for each in shown],
        )

    return show


def _step(row: ProblemMilestone, moves: Sequence[MilestoneMove], at: datetime) -> MilestoneOut:
    told = {
        "late": milestones.is_late(row, at),
        "first_due_on": moving.first_day(row, moves),
        "moves": [MilestoneMoveOut.model_validate(each) for each in moves],
    }
    return MilestoneOut.model_validate({**row.model_dump(), **told})


def _move(write: Write, action: Action, reason: str, actor: Actor) -> Callable[[Problem], None]:
    def act(problem: Problem) -> None:
        life.act(write.session, problem, action, reason, actor=actor, now=now())

    return act


def _page(
    session: Session,
    wanted: Wanted,
    actor: Actor,
    wire: tuple[Request, Response],
    cursor: str | None,
    limit: int,
) -> ProblemPage:
    found = reading.listed(session, wanted, reader=actor, before=decode_cursor(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.proposed_at, last.id or 0) if last else None
    link_next(*wire, following)
    return ProblemPage(items=[shown_to(actor)(session, each) for each in found], next=following)
