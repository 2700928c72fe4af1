"""中转通话 as the switch makes it: claimed with its call's record, told once how it went."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.relaying import relays
from dispatch.relaying.relays import RelayErrand
from hotline.core.accounts import MACHINE
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from hotline.core.vault import Unreadable
from hotline.switch.connections import Connection
from hotline.switch.orders import RELAY, RELAY_LEGS, RING_S, Order, is_relay
from telephony import lines, outgoing, records
from telephony.commands import (
    RelayDone,
    recording_path,
)
from telephony.destinations import NotAllowed, desk_phone, destination
from telephony.models import Call, Direction
from telephony.orders import Relay
from telephony.outcomes import RelayOutcome

log = structlog.get_logger()


def take(
    session: Session, own: Settings, room: Mapping[Connection, int], *, now: datetime
) -> list[Order]:
    """Claim as many calls as there are pairs of legs; each gets its call's record at once."""
    relays.expire(session, actor=MACHINE, now=now)
    pairs = [connection for connection, free in room.items() for _ in range(free // RELAY_LEGS)]
    if not pairs:
        return []
    orders, ours = [], lines.own_numbers(session, now=now)
    for errand in relays.claim(session, now=now, limit=len(pairs)):
        office, requester = _office(own, errand, ours), _requester(session, own, errand)
        if isinstance(office, NotAllowed) or isinstance(requester, NotAllowed):
            why = [each.reason for each in (office, requester) if isinstance(each, NotAllowed)]
            log.warning("relay.not_allowed", order=errand.order_number, why=why[0])
            relays.conclude(
                session, errand.relay_id, RelayOutcome.NOT_ALLOWED, actor=MACHINE, now=now
            )
            continue
        orders.append(_order(session, errand, office, requester, pairs.pop(0), now=now))
    return orders


def finish(session: Session, done: RelayDone, *, now: datetime) -> Call:
    """Tell how a relayed call went; told twice, it counts once."""
    call = records.get_call(session, uuid.UUID(done.call_id))
    relays.conclude(
        session,
        _read(done.errand),
        RelayOutcome(done.outcome),
        call_id=call.id,
        seconds=done.seconds,
        actor=MACHINE,
        now=now,
    )
    return call


def lose(session: Session, call: Call, *, now: datetime) -> None:
    """Tell that a relayed call was lost by our own fault."""
    relays.conclude(
        session,
        _read(call.errand),
        RelayOutcome.LOST,
        call_id=call.id,
        actor=MACHINE,
        now=now,
    )


def lose_forgotten(session: Session, *, now: datetime) -> None:
    """Lose the calls under way that no open call is making."""
    making = records.open_calls(session, direction=Direction.OUT)
    known = [_read(call.errand) for call in making if is_relay(call)]
    for relay_id in relays.lost(session, known=known, actor=MACHINE, now=now):
        log.warning("relay.lost", relay=relay_id)


def _order(
    session: Session,
    errand: RelayErrand,
    office: str,
    requester: str,
    connection: Connection,
    *,
    now: datetime,
) -> Order:
    call = outgoing.open_outbound_call(
        session,
        session.get_one(Person, errand.person_id),
        worker=connection.worker,
        errand=f"{RELAY}:{errand.relay_id}",
        now=now,
    )
    recording = recording_path(call.id, now)
    return Order(connection, Relay(call.errand, str(call.id), office, requester, recording, RING_S))


def _office(own: Settings, errand: RelayErrand, ours: Sequence[str]) -> str | NotAllowed:
    """Return where the department is rung: through the trunk, or on this site's own telephone."""
    if errand.office.startswith("sip:"):
        return desk_phone(errand.office, own.desk_phones, own=ours)
    number = PhoneNumber(errand.office)
    return destination(number, "", own.sip_outbound, own.outbound_allowed, own=ours)


def _requester(session: Session, own: Settings, errand: RelayErrand) -> str | NotAllowed:
    try:
        number, contact = outgoing.reach(session, session.get_one(Person, errand.person_id))
    except Unreadable:
        return NotAllowed("the person's data can't be read any more")
    return destination(number, contact, own.sip_outbound, own.outbound_allowed)


def _read(errand: str) -> int:
    return int(errand.partition(":")[2])
