"""Fetching others into one's call, letting them take it over; listening as a supervisor."""

from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType
from hotline.switch import fetching, services
from hotline.switch.asked import (
    Asked,
    note,
    others,
    own_call,
    require_free,
    require_line_is_not_kept,
    some_call,
)
from hotline.switch.fetching import Fetch, Purpose
from hotline.switch.telling import Told
from telephony import lines, ordering, parties, seats
from telephony.acd import SeatStatus
from telephony.models import Seat
from telephony.orders import Leave, Listen, Meet
from telephony.wiring import Listening, Part

_CAN_BE_RUNG = (SeatStatus.READY, SeatStatus.PAUSED, SeatStatus.WRAP_UP)


def consult(asked: Asked) -> list[Told]:
    """咨询: ring somebody; the caller is held until they are told to meet."""
    own_call(asked)
    note(asked, EventType.CALL_HELD)
    return [_fetch(asked, Purpose.CONSULT, apart=True)]


def meet(asked: Asked) -> list[Told]:
    """三方."""
    call = own_call(asked)
    if not others(asked, call):
        raise Conflict("Nobody else is in this call.", remedy="Consult somebody first.")
    note(asked, EventType.CALL_RESUMED)
    return asked.told(Meet(str(call.id)))


def transfer(asked: Asked) -> list[Told]:
    """转接: at once to those in the call, else to somebody who is rung and then takes over."""
    call = own_call(asked)
    require_line_is_not_kept(asked, call)
    if asked.row.details.get("seat") or asked.row.sealed_destination:
        return [_fetch(asked, Purpose.TRANSFER)]
    there = others(asked, call)
    if not there:
        raise Conflict("Nobody is there to take over.", remedy="Ring somebody, or wait for them.")
    note(asked, EventType.CALL_TRANSFERRED, label=there[0].label)
    return asked.told(Meet(str(call.id)), Leave(str(call.id), asked.party))


def drop(asked: Asked) -> list[Told]:
    """Let somebody go whom one fetched."""
    call = own_call(asked)
    found = parties.find(asked.session, call.id, asked.text("party"))
    if found is None or found.left_at or not found.purpose or found.part == Part.SUPERVISOR:
        raise NotFound("They are not in this call.", remedy="Look who is.")
    return asked.told(Leave(str(call.id), found.name))


def emergency(asked: Asked) -> list[Told]:
    """110, 119, 120, 122: everybody hears everybody, and the line is kept until they let go."""
    call = own_call(asked)
    if fetching.emergency_here(asked.session, call):
        raise Conflict("Help is on the line, or being rung.", remedy="Stay on the line.")
    service = asked.text("service")
    address = services.destination_of(service, asked.own)
    note(asked, EventType.CALL_EMERGENCY, service=service)
    fetch = Fetch(Part.EXPERT, Purpose.EMERGENCY, asked.by)
    return [fetching.outside(asked.session, call, address, service, fetch, now=asked.now)]


def listen(asked: Asked) -> list[Told]:
    """监听, 耳语, 强插: with one's own seat, as a supervisor."""
    call, way = some_call(asked), Listening(asked.text("listening"))
    known = parties.find(asked.session, call.id, asked.party)
    if known is None or known.left_at:
        require_free(asked)
        note(asked, EventType.CALL_SUPERVISED, listening=way)
        fetch = Fetch(Part.SUPERVISOR, Purpose.LISTEN, asked.by, listening=way)
        return [
            fetching.seat_into(asked.session, asked.own, asked.seat, call, fetch, now=asked.now)
        ]
    if known.part != Part.SUPERVISOR:
        raise Conflict("You talk in this call.", remedy="Listen to another one.")
    note(asked, EventType.CALL_SUPERVISED, listening=way)
    known.listening = way
    return asked.told(Listen(str(call.id), asked.party, way))


def stop_listening(asked: Asked) -> list[Told]:
    call = some_call(asked)
    known = parties.find(asked.session, call.id, asked.party)
    if known is None or known.left_at or known.part != Part.SUPERVISOR:
        raise Conflict("You do not listen to this call.", remedy="Nothing is left to stop.")
    return asked.told(Leave(str(call.id), asked.party))


def _fetch(asked: Asked, purpose: Purpose, *, apart: bool = False) -> Told:
    """Ring a colleague's seat, or somebody outside whom the site may ring."""
    call, number = some_call(asked), asked.row.details.get("seat")
    takes_over = bool(number) and purpose is Purpose.TRANSFER
    part = Part.AGENT if takes_over else Part.EXPERT
    fetch = Fetch(part, purpose, asked.by, apart=apart)
    if number:
        other = _colleague(asked, int(number))
        return fetching.seat_into(asked.session, asked.own, other, call, fetch, now=asked.now)
    ours = lines.own_numbers(asked.session, now=asked.now)
    address = services.outside(ordering.destination_of(asked.row), asked.own, ours)
    label = asked.text("label")
    return fetching.outside(asked.session, call, address, label, fetch, now=asked.now)


def _colleague(asked: Asked, account_id: int) -> Seat:
    other = seats.locked(asked.session, account_id)
    if other is None or other.account_id == asked.seat.account_id:
        raise NotFound("There is no such seat.", remedy="Choose a colleague's.")
    if other.status not in _CAN_BE_RUNG or other.call_id:
        raise Conflict(f"{other.username} is not free.", remedy="Choose somebody else, or wait.")
    return other
