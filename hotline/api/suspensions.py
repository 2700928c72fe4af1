"""挂账 over HTTP."""

from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.beside import suspensions
from dispatch.beside.suspensions import Outcome
from dispatch.models import Ticket
from hotline.api.fields import Code
from hotline.api.schemas_suspensions import (
    ResumeIn,
    SuspendedTicket,
    SuspendIn,
    SuspensionOut,
    SuspensionPage,
)
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.core.accounts import Actor
from hotline.core.clock import BEIJING, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
Suspender = Annotated[Actor, Depends(permit(Permission.TICKET_SUSPEND))]


@router.get("/suspended", operation_id="list_suspended", summary="List what waits (挂账台账)")
def list_suspended(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    owner: Annotated[Code, Query(description="Only what this one takes care of.")] = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> SuspensionPage:
    """挂账台账: return suspended tickets, the next day of review first."""
    seen = decode_cursor(cursor)
    after = (seen[0].date(), seen[1]) if seen else None
    found = suspensions.register(session, owner=owner, after=after, limit=limit, reader=actor)
    last = found[-1][0] if len(found) == limit else None
    following = None
    if last:
        day = datetime.combine(last.review_on, time(), BEIJING)
        following = encode_cursor(day, last.id or 0)
    link_next(request, response, following)
    items = [
        SuspendedTicket(
            **SuspensionOut.model_validate(row).model_dump(),
            ticket=ticket.number,
            title=ticket.title,
            district=ticket.district,
        )
        for row, ticket in found
    ]
    return SuspensionPage(items=items, next=following)


@router.post(
    "/{number}/suspend",
    operation_id="suspend_ticket",
    summary="Let it wait (挂账)",
    response_model=TicketDetail,
    responses=WRITING,
)
def suspend_ticket(actor: Suspender, given: SuspendIn, write: TicketWrite) -> Any:
    """挂账: the reply clocks stand still until the review; the caller is told why."""

    def act(ticket: Ticket) -> object:
        return suspensions.suspend(
            write.session,
            ticket,
            given.owner,
            given.review_on,
            given.public_reason,
            actor=actor,
            now=now(),
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/resume",
    operation_id="resume_ticket",
    summary="Go on (结束挂账)",
    response_model=TicketDetail,
    responses=WRITING,
)
def resume_ticket(actor: Suspender, write: TicketWrite, given: ResumeIn | None = None) -> Any:
    """结束挂账: the clocks run on with what was left of them."""
    asked = given or ResumeIn()

    def act(ticket: Ticket) -> object:
        suspension = suspensions.require_open(write.session, ticket)
        return suspensions.end_suspension(
            write.session, suspension, Outcome(asked.outcome), actor=actor, now=now()
        )

    return write.do(act, actor, asked.model_dump_json())
