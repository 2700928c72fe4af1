"""中转通话: asked for by a department, made by the switch, told once (domain.md 2.9)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from dispatch.callback import callback_plan
from dispatch.handling import orders
from dispatch.models import Confidentiality, Ticket, WorkOrder
from dispatch.relaying.models_relays import Relay
from dispatch.states import OrderStatus
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.phone import parse_phone
from hotline.core.privacy import Person
from telephony.outcomes import RelayOutcome

# A requester is not rung all day: what can't be said in so many calls is written to them.
MOST_A_DAY = 5
# Whoever asked has gone home: nobody is rung for a call that no leg was free for in so long.
STALE = timedelta(minutes=5)

# Whose voice tells a department who asked: nobody is rung for it.
_UNHEARD = (Confidentiality.CONFIDENTIAL, Confidentiality.SEALED)
_THEIRS = (OrderStatus.DISPATCHED, OrderStatus.ACCEPTED, OrderStatus.REPLIED)


@dataclass(frozen=True)
class RelayErrand:
    """One call for the switch to make; `office` is as the department wrote it. Never log it."""

    relay_id: int
    order_number: str
    person_id: uuid.UUID
    office: str


def ask(session: Session, order: WorkOrder, office: str, *, actor: Actor, now: datetime) -> Relay:
    """Have the department's telephone rung, then the requester's, and both joined.

    Raises Invalid for no telephone; Conflict when the order is not the department's, the matter is
    confidential, the requester has no number, may not be rung now, or was rung often enough.
    """
    ticket = orders.ticket_of(session, order)
    person = session.get_one(Person, ticket.person_id)
    _require_open(order)
    _require_reachable(session, ticket, person, now=now)
    before = of_order(session, order)
    if any(each.ended_at is None for each in before):
        raise Conflict(
            f"A call for order {order.number} is being made.", remedy="Wait until it is over."
        )
    if sum(beijing_day(each.asked_at) == beijing_day(now) for each in before) >= MOST_A_DAY:
        raise Conflict(
            f"The requester of {order.number} was rung for {MOST_A_DAY} times today.",
            remedy="Ask in writing (need-info), or call tomorrow.",
        )
    relay = Relay(
        order_id=order.id or 0,
        count=len(before) + 1,
        sealed_office=privacy.seal(person, _telephone(office), "relay"),
        asked_at=now,
        asked_by=str(actor),
    )
    session.add(relay)
    session.flush()
    orders.note(session, order, EventType.RELAY_ASKED, actor=actor, now=now, count=relay.count)
    return relay


def claim(session: Session, *, now: datetime, limit: int) -> list[RelayErrand]:
    """Take calls asked for a moment ago, the oldest first; none for a confidential matter."""
    rows = session.exec(
        select(Relay, WorkOrder, Ticket)
        .join(WorkOrder, col(WorkOrder.id) == Relay.order_id)
        .join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
        .where(col(Relay.begun_at).is_(None), col(Relay.ended_at).is_(None))
        .where(col(Relay.asked_at) > now - STALE, col(WorkOrder.status).in_(_THEIRS))
        .where(col(Ticket.confidentiality).not_in(_UNHEARD))
        .order_by(col(Relay.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Relay)
    ).all()
    return [_begin(session, *row, now=now) for row in rows]


def expire(session: Session, *, actor: Actor, now: datetime) -> list[int]:
    """End the calls that were not made in time, or that nobody may make any more: the order is
    the department's no longer, or the matter became confidential.
    """
    late = or_(
        col(Relay.asked_at) <= now - STALE,
        col(WorkOrder.status).not_in(_THEIRS),
        col(Ticket.confidentiality).in_(_UNHEARD),
    )
    rows = session.exec(
        select(Relay.id)
        .join(WorkOrder, col(WorkOrder.id) == Relay.order_id)
        .join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
        .where(col(Relay.begun_at).is_(None), col(Relay.ended_at).is_(None), late)
        .order_by(col(Relay.id))
    ).all()
    for relay_id in rows:
        conclude(session, relay_id or 0, RelayOutcome.LOST, actor=actor, now=now)
    return [relay_id or 0 for relay_id in rows]


def conclude(
    session: Session,
    relay_id: int,
    outcome: RelayOutcome,
    *,
    call_id: uuid.UUID | None = None,
    seconds: float = 0.0,
    actor: Actor,
    now: datetime,
) -> Relay:
    """Keep how the call went; told twice, it counts once. To have talked is a contact."""
    relay = session.get_one(Relay, relay_id)
    order = session.get_one(WorkOrder, relay.order_id)
    order = orders.find(session, order.number, lock=True)
    session.refresh(relay, with_for_update=True)
    if relay.ended_at is not None:
        return relay
    relay.call_id, relay.seconds = call_id, seconds
    _end(session, relay, order, outcome, now=now)
    if outcome is RelayOutcome.TALKED and order.status == OrderStatus.ACCEPTED:
        began = max(order.dispatched_at, now - timedelta(seconds=seconds))
        orders.log_contact(session, order, reached=True, text="", at=began, actor=actor, now=now)
    return relay


def lost(session: Session, *, known: Collection[int], actor: Actor, now: datetime) -> list[int]:
    """End the calls that nobody is making any more; `known` are those being made."""
    gone = session.exec(
        select(Relay.id)
        .where(col(Relay.begun_at).is_not(None), col(Relay.ended_at).is_(None))
        .where(col(Relay.id).not_in(list(known)))
        .order_by(col(Relay.id))
    ).all()
    for relay_id in gone:
        conclude(session, relay_id or 0, RelayOutcome.LOST, actor=actor, now=now)
    return [relay_id or 0 for relay_id in gone]


def of_order(session: Session, order: WorkOrder) -> Sequence[Relay]:
    """Return the calls that were asked for with this order, oldest first."""
    return session.exec(
        select(Relay).where(Relay.order_id == order.id).order_by(col(Relay.count))
    ).all()


def _begin(
    session: Session, relay: Relay, order: WorkOrder, ticket: Ticket, *, now: datetime
) -> RelayErrand:
    relay.begun_at = now
    session.add(relay)
    person = session.get_one(Person, ticket.person_id)
    office = privacy.unseal(person, relay.sealed_office, "relay")
    return RelayErrand(relay.id or 0, order.number, person.id, office)


def _end(
    session: Session, relay: Relay, order: WorkOrder, outcome: RelayOutcome, *, now: datetime
) -> None:
    relay.ended_at, relay.outcome = now, outcome
    session.add(relay)
    by = Actor(relay.asked_by, department=order.department)
    orders.note(
        session,
        order,
        EventType.RELAY_ENDED,
        actor=by,
        now=now,
        count=relay.count,
        outcome=str(outcome),
    )


def _telephone(office: str) -> str:
    """Return the department's telephone, or the address of one on this site; raise Invalid."""
    given = office.strip()
    if given.startswith("sip:"):
        return given
    phone = parse_phone(given)
    if phone is None:
        raise Invalid(
            "That is no telephone number to ring the department at.",
            remedy="Write it as it is dialled, with the area code.",
        )
    return phone.e164


def _require_open(order: WorkOrder) -> None:
    if order.status not in _THEIRS:
        raise Conflict(
            f"Order {order.number} is {order.status}: it is no longer the department's.",
            remedy="Ask the hotline to call the requester.",
        )


def _require_reachable(session: Session, ticket: Ticket, person: Person, *, now: datetime) -> None:
    if ticket.confidentiality in _UNHEARD:
        raise Conflict(
            "The matter is confidential: its requester is not rung for a department.",
            remedy="Ask in writing (need-info).",
        )
    if privacy.phone_of(person) is None:
        raise Conflict("The requester left no number.", remedy="Ask in writing (need-info).")
    if not callback_plan.may_ring(session, ticket, now=now):
        raise Conflict(
            "It is too early or too late to ring the requester.",
            remedy="Call within the hours in which people may be rung.",
        )
