"""What the index knows of an article, what it is asked, and what it finds."""

from dataclasses import dataclass
from datetime import date

# Of what was asked, by rarity, so much must be in an answer that is called good.
GOOD = 0.3


@dataclass(frozen=True, slots=True)
class Entry:
    """An article; `head` is its question and variants, `expired` that somebody ended it."""

    id: int
    head: str
    body: str
    department: str = ""
    district: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A query; `districts` are the district's code and those above it, empty for anywhere."""

    text: str
    on: date
    districts: tuple[str, ...] = ()
    department: str = ""
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Found:
    """An article that answers, how much of the query it has, and whether it no longer holds."""

    id: int
    score: float
    covers: float
    expired: bool

    @property
    def good(self) -> bool:
        return self.covers >= GOOD and not self.expired
