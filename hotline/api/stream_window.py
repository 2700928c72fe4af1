"""The newest events of the log in memory: read and marked once, told to every open stream."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.sealing.hearing import Told
from hotline.core.accounts import Actor
from hotline.core.clock import beijing
from hotline.core.events import Cursor, Event

KEPT = 5000  # half an hour of a busy centre; who is further behind reads the log


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is judged, and as it is sent."""

    place: tuple[int, int]
    told: Told
    frame: str

    def concerns(self, wanted: frozenset[str], actor: Actor | None) -> bool:
        """Return whether the listener asked for it and may know it."""
        asked = not wanted or self.told.event.type in wanted
        return asked and self.told.may_be_heard_by(actor)


@dataclass(frozen=True, slots=True)
class Window:
    """What followed one place in the log, as far as it was read.

    `floor` is the place it begins after: whoever is at it or later has all that follows in here.
    `end` is the place it was read up to.
    """

    floor: Cursor
    end: Cursor
    entries: tuple[Entry, ...] = ()

    def grown(self, more: Sequence[Told], *, keep: int = KEPT) -> "Window":
        """Return it with the events that follow its end; the oldest beyond `keep` are let go."""
        if not more:
            return self
        entries = (*self.entries, *(_entry(each) for each in more))
        spare = len(entries) - keep
        floor = Cursor(*entries[spare - 1].place) if spare > 0 else self.floor
        return Window(floor, Cursor(*entries[-1].place), entries[max(0, spare) :])

    def after(self, cursor: Cursor) -> Sequence[Entry] | None:
        """Return what follows the place; None for one from before the window."""
        place = (cursor.xid, cursor.id)
        if place < (self.floor.xid, self.floor.id):
            return None
        return self.entries[bisect_right(self.entries, place, key=lambda each: each.place) :]


def frame(event: Event) -> str:
    """Return the event as Server-Sent Events have it, its place in the log as its id."""
    body = {
        "type": event.type,
        "at": beijing(event.at).isoformat(),
        "actor": event.actor,
        **event.refs,
    }
    told = json.dumps(body, ensure_ascii=False)
    return f"id: {Cursor(event.xid, event.id or 0)}\nevent: {event.type}\ndata: {told}\n\n"


def _entry(told: Told) -> Entry:
    event = told.event
    return Entry((event.xid, event.id or 0), told, frame(event))
