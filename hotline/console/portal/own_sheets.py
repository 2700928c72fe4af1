"""打印单: one order on a sheet of paper, or a list of them, light enough for any link."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.handling import orders
from dispatch.models import WorkOrder
from dispatch.sealing import readers
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.console import moments
from hotline.console.faults import PORTAL
from hotline.console.frame import Viewer, templates
from hotline.console.portal import own_orders, own_sheet_views
from hotline.console.portal.own_frame import Handler
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.web import watermark
from hotline.web.access import SessionDep

SHOWN = 40  # of a list: three sides of paper
WHOLE = 10  # of whole sheets on one page, so that it still comes through

router = APIRouter(prefix=PORTAL, include_in_schema=False)

Numbers = Annotated[list[str] | None, Query(max_length=SHOWN)]


@router.get("/orders/{number}/sheet", response_class=HTMLResponse)
def sheet(viewer: Handler, number: str, request: Request, session: SessionDep) -> Response:
    """Show one order as it is printed."""
    order = orders.find(session, number.replace("\0", ""), reader=viewer.actor)
    moment = now()
    told = {"sheets": [own_sheet_views.sheet(session, order, now=moment)], "back": ""}
    return _paper(request, "own_sheet.html", viewer, order.number, **told)


@router.get("/sheets", response_class=HTMLResponse)
def several(
    viewer: Handler,
    request: Request,
    session: SessionDep,
    number: Numbers = None,
    status: OrderStatus = OrderStatus.ACCEPTED,
    whole: bool = False,
    after: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show a list of orders for the field, or with `whole` each one's own sheet.

    Those that are named, or the department's own in this state, the oldest first.
    """
    most, moment = WHOLE if whole else SHOWN, now()
    found = _chosen(session, viewer, number, status, after, most + 1)
    shown, more = found[:most], found[most - 1].id if len(found) > most else None
    told: dict[str, Any] = {
        "status": status,
        "statuses": OPEN_ORDERS,
        "named": number or [],
        "whole": whole,
        "more": more if not number else None,
        "back": f"{PORTAL}/",
    }
    if whole:
        if not number:  # `find` keeps that a sealed one is read, a list does not
            for each in shown:
                readers.note_read(session, orders.ticket_of(session, each), viewer.actor)
        told["sheets"] = [own_sheet_views.sheet(session, each, now=moment) for each in shown]
        return _paper(request, "own_sheet.html", viewer, "", **told)
    told["rows"] = own_orders.lines(session, shown, now=moment)
    return _paper(request, "own_sheet_list.html", viewer, "", **told)


def _chosen(
    session: Session,
    viewer: Viewer,
    numbers: Sequence[str] | None,
    status: OrderStatus,
    after: int,
    limit: int,
) -> Sequence[WorkOrder]:
    """Return the orders that are named, each once; one that is not to be seen raises NotFound."""
    if numbers:
        wanted = dict.fromkeys(each.replace("\0", "") for each in numbers)
        return [orders.find(session, each, reader=viewer.actor) for each in wanted]
    return orders.inbox(session, reader=viewer.actor, status=status, after=after, limit=limit)


def _paper(request: Request, name: str, viewer: Viewer, about: str, **told: Any) -> Response:
    moment = now()
    context = {
        "viewer": viewer,
        "mark": watermark.of(viewer.actor, moment, about),
        "printed": moments.full(moment),
        **told,
    }
    return templates.TemplateResponse(request, f"portal/{name}", context)
