"""The feed, read on from where it was left: each change is handed on at least once."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from hotline_client.client import Hotline
from hotline_client.models import Change


class Cursor(Protocol):
    """Where a follower keeps how far it has read: a file, or better the system's own database."""

    def read(self) -> str:
        """Return what was written last; empty for the feed's beginning."""

    def write(self, place: str) -> None:
        """Keep the place, so that it is still there after a crash."""


class FileCursor:
    """A cursor in a file, replaced in one step."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        return self._path.read_text().strip() if self._path.exists() else ""

    def write(self, place: str) -> None:
        new = self._path.with_suffix(".new")
        with new.open("w") as kept:
            kept.write(place)
            kept.flush()
            os.fsync(kept.fileno())
        new.replace(self._path)


class Follower:
    """Reads changes and forgets none; after a crash the last page may come again, by its ids."""

    def __init__(self, hotline: Hotline, cursor: Cursor) -> None:
        self._hotline, self._cursor = hotline, cursor

    def new(self) -> Iterator[Change]:
        """Yield what happened since; the place is kept once a page was taken to its end."""
        while True:
            page = self._hotline.changes(self._cursor.read())
            yield from page.items
            self._cursor.write(page.next)
            if not page.more:
                return

    def follow(
        self,
        handle: Callable[[Change], None],
        *,
        every_s: float = 10.0,
        stop: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Hand on each change until `stop` says so; an error of `handle` leaves the place."""
        while not stop():
            for change in self.new():
                handle(change)
            sleep(every_s)
