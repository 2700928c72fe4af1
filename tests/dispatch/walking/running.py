"""The clocks that a slow reader keeps: what runs, what has stopped, and what stands still."""

from dataclasses import dataclass, field
from datetime import date, datetime

from hotline.core.clock import beijing
from tests.dispatch.walking.slow_time import MINUTE, SlowTime

REPLY = ("reply_by", "rectify_by")

Key = tuple[str, str]  # what it runs on, and its kind


@dataclass
class Running:
    """A limit that runs: its parts one after the other, and since when it stands still."""

    start: datetime
    parts: list[str]
    due: datetime
    still_since: datetime | None = None
    above: str = ""  # the order above its own, which it may not outlast


@dataclass
class Clocks:
    """What runs and what has stopped, each by what it runs on and by its kind."""

    time: SlowTime
    limits: dict[str, str]
    running: dict[Key, Running] = field(default_factory=dict)
    stopped: dict[Key, Running] = field(default_factory=dict)

    def start(self, subject: str, kind: str, at: datetime, *, above: str = "") -> None:
        clock = Running(at, [self.limits[kind]], at, above=above)
        self.running[subject, kind] = clock
        self._reckon(subject, clock)

    def start_until_close(self, subject: str, kind: str, at: datetime, day: date) -> None:
        """Start a clock that no limit counts: it is due when that day closes."""
        self.running[subject, kind] = Running(at, [], self.time.close_of(day))

    def stop(self, subject: str, *kinds: str) -> None:
        for kind in kinds:
            clock = self.running.pop((subject, kind), None)
            if clock:
                self.stopped[subject, kind] = clock

    def stop_on(self, subject: str) -> None:
        self.stop(subject, *[kind for on, kind in self.running if on == subject])

    def stop_all(self, *, but: str = "") -> None:
        """Stop all but those of one kind."""
        for subject, kind in list(self.running):
            if kind != but:
                self.stop(subject, kind)

    def resume(self, subject: str) -> None:
        """Let a reply clock run again as if it had never stopped."""
        for kind in REPLY:
            clock = self.stopped.pop((subject, kind), None)
            if clock:
                self.running[subject, kind] = clock

    def resume_for_return(self, subject: str) -> None:
        """Let an order that nobody has answered after all be returned by the same time."""
        clock = self.stopped.pop((subject, "return_by"), None)
        if clock:
            self.running[subject, "return_by"] = clock

    def settle_return(self, subject: str) -> None:
        """Let nothing bring back the time in which the order could be returned."""
        self.stopped.pop((subject, "return_by"), None)

    def replies(self, subject: str) -> list[str]:
        """Return the kinds of reply clock that run on the subject."""
        return [kind for kind in REPLY if (subject, kind) in self.running]

    def carry(self, subject: str, to: str) -> None:
        """Let the subject's reply clock go on, on another."""
        for kind in self.replies(subject):
            self.running[to, kind] = self.running.pop((subject, kind))

    def lengthen(self, subject: str, part: str) -> None:
        for kind in self.replies(subject):
            clock = self.running[subject, kind]
            clock.parts.append(part)
            self._reckon(subject, clock)

    def stand_still(self, at: datetime) -> None:
        for (_, kind), clock in self.running.items():
            if kind in REPLY:
                clock.still_since = at

    def wait_again(self, subject: str, since: datetime) -> None:
        """Let what is left of the subject's reply clocks wait, counted from no earlier moment."""
        for kind in self.replies(subject):
            clock = self.running[subject, kind]
            clock.still_since = max(since, clock.start)

    def run_on(self, subject: str, kind: str, at: datetime) -> None:
        """Count what was left of a clock that stood still from now on."""
        clock = self.running[subject, kind]
        since, clock.still_since = clock.still_since, None
        if since and since < clock.due and not _within_the_day(clock, since, at):
            clock.parts = self.time.left(clock.start, clock.parts, since)
            clock.start = at
            self._reckon(subject, clock)

    def _reckon(self, subject: str, clock: Running) -> None:
        """Let a clock be due by its own parts, and a minute before the reply of the order above."""
        clock.due = self.time.due(clock.start, clock.parts)
        for kind in self.replies(clock.above):
            over = self.running[clock.above, kind]
            clock.due = max(clock.start, min(clock.due, over.due - MINUTE))
        own = [self.running[subject, kind] for kind in self.replies(subject)]
        for each in self.running:
            if self.running[each].above == subject and clock in own:
                self._reckon(each[0], self.running[each])


def _within_the_day(clock: Running, since: datetime, until: datetime) -> bool:
    in_days = all(part.endswith("d") for part in clock.parts)
    same = beijing(since).date() == beijing(until).date()
    return in_days and same and until < clock.due
