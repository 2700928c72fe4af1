"""按时与否的前后对比: clocks of some orders, judged as they were and as they would have been."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from dispatch.figures.measures import TIMED, Measure
from dispatch.replays import orders_then, rules_then, tallies
from dispatch.replays.clocks_replayed import Batch
from dispatch.replays.comparing import Sort, Why, kept, turned
from dispatch.replays.course import NEVER
from dispatch.replays.models_replays import Replay
from dispatch.replays.orders_then import Order
from dispatch.replays.rules_then import Rules
from dispatch.replays.tallies import Found
from dispatch.states import OrderStatus

MOST = 1000  # orders
_NOWHERE = (OrderStatus.RETURNED, OrderStatus.RECALLED)


@dataclass
class Sides:
    """The rules as they held, and as the replay has them."""

    then: Rules
    replayed: Rules


@dataclass(frozen=True, slots=True)
class Done:
    """How many things a batch did, of them sealed, and the last one's place."""

    things: int
    sealed: int
    last: tuple[date, int] | None


def sides(session: Session, replay: Replay) -> Sides:
    """Return both sides' rules; the same where neither limits nor calendars are changed."""
    then = rules_then.then(session)
    same = not replay.inputs["limits"] and not replay.inputs["days"]
    return Sides(then, then if same else rules_then.replayed(session, replay.inputs))


def go_on(
    session: Session,
    replay: Replay,
    rules: Sides,
    after: tuple[date, int] | None,
    *,
    now: datetime,
    most: int = MOST,
) -> Done:
    """Replay the next orders of the period; what still runs is judged at `now`."""
    facts = orders_then.facts(session, replay.since, replay.until, after, most)
    if not facts:
        return Done(0, 0, None)
    mine = [fact for fact in facts if not orders_then.is_sealed(fact)]
    then = orders_then.read(session, (fact.ticket_id for fact in mine))
    batch, found = Batch(session, then, now), Found()
    for fact in mine:
        _replay(batch, rules, then.orders.get(fact.id), fact, found)
    tallies.write(session, replay, found)
    return Done(len(facts), len(facts) - len(mine), (facts[-1].day, facts[-1].id))


def _replay(batch: Batch, rules: Sides, order: Order | None, fact: Any, found: Found) -> None:
    """Compare each figure that the order is counted in."""
    if order is None:
        return
    for measure in TIMED:
        if getattr(fact, measure.value) is not None or _runs(batch, order, measure):
            _compare(batch, rules, order, measure, fact, found)


def _runs(batch: Batch, order: Order, measure: Measure) -> bool:
    """Return whether the order's clock still runs: another limit may have passed already."""
    clock = batch.then.clocks.get((order.id, measure))
    return clock is not None and clock.stopped_at is None and order.status not in _NOWHERE


def _compare(
    batch: Batch, rules: Sides, order: Order, measure: Measure, fact: Any, found: Found
) -> None:
    key = (measure.value, fact.department, fact.district, fact.matter, fact.confidentiality)
    named = _named(order, measure, fact)
    clock = batch.then.clocks.get((order.id, measure))
    due = batch.due(rules.then, order, measure) if clock else None
    if why := _why(batch, order, measure, fact, due):
        found.add(key, differs=1)
        real = clock.due_at if clock else None
        moments = {"due_before": real, "due_after": due}
        found.find(**named, sort=Sort.DIFFERS, why=why, **moments)
        return
    ending, before = batch.ending(order, measure), getattr(fact, measure.value)
    after_due = due if rules.replayed is rules.then else batch.due(rules.replayed, order, measure)
    after = before if after_due is None else kept(ending, after_due, now=batch.now)
    sort = turned(before, after)
    found.compare(key, before, after, sort)
    found.add(key, reproduced=1)
    if sort:
        moments = {"due_before": due, "due_after": None if after_due == NEVER else after_due}
        found.find(**named, sort=sort, **moments)


def _named(order: Order, measure: Measure, fact: Any) -> dict[str, Any]:
    return {
        "measure": measure.value,
        "thing_id": order.id,
        "ticket_id": order.ticket_id,
        "department": fact.department,
        "matter": fact.matter,
    }


def _why(
    batch: Batch, order: Order, measure: Measure, fact: Any, due: datetime | None
) -> Why | None:
    """Return why the past was not reproduced; None where it was, to the moment and the fact."""
    clock = batch.then.clocks.get((order.id, measure))
    if clock is not None and due == clock.due_at:
        judged = kept(batch.ending(order, measure), due, now=batch.now)
        return None if judged == getattr(fact, measure.value) else Why.JUDGED
    if batch.then.cases[order.ticket_id].imported:
        return Why.IMPORTED
    return Why.NO_LIMIT if due is None else Why.MOVED
