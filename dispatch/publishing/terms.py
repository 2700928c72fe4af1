"""What this room goes by, from a file: k, diversity, small cells, widths, terms of receivers."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from dispatch.publishing import columns
from dispatch.rules.sheet import BadCell, Line, read_sheet

TERMS = Path(__file__).parents[1] / "data" / "publishing.csv"
_COLUMNS = ("name", "value", "basis")


@dataclass(frozen=True, slots=True)
class Terms:
    """By what numbers a release is made; kept with it."""

    k: int
    diversity: int
    cell: int
    width: int
    dictionary: int = columns.VERSION


def for_release() -> Terms:
    """Return the packaged numbers by which a release is made."""
    named = {each.name for each in fields(Terms)}
    return Terms(**{name: value for name, value in terms().items() if name in named})


@cache
def terms() -> dict[str, int]:
    """Return the packaged numbers by name."""
    return dict(read_terms(TERMS))


def read_terms(path: Path) -> tuple[tuple[str, int], ...]:
    """Read the numbers: all of them, or BadSheet with an error per bad line."""
    return read_sheet(path, _COLUMNS, _read, key=lambda each: each[0])


def number(name: str) -> int:
    """Return one of them."""
    return terms()[name]


def _read(line: Line) -> tuple[str, int]:
    if not line["basis"]:
        raise BadCell("basis", "It is empty.", "Every number needs its basis.")
    if not (line["value"].isdecimal() and int(line["value"])):
        raise BadCell("value", "It is no number from 1 on.", "Write one.")
    return line["name"], int(line["value"])
