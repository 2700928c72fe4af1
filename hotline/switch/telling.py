"""What the leader tells the workers, once what it means stands in the database."""

from dataclasses import dataclass

from telephony.models import Seat, SeatKind
from telephony.orders import BROWSER, Order


@dataclass(frozen=True)
class Told:
    """An order, and the worker that is given it."""

    worker: str
    order: Order


def destination_of(seat: Seat) -> str:
    """Return where the seat is rung: its telephone, or its browser."""
    return f"{BROWSER}{seat.account_id}" if seat.kind == SeatKind.BROWSER else seat.address
