"""How well hot issues are found: `python -m tests.dispatch.measure_hot`; it prints counts alone.

The timeline is real (../shared/data/routing/hotspots.csv.gz), the bursts in it are made up: nobody
has marked the real ones. Alerts on the timeline as it is are thus no more than an upper bound of
the false ones. Place: the district that the letter names; matter: the packaged model's.
"""

import csv
import gzip
import random
import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from dispatch.hot import alikeness
from dispatch.hot.looking import Cell
from dispatch.hot.raising import RESTS
from dispatch.hot.season import DAYS, HOURS, Season, hour_of_week, learn
from dispatch.hot.windows import (
    HISTORY,
    LONGEST,
    WINDOWS,
    Before,
    Finding,
    Kind,
    Seen,
    judge,
    rank,
    rejudge,
)
from dispatch.routing.router import shipped_model
from hotline.core.clock import BEIJING
from tests.conftest import SHARED

FILE = SHARED / "data" / "routing" / "hotspots.csv.gz"
WEEK = timedelta(weeks=1)
_PLACE = re.compile(r"[A-Z]\d*[市区县]")
EACH = 200
# How many requests, in which time.
BURSTS = {
    "outage, 5 in 15 minutes": (5, timedelta(minutes=15)),
    "outage, 8 in 1 hour": (8, timedelta(hours=1)),
    "outage, 20 in 3 hours": (20, timedelta(hours=3)),
    "growth, 10 in 3 days": (10, timedelta(days=3)),
    "growth, 15 in 6 days": (15, timedelta(days=6)),
    "growth, 30 in 6 days": (30, timedelta(days=6)),
}


@dataclass(frozen=True)
class Letter:
    at: datetime
    cell: Cell
    text: str


@dataclass
class Timeline:
    """Moments by cell and by matter, sorted, and the season of each week."""

    letters: Sequence[Letter]

    def __post_init__(self) -> None:
        self.by_cell: dict[Cell, list[Letter]] = defaultdict(list)
        self.by_matter: dict[str, list[Letter]] = defaultdict(list)
        for each in self.letters:
            self.by_cell[each.cell].append(each)
            self.by_matter[each.cell.matter].append(each)
        self._seasons: dict[int, Season] = {}

    def season(self, now: datetime) -> Season:
        week = (now - self.letters[0].at) // WEEK
        if week not in self._seasons:
            counts = [0] * (DAYS * HOURS)
            for each in self.letters:
                if each.at < now:
                    counts[hour_of_week(each.at)] += 1
            self._seasons[week] = learn(counts)
        return self._seasons[week]

    def judged(self, cell: Cell, now: datetime, extra: Sequence[datetime] = ()) -> Finding | None:
        """Return what a sweep at this moment finds in the cell, with requests that are made up."""
        found = [
            each
            for kind, apart in ((Kind.BURST, timedelta(days=1)), (Kind.GROWTH, LONGEST))
            if (each := self._judged(kind, apart, cell, now, extra))
        ]
        return max(found, key=rank, default=None)

    def _judged(
        self, kind: Kind, apart: timedelta, cell: Cell, now: datetime, extra: Sequence[datetime]
    ) -> Finding | None:
        own = self.by_cell[cell]
        seen = {}
        for window in WINDOWS:
            if window.kind is kind:
                since, newest = now - window.span, now - window.span / 3
                held = _between(own, since, now) + sum(since <= at <= now for at in extra)
                new = _between(own, newest, now) + sum(newest <= at <= now for at in extra)
                seen[window] = Seen(held, new)
        until = now - apart
        known = min(HISTORY, until - self.letters[0].at)
        if known <= timedelta():
            return None
        alike = self.by_matter[cell.matter]
        span = alike[_place(alike, until - known) : _place(alike, until)]
        places = max(1, len({each.cell.place for each in span}))
        usual = max(0.02, len(span) / (known / WEEK) / places)
        before = Before(_between(own, until - known, until), known, usual)
        return judge(seen, before, self.season(now), now=now)

    def texts(self, cell: Cell, since: datetime, now: datetime) -> list[str]:
        own = self.by_cell[cell]
        return [each.text for each in own[_place(own, since) : _place(own, now) + 1]][::-1]


def _place(letters: Sequence[Letter], at: datetime) -> int:
    return bisect_left(letters, at, key=lambda each: each.at)


def _between(letters: Sequence[Letter], since: datetime, until: datetime) -> int:
    last = bisect_right(letters, until, key=lambda each: each.at)
    return last - _place(letters, since)


def read() -> list[Letter]:
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if _moment(row["time"])]
    model = shipped_model()
    letters = []
    for row in rows:
        text = f"{row['title']}\n{row['detail']}"
        named = _PLACE.search(row["title"]) or _PLACE.search(text)
        matter = model.predict([text[:400]])[0].label
        at = _moment(row["time"])
        assert at
        letters.append(Letter(at, Cell(named.group() if named else "", matter), text))
    letters.sort(key=lambda each: each.at)
    return [each for each in letters if each.at.year >= 2019]


def _moment(written: str) -> datetime | None:
    for form in ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(written.strip(), form).replace(tzinfo=BEIJING)
        except ValueError:
            continue
    return None


def as_it_is(line: Timeline) -> Counter[str]:
    """Return how many alerts a year of real letters raises, by kind, words read too."""
    raised: Counter[str] = Counter()
    rests: dict[Cell, datetime] = {}
    for each in line.letters:
        if rests.get(each.cell, each.at) > each.at:
            continue
        found = line.judged(each.cell, each.at)
        if found is None:
            continue
        alike = alikeness.largest(line.texts(each.cell, found.since, each.at))
        found = rejudge(found, len(alike))
        if found.enough:
            raised[found.window.kind] += 1
            rests[each.cell] = each.at + RESTS[found.window.kind]
    return raised


def injected(
    line: Timeline, number: int, span: timedelta, rng: random.Random
) -> Iterator[tuple[int, timedelta]]:
    """Yield, for each made-up burst, at which request it was found and how late; 0: never."""
    first, last = line.letters[0].at + 10 * WEEK, line.letters[-1].at - WEEK
    for _ in range(EACH):
        cell = rng.choice(line.letters).cell
        day = first + (last - first) * rng.random()
        began = day.replace(hour=rng.randint(7, 21), minute=rng.randint(0, 59))
        moments = sorted(began + span * rng.random() for _ in range(number))
        yield next(
            (
                (at, moment - moments[0])
                for at, moment in enumerate(moments, start=1)
                if (found := line.judged(cell, moment, moments[:at])) and rejudge(found, at).enough
            ),
            (0, timedelta()),
        )


def main() -> None:
    if not FILE.exists():
        sys.exit(f"{FILE} is not there.")
    line = Timeline(read())
    weeks = (line.letters[-1].at - line.letters[0].at) / WEEK
    print(f"letters {len(line.letters)}, weeks {weeks:.0f}, cells {len(line.by_cell)}")
    raised = as_it_is(line)
    for kind in Kind:
        print(f"alerts as it is, {kind}: {raised[kind]} ({raised[kind] / weeks:.2f} a week)")
    for name, (number, span) in BURSTS.items():
        took = list(injected(line, number, span, random.Random(7)))  # noqa: S311
        found = [each for each in took if each[0]]
        middle = median(at for at, _ in found)
        late = median(late / timedelta(hours=1) for _, late in found)
        print(f"{name}: found {len(found)}/{EACH}, at request {middle:.0f}, after {late:.1f} h")


if __name__ == "__main__":
    main()
