"""督办 over HTTP: raised by a person, answered by the department, lifted."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.beside import supervision
from dispatch.beside.models_beside import Supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import orders
from dispatch.models import Ticket
from hotline.api.fields import RowId
from hotline.api.schemas_supervisions import (
    FeedbackIn,
    LiftIn,
    SuperviseIn,
    SupervisionOut,
    SupervisionPage,
)
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.supervision_views import supervision_out
from hotline.api.ticket_writes import TicketWrite
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1", tags=["supervisions"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.SUPERVISION_READ))]
Raiser = Annotated[Actor, Depends(permit(Permission.SUPERVISION_RAISE))]
Supervised = Annotated[Actor, Depends(permit(Permission.SUPERVISION_ANSWER))]


class Standing(StrEnum):
    OPEN = "open"
    LIFTED = "lifted"


class Write:
    """One write on the supervision that the path names."""

    def __init__(self, supervision_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, supervision_id

    def do(self, act: Callable[[Supervision], object], actor: Actor, given: str) -> Any:
        """Return the supervision as `act` leaves it, or the answer kept under the same key."""

        def find() -> Supervision:
            return supervision.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, supervision_out, actor, given)


SupervisionWrite = Annotated[Write, Depends()]


@router.get("/supervisions", operation_id="list_supervisions", summary="List supervisions (督办)")
def list_supervisions(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: Standing | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> SupervisionPage:
    """Return supervisions as they were raised; `status=open` leaves out what was lifted.

    A department's key is shown those that its department is asked for.
    """
    seen = decode_cursor(cursor)
    still_open = None if status is None else status is Standing.OPEN
    after = seen[1] if seen else 0
    found = supervision.listed(
        session, reader=actor, still_open=still_open, after=after, limit=limit
    )
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.raised_at, last.id or 0) if last else None
    link_next(request, response, following)
    return SupervisionPage(items=[supervision_out(session, each) for each in found], next=following)


@router.post(
    "/tickets/{number}/supervise",
    operation_id="supervise_ticket",
    summary="Supervise (督办)",
    response_model=TicketDetail,
    responses=WRITING,
)
def supervise_ticket(actor: Raiser, write: TicketWrite, given: SuperviseIn) -> Any:
    """督办 by a person: the order, or the ticket's lead, answers for it by a clock of its own."""

    def act(ticket: Ticket) -> object:
        order = orders.find(write.session, given.order, reader=actor) if given.order else None
        cause, why = Cause.PERSON, given.instruction
        return supervision.supervise(
            write.session, ticket, order, cause, why, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/supervisions/{supervision_id}/answer",
    operation_id="answer_supervision",
    summary="Answer a supervision (督办反馈)",
    response_model=SupervisionOut,
    responses=WRITING,
)
def answer_supervision(actor: Supervised, write: SupervisionWrite, given: FeedbackIn) -> Any:
    """督办反馈: what the department did about it; the feedback's clock stops."""
    return write.do(
        lambda row: supervision.answer(write.session, row, given.feedback, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )


@router.post(
    "/supervisions/{supervision_id}/lift",
    operation_id="lift_supervision",
    summary="Lift a supervision (解除督办)",
    response_model=SupervisionOut,
    responses=WRITING,
)
def lift_supervision(actor: Raiser, write: SupervisionWrite, given: LiftIn) -> Any:
    """解除督办: nothing more is asked; it is final."""
    return write.do(
        lambda row: supervision.lift(write.session, row, given.note, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )
