"""改期: the forms by which a milestone is moved, or what was asked for is refused."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.problems import moving
from dispatch.problems.models_problems import Problem
from dispatch.problems.moving import Wish
from hotline.console import form_times
from hotline.console.faults import Misfilled
from hotline.console.problems.one import PAGE, Writer, change_one
from hotline.console.words import say
from hotline.console.writes import Version
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PAGE}/{{problem_id}}/milestones/{{position}}", include_in_schema=False)

Day = Annotated[str, Form(max_length=10)]
Reason = Annotated[str, Form(max_length=1000)]


@router.post("/move", response_class=HTMLResponse)
def move(
    viewer: Writer,
    problem_id: int,
    position: int,
    request: Request,
    session: SessionDep,
    version: Version,
    due_on: Day = "",
    reason: Reason = "",
) -> Response:
    """改期, or what is asked for granted."""

    def act(problem: Problem) -> None:
        wish = wished(position, due_on, reason)
        moving.move(session, problem, wish, actor=viewer.actor, now=now())

    return change_one(request, session, viewer, problem_id, version, act)


@router.post("/refusal", response_class=HTMLResponse)
def refuse(
    viewer: Writer,
    problem_id: int,
    position: int,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Reason = "",
) -> Response:
    """不同意改期."""

    def act(problem: Problem) -> None:
        moving.refuse(session, problem, position, reason, actor=viewer.actor, now=now())

    return change_one(request, session, viewer, problem_id, version, act)


def wished(position: int, due_on: str, reason: str) -> Wish:
    """Return what was typed; raise Misfilled for what is no day."""
    day = form_times.day(due_on)
    if day is None:
        raise Misfilled(say("problems.no_move_day"))
    return Wish(position, day, reason.replace("\0", ""))
