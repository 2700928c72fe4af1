"""What a page of figures is asked for: its period and filters, as the URL names them."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from dispatch.indicators.reading import Chosen, Period
from dispatch.indicators.terms import Key
from hotline.console import navigation
from hotline.console.portal import own_periods
from hotline.core.clock import beijing_day, now

PAGE = navigation.INDICATORS.page

Word = Annotated[str, Query(max_length=64)]
Day = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True)
class Asked:
    """The period and what was chosen; it writes itself into every link."""

    days: own_periods.Period
    chosen: Chosen

    @property
    def period(self) -> Period:
        return Period(self.days.first, self.days.last)

    def url(self, *parts: str, **more: str) -> str:
        """Return the address of a page of figures with these filters, and whatever is added."""
        path = "/".join((PAGE, *parts))
        named = {
            "department": self.chosen.department,
            "district": self.chosen.district,
            "matter": self.chosen.matter,
            "place": self.chosen.place,
            "hour": "" if self.chosen.hour is None else str(self.chosen.hour),
        }
        days = {"from": self.days.first.isoformat(), "until": self.days.last.isoformat()}
        kept = {key: value for key, value in named.items() if value}
        return f"{path}?{urlencode({**days, **kept, **more})}"

    def of(self, key: Key, value: str) -> "Asked | None":
        """Return the same of one value of a key alone; None where no filter can name it."""
        if key is Key.DAY:
            return replace(self, days=own_periods.asked(value, value, self.days.last))
        if key is Key.HOUR:
            return replace(self, chosen=replace(self.chosen, hour=int(value)))
        if not value:
            return None
        if key is Key.DEPARTMENT:
            return replace(self, chosen=replace(self.chosen, department=value))
        if key is Key.DISTRICT:
            return replace(self, chosen=replace(self.chosen, place=value))
        return replace(self, chosen=replace(self.chosen, matter=value))

    def during(self, days: own_periods.Period) -> "Asked":
        """Return the same of another period."""
        return replace(self, days=days)


def asked(
    first: Annotated[str, Query(alias="from", max_length=10)] = "",
    until: Day = "",
    department: Word = "",
    district: Word = "",
    matter: Word = "",
    place: Word = "",
    hour: Annotated[str, Query(max_length=2)] = "",
) -> Asked:
    """Return what was asked for; what can't be meant is left out."""
    words = (department, district, matter, place)
    unit, area, what, alone = (each.replace("\0", "").strip() for each in words)
    at = int(hour) if hour.isdecimal() and hour.isascii() and int(hour) < 24 else None
    days = own_periods.asked(first, until, beijing_day(now()))
    return Asked(days, Chosen(unit, area, what, at, alone))


Filters = Annotated[Asked, Depends(asked)]
