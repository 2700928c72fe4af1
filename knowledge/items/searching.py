"""检索: items by the articles' own kind of index, which follows what is published."""

import threading
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from knowledge.articles import changes
from knowledge.items import finding
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.items.versions import ended
from knowledge.searching.entries import Asked, Entry, Found
from knowledge.searching.index import Index

# Later entries are scored one by one: beyond so many the index is built anew.
MOST_LATER = 200


@dataclass
class _Shelf:
    index: Index
    seen: int
    day: date  # the index holds what holds on this day


_lock = threading.RLock()
_shelf: _Shelf | None = None


def search(session: Session, asked: Asked) -> list[Found]:
    """Return the items that answer best, by id; behind those that hold, who no longer does."""
    return _current(session, asked.on).search(asked)


def forget() -> None:
    """Have the next who asks build the index anew."""
    global _shelf
    with _lock:
        _shelf = None


def entry_of(item: ServiceItem, version: ItemVersion, on: date) -> Entry:
    """Return what the index knows of this version.

    Of the materials nothing: an identity card is among nearly all of them.
    """
    return Entry(
        id=item.id or 0,
        head="\n".join((version.name, *version.aliases)),
        body="\n".join((*version.conditions, *version.steps, version.outcome)),
        department=version.department_code,
        district="" if item.district_code == finding.REGION else item.district_code,
        valid_from=version.valid_from,
        valid_to=version.valid_to or date.max,
        expired=ended(version, on),
    )


def _current(session: Session, on: date) -> Index:
    global _shelf
    with _lock:
        latest = changes.latest(session)
        if _shelf is None or _stale(_shelf, latest, on):
            _shelf = _Shelf(Index(_entries(session, on)), latest, on)
        elif latest > _shelf.seen:
            for entry in _entries(session, on, after=_shelf.seen):
                _shelf.index.put(entry)
            _shelf.seen = latest
        return _shelf.index


def _stale(shelf: _Shelf, latest: int, on: date) -> bool:
    return shelf.day != on or latest < shelf.seen or shelf.index.later > MOST_LATER


def _entries(session: Session, on: date, *, after: int = -1) -> list[Entry]:
    found = finding.everything(session, on=on, changed_after=after)
    return [entry_of(item, version, on) for item, version in found]
