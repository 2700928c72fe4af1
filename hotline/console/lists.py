"""诉求工单: the tickets as they arrive, without a reload; older ones page by page."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.states import TicketStatus
from hotline.console import views
from hotline.console.faults import PREFIX
from hotline.console.frame import TicketReader, Viewer, templates
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

SHOWN = 50

router = APIRouter(prefix=PREFIX, include_in_schema=False)

Status = Annotated[TicketStatus | None, Query()]


@router.get("/", response_class=HTMLResponse)
def home(
    viewer: TicketReader,
    request: Request,
    session: SessionDep,
    status: Status = None,
    before: str = "",
) -> Response:
    """Show a page of tickets, newest first."""
    page = _page(session, viewer, status, before)
    shown = {"viewer": viewer, "statuses": list(TicketStatus), **page}
    return templates.TemplateResponse(request, "tickets.html", shown)


@router.get("/rows", response_class=HTMLResponse)
def rows(
    viewer: TicketReader, request: Request, session: SessionDep, status: Status = None
) -> Response:
    """Return the newest lines alone, for the page that is already open."""
    return templates.TemplateResponse(request, "rows.html", _page(session, viewer, status, ""))


@router.get("/find")
def find(viewer: TicketReader, session: SessionDep, number: str) -> Response:
    """Go to the ticket with this number."""
    found = tickets.find(session, number.strip(), reader=viewer.actor)
    return RedirectResponse(f"{PREFIX}/tickets/{found.number}", status_code=303)


def _page(
    session: Session, viewer: Viewer, status: TicketStatus | None, before: str
) -> dict[str, Any]:
    moment = now()
    found = tickets.newest(
        session,
        before=decode_cursor(before),
        status=status,
        limit=SHOWN + 1,
        reader=viewer.actor,
    )
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    return {
        "rows": views.rows(session, found[:SHOWN], now=moment),
        "status": status,
        "before": before,
        "older": encode_cursor(last.created_at, last.id or 0) if last else "",
        "as_of": moment,
    }
