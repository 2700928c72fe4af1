"""时限重演: each order's clocks of a batch, as they were and as they would have been."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.figures.measures import Measure
from dispatch.replays import course
from dispatch.replays.changes import STARTS
from dispatch.replays.comparing import Ending
from dispatch.replays.course import NEVER, Course, Step, Waited
from dispatch.replays.orders_then import Order, Then
from dispatch.replays.rules_then import Rules
from dispatch.rules.bounds import Wait
from dispatch.rules.policies import Policy, StartEvent
from dispatch.terms import ClockKind


@dataclass
class Batch:
    """What happened to some orders, and the moment at which what still runs is judged."""

    session: Session
    then: Then
    now: datetime
    _known: dict[Any, datetime | None] = field(default_factory=dict)

    def due(self, rules: Rules, order: Order, measure: Measure) -> datetime | None:
        """Return when the order's clock was due by these rules; None where they begin none.

        NEVER where they begin it with a step that was not taken.
        """
        clock = self.then.clocks[order.id, measure]
        return self._due_by(rules, order, measure, clock.stopped_at or self.now)

    def ending(self, order: Order, measure: Measure) -> Ending:
        """Return how the clock ended."""
        clock = self.then.clocks[order.id, measure]
        return Ending(clock.stopped_at, order.fulfilled[measure], bool(clock.waits_for))

    def _due_by(
        self, rules: Rules, order: Order, measure: Measure, moment: datetime
    ) -> datetime | None:
        """Return when it was due, as it stood at that moment."""
        key = (id(rules), order.id, measure, moment)
        if key not in self._known:
            self._known[key] = self._reckon(rules, order, measure, moment)
        return self._known[key]

    def _reckon(
        self, rules: Rules, order: Order, measure: Measure, moment: datetime
    ) -> datetime | None:
        clock, case = self.then.clocks[order.id, measure], self.then.cases[order.ticket_id]
        ran_from = _began(self.then, order, clock)
        row = rules.limit_of(clock.kind, case, ran_from)
        began = _begins(self.then, order, clock, row, ran_from) if row else None
        if row is None or began is None or began == NEVER:
            return began
        unit, version = order.department, clock.calendar_version
        counting = rules.calendar_of(self.session, row, case.district, unit, version)
        steps = tuple(_steps(self.then, order, measure, clock, row, began))
        run = course.until(Course(began, row.limit, steps), moment)
        ceiling = self._ceiling(rules, order, clock, moment)
        return course.due_at(run, counting, ceiling_at=ceiling)

    def _ceiling(self, rules: Rules, order: Order, clock: Any, moment: datetime) -> datetime | None:
        """Return when the order above was due, as it stood then: it moves what is below it."""
        if clock.ceiling_at is None or order.parent_id is None:
            return None
        parent = self.then.orders.get(order.parent_id)
        if parent is None or (parent.id, Measure.REPLIED) not in self.then.clocks:
            return clock.ceiling_at  # type: ignore[no-any-return]  # a row of the query
        return self._due_by(rules, parent, Measure.REPLIED, moment)


def _begins(
    then: Then, order: Order, clock: Any, row: Policy, ran_from: datetime
) -> datetime | None:
    """Return from when such a limit counts: from where the clock ran, unless it names another step.

    NEVER while the step is not taken; None where nothing tells when it was.
    """
    usual, *_ = STARTS[ClockKind(clock.kind)]
    if row.starts_at is usual:
        return ran_from
    if row.starts_at is StartEvent.REGISTERED:
        return then.registered.get((order.ticket_id, order.round))
    if row.starts_at is not StartEvent.ACCEPTED:
        return None
    if not order.fulfilled[Measure.ACCEPTED]:
        return NEVER
    signing = then.clocks.get((order.id, Measure.ACCEPTED))
    return signing.stopped_at if signing else None


def _began(then: Then, order: Order, clock: Any) -> datetime:
    """Return from when the clock first ran: a wait lets it begin anew with what was left.

    One that ran on from an order that was given back began with that.
    """
    started: datetime = clock.started_at
    waited = any(
        since <= started and (until is None or started <= until)
        for since, until in then.waits.get(order.ticket_id, ())
    )
    if not waited or started <= order.dispatched_at or clock.pauses != Wait.SUSPENSION:
        return started
    return min(each.dispatched_at for each in (order, *then.had_before(order)))


def _steps(
    then: Then, order: Order, measure: Measure, clock: Any, row: Policy, began: datetime
) -> Iterator[Step]:
    """Yield what happened to the clock after it began, in the order in which it happened."""
    found: list[Step] = []
    if measure is Measure.REPLIED:
        for each in (order, *then.had_before(order)):
            found += [step for step in then.granted.get(each.id, ()) if step.at >= began]
    if row.pauses == Wait.SUSPENSION:
        for since, until in then.waits.get(order.ticket_id, ()):
            ends = min(filter(None, (until, clock.stopped_at)), default=None)
            if ends and ends > max(since, began):
                found.append(Waited(max(since, began), ends))
    yield from sorted(found, key=lambda step: step.at)
