"""One thing that somebody asks of the switch, and what may be asked by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.core.accounts import Account
from hotline.core.errors import Conflict
from hotline.core.events import EventType
from hotline.core.settings import Settings
from hotline.switch import fetching
from hotline.switch.telling import Told
from telephony import parties, records
from telephony.acd import IN_A_CALL, SeatStatus
from telephony.models import Call, Direction, Seat, SeatKind
from telephony.models_calls import CallOrder, CallParty
from telephony.orders import Order, seat_party
from telephony.wiring import Part


@dataclass(frozen=True)
class Asked:
    """One order, with whose it is, the call it is of, and what the workers can still ring."""

    session: Session
    own: Settings
    row: CallOrder
    account: Account
    seat: Seat
    call: Call | None
    spare: Mapping[str, int]
    now: datetime

    @property
    def by(self) -> str:
        return self.account.username

    @property
    def party(self) -> str:
        """What who asks is called among the parties of a call."""
        return seat_party(self.seat.account_id)

    def told(self, *orders: Order) -> list[Told]:
        return [Told(some_call(self).worker, each) for each in orders]

    def text(self, name: str) -> str:
        return str(self.row.details.get(name, ""))


def some_call(asked: Asked) -> Call:
    """Return the call that the order names; raise Conflict for none, or one the hotline makes."""
    if asked.call is None:
        raise Conflict("This needs a call.", remedy="Choose one.")
    if asked.call.direction == Direction.OUT:
        raise Conflict(
            "This is not possible in a call that the hotline makes.",
            remedy="Its agent can hang up, nothing else.",
        )
    return asked.call


def own_call(asked: Asked) -> Call:
    """Return the call that runs at one's own seat; raise Conflict for any other."""
    call = some_call(asked)
    if asked.seat.call_id != call.id or asked.seat.status != SeatStatus.TALKING:
        raise Conflict("You are not in this call.", remedy="Only who talks in it can do this.")
    row = parties.find(asked.session, call.id, asked.party)
    if row and row.part == Part.SUPERVISOR:
        raise Conflict("You only listen to this call.", remedy="Barge in to be heard.")
    return call


def others(asked: Asked, call: Call) -> list[CallParty]:
    """Return who else talks in the call."""
    return [
        each
        for each in parties.here(asked.session, call.id)
        if each.name != asked.party and each.part != Part.SUPERVISOR
        if each.joined_at
    ]


def require_line_is_not_kept(asked: Asked, call: Call) -> None:
    """Raise Conflict while 110 and the like are on the line, or being rung."""
    kept = fetching.emergency_here(asked.session, call)
    if kept:
        raise Conflict(
            f"{kept.label} is on the line: it is kept until they let go.",
            remedy="Stay until they have everything, and hang up first.",
        )


def require_free(asked: Asked) -> None:
    """Raise Conflict unless one's own seat can be rung."""
    seat = asked.seat
    if seat.status in IN_A_CALL or seat.call_id:
        raise Conflict("Your seat is in a call.", remedy="End that call first.")
    if seat.kind == SeatKind.DESK and not seat.address:
        raise Conflict("Your seat has no telephone.", remedy="Set one, or use the browser.")


def note(asked: Asked, type: EventType, **refs: str) -> None:
    """Add what was done to the call's chain, as who did it."""
    call = some_call(asked)
    records.note(asked.session, type, call, asked.now, actor=asked.by, **refs)
