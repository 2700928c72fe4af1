"""One index a process, of all that can be found, that follows what is published.

Whoever asks sees by one number whether anything changed since. A few changes are put into the
index at once, in the asker's own transaction; when they have become many, it is built anew beside
the one that answers, and takes its place.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import structlog
from sqlmodel import Session

from hotline.core.db import transaction
from knowledge.articles import changes
from knowledge.searching import reading
from knowledge.searching.entries import Asked, Entry, Found
from knowledge.searching.index import Index

# Later entries are scored one by one: beyond so many an index is built anew.
MOST_LATER = 200
ONE_DAY = timedelta(days=1)

log = structlog.get_logger()


@dataclass
class Shelf:
    """The index that answers now, the last change that it knows, and the day of its items."""

    index: Index
    seen: int
    day: date
    building: threading.Thread | None = field(default=None, repr=False)


_lock = threading.RLock()
_shelf: Shelf | None = None


def search(session: Session, asked: Asked) -> list[Found]:
    """Return what answers best of what this transaction can see; behind it, what ended."""
    return current(session, on=asked.on).search(asked)


def current(session: Session, *, on: date) -> Index:
    """Return the index with every change that this transaction can see, as of the day."""
    global _shelf
    with _lock:
        # Asked in here: who was overtaken between would take the other's change for a step back.
        latest = changes.latest(session)
        if _shelf is None or _is_ahead(_shelf, latest, on):
            _shelf = Shelf(Index(reading.everything(session, on=on)), latest, on)
        elif latest > _shelf.seen or on > _shelf.day:
            _follow(session, _shelf, latest, on)
        return _shelf.index


def at_hand(session: Session, *, on: date) -> Index | None:
    """Return the index as `current` does; None, at once, while the first one is being built.

    For who shows articles beside something that must not wait for them.
    """
    if not _lock.acquire(blocking=False):
        return None
    try:
        return current(session, on=on) if _shelf is not None else None
    finally:
        _lock.release()


def begin(on: date) -> None:
    """Build the index beside what the process does first; who asks meanwhile waits for it."""
    threading.Thread(target=_build, args=(on,), name="search-index", daemon=True).start()


def _build(on: date) -> None:
    with transaction() as session:
        current(session, on=on)


def forget() -> None:
    """Have the next who asks build the index anew."""
    global _shelf
    with _lock:
        _shelf = None


def _is_ahead(shelf: Shelf, latest: int, on: date) -> bool:
    # Of two who ask around midnight the later one may come first: a day is no step back.
    return latest < shelf.seen or on < shelf.day - ONE_DAY


def _follow(session: Session, shelf: Shelf, latest: int, on: date) -> None:
    day = max(on, shelf.day)
    shelf.index.put(*_news(session, shelf, latest, day))
    shelf.seen, shelf.day = latest, day
    idle = shelf.building is None or not shelf.building.is_alive()
    if shelf.index.later > MOST_LATER and idle:
        shelf.building = threading.Thread(
            target=_rebuild, args=(day,), name="search-index", daemon=True
        )
        shelf.building.start()


def _news(session: Session, shelf: Shelf, latest: int, day: date) -> Iterable[Entry]:
    if latest > shelf.seen:
        yield from reading.articles(session, after=shelf.seen)
        yield from reading.items(session, on=day, after=shelf.seen)
        yield from reading.others(session, after=shelf.seen)
    if day > shelf.day:
        yield from reading.begun(session, since=shelf.day, on=day)


def _rebuild(day: date) -> None:
    with transaction() as session:
        seen = changes.latest(session)
        replace_by(lambda: reading.everything(session, on=day), seen=seen, day=day)


def replace_by(read: Callable[[], Iterable[Entry]], *, seen: int, day: date) -> None:
    """Build the index anew and let it answer; what changed meanwhile is followed by the next."""
    global _shelf
    made = Index(read())
    with _lock:
        _shelf = Shelf(made, seen, day)
    log.info("search.indexed", entries=len(made))
