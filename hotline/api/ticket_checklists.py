"""发送一次告知 over HTTP: an item's checklist to whoever asked on this ticket."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from dispatch.ending import item_answers
from dispatch.models import Ticket
from hotline.api.schemas_items import ChecklistIn
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import permit
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

Decider = Annotated[Actor, Depends(permit(Permission.TICKET_DECIDE))]


@router.post(
    "/{number}/checklist",
    operation_id="send_checklist",
    summary="Send a checklist (发送一次告知)",
    response_model=TicketDetail,
    responses=WRITING,
)
def send_checklist(actor: Decider, given: ChecklistIn, write: TicketWrite) -> Any:
    """Owe the requester the checklist by message; what was sent already is not sent again."""

    def act(ticket: Ticket) -> object:
        return item_answers.send(write.session, ticket, given.item, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())
