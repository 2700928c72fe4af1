"""A slow second opinion: which clocks run, and until when, told from a ticket's story alone.

It shares nothing with `dispatch` but the calendar's days: limits are written out here, and time is
walked day by day or minute by minute.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dispatch.rules.layers import Calendar, DayKind
from hotline.core.clock import BEIJING, beijing
from hotline.core.events import Event

DAY, MINUTE, HOUR = timedelta(days=1), timedelta(minutes=1), timedelta(hours=1)
# domain.md 2.4, default profile, for 求助: once of the normal time class, once of the emergency's.
LIMITS = {
    "normal": {
        "dispatch_by": "1h",
        "accept_by": "4wh",
        "contact_by": "5wh",
        "return_by": "1wd",
        "reply_by": "7wd",
        "callback_by": "2wd",
        "rectify_by": "5wd",
        "feedback_by": "3wd",
        "arbitrate_by": "2wd",
        "acknowledge_by": "1wd",
    },
    "emergency": {
        "dispatch_by": "1h",
        "accept_by": "1h",
        "contact_by": "1h",
        "return_by": "1wd",
        "reply_by": "2h",
        "callback_by": "2wd",
        "rectify_by": "5wd",
        "feedback_by": "2h",
        "arbitrate_by": "1h",
        "acknowledge_by": "1h",
    },
}
REPLY = ("reply_by", "rectify_by")
OF_ORDERS = ("accept_by", "contact_by", "return_by")
ENDS = {"ticket.closed", "ticket.answered", "ticket.declined", "ticket.withdrawn"}

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
class Oracle:
    """What runs after each event of one ticket's story."""

    calendar: Calendar
    limits: dict[str, str]
    walked: dict[tuple[datetime, str], datetime] = field(default_factory=dict)
    running: dict[Key, Running] = field(default_factory=dict)
    stopped: dict[Key, Running] = field(default_factory=dict)
    lead: str = ""  # the order that leads: open, or completed in this round
    roles: dict[str, str] = field(default_factory=dict)
    redo: str = ""
    settled: bool = False
    contested: bool = False

    def read(self, story: Iterable[Event]) -> dict[Key, datetime]:
        """Return when what runs at the end of the story is due; standing clocks too."""
        for event in story:
            reader = getattr(self, "_" + event.type.replace(".", "_"), None)
            if reader:
                reader(event)
            elif event.type in ENDS:
                self._stop_all()
        return {key: each.due for key, each in self.running.items()}

    def _ticket_registered(self, event: Event) -> None:
        self._start(event.chain, "dispatch_by", event.at)

    def _order_dispatched(self, event: Event) -> None:
        order = event.refs["order"]
        above = event.refs.get("parent", "")
        self.roles[order] = "below" if above else event.refs["role"]
        if above:
            for kind in (*OF_ORDERS, "reply_by"):
                self._start(f"order:{order}", kind, event.at, above=f"order:{above}")
        if self.redo == "rectify":
            self.redo, self.lead = "", order
            for kind in ("rectify_by", *OF_ORDERS):
                self._start(f"order:{order}", kind, event.at)

    def _ticket_dispatched(self, event: Event) -> None:
        for order in event.refs["orders"]:
            if self.roles[order] == "lead":
                self._stop(event.chain, "dispatch_by")
            self._take_up(event.chain, order, event.at)

    def _arbitration_opened(self, event: Event) -> None:
        self.contested = True
        self._stop(event.chain, "dispatch_by")
        self._start(event.chain, "arbitrate_by", event.at)

    def _arbitration_decided(self, event: Event) -> None:
        self.contested = False
        self._stop(event.chain, "dispatch_by", "arbitrate_by")
        order = event.refs["order"]
        self._take_up(event.chain, order, event.at, without=("return_by",))

    def _take_up(self, chain: str, order: str, at: datetime, without: tuple[str, ...] = ()) -> None:
        """Let a new order's clocks begin; a lead goes on with the reply clock that runs."""
        subject, kinds = f"order:{order}", [kind for kind in OF_ORDERS if kind not in without]
        if self.roles[order] == "lead":
            self.lead = order
        carried = [kind for kind in REPLY if (chain, kind) in self.running]
        if self.roles[order] == "lead" and carried:
            for kind in carried:
                self.running[subject, kind] = self.running.pop((chain, kind))
        else:
            kinds.append("reply_by")
        for kind in kinds:
            self._start(subject, kind, at)
        if "reply_by" in kinds and (chain, "review_by") in self.running:  # 挂账: it waits too
            self.running[subject, "reply_by"].still_since = at

    def _order_accepted(self, event: Event) -> None:
        self._stop(_subject(event), "accept_by")

    def _order_contacted(self, event: Event) -> None:
        if event.refs["reached"]:
            self._stop(_subject(event), "contact_by")

    def _order_replied(self, event: Event) -> None:
        for kind in REPLY:
            if (_subject(event), kind) in self.running:
                self._run_on(_subject(event), self.running[_subject(event), kind], event.at)
        self._stop(_subject(event), *REPLY, "return_by")

    def _order_reply_rejected(self, event: Event) -> None:
        self._resume(_subject(event))

    def _order_completed(self, event: Event) -> None:
        self._stop_on(_subject(event))

    def _order_returned(self, event: Event) -> None:
        self._let_go(event)
        self._seek(event)

    def _order_recalled(self, event: Event) -> None:
        if event.refs["why"] in ("handed_over", "withdrawn"):
            self._stop_on(_subject(event))
            return
        self._let_go(event)
        if event.refs["why"] == "recalled":
            self._seek(event)

    def _let_go(self, event: Event) -> None:
        """Leave a lead's reply clock on the ticket, wherever it had stopped; stop the rest."""
        subject, order = _subject(event), event.refs["order"]
        if self.roles[order] == "lead":
            self.lead = ""
            if not any((subject, kind) in self.running for kind in REPLY):
                self._resume(subject)
            for kind in REPLY:
                if (subject, kind) in self.running:
                    self.running[event.chain, kind] = self.running.pop((subject, kind))
        self._stop_on(subject)

    def _ticket_returned(self, event: Event) -> None:
        self._seek(event)

    def _seek(self, event: Event) -> None:
        """Begin the dispatch clock of a ticket that nobody leads and nobody arbitrates."""
        if (
            not self.lead
            and not self.contested
            and (event.chain, "dispatch_by") not in self.running
        ):
            self._start(event.chain, "dispatch_by", event.at)

    def _ticket_settled(self, _event: Event) -> None:
        self.settled = True

    def _callback_planned(self, event: Event) -> None:
        if (event.chain, "callback_by") not in self.running:
            self._start(event.chain, "callback_by", event.at)

    def _ticket_handed_over(self, event: Event) -> None:
        self._stop_all()
        self._start(event.chain, "acknowledge_by", event.at)

    def _hand_over_acknowledged(self, _event: Event) -> None:
        self._stop_all()

    def _ticket_reopened(self, event: Event) -> None:
        rectified = self.settled
        asked = {key: clock for key, clock in self.running.items() if key[1] == "feedback_by"}
        self._stop_all()
        self.running |= asked  # a 督办 asks on; where it does not, its own event says so
        if rectified:
            self.redo = "rectify"
        else:
            self._start(event.chain, "dispatch_by", event.at)

    def _extension_granted(self, event: Event) -> None:
        for kind in REPLY:
            clock = self.running.get((_subject(event), kind))
            if clock:
                clock.parts.append(f"{event.refs['working_days']}wd")
                self._reckon(_subject(event), clock)

    def _ticket_suspended(self, event: Event) -> None:
        for (_, kind), clock in self.running.items():
            if kind in REPLY:
                clock.still_since = event.at
        review = date.fromisoformat(event.refs["review_on"])
        self.running[event.chain, "review_by"] = Running(event.at, [], self._close_of(review))

    def _ticket_suspension_ended(self, event: Event) -> None:
        self._stop(event.chain, "review_by")
        for subject, kind in sorted(self.running, key=lambda key: len(key[0])):  # above first
            self._run_on(subject, self.running[subject, kind], event.at)
        for clock in self.stopped.values():
            clock.still_since = None

    def _run_on(self, subject: str, clock: Running, at: datetime) -> None:
        """Count what was left of a clock that stood still from now on."""
        since, clock.still_since = clock.still_since, None
        if since and since < clock.due and not self._within_the_day(clock, since, at):
            clock.parts = self._left(clock, since)
            clock.start = at
            self._reckon(subject, clock)

    def _supervision_raised(self, event: Event) -> None:
        self._start(f"supervision:{event.refs['supervision']}", "feedback_by", event.at)

    def _supervision_answered(self, event: Event) -> None:
        self._stop_on(f"supervision:{event.refs['supervision']}")

    _supervision_lifted = _supervision_answered

    def _start(self, subject: str, kind: str, at: datetime, *, above: str = "") -> None:
        clock = Running(at, [self.limits[kind]], at, above=above)
        self.running[subject, kind] = clock
        self._reckon(subject, clock)

    def _reckon(self, subject: str, clock: Running) -> None:
        """Let a clock be due by its own parts, and no later than the reply of the order above."""
        clock.due = self.due(clock.start, clock.parts)
        for kind in REPLY:
            over = self.running.get((clock.above, kind))
            if over:
                clock.due = max(clock.start, min(clock.due, over.due))
        for each in self.running:
            if self.running[each].above == subject and clock in self._replies(subject):
                self._reckon(each[0], self.running[each])

    def _replies(self, subject: str) -> list[Running]:
        return [self.running[subject, kind] for kind in REPLY if (subject, kind) in self.running]

    def _stop(self, subject: str, *kinds: str) -> None:
        for kind in kinds:
            clock = self.running.pop((subject, kind), None)
            if clock:
                self.stopped[subject, kind] = clock

    def _stop_on(self, subject: str) -> None:
        self._stop(subject, *[kind for on, kind in self.running if on == subject])

    def _stop_all(self) -> None:
        for subject, kind in list(self.running):
            self._stop(subject, kind)
        self.lead, self.settled, self.contested = "", False, False

    def _resume(self, subject: str) -> None:
        for kind in REPLY:
            clock = self.stopped.pop((subject, kind), None)
            if clock:
                self.running[subject, kind] = clock

    def due(self, start: datetime, parts: list[str]) -> datetime:
        """Return when the parts, one after the other, are over."""
        for part in parts:
            if (start, part) not in self.walked:
                self.walked[start, part] = self._walk(start, part)
            start = self.walked[start, part]
        return start

    def _walk(self, start: datetime, part: str) -> datetime:
        count, unit = int(part.rstrip("dhw")), part.lstrip("0123456789")
        ways = {"h": self._hours, "wh": self._office_hours, "wd": self._working_days}
        return ways[unit](start, count)

    def _hours(self, start: datetime, count: int) -> datetime:
        return start + count * HOUR

    def _working_days(self, start: datetime, count: int) -> datetime:
        day = beijing(start).date()
        while count:
            day += DAY
            count -= self._is_worked(day)
        return self._close_of(day)

    def _office_hours(self, start: datetime, count: int) -> datetime:
        left, moment = count * HOUR, start
        while left:
            step = MINUTE if moment.second == moment.microsecond == 0 else _to_minute(moment)
            step = min(step, left)
            if self._is_open(moment):
                left -= step
            moment += step
        return moment

    def _left(self, clock: Running, at: datetime) -> list[str]:
        """Return what was left of the parts: a begun hour, and a day until its close, are whole."""
        begins = clock.start
        for place, part in enumerate(clock.parts):
            ends = self.due(begins, [part])
            if at < ends:
                count, unit = int(part.rstrip("dhw")), part.lstrip("0123456789")
                if unit == "h":
                    left = -((at - ends) // HOUR)
                else:
                    day, left = beijing(begins).date(), 0
                    while (day := day + DAY) <= beijing(ends).date():
                        left += at < self._close_of(day) and self._is_worked(day)
                return [f"{max(1, min(left, count))}{unit}", *clock.parts[place + 1 :]]
            begins = ends
        raise AssertionError("a clock that was due already has nothing left")

    def _within_the_day(self, clock: Running, since: datetime, until: datetime) -> bool:
        in_days = all(part.endswith("d") for part in clock.parts)
        same = beijing(since).date() == beijing(until).date()
        return in_days and same and until < clock.due

    def _is_worked(self, day: date) -> bool:
        return self.calendar.day(day).kind is not DayKind.OFF

    def _is_open(self, moment: datetime) -> bool:
        local = beijing(moment)
        into = local - datetime.combine(local.date(), time(), BEIJING)
        spans = self.calendar.spans(self.calendar.day(local.date()))
        return any(span.opens <= into < span.closes for span in spans)

    def _close_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), BEIJING) + self.calendar.end_of(self.calendar.day(day))


def _subject(event: Event) -> str:
    return f"order:{event.refs['order']}"


def _to_minute(moment: datetime) -> timedelta:
    return MINUTE - timedelta(seconds=moment.second, microseconds=moment.microsecond)
