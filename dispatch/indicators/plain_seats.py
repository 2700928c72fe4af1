"""The facts of seats' days once more, in plain Python over exported rows (`plainly`)."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from dispatch.indicators.plain_rows import Rows, by, day_of, grouped
from hotline.core.clock import BEIJING

_DAY = timedelta(days=1)
_EPOCH = date(2000, 1, 1)
_BUSY = ("talking", "wrap_up")
Spent = dict[str, timedelta]  # by how the seat stood


def facts(rows: Rows) -> list[dict[str, Any]]:
    """Return a fact for each Beijing day on which a seat was held, from states that are over."""
    accounts = by(rows["account"], "id")
    told = grouped((each for each in rows["event"] if each["type"] == "seat.changed"), "chain")
    return [
        {
            "id": seat["account_id"] * 100_000 + (day - _EPOCH).days,
            "account_id": seat["account_id"],
            "day": day,
            "district": accounts[seat["account_id"]]["district"],
            "matter": "",
            "confidentiality": "public",
            **_measured(spent),
        }
        for seat in rows["seat"]
        for day, spent in _days(told.get(f"seat:{seat['username']}", [])).items()
    ]


def _days(told: list[Any]) -> dict[date, Spent]:
    """Return how long the seat stood how, by day; a state over midnight is parted there."""
    found: dict[date, Spent] = defaultdict(lambda: defaultdict(timedelta))
    steps = sorted(told, key=lambda each: each["seq"])
    for step, after in pairwise(steps):
        status, at = step["refs"]["status"], step["at"]
        while status != "logged_off" and at < after["at"]:
            day = day_of(at)
            until = min(after["at"], datetime.combine(day + _DAY, time(), BEIJING))
            found[day][status] += until - at
            at = until
    return found


def _measured(spent: Spent) -> dict[str, int]:
    return {
        "seat_days": 1,
        "seated_s": _seconds(spent, *spent),
        "paused_s": _seconds(spent, "paused"),
        "staffed_s": _seconds(spent, *(set(spent) - {"paused"})),
        "busy_s": _seconds(spent, *_BUSY),
    }


def _seconds(spent: Spent, *statuses: str) -> int:
    return sum((spent.get(each, timedelta()) for each in statuses), timedelta()) // _S


_S = timedelta(seconds=1)
