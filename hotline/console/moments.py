"""Moments and spans as people read them."""

from datetime import date, datetime, timedelta

from hotline.console.words import say
from hotline.core.clock import beijing

_WEEKDAYS = "一二三四五六日"


def short(moment: datetime) -> str:
    """Return month, day and time: for lists."""
    return f"{beijing(moment):%m-%d %H:%M}"


def full(moment: datetime) -> str:
    """Return the moment with its weekday, as one says it."""
    at = beijing(moment)
    return f"{at.month}月{at.day}日（周{_WEEKDAYS[at.weekday()]}）{at:%H:%M}"


def day(of: date) -> str:
    """Return the day with its year and weekday: one that may be months away."""
    return f"{of.year}年{of.month}月{of.day}日（周{_WEEKDAYS[of.weekday()]}）"


def span(length: timedelta) -> str:
    """Return a length in its two largest units."""
    minutes = int(abs(length).total_seconds()) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return say("countdown.days", days=days, hours=hours % 24)
    if hours:
        return say("countdown.hours", hours=hours, minutes=minutes % 60)
    return say("countdown.minutes", minutes=minutes)
