"""诉求人的权利: what is kept of them, who read it, corrections, holds and erasure.

A requester is named by the number of a ticket of theirs, never by an id.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Ticket
from dispatch.people import (
    corrections,
    erasures,
    holds,
    person_file,
    retention,
    who_saw,
    whose,
    withheld,
)
from dispatch.people.models_people import PersonErasure
from hotline.api.fields import Number
from hotline.api.schemas_people import (
    CorrectionIn,
    ErasureOut,
    FileOut,
    HoldOut,
    PersonOut,
    ReadList,
    ReadOut,
    ReasonIn,
)
from hotline.api.writes import Writing
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import watermark
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/people/{number}", tags=["people"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.PERSON_READ))]
Corrector = Annotated[Actor, Depends(permit(Permission.PERSON_CORRECT))]
Eraser = Annotated[Actor, Depends(permit(Permission.PERSON_ERASE))]


Show = Callable[[Session, Ticket], BaseModel]


class Write:
    """One write on the requester of the ticket that the path names."""

    def __init__(self, number: Number, write: Writing) -> None:
        self.session, self._write, self._number = write.session, write, number

    def do(
        self,
        act: Callable[[Ticket], object],
        actor: Actor,
        given: BaseModel,
        *,
        show: Show | None = None,
    ) -> Any:
        """Return how the requester's data stand, or what `show` says, once `act` has been done."""

        def find() -> Ticket:
            return tickets.find(self.session, self._number, lock=True, reader=actor)

        shown = show or partial(_state, actor=actor)
        return self._write.change(find, act, shown, actor, given.model_dump_json())


PersonWrite = Annotated[Write, Depends()]


@router.get("", operation_id="get_person", summary="How a requester's data stand (个人信息状态)")
def get_person(actor: Reader, number: Number, session: SessionDep) -> PersonOut:
    """Return holds, corrections, the end of the retention, and what stands against erasing."""
    return _state(session, tickets.find(session, number, reader=actor), actor)


@router.get("/reads", operation_id="list_person_reads", summary="Who read it (查阅记录)")
def list_person_reads(actor: Reader, number: Number, session: SessionDep) -> ReadList:
    """Return every look at the requester's data as they may be told of it: by role, not by name."""
    ticket = tickets.find(session, number, reader=actor)
    left_out = withheld.tickets(session, whose.requester(session, ticket), actor)
    found = who_saw.reads(session, ticket, without=left_out)
    return ReadList(items=[ReadOut.model_validate(each) for each in found])


@router.post(
    "/file",
    operation_id="export_person",
    summary="A requester's file (个人信息副本)",
    response_model=FileOut,
    responses=WRITING,
)
def export_person(
    actor: Reader, number: Number, given: ReasonIn, write: Writing, response: Response
) -> Any:
    """Return all that is kept of the requester, in the clear; that it was made is kept as well.

    No copy of it is kept to be given again: repeated with its key it is a conflict.
    """

    def act() -> FileOut:
        ticket, moment = tickets.find(write.session, number, reader=actor), now()
        why = given.reason
        found = person_file.export(write.session, ticket, reason=why, actor=actor, now=moment)
        mark = watermark.of(actor, moment, ticket.number)
        response.headers["Content-Disposition"] = f'attachment; filename="{ticket.number}.json"'
        return FileOut(watermark=mark.line, made_at=moment, ticket=ticket.number, **found)

    return write.once(act, actor, given.model_dump_json(), again=as_kept, keep=False)


@router.post(
    "/corrections",
    operation_id="correct_person",
    summary="Correct (更正)",
    response_model=PersonOut,
    responses=WRITING,
)
def correct_person(actor: Corrector, write: PersonWrite, given: CorrectionIn) -> Any:
    """更正: put the requester's number, or what they said in this ticket, right."""

    def act(ticket: Ticket) -> object:
        return corrections.correct(
            write.session,
            ticket,
            given.field,
            given.value,
            reason=given.reason,
            actor=actor,
            now=now(),
        )

    return write.do(act, actor, given)


@router.post(
    "/holds",
    operation_id="hold_person",
    summary="Hold (法定保留)",
    response_model=PersonOut,
    responses=WRITING,
)
def hold_person(actor: Eraser, write: PersonWrite, given: ReasonIn) -> Any:
    """保留: let nothing of the requester's be erased until the hold is lifted."""

    def act(ticket: Ticket) -> object:
        return holds.hold(write.session, ticket, given.reason, actor=actor, now=now())

    return write.do(act, actor, given)


@router.post(
    "/holds/lift",
    operation_id="lift_person_hold",
    summary="Lift a hold (解除保留)",
    response_model=PersonOut,
    responses=WRITING,
)
def lift_person_hold(actor: Eraser, write: PersonWrite, given: ReasonIn) -> Any:
    """解除保留: the data may be erased again in their time."""

    def act(ticket: Ticket) -> object:
        return holds.lift(write.session, ticket, given.reason, actor=actor, now=now())

    return write.do(act, actor, given)


@router.post(
    "/erasure",
    operation_id="erase_person",
    summary="Erase (删除)",
    response_model=ErasureOut,
    responses=WRITING,
)
def erase_person(actor: Eraser, write: PersonWrite, given: ReasonIn) -> Any:
    """删除: destroy the requester's key and blank what is kept of them; nothing brings it back."""

    def act(ticket: Ticket) -> object:
        written = settings().retention_days
        return erasures.erase(
            write.session, ticket, given.reason, written=written, actor=actor, now=now()
        )

    return write.do(act, actor, given, show=_erased)


def _erased(session: Session, ticket: Ticket) -> ErasureOut:
    return ErasureOut.model_validate(session.get_one(PersonErasure, ticket.person_id))


def _state(session: Session, ticket: Ticket, actor: Actor) -> PersonOut:
    person, written = whose.requester(session, ticket), settings().retention_days
    against = erasures.hindrance(session, person, written=written, now=now())
    erased = session.get(PersonErasure, person.id)
    over, unseen = privacy.is_erased(person), withheld.numbers(session, person, actor)
    made = corrections.of_person(session, person)
    return PersonOut(
        ticket=ticket.number,
        held=holds.present(session, person) is not None,
        holds=[
            HoldOut.model_validate(each)
            for each in holds.of_person(session, person)
            if each.ticket not in unseen
        ],
        hindrance=against.why if against else None,
        kept_until=None if over else retention.kept_until(session, person, written=written),
        erased_at=erased.at if erased else None,
        erased_why=erasures.why(erased) if erased else "",
        corrections=sum(each.ticket not in unseen for each in made),
    )
