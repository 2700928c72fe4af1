"""本人质检结果: an agent reads their own results, and only own, and appeals against one once."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.inspection import appeals, inspections, results
from dispatch.inspection.inspections import SHOWN
from dispatch.inspection.models_inspection import Inspection
from hotline.console.administration.frame import Refusal
from hotline.console.frame import Viewer
from hotline.console.inspection.frame import PAGE, Inspected, Row, Words, shown
from hotline.console.inspection.lines import appealed, flagged, lines, marks
from hotline.console.inspection.one import heard
from hotline.console.one_row import on_row
from hotline.console.writes import Version
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

router = APIRouter(prefix="/own", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(viewer: Inspected, request: Request, session: SessionDep, on: str = "") -> Response:
    """Show one's own results, the newest first."""
    found = results.own(session, reader=viewer.actor, before=decode_cursor(on), limit=SHOWN + 1)
    page = found[:SHOWN]
    last = page[-1] if len(found) > SHOWN else None
    at = last.submitted_at if last else None
    return shown(
        request,
        viewer,
        "own",
        "own",
        rows=lines(session, page, now=now()),
        first=not on,
        on=encode_cursor(at, last.id or 0) if last and at else "",
    )


@router.get("/{inspection_id}", response_class=HTMLResponse)
def one(viewer: Inspected, inspection_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one result of one's own."""
    found = results.find_own(session, inspection_id, reader=viewer.actor)
    return _page(request, session, viewer, found)


@router.post("/{inspection_id}/appeal", response_class=HTMLResponse)
def appeal(
    viewer: Inspected,
    inspection_id: Row,
    request: Request,
    session: SessionDep,
    version: Version,
    grounds: Words,
) -> Response:
    """申诉."""
    found = results.find_own(session, inspection_id, reader=viewer.actor, lock=True)

    def act(found: Inspection) -> None:
        appeals.appeal(session, found, grounds, actor=viewer.actor, now=now())

    def again(refused: Refusal) -> Response:
        return _page(request, session, viewer, found, refused)

    return on_row(session, found, version, act, back=f"{PAGE}/own/{inspection_id}", again=again)


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    found: Inspection,
    refused: Refusal | None = None,
) -> Response:
    there = heard(session, found, viewer)
    card = inspections.card_of(session, found)
    criteria, fatal = marks(card, found)
    told: dict[str, Any] = {
        "one": lines(session, [found], now=now())[0],
        "card": card,
        "criteria": criteria,
        "fatal": [each for each in fatal if each.ticked],
        "note": inspections.note_of(session, found),
        "flags": flagged(session, found, there["transcript"]),
        "appeals": appeals.may_appeal(found, now()),
        "appeal": appealed(session, found),
    }
    return shown(request, viewer, "own_one", "own", refused=refused, **told, **there)
