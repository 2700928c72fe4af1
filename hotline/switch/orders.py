"""What the switch tells a worker to place, once its call's record stands."""

from dataclasses import dataclass

from hotline.switch.connections import Connection
from telephony.models import Call
from telephony.orders import (
    Dial,
    Relay,
)

RING_S = 40.0
RELAY = "relay"  # the kind of errand of which a department is the other side
RELAY_LEGS = 2  # of one worker, at the same time
DIALLED = "dial"  # the kind of errand that is an agent's own call: seat first, then the person


@dataclass(frozen=True)
class Order:
    """A call whose record stands, and the worker that is to place it."""

    connection: Connection
    what: Dial | Relay


def is_relay(call: Call) -> bool:
    """Return whether a department asked for this outgoing call."""
    return call.errand.startswith(f"{RELAY}:")


def is_dialled(call: Call) -> bool:
    """Return whether an agent asked for this outgoing call, for their own seat."""
    return call.errand.startswith(f"{DIALLED}:")


def legs(call: Call) -> int:
    """Return how many of its worker's legs an outgoing call takes."""
    return RELAY_LEGS if is_relay(call) or is_dialled(call) else 1
