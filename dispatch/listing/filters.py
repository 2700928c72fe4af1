"""筛选条件: what a list selects, as its address writes it and back. No database, no clock.

An address that says the same reads the same: `read(pairs(filters))` is `filters`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from dispatch.models import Source
from dispatch.states import TicketStatus
from dispatch.terms import RequestType, Urgency
from hotline.core.masking import mask_text

MOST_WORDS = 40
LEVELS = 3  # of a matter
YES = "1"
_CODE = re.compile(r"[\w\-]{1,40}")
_NUMBER = re.compile(r"\d{1,12}")  # a ticket's, or how it begins
_MOBILE = re.compile(r"1[3-9]\d{9}")
_YEARS = range(2000, 2100)
_E = TypeVar("_E", bound=StrEnum)


class Due(StrEnum):
    """时限状态, of the clock that is due first."""

    OVERDUE = "overdue"  # 已超期
    NEAR = "near"  # 临期: its warning has passed


class Order(StrEnum):
    """排序. By the clock only those are listed of which one runs."""

    NEWEST = "newest"
    CLOCK = "clock"


@dataclass(frozen=True)
class Filters:
    """What a list selects; what is empty or None selects nothing away.

    `since` and `until` are days in Beijing, both of them in. `words` are of the title or the
    number. `mine`: what the reader registered or dispatched.
    `tibetan`: who reads it must know Tibetan.
    """

    statuses: tuple[TicketStatus, ...] = ()
    types: tuple[RequestType, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    sources: tuple[Source, ...] = ()
    matter: tuple[str, ...] = ()
    district: str = ""
    department: str = ""
    due: Due | None = None
    reminded: bool = False
    redone: bool = False
    mine: bool = False
    tibetan: bool = False
    since: date | None = None
    until: date | None = None
    words: str = ""
    order: Order = Order.NEWEST

    @property
    def by_number(self) -> bool:
        """Whether the words are a number, or how one begins."""
        return _NUMBER.fullmatch(self.words) is not None


@dataclass(frozen=True)
class Reading:
    """What an address says, and the names of those of its conditions that nobody understands."""

    filters: Filters
    unclear: tuple[str, ...]


def read(given: Mapping[str, Sequence[str]]) -> Reading:
    """Return the filters that these fields name; an unclear one is named and left out."""
    unclear: list[str] = []
    said = _Said(given, unclear)
    filters = Filters(
        statuses=said.codes("status", TicketStatus),
        types=said.codes("type", RequestType),
        urgencies=said.codes("urgency", Urgency),
        sources=said.codes("source", Source),
        matter=said.matter(),
        district=said.code("district"),
        department=said.code("department"),
        due=said.one("due", Due),
        reminded=said.yes("reminded"),
        redone=said.yes("redone"),
        mine=said.yes("mine"),
        tibetan=said.yes("tibetan"),
        since=said.day("since"),
        until=said.day("until"),
        words=said.words(),
        order=said.one("order", Order) or Order.NEWEST,
    )
    return Reading(filters, tuple(unclear))


def pairs(filters: Filters) -> list[tuple[str, str]]:
    """Return the filters as an address writes them, always in the same order."""
    told: list[tuple[str, Sequence[str]]] = [
        ("status", filters.statuses),
        ("type", filters.types),
        ("urgency", filters.urgencies),
        ("source", filters.sources),
        ("matter", ["/".join(filters.matter)]),
        ("district", [filters.district]),
        ("department", [filters.department]),
        ("due", [filters.due or ""]),
        ("reminded", [YES if filters.reminded else ""]),
        ("redone", [YES if filters.redone else ""]),
        ("mine", [YES if filters.mine else ""]),
        ("tibetan", [YES if filters.tibetan else ""]),
        ("since", [filters.since.isoformat() if filters.since else ""]),
        ("until", [filters.until.isoformat() if filters.until else ""]),
        ("q", [filters.words]),
        ("order", [filters.order if filters.order is not Order.NEWEST else ""]),
    ]
    return [(name, str(value)) for name, values in told for value in values if value]


def is_personal(words: str) -> bool:
    """Return whether the words hold what is masked everywhere: a telephone's number, an identity's.

    They find nothing, and an address is kept in places that nobody thinks of.
    """
    if _NUMBER.fullmatch(words):
        return _MOBILE.fullmatch(words) is not None
    return mask_text(words) != words


class _Said:
    """The fields of an address, read one by one; it notes which of them are unclear."""

    def __init__(self, given: Mapping[str, Sequence[str]], unclear: list[str]) -> None:
        self._given = given
        self._unclear = unclear

    def codes(self, name: str, of: type[_E]) -> tuple[_E, ...]:
        """Return the named ones in the order of their kind, each once."""
        said = {each for each in self._given.get(name, ()) if each}
        if said - set(of):
            self._unclear.append(name)
        return tuple(each for each in of if each.value in said)

    def one(self, name: str, of: type[_E]) -> _E | None:
        found = self._text(name)
        if found and found not in set(of):
            self._unclear.append(name)
            return None
        return of(found) if found else None

    def yes(self, name: str) -> bool:
        return bool(self._only(name, lambda text: text == YES))

    def code(self, name: str) -> str:
        return self._only(name, lambda text: _CODE.fullmatch(text) is not None)

    def day(self, name: str) -> date | None:
        found = self._only(name, lambda text: _day(text) is not None)
        return _day(found)

    def matter(self) -> tuple[str, ...]:
        levels = [each.strip() for each in self._text("matter").split("/")]
        levels = [each for each in levels if each]
        if len(levels) > LEVELS or any(len(each) > MOST_WORDS for each in levels):
            self._unclear.append("matter")
            return ()
        return tuple(levels)

    def words(self) -> str:
        return self._only("q", lambda text: len(text) <= MOST_WORDS and not is_personal(text))

    def _only(self, name: str, holds: Callable[[str], bool]) -> str:
        found = self._text(name)
        if found and not holds(found):
            self._unclear.append(name)
            return ""
        return found

    def _text(self, name: str) -> str:
        """Return the last one said: `\\0` is in no text that the database holds."""
        said = [each for each in self._given.get(name, ()) if each.strip()]
        return " ".join(said[-1].replace("\0", " ").split()) if said else ""


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
