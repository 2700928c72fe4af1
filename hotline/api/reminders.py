"""催办 over HTTP: an agent writes down that the requester asked again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from dispatch import reminders
from dispatch.models import Ticket
from hotline.api.schemas_reminders import RemindIn
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.privacy import Person
from hotline.core.security import Permission
from hotline.web.access import permit
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

Registrar = Annotated[Actor, Depends(permit(Permission.TICKET_REGISTER))]


@router.post(
    "/{number}/remind",
    operation_id="remind_of_ticket",
    summary="Count a reminder (催办)",
    response_model=TicketDetail,
    responses=WRITING,
)
def remind_of_ticket(actor: Registrar, given: RemindIn, write: TicketWrite) -> Any:
    """催办: the requester asked again; whoever handles the ticket is told, in their words."""

    def act(ticket: Ticket) -> object:
        person = write.session.get_one(Person, ticket.person_id)
        return reminders.remind(
            write.session, ticket, person, given.text, call_id=None, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())
