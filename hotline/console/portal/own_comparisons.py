"""本单位的比较结果: its place in what was published, and what it has to say against it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.comparing import place_appeals, places
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.places import Place
from dispatch.indicators import definitions
from hotline.console import moments, navigation
from hotline.console.administration.frame import Refusal, attempt, require_fresh
from hotline.console.comparing import lines
from hotline.console.frame import Seeing, Viewer
from hotline.console.indicators.pages import name as indicator_name
from hotline.console.portal import own_frame
from hotline.console.portal.callings import as_department
from hotline.console.words import name_of
from hotline.console.writes import LARGEST_ROW, Version, Words
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names

PAGE = navigation.OWN_COMPARISONS.page
SHOWN = 50

router = APIRouter(prefix=PAGE, include_in_schema=False)

Contestant = Annotated[Viewer, Depends(Seeing(Permission.COMPARISON_CONTEST))]
Row = Annotated[int, Path(ge=1, le=LARGEST_ROW)]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Contestant, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the department's place in each published comparison, the newest first."""
    own = viewer.actor.department
    found = places.listed(session, own, before=before, limit=SHOWN + 1)
    page = [(each, places.of(each, own)) for each in found[:SHOWN]]
    told = {
        "rows": [(run, place, lines.row(place.own)) for run, place in page],
        "older": page[-1][0].id if len(found) > SHOWN else None,
    }
    return own_frame.shown(request, "own_comparisons.html", viewer, "comparisons", **told)


@router.get("/{run_id}", response_class=HTMLResponse)
def one(viewer: Contestant, run_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one place, with the form of its appeal while there may be one."""
    run = places.find(session, run_id, viewer.actor.department)
    return _one(request, session, viewer, run)


@router.post("/{run_id}/appeal", response_class=HTMLResponse)
def appeal(
    viewer: Contestant,
    run_id: Row,
    request: Request,
    session: SessionDep,
    statement: Words,
    version: Version,
) -> Response:
    """申诉: once, in time."""
    run = places.find(session, run_id, viewer.actor.department, lock=True)

    def act() -> None:
        require_fresh(str(version), str(run.version))
        place_appeals.appeal(session, run, statement, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        session.refresh(run)
        return _one(request, session, viewer, run, refused)
    return RedirectResponse(f"{PAGE}/{run_id}", status_code=303)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    run: Comparison,
    refused: Refusal | None = None,
) -> Response:
    own = viewer.actor.department
    place = places.of(run, own)
    told: dict[str, Any] = {
        "run": run,
        "place": place,
        "row": lines.row(place.own),
        "indicators": _names(place),
        "class_name": lines.class_name(place.group["class"]),
        "spread": _spread(place),
        "others": _others(session, place),
        "moment": moments.short,
        "refused": refused,
        **_pleaded(session, run, own),
    }
    answer = own_frame.shown(request, "own_comparison.html", viewer, "comparisons", **told)
    answer.status_code = refused.status if refused else 200
    return answer


def _pleaded(session: Session, run: Comparison, own: str) -> dict[str, Any]:
    """Return what the department said against its place, or until when it may."""
    said = place_appeals.of(session, run, own)
    return {
        "appeal": said,
        "people": as_department(own)(session, {said.by, said.decided_by} - {""} if said else ()),
        "appeals": said is None and run.appeal_by is not None and now() <= run.appeal_by,
        "appeal_by": moments.full(run.appeal_by) if run.appeal_by else "",
    }


def _names(place: Place) -> dict[str, str]:
    return {code: indicator_name(definitions.newest(code)) for code in place.own["parts"]}


def _spread(place: Place) -> list[tuple[str, int]] | None:
    if place.spread is None:
        return None
    return [(name_of("comparison_band", band), number) for band, number in place.spread.items()]


def _others(session: Session, place: Place) -> list[dict[str, Any]]:
    called = names.department_names(session, [each["unit"] for each in place.others])
    return [
        {**lines.row(each), "department": called.get(each["unit"], each["unit"])}
        for each in place.others
    ]
