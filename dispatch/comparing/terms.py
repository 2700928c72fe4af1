"""What this room goes by, from files: limits, which way is better, classes, grounds; with bases."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlmodel import Session

from dispatch.comparing.states import Reason
from dispatch.ratings.terms import read_terms
from dispatch.rules import calendars
from dispatch.rules.calendar import due
from dispatch.rules.limits import parse_limit
from dispatch.rules.sheet import Line, member_in, read_sheet

DATA = Path(__file__).parents[1] / "data"
OTHER = "other"  # the class of what no line is about


class Better(StrEnum):
    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class ClassRule:
    """Departments of this kind and district level are one class; an empty level is any."""

    name: str
    kind: str
    level: str

    def fits(self, kind: str, level: str) -> bool:
        return self.kind == kind and self.level in ("", level)


@cache
def terms() -> dict[str, str]:
    """Return the packaged values by name."""
    return {each.name: each.value for each in read_terms(DATA / "comparing.csv")}


def number(name: str) -> int:
    """Return a whole number."""
    return int(terms()[name])


def reason(name: str) -> str:
    """Return on what the value rests."""
    return next(each.basis for each in read_terms(DATA / "comparing.csv") if each.name == name)


def due_at(session: Session, district: str, name: str, *, now: datetime) -> datetime:
    """Return when the limit of this name is over that begins now, by the district's calendar."""
    return due(now, parse_limit(terms()[name]), calendars.current(session, district)).due


@cache
def better() -> dict[str, Better]:
    """Return which way is better, of every indicator that may be compared, in their order."""
    path, columns = DATA / "comparison_indicators.csv", ("code", "better", "reason")
    return dict(read_sheet(path, columns, _better, lambda each: each[0]))


@cache
def class_rules() -> tuple[ClassRule, ...]:
    """Return by what a department's class is found unless a scheme names it."""
    path, columns = DATA / "comparison_classes.csv", ("name", "kind", "level", "reason")
    return read_sheet(path, columns, _class, lambda each: (each.kind, each.level))


@cache
def grounds() -> dict[Reason, str]:
    """Return on what each ground of an exclusion rests."""
    path, columns = DATA / "comparison_reasons.csv", ("reason", "basis")
    return dict(read_sheet(path, columns, _ground, lambda each: each[0]))


def class_of(kind: str, level: str) -> str:
    """Return the class of a department of this kind in a district of this level."""
    fitting = (each.name for each in class_rules() if each.fits(kind, level))
    return next(fitting, OTHER)


def _better(line: Line) -> tuple[str, Better]:
    return line["code"], member_in(line, "better", Better)


def _class(line: Line) -> ClassRule:
    return ClassRule(line["name"], line["kind"], line["level"])


def _ground(line: Line) -> tuple[Reason, str]:
    return member_in(line, "reason", Reason), line["basis"]
