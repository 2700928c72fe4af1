"""约定的日子: a clock that runs to a day somebody named, where no policy sets its limit."""

from dataclasses import dataclass
from datetime import date, datetime

from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.terms import ClockKind
from hotline.core.clock import beijing_day


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a clock is given when a person sets it: its kind, how long, and when yellow strikes."""

    kind: ClockKind
    limit: Limit
    warning_percent: int = 75
    pauses: Wait = Wait.NONE
    ends_at: str = ""
    calendar: Scope = Scope.UNIT


def until_day(kind: ClockKind, day: date, *, now: datetime) -> Appointment:
    """Return a limit that ends at the close of the day; raise BadLimit for today or earlier."""
    days = (day - beijing_day(now)).days
    return Appointment(kind, Limit(days, LimitUnit.NATURAL_DAYS))
