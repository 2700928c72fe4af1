"""本单位的差评件: what was said of the department's answers, and its appeal against it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from dispatch.attachments.evidence import MOST_FILES
from dispatch.models import WorkOrder
from dispatch.ratings import appeals
from dispatch.ratings.appeals import Plea
from dispatch.ratings.models_ratings import BadRating
from dispatch.ratings.reading import Standing, Wanted
from dispatch.ratings.stages import Ground
from hotline.console import moments, own_files
from hotline.console.administration.frame import Refusal
from hotline.console.faults import PORTAL
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.one_row import on_row
from hotline.console.portal.callings import as_department
from hotline.console.ratings.lines import found, lines, listed, plea
from hotline.console.writes import Version, Words
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep

PAGE = f"{PORTAL}/ratings"
# What a department may ask its list for.
STANDINGS = (Standing.ALL, Standing.RECTIFYING, Standing.TO_DECIDE, Standing.EXCLUDED)

router = APIRouter(prefix=PAGE, include_in_schema=False)

Appellant = Annotated[Viewer, Depends(Seeing(Permission.RATING_APPEAL))]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Appellant,
    request: Request,
    session: SessionDep,
    standing: Annotated[Standing, Query()] = Standing.ALL,
    on: str = "",
) -> Response:
    """Show the department's bad ratings, the newest first."""
    moment = now()
    page, following = listed(session, Wanted(standing), viewer, on, now=moment)
    told = {
        "viewer": viewer,
        "here": "ratings",
        "rows": lines(session, page, now=moment),
        "standing": standing,
        "standings": STANDINGS,
        "on": following,
    }
    return templates.TemplateResponse(request, "portal/own_ratings.html", told)


@router.get("/{bad_id}", response_class=HTMLResponse)
def one(viewer: Appellant, bad_id: int, request: Request, session: SessionDep) -> Response:
    """Show one bad rating, with the form of its appeal while there may be one."""
    return _one(request, session, viewer, found(session, viewer, bad_id))


@router.post("/{bad_id}/appeal", response_class=HTMLResponse)
def appeal(
    viewer: Appellant,
    bad_id: int,
    request: Request,
    session: SessionDep,
    ground: Annotated[Ground, Form()],
    statement: Words,
    version: Version,
    file: Annotated[list[str], Form(max_length=MOST_FILES)] = [],  # noqa: B006  # never changed
) -> Response:
    """申诉, with files of the department's orders as evidence."""
    bad = found(session, viewer, bad_id, lock=True)
    said = Plea(ground, statement, file)

    def act(bad: BadRating) -> None:
        appeals.appeal(session, bad, said, actor=viewer.actor, now=now())

    def again(refused: Refusal) -> Response:
        return _one(request, session, viewer, bad, refused)

    return on_row(session, bad, version, act, back=f"{PAGE}/{bad_id}", again=again)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    bad: BadRating,
    refused: Refusal | None = None,
) -> Response:
    moment, own = now(), viewer.actor.department
    line = lines(session, [bad], now=moment)[0]
    pleaded = plea(session, bad, callings=as_department(own))
    told: dict[str, Any] = {
        "viewer": viewer,
        "here": "ratings",
        "bad": line,
        "note": bad.verify_note,
        "appeal": pleaded,
        "appeals": not pleaded and not line.excluded and moment <= bad.appeal_by,
        "appeal_by": moments.full(bad.appeal_by),
        "grounds": list(Ground),
        "files": own_files.offered(session, bad.ticket_id, own),
        "order": _order(session, bad, own),
        "refused": refused,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "portal/own_rating.html", told, status_code=status)


def _order(session: Session, bad: BadRating, department: str) -> str:
    """Return the number of the department's newest order of the ticket."""
    found = select(WorkOrder.number).where(
        WorkOrder.ticket_id == bad.ticket_id, WorkOrder.department == department
    )
    return session.exec(found.order_by(col(WorkOrder.id).desc())).first() or ""
