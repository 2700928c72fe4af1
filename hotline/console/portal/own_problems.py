"""本单位牵头的堵点难点: its milestones reported on, and its solution claimed."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.problems import life, milestones, moving, reading, verifying
from dispatch.problems.models_problems import Problem
from dispatch.problems.reading import Wanted
from dispatch.problems.states import OPEN, Action, State
from dispatch.sealing import reach
from hotline.console import versioned
from hotline.console.administration.frame import Refusal
from hotline.console.faults import PORTAL
from hotline.console.frame import Viewer, templates
from hotline.console.portal.own_frame import Handler
from hotline.console.problems.lines import compared, lines, steps
from hotline.console.problems.moves import wished
from hotline.console.writes import Version, Words
from hotline.core.clock import beijing_day, now
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

PAGE = f"{PORTAL}/problems"
SHOWN = 50

router = APIRouter(prefix=PAGE, include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(viewer: Handler, request: Request, session: SessionDep, on: str = "") -> Response:
    """Show what the department leads or assists, the newest first."""
    found = reading.listed(
        session, Wanted(), reader=viewer.actor, before=decode_cursor(on), limit=SHOWN + 1
    )
    page = found[:SHOWN]
    last = page[-1] if len(found) > SHOWN else None
    told = {
        "viewer": viewer,
        "here": "problems",
        "rows": lines(session, page, now=now()),
        "on": encode_cursor(last.proposed_at, last.id or 0) if last else "",
    }
    return templates.TemplateResponse(request, "portal/own_problems.html", told)


@router.get("/{problem_id}", response_class=HTMLResponse)
def one(viewer: Handler, problem_id: int, request: Request, session: SessionDep) -> Response:
    """Show one problem, with the forms of who leads it."""
    return _one(request, session, viewer, _found(session, viewer, problem_id))


@router.post("/{problem_id}/milestones/{position}", response_class=HTMLResponse)
def report(
    viewer: Handler,
    problem_id: int,
    position: int,
    request: Request,
    session: SessionDep,
    words: Words,
    version: Version,
    done: Annotated[bool, Form()] = False,
) -> Response:
    """报进度."""

    def act(problem: Problem) -> None:
        milestones.report(
            session, problem, position, words, done=done, actor=viewer.actor, now=now()
        )

    return _done(request, session, viewer, problem_id, version, act)


@router.post("/{problem_id}/milestones/{position}/move", response_class=HTMLResponse)
def ask_move(
    viewer: Handler,
    problem_id: int,
    position: int,
    request: Request,
    session: SessionDep,
    words: Words,
    version: Version,
    due_on: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """申请改期."""

    def act(problem: Problem) -> None:
        wish = wished(position, due_on, words)
        moving.ask(session, problem, wish, actor=viewer.actor, now=now())

    return _done(request, session, viewer, problem_id, version, act)


@router.post("/{problem_id}/claim", response_class=HTMLResponse)
def claim(
    viewer: Handler,
    problem_id: int,
    request: Request,
    session: SessionDep,
    words: Words,
    version: Version,
) -> Response:
    """申报解决."""

    def act(problem: Problem) -> None:
        life.act(session, problem, Action.CLAIM, words, actor=viewer.actor, now=now())

    return _done(request, session, viewer, problem_id, version, act)


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    problem_id: int,
    version: int,
    act: Callable[[Problem], None],
) -> Response:
    problem = _found(session, viewer, problem_id, lock=True)

    def again(problem: Problem, refused: Refusal) -> Response:
        return _one(request, session, viewer, problem, refused)

    page = f"{PAGE}/{problem_id}"
    return versioned.done(session, problem, version, act, page=page, again=again)


def _found(session: Session, viewer: Viewer, problem_id: int, *, lock: bool = False) -> Problem:
    versioned.require_row(problem_id, "problem")
    return reading.find(session, problem_id, reader=viewer.actor, lock=lock)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    problem: Problem,
    refused: Refusal | None = None,
) -> Response:
    moment = now()
    leads = reach.department_of(viewer.actor) == problem.lead_department
    seen = verifying.seen_so_far(session, problem, now=moment)
    told: dict[str, Any] = {
        "viewer": viewer,
        "here": "problems",
        "line": lines(session, [problem], now=moment)[0],
        "steps": steps(session, problem, now=moment),
        "compared": compared(seen, problem, beijing_day(moment)),
        "reports": leads and problem.state in OPEN,
        "claims": leads and problem.state == State.IN_PROGRESS,
        "refused": refused,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "portal/own_problem.html", told, status_code=status)
