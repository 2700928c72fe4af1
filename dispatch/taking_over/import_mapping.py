"""对照表: which column of another system's sheet holds what, and what its words mean here.

A TOML file says it: `origin`, `[columns]`, `[values.FIELD]`, `[defaults]`; see docs/import.md.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.core.errors import Invalid

ANY = "*"  # a value that no other translation names
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
)
_LONGEST_ORIGIN = 40
_LONGEST_FILE = 1 << 20
_UTF8 = "Give a UTF-8 TOML file."
_KEYS = ("origin", "sheet", "timezone", "formats", "columns", "values", "defaults")


class Field(StrEnum):
    """What a column of another system's sheet may hold."""

    NUMBER = "number"
    REGISTERED_AT = "registered_at"
    TEXT = "text"
    CALLER = "caller"
    SOURCE = "source"
    REQUEST_TYPE = "request_type"
    MATTER = "matter"
    DISTRICT = "district"
    URGENCY = "urgency"
    TIME_CLASS = "time_class"
    STATUS = "status"
    DEPARTMENT = "department"
    DISPATCHED_AT = "dispatched_at"
    DUE_AT = "due_at"
    REPLIED_AT = "replied_at"
    RESULT = "result"
    PUBLIC_REPLY = "public_reply"
    IS_TRUE = "is_true"
    IS_SOLVED = "is_solved"
    CLOSED_AT = "closed_at"
    CLOSING = "closing"
    SATISFACTION = "satisfaction"


_ALWAYS = (Field.NUMBER, Field.REGISTERED_AT, Field.TEXT)
_OF_ONE_TICKET = frozenset(
    {*_ALWAYS, Field.CALLER, Field.DISPATCHED_AT, Field.DUE_AT, Field.REPLIED_AT, Field.CLOSED_AT}
)


class BadMapping(Invalid):
    title = "Mapping not understood"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How another system's sheet is read; `origin` is that system's name."""

    origin: str
    columns: Mapping[Field, str]
    values: Mapping[Field, Mapping[str, str]]
    defaults: Mapping[Field, str]
    formats: tuple[str, ...]
    zone: ZoneInfo
    sheet: str = ""

    def called(self, field: Field) -> str:
        """Return the column's own heading, as an error names it."""
        return self.columns.get(field, field.value)


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file; raise BadMapping saying which key is wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadMapping(f"{path} can't be read.", remedy=_UTF8) from error
    return parse_mapping(str(path), mapping_text(str(path), content))


def mapping_text(name: str, content: bytes) -> str:
    """Return the text of a mapping file that is called `name`; raise BadMapping."""
    if len(content) > _LONGEST_FILE:
        raise BadMapping(f"{name} is longer than any mapping.", remedy=_UTF8)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadMapping(f"{name} can't be read.", remedy=_UTF8) from error


def parse_mapping(name: str, text: str) -> ColumnMapping:
    """Read the text of a mapping file that is called `name`; raise BadMapping."""
    try:
        told = tomllib.loads(text)
    except RecursionError as error:
        raise BadMapping(f"{name} is nested too deep.", remedy="Write plain tables.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{name} is no TOML: {error}.", remedy="Mend that line.") from error
    unknown = sorted(set(told) - set(_KEYS))
    if unknown:
        raise BadMapping(f"{name}: {unknown[0]!r} means nothing.", remedy=_one_of(_KEYS))
    columns = _texts(name, "columns", told.get("columns"))
    defaults = _texts(name, "defaults", told.get("defaults"))
    _check(name, columns, defaults)
    return ColumnMapping(
        _origin(name, told.get("origin")),
        columns,
        _translations(name, told.get("values")),
        defaults,
        _formats(name, told.get("formats")),
        _zone(name, told.get("timezone", "Asia/Shanghai")),
        str(told.get("sheet", "")),
    )


def _check(name: str, columns: Mapping[Field, str], defaults: Mapping[Field, str]) -> None:
    for field in _ALWAYS:
        if not columns.get(field):
            raise BadMapping(
                f"{name}: [columns] names no {field.value}.", remedy="Every ticket has one."
            )
    if Field.STATUS not in columns and Field.STATUS not in defaults:
        raise BadMapping(
            f"{name}: nothing says a ticket's status.",
            remedy="Name its column, or one for all under [defaults].",
        )
    for field in defaults:
        if field in _OF_ONE_TICKET:
            raise BadMapping(
                f"{name}: [defaults] gives every ticket the same {field.value}.",
                remedy="Name its column, or leave it out.",
            )


def _texts(name: str, part: str, told: Any) -> dict[Field, str]:
    """Return a table of texts by field."""
    if not isinstance(told if told is not None else {}, dict):
        raise BadMapping(
            f"{name}: [{part}] is no table.", remedy='Write lines like number = "编号"'
        )
    found = {}
    for key, value in (told or {}).items():
        if not isinstance(value, str):
            raise BadMapping(f"{name}: {part}.{key} is no text.", remedy="Put it into quotes.")
        found[_field(name, part, key)] = value.strip()
    return found


def _translations(name: str, told: Any) -> dict[Field, dict[str, str]]:
    if not isinstance(told if told is not None else {}, dict):
        raise BadMapping(f"{name}: [values] is no table.", remedy="Write [values.status] tables.")
    found = {}
    for key, values in (told or {}).items():
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            raise BadMapping(
                f"{name}: [values.{key}] is no table of texts.",
                remedy='Write lines like "已办结" = "closed".',
            )
        found[_field(name, "values", key)] = {one.strip(): to for one, to in values.items()}
    return found


def _field(name: str, part: str, key: str) -> Field:
    try:
        return Field(key)
    except ValueError as error:
        raise BadMapping(f"{name}: {part}.{key} means nothing.", remedy=_one_of(Field)) from error


def _origin(name: str, told: Any) -> str:
    if not isinstance(told, str) or not 1 <= len(told.strip()) <= _LONGEST_ORIGIN:
        raise BadMapping(
            f"{name}: `origin` must name the other system in {_LONGEST_ORIGIN} characters at most.",
            remedy='Write a line like origin = "旧热线系统".',
        )
    return told.strip()


def _formats(name: str, told: Any) -> tuple[str, ...]:
    listed = FORMATS if told is None else told
    if not isinstance(listed, list | tuple) or not listed or not all(map(_is_format, listed)):
        raise BadMapping(
            f"{name}: `formats` must list how moments are written.",
            remedy='Write formats = ["%Y-%m-%d %H:%M"].',
        )
    return tuple(listed)


def _is_format(told: Any) -> bool:
    """Return whether a moment with a year can be read by it; a doubled code is no pattern."""
    if not isinstance(told, str) or "%Y" not in told:
        return False
    try:
        datetime.strptime("", told)  # noqa: DTZ007  # nothing is read
    except ValueError:  # the empty text does not fit
        return True
    except re.error:
        return False
    return True


def _zone(name: str, told: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(told))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadMapping(
            f"{name}: {told!r} is no time zone.", remedy="Write Asia/Shanghai."
        ) from error


def _one_of(names: Any) -> str:
    return f"Write one of {', '.join(map(str, names))}."
