"""One problem: what it says, its milestones, its figures before and after, and what comes next."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.problems import (
    evidence,
    life,
    measuring,
    milestones,
    reading,
    telling,
    verifying,
    writing,
)
from dispatch.problems.evidence import Shows
from dispatch.problems.models_problems import Problem
from dispatch.problems.states import NEEDS_REASON, OPEN, Action, State, open_actions
from hotline.console import navigation, story, versioned
from hotline.console.administration.frame import Refusal
from hotline.console.callings import called
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.problems import form
from hotline.console.problems.form import Filled, Typed
from hotline.console.problems.lines import compared, lines, steps
from hotline.console.problems.listing import choices
from hotline.console.writes import LARGEST_ROW, Version
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep

PAGE = navigation.PROBLEMS.page
SHOWN = 20

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Writer = Annotated[Viewer, Depends(Seeing(Permission.PROBLEM_WRITE))]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]


@router.get("/{problem_id}", response_class=HTMLResponse)
def one(
    viewer: Reader, problem_id: int, request: Request, session: SessionDep, before: Before = 0
) -> Response:
    """Show one problem; `before` pages through the tickets of its scope."""
    return _one(request, session, viewer, _found(session, viewer, problem_id), before=before)


@router.post("/{problem_id}", response_class=HTMLResponse)
def change(
    viewer: Writer,
    problem_id: int,
    request: Request,
    session: SessionDep,
    typed: Filled,
    version: Version,
) -> Response:
    """修改: while it is on no list."""

    def act(problem: Problem) -> None:
        writing.change(session, problem, typed.plan(), actor=viewer.actor, now=now())

    return change_one(request, session, viewer, problem_id, version, act, typed)


@router.post("/{problem_id}/action", response_class=HTMLResponse)
def move(
    viewer: Writer,
    problem_id: int,
    request: Request,
    session: SessionDep,
    action: Annotated[Action, Form()],
    version: Version,
    reason: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """入单、核验、销号、转入下一年或不再列入."""

    def act(problem: Problem) -> None:
        life.act(session, problem, action, reason, actor=viewer.actor, now=now())

    return change_one(request, session, viewer, problem_id, version, act)


@router.post("/{problem_id}/evidence", response_class=HTMLResponse)
def show_by(
    viewer: Writer,
    problem_id: int,
    request: Request,
    session: SessionDep,
    kind: Annotated[Shows, Form()],
    ref: Annotated[str, Form(max_length=64)],
    version: Version,
) -> Response:
    """依据."""

    def act(problem: Problem) -> None:
        named = ref.replace("\0", "").strip()
        evidence.add(session, problem, kind, named, actor=viewer.actor, now=now())

    return change_one(request, session, viewer, problem_id, version, act)


def change_one(
    request: Request,
    session: Session,
    viewer: Viewer,
    problem_id: int,
    version: int,
    act: Callable[[Problem], None],
    typed: Typed | None = None,
) -> Response:
    """Do what a form asks for on the problem, and lead back to its page."""
    problem = _found(session, viewer, problem_id, lock=True)

    def again(problem: Problem, refused: Refusal) -> Response:
        return _one(request, session, viewer, problem, refused, typed=typed)

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
    *,
    typed: Typed | None = None,
    before: int = 0,
) -> Response:
    moment = now()
    told: dict[str, Any] = {
        "viewer": viewer,
        "as_of": moment,
        "line": lines(session, [problem], now=moment)[0],
        "steps": steps(session, problem, now=moment),
        "moves": _moves(viewer, problem),
        "shown": evidence.of(session, problem, reader=viewer.actor),
        "kinds": list(Shows),
        "people": called(session, _people(problem)),
        "story": story.tell(session, telling.story(session, problem)),
        "refused": refused,
        **_figures(session, viewer, problem, before),
        **_doable(session, viewer, problem, typed),
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "problems/one.html", told, status_code=status)


def _figures(session: Session, viewer: Viewer, problem: Problem, before: int) -> dict[str, Any]:
    """Return the comparison as it stands, and a page of the baseline's tickets."""
    moment = now()
    seen = verifying.seen_so_far(session, problem, now=moment)
    found = measuring.tickets(
        session,
        problem,
        seen.baseline,
        reader=viewer.actor,
        before=before,
        limit=SHOWN + 1,
    )
    return {
        "compared": compared(seen, problem, beijing_day(moment)),
        "tickets": found[:SHOWN],
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
    }


def _doable(
    session: Session, viewer: Viewer, problem: Problem, typed: Typed | None
) -> dict[str, Any]:
    """Return what the viewer may do now: actions, and the form while it is on no list."""
    if Permission.PROBLEM_WRITE not in viewer.may:
        return {"writes": False, "actions": [], "typed": None}
    draft = problem.state == State.PROPOSED
    written = form.of(problem, list(milestones.of(session, problem))) if draft else None
    return {
        "writes": True,
        "actions": [(each, each in NEEDS_REASON) for each in open_actions(State(problem.state))],
        "typed": typed or written if draft else None,
        "goes_to": f"{PAGE}/{problem.id}",
        **choices(session),
    }


def _moves(viewer: Viewer, problem: Problem) -> bool:
    """Return whether the viewer is offered to move milestones; who wrote in it is refused."""
    mine = viewer.actor.name in (problem.proposed_by, problem.written_by)
    return Permission.PROBLEM_WRITE in viewer.may and problem.state in OPEN and not mine


def _people(problem: Problem) -> set[str]:
    who = (problem.proposed_by, problem.listed_by, problem.claimed_by, problem.judged_by)
    return {each for each in (*who, problem.ended_by) if each}
