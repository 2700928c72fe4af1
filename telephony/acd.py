"""来电分配: which seat is offered a waiting call; pure, every moment is an argument."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SeatStatus(StrEnum):
    """Where a seat stands; an agent wants one of the first three."""

    LOGGED_OFF = "logged_off"  # 签出
    READY = "ready"  # 示闲
    PAUSED = "paused"  # 示忙
    OFFERED = "offered"  # its telephone rings for a caller
    TALKING = "talking"


IN_A_CALL = (SeatStatus.OFFERED, SeatStatus.TALKING)


@dataclass(frozen=True)
class Place:
    """A seat as the choice sees it: its status since when, and the call it is in."""

    seat: int
    status: SeatStatus
    since: datetime
    call_id: uuid.UUID | None = None


@dataclass(frozen=True)
class WaitingCall:
    """A caller who waits, and how many desk phones their media worker can still ring."""

    call_id: uuid.UUID
    spare_legs: int


def choose(seats: Iterable[Place], call: WaitingCall, now: datetime) -> Place | None:
    """Return the ready seat that has been idle longest at `now`; None when nobody can take it.

    A call that some seat has already is offered to no second one.
    """
    known = list(seats)
    if call.spare_legs < 1 or any(each.call_id == call.call_id for each in known):
        return None
    ready = [each for each in known if each.status is SeatStatus.READY and each.call_id is None]
    return max(ready, key=lambda each: (now - each.since, -each.seat), default=None)
