"""通话控制 over HTTP: what an agent does with the call at their own seat.

Every answer is 202: the switch takes the order within milliseconds, and its events tell the rest.
"""

import uuid
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from hotline.api.call_orders import Ask, Controller, call_for, shown
from hotline.api.fields import RowId
from hotline.api.schemas_call_control import (
    DropIn,
    HandOverLanguageIn,
    OrderShown,
    OrderTaken,
    PressIn,
    WrapUpIn,
    WrapUpOut,
)
from hotline.api.seats import OwnSeat
from hotline.api.writes import Writing
from hotline.core.clock import now
from hotline.core.errors import Conflict, NotFound
from hotline.core.security import Permission, may
from hotline.web.access import SessionDep
from hotline.web.idempotency import Body, as_kept
from hotline.web.problems import READING, WRITING
from telephony import asking, ordering, seat_states
from telephony.models import Call, Seat
from telephony.models_calls import CallOrder
from telephony.models_queue import WrapUp
from telephony.ordering import Verb

router = APIRouter(prefix="/api/v1/calls", tags=["calls"], responses=READING)

TAKEN: dict[str, Any] = {
    "status_code": 202,
    "response_model": OrderTaken,
    "responses": WRITING,
}

# What needs no more than the call: its path, the names of its operation and its summary.
_PLAIN = {
    Verb.ANSWER: ("answer", "answer_call", "Answer (接听)", "The browser seat takes its call."),
    Verb.HOLD: ("hold", "hold_call", "Hold (保持)", "The caller hears that they wait."),
    Verb.UNHOLD: ("unhold", "unhold_call", "Resume (取回)", "Caller and agent talk again."),
    Verb.MUTE: ("mute", "mute_call", "Mute (静音)", "Nobody hears one's own seat."),
    Verb.UNMUTE: ("unmute", "unmute_call", "Unmute (取消静音)", "They hear it again."),
    Verb.MEET: ("meet", "meet_in_call", "Three-way (三方)", "All in the call hear each other."),
}


def _plain(verb: Verb) -> Callable[[Ask], Any]:
    def route(ask: Ask) -> Any:
        return ask.ask(verb)

    return route


for _verb, (_path, _name, _summary, _told) in _PLAIN.items():
    router.add_api_route(
        f"/{{call_id}}/{_path}",
        _plain(_verb),
        methods=["POST"],
        operation_id=_name,
        summary=_summary,
        description=_told,
        **TAKEN,
    )


@router.post("/{call_id}/hang-up", operation_id="hang_up", summary="Hang up (挂机)", **TAKEN)
def hang_up(ask: Ask) -> Any:
    """挂机: leave one's own call, the caller is asked how it was; a team lead ends any call."""

    def asked(session: Session, seat: Seat, call: Call) -> CallOrder:
        if seat.call_id != call.id and may(ask.actor, Permission.CALL_SUPERVISE):
            return asking.end(session, call, seat, now=now())
        return asking.ask(session, Verb.HANG_UP, seat, call, now=now())

    return ask.once(asked, "")


@router.post("/{call_id}/drop", operation_id="drop_party", summary="Let somebody go", **TAKEN)
def drop_party(ask: Ask, given: DropIn) -> Any:
    """Let somebody whom one fetched leave the call, or ring no longer."""

    def asked(session: Session, seat: Seat, call: Call) -> CallOrder:
        party = asking.fetched_party(session, call, given.party)
        return asking.ask(session, Verb.DROP, seat, call, now=now(), party=party)

    return ask.once(asked, given.model_dump_json())


@router.post("/{call_id}/press", operation_id="press_keys", summary="Press keys (按键)", **TAKEN)
def press_keys(ask: Ask, given: PressIn) -> Any:
    """按键: for an automatic answer at the other end, by RFC 2833."""

    def asked(session: Session, seat: Seat, call: Call) -> CallOrder:
        party = asking.key_party(session, call, given.party)
        return asking.ask(session, Verb.PRESS, seat, call, now=now(), keys=given.keys, party=party)

    return ask.once(asked, given.model_dump_json())


@router.post(
    "/{call_id}/hand-over-language",
    operation_id="hand_over_language",
    summary="Hand over by language (转语种)",
    **TAKEN,
)
def hand_over_language(ask: Ask, given: HandOverLanguageIn) -> Any:
    """转语种: the caller keeps this agent until one of that language is there."""
    return ask.ask(Verb.HAND_OVER_LANGUAGE, given.model_dump_json(), language=given.language.value)


@router.post(
    "/{call_id}/wrap-up",
    operation_id="wrap_up",
    summary="Finish the wrap-up (话后完成)",
    response_model=WrapUpOut,
    responses=WRITING,
)
def wrap_up(
    actor: Controller, call_id: uuid.UUID, seat: OwnSeat, given: WrapUpIn, write: Writing
) -> Any:
    """话后完成: the call gets its code, and the seat takes calls again."""

    def act() -> WrapUpOut:
        call = call_for(write.session, actor, call_id)
        row = seat_states.wrap_up_of(write.session, seat)
        if row is None or row.call_id != call.id:
            raise Conflict("Your last call was another one.", remedy="Look at your seat.")
        seat_states.wrap_up(write.session, seat, given.code, done=given.done, now=now())
        ordering.wake(write.session)
        return _wrapped(row)

    def again(kept: Body | None) -> Body:
        call_for(write.session, actor, call_id)
        return as_kept(kept)

    return write.once(act, actor, given.model_dump_json(), again=again)


@router.get("/orders/{order_id}", operation_id="get_call_order", summary="What became of an order")
def get_call_order(
    _actor: Controller, order_id: RowId, seat: OwnSeat, session: SessionDep
) -> OrderShown:
    """Return one's own order: whether it waits, was done, or was refused and why."""
    order = session.get(CallOrder, order_id)
    if order is None or order.account_id != seat.account_id:
        raise NotFound(f"There is no order {order_id} of yours.")
    return shown(order)


def _wrapped(row: WrapUp) -> WrapUpOut:
    return WrapUpOut(
        call=str(row.call_id), code=row.code, began_at=row.began_at, ended_at=row.ended_at
    )
