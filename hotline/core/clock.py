"""Moments: aware UTC inside, Beijing time at the edges."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this moment in UTC; read at a door, never inside a rule."""
    return datetime.now(UTC)


def beijing(moment: datetime) -> datetime:
    """Return the same moment with Beijing's offset, as people and APIs read it."""
    return moment.astimezone(BEIJING)


def beijing_day(moment: datetime) -> date:
    """Return the Beijing date on which the moment falls."""
    return beijing(moment).date()
