"""回拨: an agent rings somebody for their own seat; the seat rings first, it is their key.

For the worker it is a relayed call whose office is the agent's telephone (`telephony.relaying`).
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hotline.core.errors import Conflict, Invalid, Unavailable
from hotline.core.privacy import Person
from hotline.core.settings import Settings, settings
from hotline.core.vault import Unreadable
from hotline.switch.orders import DIALLED, RELAY_LEGS, RING_S
from hotline.switch.telling import Told, destination_of
from telephony import do_not_call, lines, outgoing, owed, records, seats
from telephony.acd import IN_A_CALL
from telephony.acd.patience import MissedWhy
from telephony.commands import RelayDone, recording_path
from telephony.destinations import NotAllowed, desk_phone, destination
from telephony.models import Call, Seat, SeatKind
from telephony.models_queue import MissedCall
from telephony.orders import Relay
from telephony.outcomes import RelayOutcome


def dial(
    session: Session,
    own: Settings,
    seat: Seat,
    details: Mapping[str, Any],
    spare: Mapping[str, int],
    *,
    now: datetime,
) -> Told:
    """Ring the seat, then whom an owed call or an earlier one is of; raise HotlineError."""
    office, worker = _office(session, own, seat, now=now), _worker(spare)
    row = owed.find(session, int(details["missed"])) if details.get("missed") else None
    before = records.get_call(session, row.call_id if row else uuid.UUID(details["of_call"]))
    person = session.get_one(Person, before.person_id)
    _require_wanted(session, person, row, now=now)
    requester = _address(session, own, person)
    errand = f"{DIALLED}:{seat.account_id}"
    call = outgoing.open_outbound_call(session, person, worker=worker, errand=errand, now=now)
    call.agent, call.language = seat.username, before.language
    if row:
        owed.begin(session, row, seat.account_id, call)
    seats.offer(session, seat, call, now=now)
    recording = recording_path(call.id, now)
    return Told(worker, Relay(call.errand, str(call.id), office, requester, recording, RING_S))


def answered(session: Session, call: Call, *, now: datetime) -> None:
    """Record that the agent has taken up their telephone."""
    seats.talk(session, _seat_of(call), call, now=now)


def finish(session: Session, done: RelayDone, *, now: datetime) -> Call:
    """Record how it went; told twice, it counts once."""
    call = records.get_call(session, uuid.UUID(done.call_id))
    talked = done.outcome == RelayOutcome.TALKED
    if talked and call.connected_at is None:
        call.connected_at = call.answered_at
    _conclude(session, call, talked=talked, now=now)
    return call


def lose(session: Session, call: Call, *, now: datetime) -> None:
    """Record that it was lost by our own fault: who was owed a call is owed it still."""
    _conclude(session, call, talked=False, now=now)


def _conclude(session: Session, call: Call, *, talked: bool, now: datetime) -> None:
    again_s = settings().owed_again_s
    owed.attempted(session, call, talked=talked, by=call.agent, again_s=again_s, now=now)
    seats.leave(session, _seat_of(call), call.id, now=now)


def shown_to(session: Session, seat: Seat) -> MissedCall | None:
    """Return the owed call that the seat's agent is shown."""
    return owed.shown(session).get(seat.account_id)


def _worker(spare: Mapping[str, int]) -> str:
    """Return the worker with most room; raise Unavailable when none can ring two telephones."""
    worker = max(spare, key=lambda each: spare[each], default="")
    if not worker or spare[worker] < RELAY_LEGS:
        raise Unavailable("No line is free.", remedy="Try again in a moment.")
    return worker


def _require_wanted(
    session: Session, person: Person, row: MissedCall | None, *, now: datetime
) -> None:
    """Raise Conflict for who asked not to be rung, unless they have asked for this very call."""
    asked_for = row is not None and row.why == MissedWhy.ASKED
    if not asked_for and do_not_call.is_listed(session, person.id, now=now):
        raise Conflict(
            "They asked not to be called back (免打扰).",
            remedy="Have a team lead remove the entry if they want it now.",
        )


def _seat_of(call: Call) -> int:
    return int(call.errand.partition(":")[2])


def _office(session: Session, own: Settings, seat: Seat, *, now: datetime) -> str:
    if seat.status in IN_A_CALL or seat.call_id:
        raise Conflict("This seat is in a call.", remedy="End that call first.")
    if seat.kind == SeatKind.BROWSER:
        return destination_of(seat)
    ours = lines.own_numbers(session, now=now)
    office = desk_phone(seat.address, own.desk_phones, own=ours)
    if isinstance(office, NotAllowed):
        raise Invalid(f"Your telephone can't be rung: {office.reason}.", remedy="Set another one.")
    return office


def _address(session: Session, own: Settings, person: Person) -> str:
    try:
        number, contact = outgoing.reach(session, person)
    except Unreadable:
        raise Conflict("Their data was erased.", remedy="Nobody can be called back.") from None
    found = destination(number, contact, own.sip_outbound, own.outbound_allowed)
    if isinstance(found, NotAllowed):
        raise Conflict(f"They can't be rung: {found.reason}.", remedy="Ask an administrator.")
    return found
