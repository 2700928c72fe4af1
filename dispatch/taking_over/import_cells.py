"""他系统的单元格: one cell read as what its field asks for; an error never repeats the cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from dispatch.rules.sheet import BadCell
from dispatch.taking_over.import_mapping import ANY, ColumnMapping, Field
from knowledge.directory import Directory
from knowledge.workbooks import moment_of

E = TypeVar("E", bound=StrEnum)
_EARLIEST = 1980
_YES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file's lines are read with: its mapping, the directory, and this moment."""

    mapping: ColumnMapping
    directory: Directory
    departments: Mapping[str, str]  # code by code, name and short name
    districts: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Cells:
    """One line's cells by field, as the file has them."""

    reading: Reading
    raw: Mapping[Field, str]

    def text(self, field: Field) -> str:
        """Return the cell, translated by the mapping; its default where it is empty."""
        told = self.raw.get(field, "").strip()
        if "\0" in told:  # PostgreSQL keeps none
            raise self.bad(field, "It may not hold the sign NUL", "Save the file anew.")
        words = self.reading.mapping.values.get(field, {})
        if told in words:
            told = words[told]
        elif told and ANY in words:
            told = words[ANY]
        return told or self.reading.mapping.defaults.get(field, "")

    def needed(self, field: Field, why: str) -> str:
        """Return the cell's text; raise BadCell when it is empty."""
        told = self.text(field)
        if not told:
            raise self.bad(field, f"{why} has a {field.value}", "Fill it in.")
        return told

    def bad(self, field: Field, rule: str, remedy: str) -> BadCell:
        """Return the error of this cell: what it must be and what kind of thing it is."""
        kind = kind_of(self.raw.get(field, "").strip())
        return BadCell(self.reading.mapping.called(field), f"{rule}; here is {kind}.", remedy)

    def member(self, field: Field, members: type[E]) -> E | None:
        """Return the cell as a member of the enumeration, None where it is empty."""
        told = self.text(field)
        if not told:
            return None
        try:
            return members(told)
        except ValueError as error:
            listed = ", ".join(member.value for member in members)
            raise self.bad(
                field,
                f"It must be one of {listed}",
                f"Translate it under [values.{field.value}].",
            ) from error

    def moment(self, field: Field) -> datetime | None:
        """Return the cell as a moment in UTC, None where it is empty."""
        told = self.text(field)
        if not told:
            return None
        found = _first(told, self.reading.mapping.formats)
        if found is None or found.year < _EARLIEST:
            formats = ", ".join(self.reading.mapping.formats)
            raise self.bad(
                field, "It must be a moment", f"Write it like {formats}, or mend `formats`."
            )
        zone = self.reading.mapping.zone
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)

    def truth(self, field: Field) -> bool | None:
        """Return yes or no, None where the cell is empty."""
        told = self.text(field)
        if told and told not in _YES:
            raise self.bad(
                field, "It must be yes or no", f"Translate it under [values.{field.value}]."
            )
        return _YES.get(told)

    def code(self, field: Field, known: Mapping[str, str]) -> str:
        """Return the code of what the cell names, empty where it is empty."""
        told = self.text(field)
        if told and told not in known:
            raise self.bad(
                field,
                "It must be a code or a name that only one has in our directory",
                f"Translate it into a code under [values.{field.value}].",
            )
        return known.get(told, "")


def kind_of(value: str) -> str:
    """Return what kind of thing a cell holds, without any of it."""
    if not value:
        return "nothing"
    if value.isdigit():
        return f"a number of {len(value)} digits"
    if all(sign.isdigit() or sign in "-/:. T+年月日时分秒" for sign in value):
        return f"a date or figure of {len(value)} characters"
    return f"a text of {len(value)} characters"


def unique(named: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return code by name for names that one code alone has; `named` is each code's names."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for code, names in named.items():
        for name in filter(None, dict.fromkeys(names)):
            if found.setdefault(name, code) != code:
                shared.add(name)
    return {code: code for code in named} | {
        name: code for name, code in found.items() if name not in shared and name not in named
    }


def _first(told: str, formats: tuple[str, ...]) -> datetime | None:
    for format in formats:
        try:
            return datetime.strptime(told, format)  # noqa: DTZ007  # the mapping's zone is added
        except ValueError:
            continue
    return moment_of(told)
