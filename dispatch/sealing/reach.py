"""Who may see which ticket: the one place where a person's reach among things is judged.

Each predicate is SQL, so that a list, a count, a single read and the live stream judge alike. What
somebody may not see is not there: `find` functions raise NotFound with the words that they use for
a number that nobody ever had.

- Inside, a ticket lies in the reader's district or below it, and within their clearance.
- A department's people and systems see the tickets of which it has an order, or gave one on.
- A sealed ticket (密件) is seen by those who are named for it, whatever else they are.
- Who asks a requester again, blind (盲复核), does not see the ticket until they have answered.
- A letter (函件) lies in a district as a ticket does, and is read with a permission of its own.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, true
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from dispatch.letters import subjects
from dispatch.letters.models_letters import Letter
from dispatch.models import (
    Callback,
    CallbackAttempt,
    Confidentiality,
    Reminder,
    Ticket,
    WorkOrder,
)
from dispatch.ratings.models_ratings import BlindCallback
from dispatch.relaying.models_relays import Relay
from dispatch.sealing.models_readers import TicketReader
from hotline.core.accounts import Actor
from hotline.core.events import Event
from hotline.core.security import PERMISSIONS, Permission, Reach, may
from knowledge.models import District
from telephony.models import Call

# Who reaches no further than one department's orders; whoever else has a role sees an area.
OF_DEPARTMENTS = frozenset(
    role for row in PERMISSIONS.values() for role, reach in row.items() if reach is Reach.OWN
)
CALL = "call:"
# A ticket, and what a call may have been for beside one of its own, in the order of `_came_of`.
_TICKET_AND_BESIDE: tuple[Any, ...] = tuple(
    aliased(each) for each in (Ticket, Reminder, Callback, CallbackAttempt, WorkOrder, Relay)
)


def department_of(actor: Actor | None) -> str:
    """Return the department whose orders alone the actor reaches; empty for who works inside."""
    return actor.department if actor and actor.role in OF_DEPARTMENTS else ""


def visible(actor: Actor | None, ticket: Any = Ticket) -> ColumnElement[bool]:
    """Return the condition that the actor may see the ticket; the machine itself sees every one."""
    if actor is None or actor.role is None:
        return true()
    cleared = _cleared(actor, ticket)
    return and_(cleared, _has_order(actor, ticket)) if actor.role in OF_DEPARTMENTS else cleared


def in_area(actor: Actor | None, ticket: Any = Ticket) -> ColumnElement[bool]:
    """Return the condition that the ticket lies in the actor's district or below it.

    Totals are counted so: a sealed ticket is one of them, and no line of any list leads to it.
    """
    return in_district(actor, col(ticket.district))


def in_district(actor: Actor | None, code: Any) -> ColumnElement[bool]:
    """Return the condition that the district of this code is the actor's, or lies below it."""
    if actor is None or not actor.district or actor.role in OF_DEPARTMENTS:
        return true()
    lies: ColumnElement[bool] = code.in_(_below(actor.district))
    return lies


def of_ticket(actor: Actor | None, ticket_id: Any) -> ColumnElement[bool]:
    """Return the condition that the actor may see the ticket on which a row hangs."""
    if actor is None or actor.role is None:
        return true()
    ticket = aliased(Ticket)
    seen = columns(col(ticket.id)).where(col(ticket.id) == ticket_id, visible(actor, ticket))
    return seen.correlate_except(ticket).exists()


def orders(actor: Actor | None, order: Any = WorkOrder) -> ColumnElement[bool]:
    """Return the condition that the actor may see the order: its own, or one that it gave on."""
    if actor is None or actor.role is None:
        return true()
    seen = of_ticket(actor, col(order.ticket_id))
    if actor.role not in OF_DEPARTMENTS:
        return seen
    parent = aliased(WorkOrder)
    above = columns(col(parent.department)).where(col(parent.id) == order.parent_id)
    mine = col(order.department) == actor.department
    given_on = above.correlate_except(parent).scalar_subquery() == actor.department
    return and_(seen, or_(mine, given_on))


def by_number(actor: Actor | None, number: Any) -> ColumnElement[bool]:
    """Return the condition that the ticket of this number is none that the actor may not see."""
    if actor is None or actor.role is None:
        return true()
    ticket = aliased(Ticket)
    hidden = columns(col(ticket.id)).where(col(ticket.number) == number, ~_cleared(actor, ticket))
    return ~hidden.correlate_except(ticket).exists()


def calls(actor: Actor | None, call_id: Any) -> ColumnElement[bool]:
    """Return the condition that no ticket which the actor may not see came of the call."""
    if actor is None or actor.role is None:
        return true()
    return ~_came_of_one(call_id, ~_cleared(actor, _TICKET_AND_BESIDE[0]))


def of_sealed(call_id: Any) -> ColumnElement[bool]:
    """Return the condition that a sealed ticket came of the call, in any way that `calls` knows."""
    sealed = col(_TICKET_AND_BESIDE[0].confidentiality) == Confidentiality.SEALED
    return _came_of_one(call_id, sealed)


def sees(session: Session, actor: Actor | None, ticket: Ticket) -> bool:
    """Return whether the actor may see the ticket."""
    found = select(Ticket.id).where(Ticket.id == ticket.id, visible(actor))
    return session.exec(found).first() is not None


def shown(session: Session, actor: Actor | None, numbers: Collection[str]) -> set[str]:
    """Return those of the tickets' numbers that the actor may see."""
    found = select(Ticket.number).where(col(Ticket.number).in_(numbers), visible(actor))
    return set(session.exec(found).all())


def told(session: Session, actor: Actor | None, found: Sequence[Event]) -> list[Event]:
    """Return the events without those that name what is not to be seen: a ticket, or its call.

    A letter's are left out too. Which of them concern a department is the feed's to say.
    """
    if actor is None or actor.role is None:
        return list(found)
    named = {event.id: names(event) for event in found}
    if not named:
        return []
    hidden = _hidden(session, actor, set().union(*named.values()))
    hidden |= _hidden_letters(session, actor, {event.chain for event in found})
    return [event for event in found if not named[event.id] & hidden]


def reads_letters(actor: Actor) -> bool:
    """Return whether the actor may read letters at all: those of their area, or department."""
    return may(actor, Permission.INDICATOR_READ) or may(actor, Permission.LETTER_ANSWER)


def may_leave(ticket: Ticket) -> bool:
    """Return whether anything of the ticket may go out: to a webhook, an export, a message's way.

    What the requester is told about their own matter goes to them all the same.
    """
    return ticket.confidentiality != Confidentiality.SEALED


def may_leave_by_number(number: Any) -> ColumnElement[bool]:
    """Return the same of the ticket of this number, as a condition."""
    ticket = aliased(Ticket)
    sealed = columns(col(ticket.id)).where(
        col(ticket.number) == number, col(ticket.confidentiality) == Confidentiality.SEALED
    )
    return ~sealed.correlate_except(ticket).exists()


def _came_of(
    call_id: Any, ticket: Any, reminder: Any, callback: Any, attempt: Any, order: Any, relay: Any
) -> list[Select[Any]]:
    """Return the tickets that the call made, reminded of, called back for or was relayed for."""
    ids = columns(col(ticket.id))
    reminded = ids.join(reminder, col(reminder.ticket_id) == ticket.id)
    rang = ids.join(callback, col(callback.ticket_id) == ticket.id)
    rang = rang.join(attempt, col(attempt.callback_id) == callback.id)
    joined = ids.join(order, col(order.ticket_id) == ticket.id)
    joined = joined.join(relay, col(relay.order_id) == order.id)
    return [
        ids.where(col(ticket.call_id) == call_id),
        reminded.where(col(reminder.call_id) == call_id),
        rang.where(col(attempt.call_id) == call_id),
        joined.where(col(relay.call_id) == call_id),
    ]


def _came_of_one(call_id: Any, such: ColumnElement[bool]) -> ColumnElement[bool]:
    ticket, *beside = _TICKET_AND_BESIDE
    found = [
        each.where(such).correlate_except(ticket, *beside).exists()
        for each in _came_of(call_id, ticket, *beside)
    ]
    return or_(*found)


def _hidden(session: Session, actor: Actor, named: set[str]) -> set[str]:
    """Return those of the names that are a ticket's, or a call's of one, not to be seen."""
    tickets = select(Ticket.number).where(col(Ticket.number).in_(named), ~_cleared(actor))
    hidden = set(session.exec(tickets))
    if ids := [name.removeprefix(CALL) for name in named if name.startswith(CALL)]:
        rang = select(Call.id).where(col(Call.id).in_(ids), ~calls(actor, col(Call.id)))
        hidden |= {f"{CALL}{each}" for each in session.exec(rang)}
    return hidden


def _hidden_letters(session: Session, actor: Actor, chains: set[str]) -> set[str]:
    """Return those of the chains that are a letter's which the actor may not read."""
    letters = {each: subjects.letter_id(each) for each in chains if subjects.is_letters(each)}
    if not letters or not reads_letters(actor):
        return set(letters)
    wanted = col(Letter.id).in_(set(letters.values()))
    seen = set(session.exec(select(Letter.id).where(wanted, in_area(actor, Letter))))
    return {each for each, letter_id in letters.items() if letter_id not in seen}


def names(event: Event) -> set[str]:
    """Return all that an event may name a ticket by, its call as `call:ID`, or its letter."""
    _, _, name = event.chain.partition(":")
    said = [part for value in event.refs.values() for part in _parts(value)]
    own = {event.chain} if event.chain.startswith((CALL, subjects.LETTER)) else set()
    return {name, *said, *own}


def _parts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return [value] if isinstance(value, str) else []


def of_blind(actor: Actor, ticket_id: Any) -> ColumnElement[bool]:
    """Return the condition that the actor could see the ticket but for asking about it blind."""
    ticket = aliased(Ticket)
    seen = columns(col(ticket.id)).where(col(ticket.id) == ticket_id, _within(actor, ticket))
    return seen.correlate_except(ticket).exists()


def asks_blind(actor: Actor, ticket: Any = Ticket) -> ColumnElement[bool]:
    """Return the condition that the actor has taken a blind callback (盲复核) of the ticket."""
    row = aliased(BlindCallback)
    taken = columns(col(row.id)).where(
        col(row.ticket_id) == ticket.id, col(row.taken_by) == actor.name
    )
    return taken.correlate_except(row).exists()


def _cleared(actor: Actor, ticket: Any = Ticket) -> ColumnElement[bool]:
    within = _within(actor, ticket)
    if not may(actor, Permission.CALLBACK_MAKE):
        return within
    return and_(within, ~asks_blind(actor, ticket))


def _within(actor: Actor, ticket: Any) -> ColumnElement[bool]:
    level = col(ticket.confidentiality)
    open_to_all = and_(level.in_(_levels(actor)), in_area(actor, ticket))
    return or_(open_to_all, and_(level == Confidentiality.SEALED, _named(actor, ticket)))


def _levels(actor: Actor) -> list[str]:
    return [
        level.value
        for level in Confidentiality
        if level is not Confidentiality.SEALED and level.within(actor.clearance)
    ]


def _named(actor: Actor, ticket: Any) -> ColumnElement[bool]:
    reader = aliased(TicketReader)
    mine = columns(col(reader.id)).where(
        col(reader.ticket_id) == ticket.id,
        col(reader.name) == actor.name,
        col(reader.removed_at).is_(None),
    )
    return mine.correlate_except(reader).exists()


def _has_order(actor: Actor, ticket: Any) -> ColumnElement[bool]:
    """Return the condition that the actor's department has, had or gave on an order of it."""
    order = aliased(WorkOrder)
    mine = columns(col(order.id)).where(
        col(order.ticket_id) == ticket.id, col(order.department) == actor.department
    )
    return mine.correlate_except(order).exists()


def _below(code: str) -> Select[Any]:
    """Return the codes of the district and of all below it."""
    area = columns(col(District.code)).where(col(District.code) == code).cte(recursive=True)
    below = columns(col(District.code)).join(area, col(District.parent) == area.c.code)
    return columns(area.union(below).c.code)
