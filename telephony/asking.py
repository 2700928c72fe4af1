"""What an agent may ask of a call now: said at once, before the switch takes the order.

The switch judges again when it takes the order; what is refused here would be refused there.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hotline.core.errors import Conflict, NotAllowed
from telephony import ordering, parties, queueing
from telephony.acd import IN_A_CALL, SeatStatus
from telephony.models import Call, CallStatus, Direction, Seat, SeatKind
from telephony.models_calls import CallOrder, CallParty
from telephony.ordering import Verb
from telephony.orders import seat_party
from telephony.wiring import Listening, Part

_CAN_BE_RUNG = (SeatStatus.READY, SeatStatus.PAUSED, SeatStatus.WRAP_UP)
RUNNING = (CallStatus.RINGING, CallStatus.ANSWERED)
Check = Callable[[Session, Seat, Call], None]


def ask(
    session: Session,
    verb: Verb,
    seat: Seat,
    call: Call,
    /,
    *,
    destination: str = "",
    now: datetime,
    **details: Any,
) -> CallOrder:
    """Ask this of the switch for the seat's own call; raise NotAllowed or Conflict at once."""
    placed = verb is Verb.HANG_UP and call.direction == Direction.OUT
    for check in (_placed,) if placed else (require_own, *_CHECKS[verb]):
        check(session, seat, call)
    return ordering.order(
        session,
        verb,
        call,
        account_id=seat.account_id,
        destination=destination,
        now=now,
        **details,
    )


def leave_to_company(session: Session, seat: Seat, call: Call, *, now: datetime) -> CallOrder:
    """咨询转: leave the call to whoever was consulted; raise Conflict when nobody was."""
    require_own(session, seat, call)
    _has_company(session, seat, call)
    return ask(session, Verb.TRANSFER, seat, call, now=now)


def listen(
    session: Session, seat: Seat, call: Call, listening: Listening, *, now: datetime
) -> CallOrder:
    """监听: join a colleague's call, or listen to it in another way from now on.

    Raises Conflict for one that nobody talks in, or while the seat is in another one.
    """
    require_running(call)
    if not any(
        each.part == Part.AGENT and each.joined_at for each in parties.here(session, call.id)
    ):
        raise Conflict("No agent talks in this call.", remedy="Look at the seats.")
    if seat.call_id != call.id:
        require_free(seat)
    elif own_part(session, seat, call) is not Part.SUPERVISOR:
        raise Conflict("This is your own call.", remedy="Choose a colleague's.")
    return ordering.order(
        session,
        Verb.LISTEN,
        call,
        account_id=seat.account_id,
        now=now,
        listening=listening.value,
    )


def end(session: Session, call: Call, seat: Seat, *, now: datetime) -> CallOrder:
    """挂机 by a team lead, for everybody, of a call that is at no seat of theirs."""
    require_running(call)
    return ordering.order(session, Verb.HANG_UP, call, account_id=seat.account_id, now=now)


def take_over(session: Session, seat: Seat, call: Call, *, now: datetime) -> CallOrder:
    """Take a caller who waits, out of turn; raise Conflict when they wait no longer."""
    require_running(call)
    if queueing.open_entry(session, call.id) is None:
        raise Conflict("This caller does not wait any more.", remedy="Choose another one.")
    require_free(seat)
    return ordering.order(session, Verb.TAKE_OVER, call, account_id=seat.account_id, now=now)


def require_own(_session: Session, seat: Seat, call: Call) -> None:
    """Raise Conflict when the call is over, NotAllowed when it is at no seat of this agent's."""
    require_running(call)
    _has(seat, call)


def require_running(call: Call) -> None:
    """Raise Conflict when the call is over, or one that the hotline makes."""
    if call.direction == Direction.OUT and call.status in RUNNING:
        raise Conflict(
            "This is not possible in a call that the hotline makes.",
            remedy="Its agent can hang up, nothing else.",
        )
    if call.status not in RUNNING:
        raise Conflict("The call has ended.", remedy="Look at your seat: GET /api/v1/seats/me.")


def require_free(seat: Seat) -> None:
    """Raise Conflict when the seat takes part in a call, or nobody is logged in at it."""
    if seat.call_id is not None or seat.status in IN_A_CALL:
        raise Conflict("Your seat is in a call.", remedy="End that one first.")
    if seat.status == SeatStatus.LOGGED_OFF:
        raise Conflict("Nobody is logged in at this seat.", remedy="Log in first.")


def require_colleague(_session: Session, seat: Seat, fetched: Seat) -> None:
    """Raise Conflict unless that seat can be rung now."""
    if fetched.account_id == seat.account_id:
        raise Conflict("That is your own seat.", remedy="Choose another one.")
    if not can_be_rung(fetched):
        raise Conflict(
            f"{fetched.username} can't be rung: {fetched.status}.", remedy="Choose another one."
        )


def can_be_rung(seat: Seat) -> bool:
    """Return whether a colleague may ring the seat now."""
    return seat.status in _CAN_BE_RUNG and seat.call_id is None


def company(session: Session, call: Call, *, joined: bool = False) -> list[CallParty]:
    """Return whom an agent fetched, as long as they are rung or, `joined`, in the call."""
    present = parties.here(session, call.id)
    called = [each for each in present if each.purpose and each.part != Part.SUPERVISOR]
    return [each for each in called if each.joined_at or not joined]


def others(session: Session, seat: Seat, call: Call) -> list[CallParty]:
    """Return who else talks in the call beside the caller."""
    own = seat_party(seat.account_id)
    return [
        each
        for each in parties.here(session, call.id)
        if each.name != own and each.part != Part.SUPERVISOR and each.joined_at
    ]


def fetched_party(session: Session, call: Call, name: str) -> str:
    """Return the name of somebody who was fetched; raise Conflict when they are not there."""
    if name not in {each.name for each in company(session, call)}:
        raise Conflict(f"{name!r} is not in the call.", remedy="Look at the call's parties.")
    return name


def key_party(session: Session, call: Call, name: str) -> str:
    """Return for whom keys are pressed: who is named, else who was fetched last, else the caller.

    Raises Conflict for somebody who is not in the call.
    """
    present = [each.name for each in company(session, call, joined=True)]
    if name and name not in (*present, Part.CALLER):
        raise Conflict(f"{name!r} is not in the call.", remedy="Look at the call's parties.")
    return name or (present[-1] if present else Part.CALLER.value)


def own_part(session: Session, seat: Seat, call: Call) -> Part:
    """Return as what the seat takes part; whoever the queue offers the call is its agent."""
    mine = parties.find(session, call.id, seat_party(seat.account_id))
    return Part(mine.part) if mine and mine.left_at is None else Part.AGENT


def _has(seat: Seat, call: Call) -> None:
    if seat.call_id != call.id:
        raise NotAllowed(
            "This call is not at your seat.", remedy="Only who has a call may control it."
        )


def _placed(_session: Session, seat: Seat, call: Call) -> None:
    """回拨: a browser has no handset to put down, and who dialled wrong waits for nobody."""
    if call.status not in RUNNING:
        raise Conflict("The call has ended.", remedy="Look at your seat: GET /api/v1/seats/me.")
    _has(seat, call)


def _rings(_session: Session, seat: Seat, _call: Call) -> None:
    if seat.status != SeatStatus.OFFERED:
        raise Conflict("This call doesn't ring at your seat.", remedy="It may be answered already.")
    if seat.kind != SeatKind.BROWSER:
        raise Conflict("Your seat is a telephone.", remedy="Take its handset off.")


def _talks(_session: Session, seat: Seat, _call: Call) -> None:
    if seat.status != SeatStatus.TALKING:
        raise Conflict("Nobody talks at your seat yet.", remedy="Answer the call first.")


def _leads(session: Session, seat: Seat, call: Call) -> None:
    _talks(session, seat, call)
    if own_part(session, seat, call) is Part.SUPERVISOR:
        raise Conflict("You listen to this call.", remedy="Its agent alone can do this.")


def _listens(session: Session, seat: Seat, call: Call) -> None:
    if own_part(session, seat, call) is not Part.SUPERVISOR:
        raise Conflict("You don't listen to this call.", remedy="Hang up instead.")


def _has_company(session: Session, seat: Seat, call: Call) -> None:
    if not others(session, seat, call):
        raise Conflict("Nobody else is in the call.", remedy="Consult somebody first.")


def _has_fetched(session: Session, _seat: Seat, call: Call) -> None:
    if not company(session, call):
        raise Conflict("Nobody was fetched into this call.", remedy="Consult somebody first.")


_CHECKS: Mapping[Verb, tuple[Check, ...]] = {
    Verb.ANSWER: (_rings,),
    Verb.HOLD: (_leads,),
    Verb.UNHOLD: (_leads,),
    Verb.MUTE: (_talks,),
    Verb.UNMUTE: (_talks,),
    Verb.CONSULT: (_leads,),
    Verb.MEET: (_leads, _has_company),
    Verb.TRANSFER: (_leads,),
    Verb.DROP: (_leads, _has_fetched),
    Verb.EMERGENCY: (_leads,),
    Verb.STOP_LISTENING: (_listens,),
    Verb.PRESS: (_leads,),
    Verb.HANG_UP: (_talks,),
    Verb.HAND_OVER_LANGUAGE: (_leads,),
}
