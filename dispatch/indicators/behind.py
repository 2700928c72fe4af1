"""The tickets, orders, calls or seats' days behind a figure, page by page.

The newest day stands first, or what waited longest, where the figure is the one at a rank.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, literal, or_, true, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from dispatch.indicators import definitions, reading, seeing
from dispatch.indicators.definitions import Definition
from dispatch.indicators.measures import FACTS
from dispatch.indicators.reading import ALL, Chosen, Period
from dispatch.indicators.terms import RANKS, Part, Unit
from dispatch.models import Ticket, WorkOrder
from hotline.core.accounts import Actor
from telephony.models import Call


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ended; `counts` is what its last thing adds."""

    day: date
    id: int
    counts: int = 0

    def __str__(self) -> str:
        return f"{self.day}.{self.id}.{self.counts}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Return the place that was written so; None for anything else."""
        written = _PLACE.fullmatch(text)
        if written is None:
            return None
        with suppress(ValueError):  # no day that there is
            return cls(date.fromisoformat(written[1]), int(written[2]), int(written[3]))
        return None


_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})\.([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that a figure tells of, and how much it counts for.

    `name` is a ticket's or an order's number, a call's id or a seat's number; `ticket` the number
    of its ticket.
    """

    unit: Unit
    name: str
    ticket: str
    day: date
    department: str
    district: str
    matter: str
    counts: int
    place: Place


def behind(
    session: Session,
    code: str,
    period: Period,
    part: Part = Part.COUNTED,
    *,
    chosen: Chosen = ALL,
    before: Place | None = None,
    limit: int = 50,
    reader: Actor | None,
    defined: Sequence[Definition] | None = None,
) -> list[Thing]:
    """Return the things behind a figure; `before` is where the last page ended.

    Never one that the reader may not see now. Raises NotFound for an indicator that there is not.
    """
    newest = definitions.newest(code, defined)
    unit = newest.unit
    if not chosen.fits(unit):
        return []
    fact: Any = FACTS[unit]
    valid = definitions.valid(period.first, period.last, defined)
    held = [each for each in valid if each[0].code == code]
    query = _named(unit, reading.facts(unit, period, chosen, reader), held)
    query = query.where(seeing.shown(unit, reader))
    query = query.where(or_(false(), *(_in_part(fact, *each, part) for each in held)))
    ranked = newest.kind in RANKS
    first = _counts(fact, held) if ranked else fact.day
    if before:
        last: Any = before.counts if ranked else before.day
        query = query.where(tuple_(first, fact.id) < tuple_(literal(last), literal(before.id)))
    query = query.order_by(first.desc(), fact.id.desc()).limit(limit)
    return [_thing(unit, row._mapping) for row in session.connection().execute(query)]


def _in_part(fact: Any, definition: Definition, first: date, last: date, part: Part) -> Any:
    numerator = getattr(fact, definition.numerator)
    which: dict[Part, ColumnElement[bool]] = {
        Part.COUNTED: numerator > 0,
        Part.REST: numerator == 0,
        Part.ALL: true(),
    }
    if definition.kind in RANKS:  # each thing is one of those among which it is found
        which |= {Part.COUNTED: true(), Part.REST: false()}
    return and_(fact.day.between(first, last), reading.said(fact, definition), which[part])


def _named(
    unit: Unit, query: Select[Any], held: Sequence[tuple[Definition, date, date]]
) -> Select[Any]:
    """Return the facts with the numbers under which people know the things."""
    fact: Any = FACTS[unit]
    query = query.add_columns(fact.id, fact.day, fact.district, fact.matter)
    query = query.add_columns(_counts(fact, held).label("counts"))
    if unit is Unit.TICKET:
        return query.add_columns(col(Ticket.number).label("name")).join(
            Ticket, col(Ticket.id) == fact.id
        )
    if unit is Unit.ORDER:
        own = aliased(Ticket)
        query = query.join(WorkOrder, col(WorkOrder.id) == fact.id)
        query = query.join(own, col(own.id) == WorkOrder.ticket_id)
        return query.add_columns(
            col(WorkOrder.number).label("name"), col(own.number).label("ticket"), fact.department
        )
    if unit is Unit.SEAT:
        return query.add_columns(fact.account_id.label("name"))
    own = aliased(Ticket)
    query = query.join(Call, col(Call.serial) == fact.id)
    query = query.outerjoin(own, col(own.id) == fact.ticket_id)
    return query.add_columns(col(Call.id).label("name"), col(own.number).label("ticket"))


def _counts(fact: Any, held: Sequence[tuple[Definition, date, date]]) -> Any:
    """Return what the thing adds to the figure, by the definition that held on its day."""
    if len(held) == 1:  # its column alone: an index is in the order of a rank's list
        return getattr(fact, held[0][0].numerator)
    own = [
        (fact.day.between(first, last), getattr(fact, definition.numerator))
        for definition, first, last in held
    ]
    return case(*own, else_=0) if own else literal(0)


def _thing(unit: Unit, row: Mapping[Any, Any]) -> Thing:
    return Thing(
        unit,
        str(row["name"]),
        str(row.get("ticket") or (row["name"] if unit is Unit.TICKET else "")),
        row["day"],
        row.get("department", ""),
        row["district"],
        row["matter"],
        int(row["counts"]),
        Place(row["day"], row["id"], int(row["counts"])),
    )
