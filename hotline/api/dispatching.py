"""Who has a ticket: more departments, others, or none."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from dispatch.handling import arbitration, dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from hotline.api.schemas_dispatching import AddIn, ContestIn, RecallIn, RedispatchIn
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.security import Permission
from hotline.web.access import permit
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

Dispatcher = Annotated[Actor, Depends(permit(Permission.TICKET_DISPATCH))]
Recaller = Annotated[Actor, Depends(permit(Permission.ORDER_RECALL))]
Asker = Annotated[Actor, Depends(permit(Permission.ARBITRATION_OPEN))]


@router.post(
    "/{number}/add",
    operation_id="add_departments",
    summary="Add assisting departments (加派)",
    response_model=TicketDetail,
    responses=WRITING,
)
def add_departments(actor: Dispatcher, given: AddIn, write: TicketWrite) -> Any:
    """加派: more departments assist those who have the ticket."""
    named = assignments(given.departments, given.notes)
    return write.do(
        lambda ticket: dispatching.add(write.session, ticket, named, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )


@router.post(
    "/{number}/redispatch",
    operation_id="redispatch_order",
    summary="Redispatch (改派)",
    response_model=TicketDetail,
    responses=WRITING,
)
def redispatch_order(actor: Dispatcher, given: RedispatchIn, write: TicketWrite) -> Any:
    """改派: an open order is recalled and another department has it, by the same reply clock."""
    instead = Assignment(given.department, note=given.note)

    def act(ticket: Ticket) -> object:
        order = dispatching.find_order(write.session, ticket, given.order)
        return dispatching.redispatch(write.session, ticket, order, instead, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/recall",
    operation_id="recall_order",
    summary="Recall (撤回)",
    response_model=TicketDetail,
    responses=WRITING,
)
def recall_order(actor: Recaller, given: RecallIn, write: TicketWrite) -> Any:
    """撤回: an open order is taken back; with no other open, the ticket waits to be dispatched."""

    def act(ticket: Ticket) -> object:
        order = dispatching.find_order(write.session, ticket, given.order)
        return dispatching.recall(
            write.session, ticket, order, given.reason, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/arbitration",
    operation_id="ask_for_arbitration",
    summary="Ask for arbitration (提请会商)",
    response_model=TicketDetail,
    responses=WRITING,
)
def ask_for_arbitration(actor: Asker, given: ContestIn, write: TicketWrite) -> Any:
    """提请会商: nobody leads the ticket, and it can't be told who should."""
    return write.do(
        lambda ticket: arbitration.ask(write.session, ticket, given.note, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )


def assignments(departments: list[str], notes: dict[str, str]) -> list[Assignment]:
    """Return who is named, each with its note; raise Invalid for a note to somebody else."""
    astray = notes.keys() - set(departments)
    if astray:
        raise Invalid(
            f"A note is for {', '.join(sorted(astray))}, to whom the ticket does not go.",
            remedy="Name the department, or leave its note out.",
        )
    return [Assignment(code, note=notes.get(code, "")) for code in departments]
