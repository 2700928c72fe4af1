"""本单位的剔除申请: asked for with evidence, followed, appealed against."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.attachments.evidence import MOST_FILES
from dispatch.comparing import asked_exclusions, exclusions, terms
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.states import ExclusionState, Reason
from dispatch.handling import orders
from hotline.console import own_files
from hotline.console.administration.frame import Refusal, attempt, require_fresh
from hotline.console.comparing.exclusion_lines import line, lines
from hotline.console.frame import Viewer
from hotline.console.portal import own_comparisons, own_frame
from hotline.console.portal.callings import as_department
from hotline.console.portal.own_comparisons import SHOWN, Before, Contestant, Row
from hotline.console.writes import Version, Words
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep

PAGE = f"{own_comparisons.PAGE}/exclusions"

router = APIRouter(prefix=PAGE, include_in_schema=False)

Number = Annotated[str, Query(max_length=64)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Contestant,
    request: Request,
    session: SessionDep,
    order: Number = "",
    before: Before = 0,
) -> Response:
    """Show what the department asked for, and the form for an order that is named."""
    return _list(request, session, viewer, order.replace("\0", "").strip(), before)


@router.post("", response_class=HTMLResponse)
def ask(
    viewer: Contestant,
    request: Request,
    session: SessionDep,
    order: Annotated[str, Form(max_length=64)],
    reason: Annotated[Reason, Form()],
    statement: Words,
    file: Annotated[list[str], Form(max_length=MOST_FILES)] = [],  # noqa: B006  # never changed
) -> Response:
    """申请剔除, with files of the order as evidence."""
    number, made = order.replace("\0", "").strip(), list[ComparisonExclusion]()

    def act() -> None:
        found = orders.find(session, number, reader=viewer.actor, lock=True)
        plea = Plea(reason, statement, file)
        made.append(exclusions.ask(session, found, plea, actor=viewer.actor, now=now()))

    if refused := attempt(session, act):
        return _list(request, session, viewer, number, 0, refused)
    return RedirectResponse(f"{PAGE}/{made[0].id}", status_code=303)


@router.get("/{exclusion_id}", response_class=HTMLResponse)
def one(viewer: Contestant, exclusion_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one request, with the form of its appeal while there may be one."""
    row = asked_exclusions.find(session, exclusion_id, reader=viewer.actor)
    return _one(request, session, viewer, row)


@router.post("/{exclusion_id}/appeal", response_class=HTMLResponse)
def appeal(
    viewer: Contestant,
    exclusion_id: Row,
    request: Request,
    session: SessionDep,
    statement: Words,
    version: Version,
) -> Response:
    """申诉: once, in time."""
    row = asked_exclusions.find(session, exclusion_id, reader=viewer.actor, lock=True)

    def act() -> None:
        require_fresh(str(version), str(row.version))
        exclusions.appeal(session, row, statement, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        session.refresh(row)
        return _one(request, session, viewer, row, refused)
    return RedirectResponse(f"{PAGE}/{exclusion_id}", status_code=303)


def _list(
    request: Request,
    session: Session,
    viewer: Viewer,
    number: str,
    before: int,
    refused: Refusal | None = None,
) -> Response:
    limit = SHOWN + 1
    found = asked_exclusions.listed(session, reader=viewer.actor, before=before, limit=limit)
    page, own = found[:SHOWN], viewer.actor.department
    told = {
        "rows": lines(session, page, now=now(), callings=as_department(own)),
        "older": page[-1].id if len(found) > SHOWN else None,
        "number": number,
        "files": _files(session, viewer, number),
        "reasons": [(each, terms.grounds()[each]) for each in Reason],
        "refused": refused,
    }
    answer = own_frame.shown(request, "own_exclusions.html", viewer, "comparisons", **told)
    answer.status_code = refused.status if refused else 200
    return answer


def _files(session: Session, viewer: Viewer, number: str) -> list[tuple[str, str]] | None:
    """Return the files that may be evidence for this order; None for no order of theirs."""
    if not number:
        return None
    try:
        order = orders.find(session, number, reader=viewer.actor)
    except NotFound:
        return None
    return own_files.offered(session, order.ticket_id, viewer.actor.department)


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    row: ComparisonExclusion,
    refused: Refusal | None = None,
) -> Response:
    moment = now()
    in_time = row.appeal_by is not None and moment <= row.appeal_by
    callings = as_department(viewer.actor.department)
    told = {
        "row": row,
        "line": line(session, row, callings=callings, now=moment),
        "appeals": row.state == ExclusionState.REFUSED and in_time,
        "refused": refused,
    }
    answer = own_frame.shown(request, "own_exclusion.html", viewer, "comparisons", **told)
    answer.status_code = refused.status if refused else 200
    return answer
