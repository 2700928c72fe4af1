"""What the index knows of an article or an item, what it is asked, and what it finds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Of what was asked, by rarity, so much must be in an answer that is called good.
GOOD = 0.3


class Kind(StrEnum):
    """What can be found."""

    ARTICLE = "article"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article or item; `head` is what it is called, `expired` that somebody ended it."""

    id: int
    head: str
    body: str
    department: str = ""
    district: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    expired: bool = False
    kind: Kind = Kind.ARTICLE


@dataclass(frozen=True, slots=True)
class Asked:
    """A query; `districts` are the district's code and those above it, empty for anywhere.

    Articles are looked for unless `kind` says otherwise; None for all.
    """

    text: str
    on: date
    districts: tuple[str, ...] = ()
    department: str = ""
    limit: int = 10
    kind: Kind | None = Kind.ARTICLE


@dataclass(frozen=True, slots=True)
class Found:
    """What answers, how much of the query it has, and whether it no longer holds."""

    id: int
    score: float
    covers: float
    expired: bool
    kind: Kind = Kind.ARTICLE

    @property
    def good(self) -> bool:
        return self.covers >= GOOD and not self.expired
