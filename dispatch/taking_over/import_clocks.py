"""导入工单的时限: the clocks that another system's ticket would have here, had it begun here.

Each is counted by the limits and the calendar in force when its step was taken. What a clock
missed before the import strikes no more, so that a takeover is no storm of cards; of each ticket
that is late, its leading clock alone strikes once: the newest threshold that it missed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from dispatch.models import Clock
from dispatch.rules import policies
from dispatch.rules.layers import Calendar
from dispatch.rules.policies import Policy, StartEvent
from dispatch.taking_over.import_lines import ImportedStatus, OldTicket
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from dispatch.timing import clocks
from dispatch.timing.clocks import Threshold
from hotline.core.clock import beijing_day

S = ImportedStatus
# What begins the clocks of a ticket that stands there; the others' time is over.
_BEGUN_BY: Mapping[ImportedStatus, StartEvent] = {
    S.REGISTERED: StartEvent.REGISTERED,
    S.DISPATCHED: StartEvent.DISPATCHED,
    S.ACCEPTED: StartEvent.DISPATCHED,
    S.REPLIED: StartEvent.DISPATCHED,
    S.AWAITING_CALLBACK: StartEvent.REPLIED,
}
_LEADING = {
    S.REGISTERED: ClockKind.DISPATCH_BY,
    S.AWAITING_CALLBACK: ClockKind.CALLBACK_BY,
}
_LEFT_OUT: Mapping[ImportedStatus, tuple[ClockKind, ...]] = {
    S.ACCEPTED: (ClockKind.ACCEPT_BY,),
    S.REPLIED: (ClockKind.ACCEPT_BY, ClockKind.CONTACT_BY, ClockKind.RETURN_BY),
}


@dataclass(frozen=True, slots=True)
class OldClock:
    """A clock that nothing hangs on yet, and the thresholds that it will not strike any more."""

    clock: Clock
    of_order: bool
    passed: tuple[Threshold, ...]


def rebuild(
    ticket: OldTicket,
    calendar_for: Callable[[Policy], Calendar],
    rows: tuple[Policy, ...],
    *,
    now: datetime,
) -> list[OldClock]:
    """Return the clocks of a ticket that is still open; of a closed one, none."""
    begun = _BEGUN_BY.get(ticket.status)
    at = started(ticket)
    if begun is None or at is None:
        return []
    terms = (ticket.request_type, ticket.urgency, ticket.time_class)
    left_out = _LEFT_OUT.get(ticket.status, ())
    return [
        _rebuilt(ticket, clocks.made(policy, calendar_for(policy), now=at), now)
        for policy in _begun_by(begun, terms, beijing_day(at), rows)
        if policy.kind not in left_out
    ]


def started(ticket: OldTicket) -> datetime | None:
    """Return the moment from which the present clocks of the ticket run."""
    if ticket.status is S.REGISTERED:
        return ticket.registered_at
    if ticket.share is None:
        return None
    if ticket.status is S.AWAITING_CALLBACK:
        return ticket.share.replied_at
    return ticket.share.dispatched_at


def leading(ticket: OldTicket, made: Sequence[OldClock]) -> Clock | None:
    """Return the clock that decides whether the ticket is late: 派单, 答复 or 回访."""
    kind = _LEADING.get(ticket.status, ClockKind.REPLY_BY)
    return next((each.clock for each in made if each.clock.kind == kind), None)


def _rebuilt(ticket: OldTicket, clock: Clock, now: datetime) -> OldClock:
    """Mark what has passed, and set what strikes next."""
    missed = [each for each, at in clocks.moments(clock).items() if at <= now]
    if ticket.status is S.REPLIED and ticket.share:
        clock.stopped_at = ticket.share.replied_at
    elif missed and clock.kind == _LEADING.get(ticket.status, ClockKind.REPLY_BY):
        missed.pop()
    to_come = clocks.unstruck(missed)
    running = to_come and clock.stopped_at is None
    clock.next_alarm_at = clocks.moments(clock)[to_come[0]] if running else None
    of_order = ticket.status in (S.DISPATCHED, S.ACCEPTED, S.REPLIED)
    return OldClock(clock, of_order, tuple(missed))


@lru_cache(maxsize=4096)
def _begun_by(
    begun: StartEvent,
    terms: tuple[RequestType, Urgency, TimeClass],
    day: date,
    rows: tuple[Policy, ...],
) -> tuple[Policy, ...]:
    """Return the rows whose clocks begin with this step on this day."""
    request_type, urgency, time_class = terms
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    found = [
        policies.row_for(kind, request_type, urgency, noon, time_class=time_class, policies=rows)
        for kind in ClockKind
    ]
    return tuple(row for row in found if row and row.starts_at is begun)
