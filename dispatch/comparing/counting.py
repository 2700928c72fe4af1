"""The counts that a comparison is made of: from the facts, without what was excluded or sealed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch.comparing import terms
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.scheme import Measured, Scheme
from dispatch.comparing.states import ExclusionState
from dispatch.comparing.terms import Better
from dispatch.indicators import definitions, reading
from dispatch.indicators.definitions import Definition
from dispatch.indicators.models_indicators import OrderFact
from dispatch.indicators.reading import ALL, Period
from dispatch.indicators.terms import Kind, Unit
from hotline.core.accounts import Actor
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Invalid
from knowledge.models import Department, District

Kept = dict[str, dict[str, list[int]]]  # of each unit, by indicator: so many of so many


@dataclass(frozen=True)
class Counted:
    """The counts, how many orders were left out of each unit, and by which definitions."""

    counts: Kept
    excluded: dict[str, int]
    definitions: dict[str, list[int]]


def comparable() -> list[Definition]:
    """Return the indicators that a department may be compared by: rates of orders.

    Raises nothing: a code of `comparison_indicators.csv` that is no such rate is left out.
    """
    newest = {each.code: each for each in definitions.packaged()}
    found = [newest[code] for code in terms.better() if code in newest]
    return [each for each in found if each.unit is Unit.ORDER and each.kind is Kind.RATE]


def require_comparable(codes: Iterable[str]) -> None:
    """Raise Invalid for an indicator that no department can be compared by."""
    known = {each.code for each in comparable()}
    for code in codes:
        if code not in known:
            raise Invalid(
                f"Nobody is compared by {code!r}.",
                remedy=f"Take rates of orders: {', '.join(sorted(known))}.",
            )


def measured(code: str, weight: int, minimum: int | None = None) -> Measured:
    """Return the indicator as a scheme holds it, by the usual minimum sample where none is said.

    Raises Invalid for one that no department can be compared by.
    """
    require_comparable([code])
    least = terms.number("minimum") if minimum is None else minimum
    return Measured(code, weight, least, terms.better()[code] is Better.HIGH)


def count(session: Session, period: Period, codes: Collection[str], *, reader: Actor) -> Counted:
    """Return what the facts of the period say of each department, as the reader may count them.

    By one query, so that an exclusion which is decided meanwhile is in all of it or in nothing.
    """
    held = [
        each for each in definitions.valid(period.first, period.last) if each[0].code in set(codes)
    ]
    sums = [each for piece in held for each in _sums(*piece)]
    left_out = func.count().filter(_excluded())
    query = reading.facts(
        Unit.ORDER, period, ALL, reader, col(OrderFact.department), left_out, *sums
    )
    query = query.where(col(OrderFact.confidentiality) != Confidentiality.SEALED)
    counts: Kept = {}
    excluded: dict[str, int] = {}
    rows = session.connection().execute(query.group_by(col(OrderFact.department)))
    for unit, without, *found in rows:
        counts[unit], excluded[unit] = _added([each[0].code for each in held], found), without
    versions = {
        code: sorted(each.version for each, _, _ in held if each.code == code) for code in codes
    }
    return Counted(counts, {unit: each for unit, each in excluded.items() if each}, versions)


def _added(codes: Sequence[str], found: Sequence[Any]) -> dict[str, list[int]]:
    """Return the sums by indicator; one that has two versions in the period has both in one."""
    mine = {code: [0, 0] for code in codes}
    for number, code in enumerate(codes):
        mine[code][0] += int(found[2 * number] or 0)
        mine[code][1] += int(found[2 * number + 1] or 0)
    return mine


def classes(session: Session, scheme: Scheme, units: Collection[str]) -> dict[str, str]:
    """Return each unit's class: as the scheme names it, else by its kind and its place's level."""
    query = (
        columns(col(Department.code), col(Department.kind), col(District.level))
        .join(District, col(District.code) == col(Department.district_code))
        .where(col(Department.code).in_(units))
    )
    found = {
        code: terms.class_of(kind, level) for code, kind, level in session.execute(query).all()
    }
    return {unit: scheme.classes.get(unit) or found.get(unit, terms.OTHER) for unit in units}


def require_departments(session: Session, named: Mapping[str, str]) -> None:
    """Raise Invalid for a department that the directory has not."""
    known = select(Department.code).where(col(Department.code).in_(list(named)))
    if unknown := set(named) - set(session.exec(known).all()):
        raise Invalid(
            f"There is no department {min(unknown)!r}.", remedy="Take its code from the directory."
        )


def _sums(definition: Definition, first: Any, last: Any) -> list[Any]:
    """Return numerator and denominator over the orders of which the definition says something."""
    judged = and_(
        reading.said(OrderFact, definition), col(OrderFact.day).between(first, last), ~_excluded()
    )
    return [
        func.sum(cast(getattr(OrderFact, name), Integer)).filter(judged)
        for name in (definition.numerator, definition.denominator)
    ]


def _excluded() -> ColumnElement[bool]:
    granted = columns(col(ComparisonExclusion.order_id)).where(
        col(ComparisonExclusion.order_id) == col(OrderFact.id),
        col(ComparisonExclusion.state) == ExclusionState.GRANTED,
    )
    return granted.correlate(OrderFact).exists()
