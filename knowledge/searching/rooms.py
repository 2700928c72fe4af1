"""Rooms above this one whose things are found too: each reads its own tables for the index.

Who puts an application together lets them in, before anybody asks (`hotline.app`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from knowledge.searching.entries import Entry, Kind


@dataclass(frozen=True, slots=True)
class Told:
    """A thing as a hit tells it; `text` is what its excerpt is cut from."""

    id: str
    title: str
    text: str
    department: str
    district: str
    sample: bool


@dataclass(frozen=True, slots=True)
class Room:
    """`changed` yields what changed after a number of `articles.changes`, the gone ones as such.

    `told` returns those of the ids that may be shown at this moment.
    """

    changed: Callable[[Session, int], Iterator[Entry]]
    told: Callable[[Session, Sequence[int]], dict[int, Told]]


OTHERS: dict[Kind, Room] = {}
