"""线索: the scopes that callers come back to most in a period; people decide what is a problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, case, cast, func, literal, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch.indicators import seeing
from dispatch.indicators.models_indicators import CallFact, OrderFact, TicketFact
from dispatch.indicators.terms import Unit
from dispatch.models import Ticket
from dispatch.problems import reading
from dispatch.problems.before_after import Days
from dispatch.problems.models_problems import Problem
from dispatch.problems.states import State
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid

SHOWN = 20
LONGEST = 366


class By(StrEnum):
    TICKETS = "tickets"  # 受理最多
    UNSOLVED = "unsolved"  # 重办或未解决最多
    REPEATED = "repeated"  # 重复来电最多


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scope two levels deep; `listed` is the year's problem with this very scope, if the
    reader may read it."""

    matter: str
    district: str
    tickets: int
    unsolved: int  # orders whose matter was done again or is said not to be solved
    repeated: int  # calls of somebody who had called within thirty days
    listed: int | None


def find(
    session: Session, days: Days, by: By, *, year: int, reader: Actor, limit: int = SHOWN
) -> list[Candidate]:
    """Return the scopes with most of what is asked for, within what the reader may count.

    Raises Invalid for a period that ends before it begins or is longer than a year.
    """
    if not 0 < days.length <= LONGEST:
        raise Invalid("The period is no year or less.", remedy="Give its first and its last day.")
    rows = session.connection().execute(_query(days, by, reader).limit(limit)).all()
    known = _listed(session, year, reader)
    return [_candidate(row, known) for row in rows]


def _candidate(row: Any, known: dict[tuple[str, str], int]) -> Candidate:
    matter = "/".join(level for level in (row.l1, row.l2) if level)
    return Candidate(
        matter=matter,
        district=row.district,
        tickets=int(row.tickets),
        unsolved=int(row.unsolved),
        repeated=int(row.repeated),
        listed=known.get((matter, row.district)),
    )


def _query(days: Days, by: By, reader: Actor) -> Any:
    each = union_all(*_pieces(days, reader)).subquery()
    category: Any = col(Ticket.category)
    place: Any = col(Ticket.district).label("district")
    matter = [func.coalesce(category[at].astext, "").label(f"l{at + 1}") for at in (0, 1)]
    sums = {name: func.sum(each.c[name]).label(name) for name in By}
    query = columns(place, *matter, *sums.values()).join(each, each.c.ticket_id == Ticket.id)
    query = query.group_by(place, *matter).having(sums[by] > 0)
    return query.order_by(sums[by].desc(), sums[By.TICKETS].desc(), place, *matter)


def _pieces(days: Days, reader: Actor) -> list[Any]:
    """Return what tickets, orders and calls add to the scope of their ticket."""
    no = cast(literal(0), Integer)
    one = cast(literal(1), Integer)
    unsolved = case((col(OrderFact.redone) == 1, 1), (col(OrderFact.resolved) == 0, 1), else_=0)
    repeated = func.coalesce(cast(col(CallFact.repeated_30), Integer), 0)
    kinds: Sequence[tuple[Unit, Any, Any, tuple[Any, Any, Any]]] = (
        (Unit.TICKET, TicketFact, TicketFact.id, (one, no, no)),
        (Unit.ORDER, OrderFact, OrderFact.ticket_id, (no, unsolved, no)),
        (Unit.CALL, CallFact, CallFact.ticket_id, (no, no, repeated)),
    )
    return [
        columns(
            col(ticket).label("ticket_id"),
            *(value.label(name) for value, name in zip(values, By, strict=True)),
        ).where(
            seeing.counted(unit, reader),
            col(fact.day).between(days.first, days.last),
            col(ticket).is_not(None),
        )
        for unit, fact, ticket, values in kinds
    ]


def _listed(session: Session, year: int, reader: Actor) -> dict[tuple[str, str], int]:
    """Return the year's problems that the reader may see by their scope, but what was dropped."""
    rows = session.exec(
        select(Problem.matter, Problem.district, Problem.id)
        .where(Problem.year == year, Problem.state != State.DROPPED, reading.seen(reader))
        .order_by(col(Problem.id))
    ).all()
    return {(matter, district): id for matter, district, id in rows if id}
