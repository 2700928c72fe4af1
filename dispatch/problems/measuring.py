"""A problem's figure, counted within its scope: every thing but sealed ones, whoever reads it.

So the figures by which a problem is verified are the same for everybody who reads them later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from dispatch.indicators import definitions, reading
from dispatch.indicators.definitions import Definition
from dispatch.indicators.measures import FACTS
from dispatch.indicators.models_indicators import TicketFact
from dispatch.indicators.reading import Chosen, Period
from dispatch.indicators.terms import Kind, Unit
from dispatch.models import Confidentiality, Ticket
from dispatch.problems import before_after
from dispatch.problems.before_after import Aim, Comparison, Counted, Days
from dispatch.problems.models_problems import Problem
from dispatch.problems.scopes import Scope
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid

SHOWN = 50


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Both periods with their sums, and what they say together; `later` is the one after."""

    baseline: Days
    later: Days
    before: Counted
    after: Counted
    comparison: Comparison


def usable() -> list[Definition]:
    """Return the indicators that can show a success: rates and counts of tickets and orders."""
    newest = {each.code: definitions.newest(each.code) for each in definitions.packaged()}
    return [each for each in newest.values() if _is_usable(each)]


def require_usable(code: str) -> Definition:
    """Return the indicator; raise Invalid for one that is none, of calls, or a mean."""
    found = next((each for each in usable() if each.code == code), None)
    if found is None:
        raise Invalid(
            f"The indicator {code!r} can't show a success.",
            remedy="Choose a rate or a count of tickets or orders.",
        )
    return found


def counted(session: Session, scope: Scope, code: str, days: Days) -> Counted:
    """Return the figure's sums in the scope, each day by the definition that held on it."""
    some = of = 0
    for definition, first, last in definitions.valid(days.first, days.last):
        if definition.code == code:
            query = _sums(definition, scope, Days(first, last))
            row = session.connection().execute(query).one()
            some, of = some + int(row[0] or 0), of + int(row[1] or 0)
    return Counted(some, of)


def compare(session: Session, problem: Problem, later: Days) -> BeforeAfter:
    """Return the problem's figure before and in the later period."""
    scope, code = scope_of(problem), problem.indicator
    baseline = baseline_of(problem)
    before = counted(session, scope, code, baseline)
    after = counted(session, scope, code, later)
    aim, target = Aim(problem.aim), problem.target
    if definitions.newest(code).kind is Kind.RATE:
        said = before_after.rates(before, after, aim, target)
    else:
        said = before_after.counts(before, after, baseline.length, aim, target)
    return BeforeAfter(baseline, later, before, after, said)


def tickets(
    session: Session, problem: Problem, days: Days, *, reader: Actor, before: int = 0, limit: int
) -> Sequence[Ticket]:
    """Return the scope's tickets of these days that the reader may see, the newest first.

    `before` is the id of the last one seen.
    """
    mine = reading.facts(
        Unit.TICKET, Period(days.first, days.last), _chosen(scope_of(problem)), reader
    )
    mine = mine.add_columns(col(TicketFact.id)).where(*_deeper(scope_of(problem), TicketFact.id))
    found = columns(Ticket).where(col(Ticket.id).in_(mine), reach.visible(reader))
    if before:
        found = found.where(col(Ticket.id) < before)
    return session.execute(found.order_by(col(Ticket.id).desc()).limit(limit)).scalars().all()


def scope_of(problem: Problem) -> Scope:
    return Scope(problem.matter, problem.district)


def baseline_of(problem: Problem) -> Days:
    return Days(problem.baseline_first, problem.baseline_last)


def _is_usable(definition: Definition) -> bool:
    of_tickets = definition.unit in (Unit.TICKET, Unit.ORDER)
    return of_tickets and definition.kind in (Kind.RATE, Kind.COUNT)


def _sums(definition: Definition, scope: Scope, days: Days) -> Any:
    fact: Any = FACTS[definition.unit]
    ticket = fact.id if definition.unit is Unit.TICKET else fact.ticket_id
    said = reading.said(fact, definition)
    shown = [
        func.sum(cast(getattr(fact, each), Integer)).filter(said)
        for each in (definition.numerator, definition.denominator)
    ]
    period = Period(days.first, days.last)
    query = reading.facts(definition.unit, period, _chosen(scope), None, *shown)
    sealed = columns(col(Ticket.id)).where(col(Ticket.confidentiality) == Confidentiality.SEALED)
    unsealed = and_(fact.confidentiality != Confidentiality.SEALED, ticket.not_in(sealed))
    return query.where(unsealed, *_deeper(scope, ticket))


def _chosen(scope: Scope) -> Chosen:
    return Chosen(district=scope.district, matter=scope.levels[0] if scope.levels else "")


def _deeper(scope: Scope, ticket: Any) -> list[ColumnElement[bool]]:
    """Return the condition of the matter's lower levels, which facts don't keep."""
    category: Any = col(Ticket.category)
    lower = [category[at].astext == level for at, level in enumerate(scope.levels) if at]
    return [ticket.in_(columns(col(Ticket.id)).where(*lower))] if lower else []
