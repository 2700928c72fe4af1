"""咨询、转接、紧急、监听、回拨 over HTTP: whom an agent or a team lead brings into a call."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session, col

from dispatch.sealing import reach
from hotline.api.call_control import TAKEN
from hotline.api.call_orders import Ask, Controller, call_for, taken
from hotline.api.schemas_call_control import (
    ConsultIn,
    DialIn,
    EmergencyIn,
    ListenIn,
    OrderTaken,
    TransferIn,
)
from hotline.api.seats import OwnSeat
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING
from telephony import asking, fetchable, returning
from telephony.models import Call, Seat
from telephony.models_calls import CallOrder
from telephony.ordering import Verb

router = APIRouter(prefix="/api/v1/calls", tags=["calls"], responses=READING)

Worker = Annotated[Actor, Depends(permit(Permission.QUEUE_WORK))]
Supervising = Annotated[Actor, Depends(permit(Permission.CALL_SUPERVISE))]


@router.post("/{call_id}/consult", operation_id="consult", summary="Consult (咨询)", **TAKEN)
def consult(ask: Ask, given: ConsultIn) -> Any:
    """咨询: ring a colleague or a number while the caller is held."""
    return ask.once(_fetching(Verb.CONSULT, given.seat, given.number), given.model_dump_json())


@router.post("/{call_id}/transfer", operation_id="transfer", summary="Transfer (转接)", **TAKEN)
def transfer(ask: Ask, given: TransferIn) -> Any:
    """转接: leave the call to who is named (盲转), or to who was consulted (咨询转)."""
    return ask.once(_fetching(Verb.TRANSFER, given.seat, given.number), given.model_dump_json())


@router.post(
    "/{call_id}/emergency",
    operation_id="call_emergency",
    summary="Fetch 110, 119, 120 or 122 (一键紧急)",
    **TAKEN,
)
def call_emergency(ask: Ask, given: EmergencyIn) -> Any:
    """一键紧急: ring the service into the call; the line is kept until they have it."""
    return ask.ask(Verb.EMERGENCY, given.model_dump_json(), service=given.service.value)


@router.post(
    "/{call_id}/listen", operation_id="listen", summary="Monitor, whisper, barge (监听)", **TAKEN
)
def listen(_actor: Supervising, ask: Ask, given: ListenIn) -> Any:
    """监听、耳语、强插: a team lead joins a colleague's call; the audit log tells of it."""

    def asked(session: Session, seat: Seat, call: Call) -> CallOrder:
        return asking.listen(session, seat, call, given.listening, now=now())

    return ask.once(asked, given.model_dump_json())


@router.post(
    "/{call_id}/stop-listening",
    operation_id="stop_listening",
    summary="Leave a colleague's call (停止监听)",
    **TAKEN,
)
def stop_listening(_actor: Supervising, ask: Ask) -> Any:
    """停止监听: leave the call that one listened to."""
    return ask.ask(Verb.STOP_LISTENING)


@router.post(
    "/{call_id}/take-over",
    operation_id="take_over_call",
    summary="Take out of turn (点接)",
    **TAKEN,
)
def take_over_call(_actor: Worker, ask: Ask) -> Any:
    """点接: take a caller who waits, before their turn."""

    def asked(session: Session, seat: Seat, call: Call) -> CallOrder:
        return asking.take_over(session, seat, call, now=now())

    return ask.once(asked, "")


@router.post("", operation_id="dial", summary="Call somebody back (回拨)", **TAKEN)
def dial(actor: Controller, seat: OwnSeat, given: DialIn, write: Writing) -> Any:
    """回拨: ring who is owed a call, or who called before, for one's own seat."""

    def act() -> OrderTaken:
        if given.missed is not None:
            seen = reach.calls(actor, col(Call.id))
            asked = returning.dial_missed(write.session, seat, given.missed, seen=seen, now=now())
        else:
            call = call_for(write.session, actor, given.call or uuid.UUID(int=0))
            asked = returning.dial_again(write.session, seat, call, now=now())
        return taken(asked)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


def _fetching(verb: Verb, seat: str, number: str) -> Any:
    def asked(session: Session, own: Seat, call: Call) -> CallOrder:
        if not (seat or number):
            return asking.leave_to_company(session, own, call, now=now())
        asking.require_own(session, own, call)
        found = fetchable.fetched(session, settings(), own, seat=seat, number=number, now=now())
        return asking.ask(
            session,
            verb,
            own,
            call,
            destination=found.destination,
            now=now(),
            **found.details,
        )

    return asked
