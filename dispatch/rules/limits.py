"""时限: how long something may take, as a count and the unit it is counted in."""

import re
from dataclasses import dataclass
from enum import StrEnum

from hotline.core.errors import Invalid


class LimitUnit(StrEnum):
    """The four ways of counting: clock hours or days, or only those people work."""

    NATURAL_HOURS = "natural_hours"
    NATURAL_DAYS = "natural_days"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


class BadLimit(Invalid):
    title = "Limit not understood"


# Centuries of days: a larger count is a slip of the keyboard and would walk off the calendar.
MAX_COUNT = 100_000

_SUFFIXES = {
    "h": LimitUnit.NATURAL_HOURS,
    "d": LimitUnit.NATURAL_DAYS,
    "wh": LimitUnit.WORKING_HOURS,
    "wd": LimitUnit.WORKING_DAYS,
}
_WRITTEN = re.compile(r"([0-9]+)(h|d|wh|wd)")
_REMEDY = "Write a whole number of at least 1 and a unit: 2h, 7d, 4wh or 3wd."


@dataclass(frozen=True, slots=True)
class Limit:
    """A count of 1..MAX_COUNT units; raises BadLimit outside.

    `moves_off_days`: a natural-day limit that ends on an off day ends on the next workday
    (民法典 203), which a profile asks for and a limit by itself does not.
    """

    count: int
    unit: LimitUnit
    moves_off_days: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MAX_COUNT:
            raise BadLimit(f"The limit counts {self.count} units.", remedy=_REMEDY)

    def __str__(self) -> str:
        suffix = next(text for text, unit in _SUFFIXES.items() if unit is self.unit)
        return f"{self.count}{suffix}"


def parse_limit(text: str) -> Limit:
    """Read `2h` natural hours, `7d` natural days, `4wh` working hours, `3wd` working days.

    Raises BadLimit for anything else.
    """
    written = _WRITTEN.fullmatch(text.strip())
    if written is None or len(written[1]) > len(str(MAX_COUNT)):
        raise BadLimit(f"The limit {text!r} is not one that can be counted.", remedy=_REMEDY)
    return Limit(int(written[1]), _SUFFIXES[written[2]])
