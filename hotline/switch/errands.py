"""Callbacks as the switch makes them: claimed with their call's record, told once how they went."""

import uuid
from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.callback import callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.callback.callbacks import Errand
from hotline.core.errors import CannotStart
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from hotline.core.vault import Unreadable
from hotline.switch import dialling, relays
from hotline.switch.connections import Connection
from hotline.switch.orders import RING_S, Order, is_dialled, is_relay, legs
from telephony import outgoing, records, seats
from telephony.commands import (
    Hello,
    SurveyDone,
    recording_path,
)
from telephony.destinations import NotAllowed, destination, is_pattern, is_trunk
from telephony.models import Call, CallStatus, Direction
from telephony.orders import Dial

log = structlog.get_logger()


def check(own: Settings) -> None:
    """Raise CannotStart when nobody could be rung with these settings."""
    if own.sip_outbound and not is_trunk(own.sip_outbound):
        raise CannotStart(
            f"HOTLINE_SIP_OUTBOUND is {own.sip_outbound!r}, which is no address for a number.",
            remedy="Write it like sip:{number}@trunk.example:5060.",
        )
    if not is_pattern(own.outbound_allowed):
        raise CannotStart(
            "HOTLINE_OUTBOUND_ALLOWED is no regular expression.",
            remedy="Leave it out, or correct it.",
        )
    if not is_pattern(own.desk_phones):
        raise CannotStart(
            "HOTLINE_DESK_PHONES is no regular expression.",
            remedy="Leave it out, or correct it.",
        )


def take(
    session: Session, own: Settings, room: Mapping[Connection, int], *, now: datetime
) -> list[Order]:
    """Claim as many due callbacks as there are legs; each gets its call's record at once.

    So a switch that dies here leaves a call that no worker has, which is found and told as lost.
    """
    legs = [connection for connection, free in room.items() for _ in range(free)]
    if not legs:
        return []
    orders = []
    for errand in callbacks.claim_due(session, now=now, limit=len(legs)):
        address = _address(session, own, errand)
        if isinstance(address, NotAllowed):
            log.warning("callback.not_allowed", ticket=errand.ticket_number, why=address.reason)
            _tell(session, _name(errand), Answers(AttemptOutcome.NOT_ALLOWED), now=now)
            continue
        orders.append(_order(session, errand, address, legs.pop(0), now=now))
    return orders


def room(session: Session, present: tuple[Connection, ...]) -> dict[Connection, int]:
    """Return how many more calls each worker may place beside those and the desk phones."""
    taken = seats.legs(session)
    for call in records.open_calls(session, direction=Direction.OUT):
        taken[call.worker] += legs(call)
    return {each: max(0, each.hello.outbound - taken[each.worker]) for each in present}


def finish(session: Session, done: SurveyDone, *, now: datetime) -> Call:
    """Tell how a callback's call went; told twice, it counts once."""
    call = records.get_call(session, uuid.UUID(done.call_id))
    answers = Answers(
        outcome=AttemptOutcome(done.outcome),
        contacted=done.contacted,
        solved=done.solved,
        rating=done.rating,
        call_id=call.id,
    )
    _tell(session, done.errand, answers, now=now)
    return call


def lose(session: Session, call: Call, *, now: datetime) -> None:
    """Tell that an outgoing call was lost by our own fault."""
    if is_relay(call):
        relays.lose(session, call, now=now)
        return
    if is_dialled(call):
        dialling.lose(session, call, now=now)
        return
    _tell(session, call.errand, Answers(AttemptOutcome.LOST, call_id=call.id), now=now)


def lose_unknown(session: Session, hello: Hello, *, now: datetime) -> None:
    """Lose the calls that a worker was to place and knows nothing of: the order never arrived."""
    for call in records.open_calls(session, direction=Direction.OUT):
        if call.worker == hello.worker and str(call.id) not in hello.dials:
            records.lose_call(session, call, seconds=0.0, now=now)
            lose(session, call, now=now)
            log.warning("call.never_placed", call=call.id.hex[:8], worker=call.worker)


def lose_forgotten(session: Session, *, now: datetime) -> None:
    """Lose the attempts under way that no open call is making."""
    making = records.open_calls(session, direction=Direction.OUT)
    asked = [call for call in making if not (is_relay(call) or is_dialled(call))]
    known = [_read(call.errand)[0] for call in asked]
    for callback_id in callbacks.lost_attempts(session, known=known, now=now):
        log.warning("callback.lost", callback=callback_id)
    relays.lose_forgotten(session, now=now)


def never_sent(session: Session, order: Order, *, now: datetime) -> None:
    """Lose a call whose worker went away before it could be told."""
    call = records.get_call(session, uuid.UUID(order.what.call_id))
    if call.status == CallStatus.RINGING:
        records.lose_call(session, call, seconds=0.0, now=now)
        lose(session, call, now=now)


def _order(
    session: Session, errand: Errand, address: str, connection: Connection, *, now: datetime
) -> Order:
    call = outgoing.open_outbound_call(
        session,
        session.get_one(Person, errand.person_id),
        worker=connection.worker,
        errand=_name(errand),
        now=now,
    )
    dial = Dial(
        errand=call.errand,
        call_id=str(call.id),
        destination=address,
        recording=recording_path(call.id, now),
        ring_s=RING_S,
    )
    return Order(connection, dial)


def _address(session: Session, own: Settings, errand: Errand) -> str | NotAllowed:
    person = session.get_one(Person, errand.person_id)
    try:
        number, contact = outgoing.reach(session, person)
    except Unreadable:
        return NotAllowed("the person's data can't be read any more")
    return destination(number, contact, own.sip_outbound, own.outbound_allowed)


def _tell(session: Session, errand: str, answers: Answers, *, now: datetime) -> None:
    callback_id, attempt = _read(errand)
    callbacks.record_result(session, callback_id, attempt, answers, now=now)


def _name(errand: Errand) -> str:
    return f"callback:{errand.callback_id}:{errand.attempt}"


def _read(errand: str) -> tuple[int, int]:
    _, callback_id, attempt = errand.split(":")
    return int(callback_id), int(attempt)
