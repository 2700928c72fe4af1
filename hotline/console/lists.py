"""诉求工单: the tickets that an address asks for, as they arrive; the others page by page."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.listing import exports, listed, saved_views, skilled
from dispatch.listing.filters import Filters, Order
from dispatch.listing.listed import Place, Wanted
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.console import views
from hotline.console.faults import PREFIX
from hotline.console.frame import TicketReader, Viewer, templates
from hotline.console.listing import asking, parts
from hotline.console.listing.asking import Asked, address
from hotline.console.listing.panel import actions_of, panel
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

SHOWN = 50
FIRST = 10

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def home(
    viewer: TicketReader, request: Request, session: SessionDep, on: str = "", back: str = ""
) -> Response:
    """Show a page of the list that is asked for; who asks for none begins with their own."""
    first = saved_views.first_of(session, reader=viewer.actor) if not request.url.query else None
    if first:
        return RedirectResponse(address(first.query or asking.ALL), status_code=303)
    asked = asking.of(session, request.query_params.multi_items())
    instead = asking.without_the_person(request, asked)
    if instead:
        return RedirectResponse(instead, status_code=303)
    over = panel(session, asked, viewer)
    shown = {
        "viewer": viewer,
        "panel": over,
        "first_page": address(asked.query) if asked.query else over.everything,
        "most_exported": exports.MOST,
        "count": parts.counted(session, asked, viewer),
        **_page(session, viewer, asked, on, back),
    }
    return templates.TemplateResponse(request, "tickets.html", shown)


@router.get("/rows", response_class=HTMLResponse)
def rows(viewer: TicketReader, request: Request, session: SessionDep) -> Response:
    """Return the first lines alone, for the page that is already open."""
    asked = asking.of(session, request.query_params.multi_items())
    shown = {"viewer": viewer, **_page(session, viewer, asked, "", "")}
    return templates.TemplateResponse(request, "rows.html", shown)


@router.get("/find")
def find(viewer: TicketReader, session: SessionDep, number: str) -> Response:
    """Go to the ticket with this number."""
    found = tickets.find(session, number.strip(), reader=viewer.actor)
    return RedirectResponse(f"{PREFIX}/tickets/{found.number}", status_code=303)


def _page(session: Session, viewer: Viewer, asked: Asked, on: str, back: str) -> dict[str, Any]:
    moment = now()
    page = listed.page(
        session,
        Wanted(asked.filters, viewer.actor, moment),
        after=decode_cursor(on),
        before=decode_cursor(back),
        limit=SHOWN,
    )
    first = _first(session, viewer, asked, begins=page.back is None)
    known = {each.id for each in first}
    others = [each for each in page.tickets if each.id not in known]
    return {
        "rows": views.rows(session, [*first, *others], now=moment),
        "first": len(first),
        "chooses": bool(actions_of(viewer)),
        "filtered": bool(asked.query),
        "by_clock": asked.filters.order is Order.CLOCK,
        "head": page.back is None,
        "back": _way(asked, "back", page.back),
        "on": _way(asked, "on", page.on),
        "as_of": moment,
    }


def _first(session: Session, viewer: Viewer, asked: Asked, *, begins: bool) -> Sequence[Ticket]:
    """Return what only few can read, before all else for who can: at the head of the whole list."""
    whole = asked.filters in (Filters(), Filters(statuses=(TicketStatus.REGISTERED,)))
    return skilled.waiting(session, viewer.actor, limit=FIRST) if begins and whole else ()


def _way(asked: Asked, name: str, place: Place | None) -> str:
    """Return the address of the page that goes on from this line; empty at the list's end."""
    cursor = f"{name}={encode_cursor(*place)}" if place else ""
    return address("&".join(filter(None, (asked.query, cursor)))) if place else ""
