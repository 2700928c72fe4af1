"""A limit's own terms beside its length: which waits stop it, when its day ends, whose calendar."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Wait(StrEnum):
    """Which waits let a clock stand still: none, or 挂账."""

    NONE = "none"
    SUSPENSION = "suspension"


class Scope(StrEnum):
    """Whose days off count: the unit's that has the order, the ticket's district, the nation's."""

    UNIT = "unit"
    TICKET = "ticket"
    NATIONAL = "national"


class Bounds(Protocol):
    """What tells by which calendar a limit is counted: a policy, or a clock as it began."""

    @property
    def calendar(self) -> str: ...
    @property
    def ends_at(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PlainBounds:
    """Those of a limit that says nothing of its own."""

    calendar: str = Scope.UNIT
    ends_at: str = ""


PLAIN = PlainBounds()
