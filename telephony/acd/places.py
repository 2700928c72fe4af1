"""坐席 as the choice sees them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class SeatStatus(StrEnum):
    """Where a seat stands; an agent wants one of the first three."""

    LOGGED_OFF = "logged_off"  # 签出
    READY = "ready"  # 示闲
    PAUSED = "paused"  # 示忙
    OFFERED = "offered"  # its telephone rings for a caller
    TALKING = "talking"
    WRAP_UP = "wrap_up"  # 话后处理: writes down what the call was about


IN_A_CALL = (SeatStatus.OFFERED, SeatStatus.TALKING)


@dataclass(frozen=True)
class Place:
    """A seat: its status since when, the call it is in, what its agent can, and has done.

    `previewing`: its agent is shown a call that is owed, and has not yet said whether they make it.
    """

    seat: int
    status: SeatStatus
    since: datetime
    call_id: uuid.UUID | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    calls: int = 0  # taken since log-in
    previewing: bool = False
    needs_leg: bool = True  # a telephone does, a browser does not

    @property
    def free(self) -> bool:
        """Whether a call may be offered here now."""
        return self.status is SeatStatus.READY and self.call_id is None and not self.previewing
