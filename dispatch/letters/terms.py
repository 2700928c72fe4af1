"""What a site settles about its letters, from a file: the pattern of 文号, and publication."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dispatch.rules.sheet import BadCell, Line, read_sheet

TERMS = Path(__file__).parents[1] / "data" / "letters.csv"
NUMBER, PUBLISH = "number", "publish_bulletins"

_COLUMNS = ("name", "value", "basis")
_YES, _NO = "yes", "no"
_YEAR, _COUNT, _LONGEST = 2026, 999_999, 64  # a number as a pattern is tried, and its letters


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    value: str
    basis: str

    @property
    def is_on(self) -> bool:
        return self.value == _YES


def site_terms(folder: Path) -> Mapping[str, Term]:
    """Return the terms by name: the site's own file in this folder, else the packaged one."""
    own = folder / TERMS.name
    return read_terms(own if own.exists() else TERMS)


@cache
def read_terms(path: Path) -> Mapping[str, Term]:
    """Read the terms, once a process: all of them, or BadSheet with an error per bad line.

    What the site's file leaves out is as packaged.
    """
    packaged = {} if path == TERMS else read_terms(TERMS)
    own = read_sheet(path, _COLUMNS, _read, key=lambda term: term.name)
    return {**packaged, **{each.name: each for each in own}}


def _read(line: Line) -> Term:
    for column in _COLUMNS:
        if not line[column]:
            raise BadCell(column, "It is empty.", "Every term needs its value and its basis.")
    if line["name"] not in (NUMBER, PUBLISH):
        raise BadCell("name", f"{line['name']!r} is no term.", f"Write {NUMBER} or {PUBLISH}.")
    if line["name"] == NUMBER and not _is_pattern(line["value"]):
        raise BadCell("value", "It is no pattern.", "Write {year} and {count} once each, and no /.")
    if line["name"] == PUBLISH and line["value"] not in (_YES, _NO):
        raise BadCell("value", "It is neither yes nor no.", "Write yes or no.")
    return Term(line["name"], line["value"], line["basis"])


def _is_pattern(text: str) -> bool:
    """Return whether letters can be numbered by it; the number is part of an address."""
    try:
        named = [name for _, name, *_ in string.Formatter().parse(text) if name is not None]
        made = text.format(year=_YEAR, count=_COUNT)
    except (ValueError, LookupError, TypeError):
        return False
    return sorted(named) == ["count", "year"] and len(made) <= _LONGEST and "/" not in made
