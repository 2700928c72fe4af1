"""密件 over HTTP: a ticket is sealed, and more or fewer people may read it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Ticket
from dispatch.sealing import readers, sealing
from dispatch.sealing.sealing import Seal
from hotline.api.fields import Number
from hotline.api.schemas_readers import ReaderOut, ReaderOutIn, ReadersIn, ReadersOut, SealIn
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web import idempotency
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/tickets/{number}", tags=["tickets"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
Sealer = Annotated[Actor, Depends(permit(Permission.TICKET_SEAL))]


@router.get("/readers", operation_id="list_ticket_readers", summary="Who may read it (知悉人)")
def list_ticket_readers(
    actor: Reader, number: Number, session: SessionDep, response: Response
) -> ReadersOut:
    """Return who reads a sealed ticket and who did; nobody is named for one that is not sealed."""
    ticket = tickets.find(session, number, reader=actor)
    tag(response, ticket.version)
    return _readers_out(session, ticket)


@router.post(
    "/seal",
    operation_id="seal_ticket",
    summary="Seal (定密)",
    response_model=ReadersOut,
    responses=WRITING,
)
def seal_ticket(actor: Sealer, number: Number, given: SealIn, write: Writing) -> Any:
    """定密: from now on it is there for its readers alone; no other copy of its words is kept."""

    def act(ticket: Ticket) -> object:
        idempotency.empty(write.session, ticket.number)
        reason = Seal(given.reason, given.readers)
        return sealing.seal(write.session, ticket, reason, actor=actor, now=now())

    return _change(write, number, act, actor, given.model_dump_json())


@router.post(
    "/readers",
    operation_id="add_ticket_readers",
    summary="Let more people read it (增加知悉人)",
    response_model=ReadersOut,
    responses=WRITING,
)
def add_ticket_readers(actor: Sealer, number: Number, given: ReadersIn, write: Writing) -> Any:
    """增加知悉人: who is named already stays so, since when they were."""
    return _change(
        write,
        number,
        lambda ticket: sealing.add(write.session, ticket, given.readers, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )


@router.post(
    "/readers/remove",
    operation_id="remove_ticket_reader",
    summary="Let somebody read it no more (取消知悉人)",
    response_model=ReadersOut,
    responses=WRITING,
)
def remove_ticket_reader(actor: Sealer, number: Number, given: ReaderOutIn, write: Writing) -> Any:
    """取消知悉人: somebody inside who can let others in stays; one may remove oneself."""
    return _change(
        write,
        number,
        lambda ticket: sealing.remove(write.session, ticket, given.reader, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )


def _change(
    write: Write, number: str, act: Callable[[Ticket], object], actor: Actor, given: str
) -> Any:
    def find() -> Ticket:
        return tickets.find(write.session, number, lock=True, reader=actor)

    return write.change(find, act, _readers_out, actor, given)


def _readers_out(session: Session, ticket: Ticket) -> ReadersOut:
    sealed = readers.sealing_of(session, ticket)
    return ReadersOut(
        ticket=ticket.number,
        version=ticket.version,
        sealed_at=sealed.at if sealed else None,
        sealed_by=sealed.by if sealed else "",
        reason=sealed.reason if sealed else "",
        items=[ReaderOut.model_validate(each) for each in readers.of_ticket(session, ticket)],
    )
