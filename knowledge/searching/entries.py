"""What the index knows of a thing, what it is asked, and what it finds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Of what was asked, by rarity, so much must be in an answer that is called good.
GOOD = 0.3
# A case shows how one was handled: it stands below what answers as well, if not below all.
CASES_COUNT = 0.9


class Kind(StrEnum):
    """What can be found."""

    ARTICLE = "article"
    ITEM = "item"
    CASE = "case"  # of `dispatch.cases`, for who is inside


ANSWERS = (Kind.ARTICLE, Kind.ITEM)  # what anybody may be told


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing; `head` is what it is called, `expired` that somebody ended it.

    What is `gone` is found no more, not even as expired.
    """

    id: int
    head: str
    body: str
    department: str = ""
    district: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    expired: bool = False
    kind: Kind = Kind.ARTICLE
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A query; `districts` are the district's code and those above it, empty for anywhere.

    Articles are looked for unless `kinds` says otherwise.
    """

    text: str
    on: date
    districts: tuple[str, ...] = ()
    department: str = ""
    limit: int = 10
    kinds: tuple[Kind, ...] = (Kind.ARTICLE,)


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
        """Whether somebody may be told it for an answer; a case is none."""
        return self.covers >= GOOD and not self.expired and self.kind in ANSWERS
