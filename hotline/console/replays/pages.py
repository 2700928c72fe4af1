"""推演: what was replayed, what came of it, and the orders behind a figure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.replays import reading, replays
from dispatch.replays.changes import Part
from dispatch.replays.comparing import Sort
from dispatch.replays.models_replays import Replay
from dispatch.replays.reading import By, Compared, Line, Scored
from dispatch.replays.stages import OPEN, State
from hotline.console import moments, navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.replays import asking
from hotline.console.replays.said import changed
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names

PAGE = navigation.REPLAYS.page
SHOWN = 50
MEASURES = (*reading.ON_TIME, *reading.ROUTED)

router = APIRouter(prefix=PAGE, include_in_schema=False)
router.include_router(asking.router)  # `new` before any replay

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Runner = Annotated[Viewer, Depends(Seeing(Permission.REPLAY_RUN))]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Word = Annotated[str, Query(max_length=64)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Reader, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the replays, the newest first."""
    found = replays.listed(session, before=before, limit=SHOWN + 1)
    told: dict[str, Any] = {
        "rows": found[:SHOWN],
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
    }
    return _page(request, "list.html", viewer, **told)


@router.get("/{replay_id}", response_class=HTMLResponse)
def one(
    viewer: Reader,
    replay_id: int,
    request: Request,
    session: SessionDep,
    by: Annotated[By, Query()] = By.DEPARTMENT,
) -> Response:
    """Show how far it is, or what it found."""
    return _one(request, session, viewer, _found(session, replay_id), by)


@router.post("/{replay_id}/cancel", response_class=HTMLResponse)
def cancel(viewer: Runner, replay_id: int, request: Request, session: SessionDep) -> Response:
    """取消."""
    return _done(request, session, viewer, replay_id, replays.cancel)


@router.post("/{replay_id}/restart", response_class=HTMLResponse)
def restart(viewer: Runner, replay_id: int, request: Request, session: SessionDep) -> Response:
    """重新推演."""
    return _done(request, session, viewer, replay_id, replays.restart)


@dataclass(frozen=True)
class Wanted:
    """Which of a figure's orders are listed, and after which one the page begins."""

    measure: Word = reading.ON_TIME[-1]
    sort: Annotated[Sort, Query()] = Sort.LOST
    department: Word = ""
    matter: Word = ""
    after: Before = 0

    @property
    def known(self) -> str:
        """Return the measure, or the usual one for a word that is none."""
        return self.measure if self.measure in MEASURES else reading.ON_TIME[-1]

    @property
    def chosen(self) -> dict[str, str]:
        """Return the department and the matter; the database knows no NUL."""
        given = {"department": self.department, "matter": self.matter}
        return {name: said.replace("\0", "") for name, said in given.items()}


@router.get("/{replay_id}/findings", response_class=HTMLResponse)
def findings(
    viewer: Reader,
    replay_id: int,
    request: Request,
    session: SessionDep,
    wanted: Annotated[Wanted, Depends()],
) -> Response:
    """Show the orders that flip one way, or were not reproduced; those of the reader's reach."""
    replay, chosen = _found(session, replay_id), wanted.chosen
    which: dict[str, Any] = {**chosen, "after": wanted.after, "limit": SHOWN + 1}
    asked = (replay, wanted.known, wanted.sort)
    found = reading.lines(session, *asked, reader=viewer.actor, **which)
    told: dict[str, Any] = {
        **{"replay": replay, "measure": wanted.known, "sort": wanted.sort, **chosen},
        **{"sorts": list(Sort), "routed": wanted.known in reading.ROUTED, "moment": _moment},
        "rows": found[:SHOWN],
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
        "called": _called(session, _named(found) | {chosen["department"]}),
    }
    return _page(request, "findings.html", viewer, **told)


def _named(found: Sequence[Line]) -> set[str]:
    """Return all that may be a department's code in the lines."""
    return {code for each in found for code in (each.department, each.was, each.becomes)}


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    replay: Replay,
    by: By,
    refused: Refusal | None = None,
) -> Response:
    still = replay.state in OPEN
    told = {"replay": replay, "changed": changed(replay.inputs), "still": still, "by": by}
    told |= {"bys": list(By), "refused": refused, **_compared(session, replay, by, viewer)}
    return _page(request, "one.html", viewer, refused.status if refused else 200, **told)


def _compared(session: Session, replay: Replay, by: By, viewer: Viewer) -> dict[str, Any]:
    """Return what came of it in the reader's area: in all, by the key, and the score."""
    given: dict[str, Any] = {"reader": viewer.actor}
    whole = reading.compared(session, replay, MEASURES, **given)
    parts = reading.compared(session, replay, MEASURES, by=by, **given)
    scores = reading.scores(session, replay, **given) if Part.WEIGHTS in replay.changed else []
    routed = any(each.measure in reading.ROUTED for each in whole)
    return {
        "whole": whole,
        "check": _check(whole),
        "reasons": reading.reasons(session, replay, **given),
        "unrouted": replay.state == State.DONE and Part.ROUTING in replay.changed and not routed,
        "parts": _by_measure(parts),
        "scores": scores,
        "called": _called(session, {*(each.key for each in parts), *_units(scores)}),
    }


def _units(scores: Sequence[Scored]) -> set[str]:
    return {each.department for each in scores}


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    replay_id: int,
    act: Callable[..., object],
) -> Response:
    _found(session, replay_id)
    replay = replays.find(session, replay_id, lock=True)
    if refused := attempt(session, lambda: act(session, replay, actor=viewer.actor, now=now())):
        session.refresh(replay)
        return _one(request, session, viewer, replay, By.DEPARTMENT, refused)
    return RedirectResponse(f"{PAGE}/{replay_id}", status_code=303)


def _found(session: Session, replay_id: int) -> Replay:
    if not 0 < replay_id <= LARGEST_ROW:
        raise NotFound(f"There is no replay {replay_id}.")
    return replays.find(session, replay_id)


def _check(whole: Sequence[Compared]) -> tuple[int, int]:
    """Return how many clocks came out as they were, and of how many."""
    reproduced = sum(each.reproduced for each in whole)
    return reproduced, reproduced + sum(each.differs for each in whole)


def _by_measure(parts: Sequence[Compared]) -> dict[str, list[Compared]]:
    found: dict[str, list[Compared]] = {}
    for each in parts:
        if each.of_before or each.of_after or each.differs:
            found.setdefault(each.measure, []).append(each)
    return found


def _called(session: Session, codes: set[str]) -> Mapping[str, str]:
    return names.department_names(session, codes - {""})


def _moment(moment: Any) -> str:
    return moments.short(moment) if moment else "—"


def _page(request: Request, page: str, viewer: Viewer, status: int = 200, **told: Any) -> Response:
    context = {"viewer": viewer, "as_of": now(), "page": PAGE, **told}
    return templates.TemplateResponse(request, f"replays/{page}", context, status_code=status)
