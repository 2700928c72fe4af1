"""日历层: what each notice says of each day, and the calendar they make when stacked.

Layers go from wide to narrow: national notice, region, 地(市), unit. For each date the narrowest
layer that names it wins; a date that none names follows the weekday rule (放假办法 art. 4 lets
local governments fix the days of minority festivals; domain.md 2.5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from dispatch.rules.hours import WHOLE_DAY, Hours, Span, parse_moment
from hotline.core.errors import Invalid

NATIONAL = "000000"


class BadCalendar(Invalid):
    title = "Calendar not usable"


class DayKind(StrEnum):
    """off 休息, work 上班 (a make-up day too), half 上班半天 (the morning span only)."""

    OFF = "off"
    WORK = "work"
    HALF = "half"


class DayEnd(StrEnum):
    """When the last day of a day limit ends (民法典 203): at close of business, or at 24:00."""

    CLOSE = "close"
    MIDNIGHT = "midnight"


@dataclass(frozen=True, slots=True)
class Source:
    """The notice a day comes from; empty where not known."""

    notice: str
    publisher: str = ""
    issued: date | None = None
    found_at: str = ""

    def __str__(self) -> str:
        issued = self.issued.isoformat() if self.issued else ""
        return "; ".join(
            part for part in (self.notice, self.publisher, issued, self.found_at) if part
        )


@dataclass(frozen=True, slots=True)
class Day:
    """What one layer says of one date; `provisional` while a notice it waits for is not out."""

    layer: str
    date: date
    kind: DayKind
    name: str
    source: Source
    provisional: bool = False


WEEKDAY_RULE = Source("weekday rule: Monday to Friday are worked")


@dataclass(frozen=True, slots=True)
class Layer:
    """One publisher's days and hours.

    `announces`: the publisher issues days every year, so that dates after its last announced
    year are still open; a unit's one-off closures are not.
    """

    code: str
    name: str
    days: tuple[Day, ...] = ()
    hours: tuple[Hours, ...] = ()
    announces: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Stacked layers; build it with `stack`. `ruled` holds the winning day of each named date."""

    layers: tuple[Layer, ...]
    day_end: DayEnd | timedelta  # a time of day, from its midnight
    ruled: Mapping[date, Day]
    hours: tuple[Hours, ...]
    first_year: int
    last_year: int
    version: int = 0  # the newest imported notice in it; 0: the packaged days alone

    def day(self, day: date) -> Day:
        """Return the winning layer's word on the date, or the weekday rule's."""
        ruled = self.ruled.get(day)
        if ruled is not None:
            return ruled
        kind = DayKind.WORK if day.weekday() < 5 else DayKind.OFF
        announced = self.first_year <= day.year <= self.last_year
        return Day("", day, kind, "", WEEKDAY_RULE, not announced)

    def spans(self, day: Day) -> tuple[Span, ...]:
        """Return the day's business spans: none when off, the first alone on a half day."""
        if day.kind is DayKind.OFF:
            return ()
        spans = self._hours(day.date)
        return spans[:1] if day.kind is DayKind.HALF else spans

    def end_of(self, day: Day) -> timedelta:
        """Return when a day limit ends on this day, from its midnight, by the `day_end` setting."""
        if isinstance(self.day_end, timedelta):
            return self.day_end
        if self.day_end is DayEnd.MIDNIGHT:
            return WHOLE_DAY
        return (self.spans(day) or self._hours(day.date))[-1].closes

    def _hours(self, day: date) -> tuple[Span, ...]:
        return next(hours.spans for hours in self.hours if hours.applies(day))


def stack(layers: Sequence[Layer], day_end: DayEnd | timedelta = DayEnd.CLOSE) -> Calendar:
    """Lay the layers over one another, widest first.

    Raises BadCalendar when no business hours are open-ended, as some date would have none.
    """
    hours = tuple(hours for layer in reversed(layers) for hours in _latest_first(layer.hours))
    if not any(each.since is None and each.until is None for each in hours):
        raise BadCalendar(
            "The calendar has no business hours that always apply.",
            remedy="Give its widest layer hours without effective dates.",
        )
    base = [day.date.year for day in layers[0].days]
    last_years = [_last_year(layer) for layer in layers]
    ruled: dict[date, Day] = {}
    for at, layer in enumerate(layers):
        narrower = min(last_years[at + 1 :], default=date.max.year)
        for day in layer.days:
            ruled[day.date] = replace(day, provisional=day.date.year > narrower)
    last_year = min(*last_years, max(base, default=0))
    return Calendar(tuple(layers), day_end, ruled, hours, min(base, default=1), last_year)


def parse_end(text: str) -> DayEnd | timedelta:
    """Read when a day ends: `close`, `midnight` or a time of day like 17:30.

    Raises BadHours for anything else, and for 00:00, at which no day ends.
    """
    return DayEnd(text) if text in list(DayEnd) else parse_moment(text)


def ending(calendar: Calendar, ends_at: str) -> Calendar:
    """Return the calendar with its days ending then; an empty text leaves them as they are."""
    return replace(calendar, day_end=parse_end(ends_at)) if ends_at else calendar


def with_days(calendar: Calendar, days: Iterable[Day]) -> Calendar:
    """Return the calendar with newly loaded days laid into their layers, the new word winning.

    Days of layers that this calendar does not stack are left aside.
    """
    given = list(days)
    layers = [
        replace(layer, days=(*layer.days, *(day for day in given if day.layer == layer.code)))
        for layer in calendar.layers
    ]
    return stack(layers, calendar.day_end)


def chain(code: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the layer codes of a district, widest first: national, region, 地(市), own.

    A county (GB/T 2260: the same first four digits) follows its 地(市); `540100/x` adds a unit's
    own layer. Raises BadCalendar, naming the known codes, for a code outside all of them.
    """
    listed = set(known)
    district, _, unit = code.partition("/")
    region, prefecture = district[:2] + "0000", district[:4] + "00"
    codes = list(dict.fromkeys((NATIONAL, region, prefecture)))
    well_formed = len(district) == 6 and district.isascii() and district.isdigit()
    stray = prefecture == region != district
    if not well_formed or stray or not listed.issuperset(codes):
        raise BadCalendar(
            f"There is no calendar for the district {code!r}.",
            remedy=f"Give one of {', '.join(sorted(listed))}, or a county of one of them.",
        )
    if district in listed and district not in codes:
        codes.append(district)
    return (*codes, code) if unit else tuple(codes)


def _latest_first(hours: Iterable[Hours]) -> list[Hours]:
    return sorted(hours, key=lambda each: each.since or date.min, reverse=True)


def _last_year(layer: Layer) -> int:
    if not layer.announces:
        return date.max.year
    return max((day.date.year for day in layer.days), default=date.max.year)
