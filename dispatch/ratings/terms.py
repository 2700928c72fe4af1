"""What this room goes by, from a file: limits, shares and thresholds, each with its basis."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.rules import calendars
from dispatch.rules.calendar import due
from dispatch.rules.limits import parse_limit
from dispatch.rules.sheet import BadCell, Line, read_sheet
from hotline.core.settings import settings

TERMS = Path(__file__).parents[1] / "data" / "ratings.csv"

_COLUMNS = ("name", "value", "basis")


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    value: str
    basis: str


@cache
def terms() -> dict[str, str]:
    """Return the packaged values by name."""
    return {each.name: each.value for each in read_terms(TERMS)}


def read_terms(path: Path) -> tuple[Term, ...]:
    """Read the terms: all of them, or BadSheet with an error per bad line."""
    return read_sheet(path, _COLUMNS, _read, key=lambda term: term.name)


def number(name: str) -> float:
    """Return a share or a threshold."""
    return float(terms()[name])


def due_at(session: Session, ticket: Ticket, name: str, *, now: datetime) -> datetime:
    """Return when the limit of this name is over that begins now, by the district's calendar."""
    return due_in(session, ticket.district, name, now=now)


def due_in(session: Session, district: str, name: str, *, now: datetime) -> datetime:
    """Return the same in a district; in the site's own for an empty one."""
    calendar = calendars.current(session, district or settings().district)
    return due(now, parse_limit(terms()[name]), calendar).due


def _read(line: Line) -> Term:
    for column in _COLUMNS:
        if not line[column]:
            raise BadCell(column, "It is empty.", "Every term needs its value and its basis.")
    return Term(line["name"], line["value"], line["basis"])
