"""Facts made anew from what is so now: of a whole day, or of the things that something touched."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Date, Select, SmallInteger, cast, func
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from dispatch.indicators import seat_days, working
from dispatch.indicators.measures import FACTS, MEASURES
from dispatch.indicators.models_indicators import CallFact, OrderFact, SeatFact, TicketFact
from dispatch.indicators.terms import Unit
from dispatch.models import Reminder, Ticket, WorkOrder
from dispatch.states import OrderStatus
from hotline.core.clock import BEIJING
from hotline.core.confidentiality import Confidentiality
from telephony.models import Call, Direction, Seat
from telephony.models_queue import MissedCall

_DAY = timedelta(days=1)


def refresh(session: Session, day: date, *, now: datetime) -> dict[Unit, int]:
    """Make the facts of a Beijing day anew; return how many there are. Twice is as good as once."""
    since = datetime.combine(day, time(), BEIJING)
    until = since + _DAY
    for fact in FACTS.values():
        session.execute(sa.delete(fact).where(col(fact.day) == day))
    return {
        Unit.TICKET: _add(session, Unit.TICKET, _between(Ticket.created_at, since, until), now),
        Unit.ORDER: _add(session, Unit.ORDER, _between(WorkOrder.dispatched_at, since, until), now),
        Unit.CALL: _add(session, Unit.CALL, _between(Call.started_at, since, until), now),
        Unit.SEAT: _insert(session, Unit.SEAT, *seat_days.base(since, until), now),
    }


def refresh_things(
    session: Session, tickets: Collection[int], calls: Collection[Any], *, now: datetime
) -> None:
    """Make the facts of these tickets, of their orders and calls, and of these calls anew."""
    rang = set(calls) | calls_of(session, tickets)
    if tickets:
        session.execute(sa.delete(TicketFact).where(col(TicketFact.id).in_(tickets)))
        session.execute(sa.delete(OrderFact).where(col(OrderFact.ticket_id).in_(tickets)))
        _add(session, Unit.TICKET, [col(Ticket.id).in_(tickets)], now)
        _add(session, Unit.ORDER, [col(WorkOrder.ticket_id).in_(tickets)], now)
    if rang:
        serials = columns(col(Call.serial)).where(col(Call.id).in_(rang))
        session.execute(sa.delete(CallFact).where(col(CallFact.id).in_(serials)))
        _add(session, Unit.CALL, [col(Call.id).in_(rang)], now)


def refresh_seats(session: Session, day: date, chains: Collection[str], *, now: datetime) -> None:
    """Make the day's facts of the seats anew to which these chains of events belong."""
    since = datetime.combine(day, time(), BEIJING)
    names = [each.removeprefix("seat:") for each in chains]
    held = columns(col(Seat.account_id)).where(col(Seat.username).in_(names))
    gone = sa.delete(SeatFact).where(col(SeatFact.day) == day, col(SeatFact.account_id).in_(held))
    session.execute(gone)
    _insert(session, Unit.SEAT, *seat_days.base(since, since + _DAY, *chains), now)


def calls_of(session: Session, tickets: Collection[int]) -> set[Any]:
    """Return the calls in which the tickets were registered or reminded of."""
    if not tickets:
        return set()
    own = columns(col(Ticket.call_id)).where(
        col(Ticket.id).in_(tickets), col(Ticket.call_id).is_not(None)
    )
    again = columns(col(Reminder.call_id)).where(
        col(Reminder.ticket_id).in_(tickets), col(Reminder.call_id).is_not(None)
    )
    return set(session.connection().scalars(own.union(again)))


def _between(moment: Any, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    return [col(moment) >= since, col(moment) < until]


def _add(session: Session, unit: Unit, which: list[ColumnElement[bool]], now: datetime) -> int:
    """Insert a fact for each of these things that is one."""
    base, keys = _BASES[unit](which)
    if unit is Unit.CALL:
        base = base.params({working.NAME: _working(session, which, now)})
    return _insert(session, unit, base, keys, now)


def _working(session: Session, which: list[ColumnElement[bool]], now: datetime) -> str:
    """Return the hotline's working time around the days of these calls that were missed."""
    missed = columns(func.min(MissedCall.missed_at), func.max(MissedCall.missed_at))
    rows = missed.join_from(Call, MissedCall, col(MissedCall.call_id) == Call.id).where(*which)
    first, last = session.execute(rows).one()
    return working.around(session, first, last, now=now) if first else working.NONE


def _insert(
    session: Session, unit: Unit, base: Select[Any], keys: Mapping[str, Any], now: datetime
) -> int:
    fact = FACTS[unit].__table__  # type: ignore[union-attr]
    said = {name: cast(measure(now), fact.c[name].type) for name, measure in MEASURES[unit].items()}
    every = {**keys, **said}
    rows = base.with_only_columns(*(each.label(name) for name, each in every.items()))
    added = sa.insert(fact).from_select(list(every), rows)
    done: Any = session.execute(added.execution_options(preserve_rowcount=True))
    return int(done.rowcount)


def _day(moment: Any) -> ColumnElement[Any]:
    return cast(func.timezone(str(BEIJING), col(moment)), Date)


def _place(ticket: Any = Ticket) -> dict[str, Any]:
    return {
        "district": func.coalesce(col(ticket.district), ""),
        "matter": func.coalesce(col(ticket.category)[0].as_string(), ""),
        "confidentiality": func.coalesce(col(ticket.confidentiality), Confidentiality.PUBLIC.value),
    }


def _tickets(which: list[ColumnElement[bool]]) -> tuple[Select[Any], Mapping[str, Any]]:
    keys = {"id": col(Ticket.id), "day": _day(Ticket.created_at), **_place()}
    return columns(col(Ticket.id)).where(*which), keys


def _orders(which: list[ColumnElement[bool]]) -> tuple[Select[Any], Mapping[str, Any]]:
    """One that was recalled (撤回) is in no figure at all."""
    keys = {
        "id": col(WorkOrder.id),
        "ticket_id": col(WorkOrder.ticket_id),
        "day": _day(WorkOrder.dispatched_at),
        "department": col(WorkOrder.department),
        **_place(),
    }
    base = columns(col(WorkOrder.id)).join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
    return base.where(col(WorkOrder.status) != OrderStatus.RECALLED, *which), keys


def _calls(which: list[ColumnElement[bool]]) -> tuple[Select[Any], Mapping[str, Any]]:
    """A call is of the ticket that it registered, else of the one that it reminded of."""
    reminded = aliased(Ticket)
    own = func.coalesce(col(Ticket.id), col(reminded.id))
    places = zip(_place().items(), _place(reminded).values(), strict=True)
    keys = {
        "id": col(Call.serial),
        "call_id": col(Call.id),
        "ticket_id": own,
        "day": _day(Call.started_at),
        "hour": cast(
            func.extract("hour", func.timezone(str(BEIJING), col(Call.started_at))), SmallInteger
        ),
        **{
            name: sa.case((col(Ticket.id).is_not(None), mine), else_=theirs)
            for (name, mine), theirs in places
        },
    }
    base = (
        columns(col(Call.id))
        .outerjoin(Ticket, col(Ticket.call_id) == Call.id)
        .outerjoin(Reminder, col(Reminder.call_id) == Call.id)
        .outerjoin(reminded, col(reminded.id) == Reminder.ticket_id)
    )
    return base.where(col(Call.direction) == Direction.IN, *which), keys


_BASES = {Unit.TICKET: _tickets, Unit.ORDER: _orders, Unit.CALL: _calls}
