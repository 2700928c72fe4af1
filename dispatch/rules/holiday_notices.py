"""放假通知: reads the packaged calendar layers, and notices that arrive as files.

The national days come from the kept library `chinesecalendar`; everything else, and a national
notice that the library does not have yet, from CSV files under `data/calendars/`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import chinese_calendar

from dispatch.rules.hours import Hours, parse_spans
from dispatch.rules.layers import (
    NATIONAL,
    Calendar,
    Day,
    DayEnd,
    DayKind,
    Layer,
    Source,
    chain,
    stack,
)
from dispatch.rules.sheet import (
    BadCell,
    Line,
    date_in,
    date_or_none,
    member_in,
    parse_sheet,
    parsed_in,
    read_sheet,
)

CALENDARS = Path(__file__).parents[1] / "data" / "calendars"

DAY_COLUMNS = ("layer", "date", "kind", "name", "notice", "publisher", "issued", "found_at")
_HOUR_COLUMNS = ("layer", "since", "until", "spans", "source")
_LAYER_COLUMNS = ("layer", "name")


@dataclass(frozen=True, slots=True)
class _LayerHours:
    layer: str
    hours: Hours


@cache
def load_calendar(district_code: str, day_end: DayEnd = DayEnd.CLOSE) -> Calendar:
    """Return the packaged calendar of a district: `000000`, `540000`, `540100`, a county's.

    Raises BadCalendar for a code outside the packaged layers.
    """
    return stack(load_layers(district_code), day_end)


def load_layers(district_code: str) -> tuple[Layer, ...]:
    """Return the packaged layers of a district, widest first; raises BadCalendar."""
    return tuple(_layer(code, packaged_days()) for code in chain(district_code, _names()))


def calendar_with(
    district_code: str, imported: Sequence[Day], *, unit: str = "", version: int = 0
) -> Calendar:
    """Return the packaged calendar with the imported days over it, a later day winning.

    A county that has days of its own gets a layer, and so does the unit, by its code after the
    slash: `540100/x`. Raises BadCalendar for a code outside the known layers.
    """
    named = list(dict.fromkeys(day.layer for day in imported))
    counties = [code for code in named if "/" not in code]
    codes = [
        *chain(district_code, [*_names(), *counties]),
        *(code for code in named if unit and code.partition("/")[2] == unit),
    ]
    days = (*packaged_days(), *imported)
    layers = [_layer(code, days) for code in dict.fromkeys(codes)]
    return replace(stack(layers), version=version)


def parse_days(name: str, text: str) -> tuple[Day, ...]:
    """Read the text of a notice file that is called `name`, as `read_days` does."""
    return parse_sheet(name, text, DAY_COLUMNS, _read_day, key=_date_of)


def _layer(code: str, days: Iterable[Day]) -> Layer:
    names = _names()
    return Layer(
        code,
        names.get(code, code),
        tuple(day for day in days if day.layer == code),
        tuple(each.hours for each in _packaged_hours() if each.layer == code),
        announces=code in names,
    )


def read_days(path: Path) -> tuple[Day, ...]:
    """Read a notice file, one date a line: all of it, or BadSheet with an error per bad line."""
    return read_sheet(path, DAY_COLUMNS, _read_day, key=_date_of)


def library_days() -> tuple[Day, ...]:
    """Return every holiday and make-up day of the kept library, its version as the source."""
    source = Source(f"chinesecalendar {chinese_calendar.__version__}", "国务院办公厅")
    return (
        *_library_days(chinese_calendar.holidays, DayKind.OFF, source),
        *_library_days(chinese_calendar.workdays, DayKind.WORK, source),
    )


def _library_days(named: Mapping[date, str], kind: DayKind, source: Source) -> Iterable[Day]:
    for day, name in sorted(named.items()):
        yield Day(NATIONAL, day, kind, chinese_calendar.Holiday(name).chinese, source)


def _date_of(day: Day) -> tuple[str, date]:
    return day.layer, day.date


def _read_day(line: Line) -> Day:
    parsed_in(line, "layer", lambda code: chain(code, _names()))
    if not line["notice"]:
        raise BadCell("notice", "The day has no source.", "Name the notice it comes from.")
    issued = date_or_none(line, "issued")
    return Day(
        line["layer"],
        date_in(line, "date"),
        member_in(line, "kind", DayKind),
        line["name"],
        Source(line["notice"], line["publisher"], issued, line["found_at"]),
    )


def _read_hours(line: Line) -> _LayerHours:
    since, until = date_or_none(line, "since"), date_or_none(line, "until")
    hours = parsed_in(
        line, "spans", lambda text: Hours(parse_spans(text), since, until, line["source"])
    )
    return _LayerHours(line["layer"], hours)


@cache
def _names() -> dict[str, str]:
    rows = read_sheet(
        CALENDARS / "layers.csv",
        _LAYER_COLUMNS,
        lambda line: (line["layer"], line["name"]),
        key=lambda row: row[0],
    )
    return dict(rows)


@cache
def packaged_days() -> tuple[Day, ...]:
    """Return every day of the kept library and of the packaged notice files."""
    files = sorted(CALENDARS.glob("[0-9]*.csv"))
    return (*library_days(), *(day for path in files for day in read_days(path)))


@cache
def _packaged_hours() -> tuple[_LayerHours, ...]:
    return read_sheet(
        CALENDARS / "hours.csv",
        _HOUR_COLUMNS,
        _read_hours,
        key=lambda row: (row.layer, row.hours.since, row.hours.until),
    )
