"""Months by Beijing time, as a release is named: `2026-10`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline.core.clock import BEIJING
from hotline.core.errors import Invalid

_FORM = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """A whole month; both days are included, `until` is not."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), BEIJING)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), BEIJING)


def read(written: str) -> Month:
    """Return the month that is written so; raise Invalid for anything else."""
    found = _FORM.fullmatch(written)
    if found is None:
        raise Invalid(f"{written!r} is no month.", remedy="Write it like 2026-10.")
    return _month(date(int(found[1]), int(found[2]), 1))


def before(day: date) -> Month:
    """Return the last month that is over on this day."""
    return _month((day.replace(day=1) - timedelta(days=1)).replace(day=1))


def _month(first: date) -> Month:
    following = (first + timedelta(days=31)).replace(day=1)
    return Month(first, following - timedelta(days=1))
