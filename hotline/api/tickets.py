"""Tickets over HTTP: list, read and dispatch."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch import intake, tickets
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.api.dispatching import assignments
from hotline.api.fields import Number
from hotline.api.schemas import TicketPage, TicketSummary
from hotline.api.schemas_dispatching import DispatchIn
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.api.views import readable
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
Dispatcher = Annotated[Actor, Depends(permit(Permission.TICKET_DISPATCH))]


@router.get("", operation_id="list_tickets", summary="List tickets")
def list_tickets(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: TicketStatus | None = None,
    wanted_skill: Annotated[
        Literal["", "bo"], Query(description="Those that only who knows Tibetan can read.")
    ] = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> TicketPage:
    """Return tickets, newest first."""
    before = decode_cursor(cursor)
    found = tickets.newest(
        session, before=before, status=status, skill=wanted_skill, limit=limit, reader=actor
    )
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.created_at, last.id or 0) if last else None
    link_next(request, response, following)
    return TicketPage(items=[TicketSummary.model_validate(each) for each in found], next=following)


@router.get("/{number}", operation_id="get_ticket", summary="Read a ticket")
def get_ticket(
    actor: Reader, number: Number, session: SessionDep, response: Response
) -> TicketDetail:
    """Return a ticket with its orders, clocks, proposal and history."""
    ticket = tickets.find(session, number, reader=actor)
    tag(response, ticket.version)
    return readable(session, ticket, reader=actor)


@router.post(
    "/{number}/dispatch",
    operation_id="dispatch_ticket",
    summary="Dispatch (派单)",
    response_model=TicketDetail,
    responses=WRITING,
)
def dispatch_ticket(actor: Dispatcher, write: TicketWrite, given: DispatchIn | None = None) -> Any:
    """派单: to the departments named, or, as one confirmation, to the one that was proposed."""

    def act(ticket: Ticket) -> object:
        chosen = _assignments(write.session, ticket, given)
        return dispatching.dispatch(write.session, ticket, chosen, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json() if given else "")


def _assignments(session: Session, ticket: Ticket, given: DispatchIn | None) -> list[Assignment]:
    if given and given.departments is not None:
        return assignments(given.departments, given.notes)
    proposal = intake.proposal_of(session, ticket)
    if proposal is None or not proposal.department:
        raise Invalid(
            f"No department was proposed for ticket {ticket.number}.",
            remedy='Name one: {"departments": ["CODE"]}.',
        )
    (chosen,) = assignments([proposal.department], given.notes if given else {})
    return [replace(chosen, legal_basis=str(proposal.body.get("legal_basis", "")))]
