"""Who rang again, and who was called back in time, in plain Python over exported rows."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dispatch.indicators.plain_rows import Row, Rows, by
from dispatch.rules.calendar import due
from dispatch.rules.layers import Calendar
from dispatch.rules.limits import Limit, LimitUnit

_HOUR = timedelta(hours=1)
_WORKING_HOUR = Limit(1, LimitUnit.WORKING_HOURS)
_EXCUSED = ("called_again", "left_message", "do_not_call")


class Before:
    """When people rang, by who they are and by the cluster of what they told."""

    def __init__(self, rows: Rows) -> None:
        calls = [each for each in rows["call"] if each["direction"] == "in"]
        tickets = by((each for each in rows["ticket"] if each["call_id"]), "id")
        self._cluster = {
            tickets[each["ticket_id"]]["call_id"]: each["cluster_id"]
            for each in rows["cluster_member"]
            if each["left_at"] is None and each["ticket_id"] in tickets
        }
        self._of_person = _moments(calls, {each["id"]: each["person_id"] for each in calls})
        self._of_cluster = _moments(calls, self._cluster)

    def told(self, call: Row) -> dict[str, int]:
        """Return what is measured of the call."""
        person = self._of_person[call["person_id"]]
        cluster = self._of_cluster.get(self._cluster.get(call["id"]), [])
        said = {}
        for days in (7, 30):
            same = _rang(call, person, days)
            said[f"repeated_{days}"] = int(same)
            said[f"recurred_{days}"] = int(same or _rang(call, cluster, days))
        return said


def _moments(calls: list[Row], key: Mapping[Any, Any]) -> dict[Any, list[datetime]]:
    found: dict[Any, list[datetime]] = defaultdict(list)
    for call in calls:
        if call["id"] in key:
            found[key[call["id"]]].append(call["started_at"])
    return {each: sorted(moments) for each, moments in found.items()}


def _rang(call: Row, moments: list[datetime], days: int) -> bool:
    at = call["started_at"]
    return bisect_left(moments, at - timedelta(days=days)) < bisect_left(moments, at)


def returned(
    row: Row | None, calls: Mapping[Any, Row], now: datetime, calendar: Calendar
) -> dict[str, int | None]:
    """Return whether they were reached within an hour by the clock, and within a working one."""
    names = ("missed_returned", "missed_returned_working")
    if row is None:
        return dict.fromkeys(names)
    working = due(row["missed_at"], _WORKING_HOUR, calendar).due
    limits = (row["missed_at"] + _HOUR, working)
    return {
        name: _judged(row, calls, limit, now) for name, limit in zip(names, limits, strict=True)
    }


def _judged(row: Row, calls: Mapping[Any, Row], limit: datetime, now: datetime) -> int | None:
    if row["outcome"] == "returned":
        back = calls.get(row["returned_call_id"])
        reached_at = (back and back["connected_at"]) or row["closed_at"]
        if reached_at <= limit:
            return 1
        return None if row["why"] == "short" else 0
    waits = row["closed_at"] is None and limit > now
    excused = row["outcome"] in _EXCUSED or row["why"] == "short" or waits
    return None if excused else 0
