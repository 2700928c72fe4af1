"""A list's pages: keyset both ways, so that the ten thousandth ticket costs what the first does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, tuple_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func

from dispatch.listing.conditions import conditions, is_running
from dispatch.listing.filters import Filters, Order
from dispatch.models import Clock, Confidentiality, Ticket
from hotline.core.accounts import Actor

Place = tuple[datetime, int]  # by which a line is found again: its moment and its row
_First: Any = aliased(Clock, name="first")


@dataclass(frozen=True)
class Page:
    """Some tickets of a list, and from where it goes on either way; None at its ends."""

    tickets: Sequence[Ticket]
    back: Place | None
    on: Place | None


@dataclass(frozen=True)
class Wanted:
    """Which list, for whom, and when that is."""

    filters: Filters
    reader: Actor | None
    now: datetime


def page(
    session: Session,
    wanted: Wanted,
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int,
) -> Page:
    """Return the tickets after a line, before one, or at the list's head.

    Whoever goes back to where fewer than a page are left is at the head.
    """
    found = _lines(session, wanted, before=before, limit=limit + 1) if before else []
    if len(found) > limit:
        found = found[:limit][::-1]
        return Page([each[0] for each in found], _place(found[0]), _place(found[-1]))
    after = None if before else after
    found = _lines(session, wanted, after=after, limit=limit + 1)
    shown = found[:limit]
    return Page(
        [each[0] for each in shown],
        _place(shown[0]) if after and shown else None,
        _place(shown[-1]) if len(found) > limit else None,
    )


def count(session: Session, wanted: Wanted, *, most: int) -> int:
    """Return how many tickets the list has; one more than `most` for all that are more."""
    some = _query(wanted, col(Ticket.id)).limit(most + 1).subquery()
    return int(session.execute(columns(func.count()).select_from(some)).scalar_one())


def batches(session: Session, wanted: Wanted, *, size: int) -> Iterator[Sequence[Ticket]]:
    """Yield the whole list in order, some tickets at a time, without those that may not go out."""
    leaving = col(Ticket.confidentiality) != Confidentiality.SEALED
    after: Place | None = None
    while True:
        found = _lines(session, wanted, after=after, limit=size, also=leaving)
        if found:
            yield [each[0] for each in found]
        if len(found) < size:
            return
        after = _place(found[-1])


def _lines(
    session: Session,
    wanted: Wanted,
    *,
    limit: int,
    after: Place | None = None,
    before: Place | None = None,
    also: ColumnElement[bool] | None = None,
) -> list[Any]:
    """Return tickets with their places, in the list's order; before a line, the nearest first."""
    keys = _keys(wanted.filters.order)
    falling = (wanted.filters.order is Order.NEWEST) != (before is not None)
    query = _query(wanted, Ticket, *keys)
    if also is not None:
        query = query.where(also)
    seen = after or before
    if seen:
        here = tuple_(*keys)
        query = query.where(here < tuple_(*seen) if falling else here > tuple_(*seen))
    query = query.order_by(*(each.desc() if falling else each.asc() for each in keys))
    return list(session.execute(query.limit(limit)).all())


def _query(wanted: Wanted, *what: Any) -> Select[Any]:
    query = columns(*what).where(*conditions(wanted.filters, wanted.reader, now=wanted.now))
    if wanted.filters.order is Order.NEWEST:
        return query.select_from(Ticket)
    earlier = aliased(Clock)
    none_before = ~exists().where(
        col(earlier.ticket_id) == _First.ticket_id,
        is_running(earlier),
        tuple_(earlier.due_at, earlier.id) < tuple_(_First.due_at, _First.id),
    )
    runs = and_(_First.ticket_id == Ticket.id, is_running(_First), none_before)
    return query.select_from(Ticket).join(_First, runs)


def _keys(order: Order) -> tuple[Any, Any]:
    if order is Order.NEWEST:
        return col(Ticket.created_at), col(Ticket.id)
    return col(_First.due_at), col(_First.id)


def _place(line: Any) -> Place:
    return line[1], line[2]
