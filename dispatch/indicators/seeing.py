"""Whose things are counted: those that their reader may see, by what a fact keeps of its ticket.

A sealed ticket (密件) is counted for who is named for it, and from the moment on which it is sealed
for nobody else, whatever its fact still says.
"""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, true
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from dispatch.indicators.models_indicators import CallFact, OrderFact, SeatFact, TicketFact
from dispatch.indicators.terms import Unit
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from hotline.core.confidentiality import Confidentiality
from knowledge.models import District
from telephony.models import Call


def counted(unit: Unit, reader: Actor | None) -> ColumnElement[bool]:
    """Return the condition that the reader may count the fact; the machine counts every one."""
    if reader is None or reader.role is None:
        return true()
    if unit is Unit.SEAT:
        return _seated(reader)
    own = _TICKETS[unit]
    seen = reach.visible(reader, _ticket_of(unit))
    ticket = aliased(Ticket)
    sealed = columns(col(ticket.id)).where(col(ticket.confidentiality) == Confidentiality.SEALED)
    known = _ticket_of(unit).confidentiality == Confidentiality.SEALED
    lawful = and_(seen, or_(known, own.not_in(sealed)))
    return or_(own.is_(None), lawful) if unit is Unit.CALL else lawful


def shown(unit: Unit, reader: Actor | None) -> ColumnElement[bool]:
    """Return the condition that the reader may see the thing itself, as it is now."""
    if unit is Unit.TICKET:
        return reach.visible(reader)
    if unit is Unit.ORDER:
        return reach.orders(reader, WorkOrder)
    if unit is Unit.SEAT:
        return counted(unit, reader)
    return reach.calls(reader, col(Call.id))


def _seated(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the seat's agent is of the reader's district or of one below it."""
    return col(SeatFact.district).in_(area(reader.district)) if reader.district else true()


def area(code: str) -> Select[Any]:
    """Return the codes of the district and of all below it."""
    own = columns(col(District.code)).where(col(District.code) == code).cte(recursive=True)
    below = columns(col(District.code)).join(own, col(District.parent) == own.c.code)
    return columns(own.union(below).c.code)


_TICKETS: dict[Unit, Any] = {
    Unit.TICKET: col(TicketFact.id),
    Unit.ORDER: col(OrderFact.ticket_id),
    Unit.CALL: col(CallFact.ticket_id),
}
_FACTS: dict[Unit, Any] = {
    Unit.TICKET: TicketFact,
    Unit.ORDER: OrderFact,
    Unit.CALL: CallFact,
}


def _ticket_of(unit: Unit) -> Any:
    """Return the fact as `reach` reads a ticket: its id, its place and its level."""
    fact = _FACTS[unit]
    return SimpleNamespace(
        id=_TICKETS[unit],
        district=col(fact.district),
        confidentiality=col(fact.confidentiality),
    )
