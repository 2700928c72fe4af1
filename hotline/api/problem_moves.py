"""改期 over HTTP: a milestone's day, asked for by the lead department, moved by who may list."""

from typing import Any

from fastapi import APIRouter

from dispatch.problems import moving
from dispatch.problems.models_problems import Problem
from dispatch.problems.moving import Wish
from hotline.api.fields import RowId
from hotline.api.problems import ProblemWrite, Solver, Writer
from hotline.api.schemas_problems import MilestoneMoveIn, MilestoneRefusalIn, ProblemOut
from hotline.core.clock import now
from hotline.web.problems import READING, WRITING

router = APIRouter(
    prefix="/api/v1/problems/{problem_id}/milestones/{position}",
    tags=["problems"],
    responses=READING,
)


@router.post(
    "/move-request",
    operation_id="ask_milestone_move",
    summary="Ask for a later day of a milestone",
    response_model=ProblemOut,
    responses=WRITING,
)
def ask_milestone_move(
    actor: Solver, position: RowId, write: ProblemWrite, given: MilestoneMoveIn
) -> Any:
    """申请改期, by the lead department."""

    def act(problem: Problem) -> None:
        wish = Wish(position, given.due_on, given.reason)
        moving.ask(write.session, problem, wish, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/move",
    operation_id="move_milestone",
    summary="Move a milestone to another day",
    response_model=ProblemOut,
    responses=WRITING,
)
def move_milestone(
    actor: Writer, position: RowId, write: ProblemWrite, given: MilestoneMoveIn
) -> Any:
    """改期, by nobody who wrote in the problem; it grants what is asked, on this day."""

    def act(problem: Problem) -> None:
        wish = Wish(position, given.due_on, given.reason)
        moving.move(write.session, problem, wish, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/move-refusal",
    operation_id="refuse_milestone_move",
    summary="Refuse a later day of a milestone",
    response_model=ProblemOut,
    responses=WRITING,
)
def refuse_milestone_move(
    actor: Writer, position: RowId, write: ProblemWrite, given: MilestoneRefusalIn
) -> Any:
    """不同意改期: the day stays."""

    def act(problem: Problem) -> None:
        moving.refuse(write.session, problem, position, given.reason, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())
