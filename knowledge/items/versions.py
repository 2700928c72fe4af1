"""生效: which version of an item holds on a day.

Publishing ends nothing at once: a version holds until the day before the next one begins.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from hotline.core.clock import beijing_day
from knowledge.articles.states import SHOWN


class Dated(Protocol):
    """A version with its days; a row of the table is one."""

    number: int
    status: str
    valid_from: date
    valid_to: date | None
    expired_at: datetime | None


V = TypeVar("V", bound=Dated)


def holding(versions: Sequence[V], on: date) -> V | None:
    """Return the shown version that began last by this day, whether or not it has ended since.

    What a later version has followed does not come back when the later one ends.
    """
    begun = [each for each in versions if each.status in SHOWN and each.valid_from <= on]
    return max(begun, key=lambda each: (each.valid_from, each.number), default=None)


def ended(version: Dated, on: date) -> bool:
    """Return whether the version holds no longer on this day."""
    over = version.valid_to is not None and version.valid_to < on
    return over or (version.expired_at is not None and beijing_day(version.expired_at) <= on)
