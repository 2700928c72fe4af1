"""时限 on a page: what is left of it, and day by day why it is due then."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dispatch.models import Clock
from dispatch.rules.calendar import Why
from dispatch.terms import ClockKind
from dispatch.timing import wording
from hotline.console import moments
from hotline.console.words import name_of, say
from hotline.core.events import Event

_LIMIT = re.compile(r"(\d+)(\w+)")


@dataclass(frozen=True)
class TraceLine:
    """One day of the count."""

    day: str
    counted: str  # how much of it, empty for a day that was skipped
    why: str
    source: str


@dataclass(frozen=True)
class Glance:
    """A clock as a list's line shows it; the browser counts `left` on from `due_at`."""

    label: str
    due_at: str
    warning_at: str
    left: str
    state: str


@dataclass(frozen=True)
class Countdown(Glance):
    """A clock as its ticket's page shows it."""

    subject: str
    limit: str
    started: str
    due: str
    provisional: bool
    by_weekday: bool  # some day of it was named by no notice
    words: list[str]  # why, as it can be read out
    trace: list[TraceLine]


def glance(clock: Clock, *, now: datetime) -> Glance:
    """Return the clock without why it is due then; asks nothing of its trace, which is long."""
    return Glance(
        ClockKind(clock.kind).label,
        clock.due_at.isoformat(),
        clock.warning_at.isoformat(),
        left(clock, now=now),
        state(clock, now=now),
    )


def countdown(
    clock: Clock, *, now: datetime, happened: Iterable[Event] = (), waits: str = ""
) -> Countdown:
    """Return the clock as it stands now; its ticket's events tell why it was due otherwise.

    `waits` is the public reason for which it stands still.
    """
    kind, _, number = clock.subject.partition(":")
    return Countdown(
        label=ClockKind(clock.kind).label,
        subject=say("ticket.of_order", number=number) if kind == "order" else "",
        limit=limit_in_words(clock.limit),
        started=moments.full(clock.started_at),
        due_at=clock.due_at.isoformat(),
        warning_at=clock.warning_at.isoformat(),
        due=_due(clock),
        left=left(clock, now=now),
        state=state(clock, now=now),
        provisional=clock.provisional,
        by_weekday=any(_by_weekday(day) for day in clock.trace),
        words=wording.explain(clock, wording.changes_of(clock, happened), waits=waits),
        trace=[_line(clock, day) for day in clock.trace],
    )


def state(clock: Clock, *, now: datetime) -> str:
    """Return running, waiting, warning, overdue or stopped."""
    if clock.stopped_at:
        return "stopped"
    if clock.waits_for:
        return "waiting"
    if now >= clock.due_at:
        return "overdue"
    return "warning" if now >= clock.warning_at else "running"


def left(clock: Clock, *, now: datetime) -> str:
    """Return what is left of the limit, by how much it was passed, or what it waits for."""
    if clock.waits_for and not clock.stopped_at:
        return say("countdown.waiting", what=name_of("waits_for", clock.waits_for.split(":")[0]))
    length = clock.due_at - (clock.stopped_at or now)
    late = length.total_seconds() < 0
    if clock.stopped_at:
        name = "stopped_late" if late else "stopped"
        return say(f"countdown.{name}", span=moments.span(length))
    return say("countdown.over" if late else "countdown.left", span=moments.span(length))


def _due(clock: Clock) -> str:
    due = moments.full(clock.due_at)
    waits = clock.waits_for and not clock.stopped_at
    return say("countdown.due_before" if waits else "countdown.due", due=due)


def limit_in_words(limit: str) -> str:
    """Return a limit such as `3wd` in words."""
    parts = [_LIMIT.fullmatch(part) for part in limit.split("+")]
    words = [say(f"limit.{part[2]}", count=part[1]) for part in parts if part]
    return " + ".join(words) if len(words) == len(parts) else limit


def _line(clock: Clock, day: dict[str, Any]) -> TraceLine:
    at = date.fromisoformat(day["date"])
    counted = ""
    if day["counted"] and clock.limit.endswith("h"):
        counted = say("why.hours", amount=_plain(day["amount"]))
    elif day["counted"]:
        counted = say("why.days", total=_plain(day["total"]))
    why = name_of("why", day["why"])
    named = f"{why}（{day['name']}）" if day["name"] else why
    weekday = "一二三四五六日"[at.weekday()]
    return TraceLine(
        f"{at.month}月{at.day}日 周{weekday}", counted, named, day["source"] if day["layer"] else ""
    )


def _by_weekday(day: dict[str, Any]) -> bool:
    """Return whether no notice named the day, so that its weekday alone decided."""
    return not day["layer"] and day["why"] not in (Why.NATURAL, Why.EVENT_DAY)


def _plain(amount: float) -> str:
    return f"{amount:.1f}".removesuffix(".0")
