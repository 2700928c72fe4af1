"""审核: whether a department's reply stands, and what becomes of a returned order."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from dispatch.handling import orders, reviews
from dispatch.models import WorkOrder
from dispatch.tickets import require_version
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Reviewer, Viewer
from hotline.console.words import say
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PREFIX}/orders/{{number}}", include_in_schema=False)

Version = Annotated[int, Form()]


@router.post("/complete")
def complete(viewer: Reviewer, number: str, session: SessionDep, version: Version) -> Response:
    """办结: the reply stands."""
    order = _order(session, viewer, number, version)
    reviews.complete(session, order, actor=viewer.actor, now=now())
    return _to_ticket(session, order)


@router.post("/reject")
def reject(
    viewer: Reviewer,
    number: str,
    session: SessionDep,
    version: Version,
    note: Annotated[str, Form()] = "",
) -> Response:
    """驳回: the department must answer anew."""
    if not note.strip():
        raise Misfilled(say("fault.reason_missing"))
    order = _order(session, viewer, number, version)
    reviews.reject(session, order, note=note, actor=viewer.actor, now=now())
    return _to_ticket(session, order)


def _order(session: Session, viewer: Viewer, number: str, version: int) -> WorkOrder:
    """Return the order, locked, if its ticket is still what the reviewer saw."""
    order = orders.find(session, number, lock=True, reader=viewer.actor)
    require_version(orders.ticket_of(session, order), version)
    return order


def _to_ticket(session: Session, order: WorkOrder) -> Response:
    ticket = orders.ticket_of(session, order)
    return RedirectResponse(f"{PREFIX}/tickets/{ticket.number}", status_code=303)
