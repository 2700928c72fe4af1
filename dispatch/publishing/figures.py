"""公布的指标: the month's figures of the whole area, without confidential and sealed matters."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import Session

from dispatch.indicators import definitions, reading
from dispatch.indicators.reading import TOTAL, Figure, Period
from dispatch.indicators.terms import Kind
from dispatch.publishing.months import Month
from dispatch.rules.sheet import BadCell, Line, read_sheet
from hotline.core.accounts import Actor, Role
from hotline.core.confidentiality import Confidentiality

PUBLISHED = Path(__file__).parents[1] / "data" / "publishing_indicators.csv"
# Confidential and sealed matters are counted for nobody like this.
_ANYBODY = Actor("statistics", Role.AUDITOR, clearance=Confidentiality.INTERNAL)
_UNITS = {Kind.RATE: "percent", Kind.COUNT: "count"}
_COLUMNS = ("code", "basis")


@cache
def published() -> tuple[str, ...]:
    """Return the codes of the indicators that are published, in their order."""
    return read_published(PUBLISHED)


def read_published(path: Path) -> tuple[str, ...]:
    """Read the codes; raise BadSheet for one that no definition has."""
    return read_sheet(path, _COLUMNS, _read, key=str)


def rows(session: Session, month: Month, *, small: int) -> Iterator[dict[str, Any]]:
    """Yield a row an indicator; where `small` things or fewer would show, the numbers are None."""
    period = Period(month.first, month.last)
    found = reading.figures(session, period, codes=published(), reader=_ANYBODY)[TOTAL]
    for code in published():
        if code in found:
            yield {"month": str(month), **_row(found[code], small)}


def tells(figure: Figure, *, small: int) -> bool:
    """Return whether the figure gives nobody away: neither those counted nor the others are few."""
    some, of = figure.numerator, figure.denominator
    parts = {Kind.COUNT: (some,), Kind.RATE: (some, of - some, of)}.get(figure.kind, (of,))
    return not any(0 < each < small for each in parts)


def _row(figure: Figure, small: int) -> dict[str, Any]:
    told = tells(figure, small=small)
    return {
        "code": figure.code,
        "name": definitions.newest(figure.code).name_zh,
        "definition_version": max(figure.versions),
        "numerator": figure.numerator if told else None,
        "denominator": figure.denominator if told else None,
        "value": _value(figure) if told else None,
        "unit": _UNITS.get(figure.kind, "seconds"),
    }


def _value(figure: Figure) -> float | int | None:
    return figure.numerator if figure.kind is Kind.COUNT else figure.value


def _read(line: Line) -> str:
    if line["code"] not in {each.code for each in definitions.packaged()}:
        raise BadCell("code", "No definition has it.", "See indicators.csv.")
    return line["code"]
