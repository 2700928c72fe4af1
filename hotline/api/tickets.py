"""Tickets over HTTP: list, read, dispatch, and see who asked, for a reason."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch import intake, tickets
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.api.dispatching import assignments
from hotline.api.fields import Number
from hotline.api.schemas import (
    IdentityOut,
    RevealIn,
    TicketPage,
    TicketSummary,
)
from hotline.api.schemas_dispatching import DispatchIn
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.api.views import ticket_detail
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.privacy import Person
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
Dispatcher = Annotated[Actor, Depends(permit(Permission.TICKET_DISPATCH))]
Revealer = Annotated[Actor, Depends(permit(Permission.IDENTITY_REVEAL))]


@router.get("", operation_id="list_tickets", summary="List tickets")
def list_tickets(
    _actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: TicketStatus | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> TicketPage:
    """Return tickets, newest first."""
    before = decode_cursor(cursor)
    found = tickets.newest(session, before=before, status=status, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.created_at, last.id or 0) if last else None
    link_next(request, response, following)
    return TicketPage(items=[TicketSummary.model_validate(each) for each in found], next=following)


@router.get("/{number}", operation_id="get_ticket", summary="Read a ticket")
def get_ticket(
    _actor: Reader, number: Number, session: SessionDep, response: Response
) -> TicketDetail:
    """Return a ticket with its orders, clocks, proposal and history."""
    ticket = tickets.find(session, number)
    tag(response, ticket.version)
    return ticket_detail(session, ticket)


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


@router.post("/{number}/reveal", operation_id="reveal_requester", summary="See who asked")
def reveal_requester(
    actor: Revealer, number: Number, given: RevealIn, session: SessionDep
) -> IdentityOut:
    """Return the requester's number; the look is kept with its reason."""
    ticket = tickets.find(session, number)
    person = session.get_one(Person, ticket.person_id)
    identity = privacy.reveal(
        session, person, subject=ticket.number, actor=str(actor), reason=given.reason, now=now()
    )
    return IdentityOut(phone=identity.phone.e164 if identity.phone else None)


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
