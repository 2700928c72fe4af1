"""The facts of calls once more, in plain Python over exported rows (`plainly`)."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dispatch.indicators.plain_rows import Row, Rows, by, day_of, grouped
from hotline.core.clock import beijing

_HOUR = timedelta(hours=1)
_EXCUSED = ("called_again", "left_message", "do_not_call")


def facts(rows: Rows, now: datetime) -> list[dict[str, Any]]:
    """Return a fact for each incoming call."""
    calls = [each for each in rows["call"] if each["direction"] == "in"]
    entries, missed = by(rows["queue_entry"], "call_id"), by(rows["missed_call"], "call_id")
    wraps, rated = grouped(rows["wrap_up"], "call_id"), by(rows["rating"], "call_id")
    tickets, mine = by(rows["ticket"], "id"), by(rows["ticket"], "call_id")
    reminded = by(rows["reminder"], "call_id")
    rang, every = _rang(calls), by(rows["call"], "id")
    return [
        {
            **_keys(call, _ticket_of(call, mine, reminded, tickets)),
            **_queue(call, entries.get(call["id"])),
            **_times(call, entries.get(call["id"]), wraps.get(call["id"], [])),
            "repeated_7": _repeated(call, rang[call["person_id"]], 7),
            "repeated_30": _repeated(call, rang[call["person_id"]], 30),
            "missed_returned": _returned(missed.get(call["id"]), every, now),
            "call_satisfied": _content(rated.get(call["id"])),
        }
        for call in calls
    ]


def _ticket_of(
    call: Row, mine: Mapping[Any, Row], reminded: Mapping[Any, Row], tickets: Mapping[Any, Row]
) -> Row | None:
    """Return the ticket that the call registered, else the one that it reminded of."""
    if call["id"] in mine:
        return mine[call["id"]]
    again = reminded.get(call["id"])
    return tickets[again["ticket_id"]] if again else None


def _content(rating: Row | None) -> int | None:
    return None if rating is None else int(rating["satisfaction"] >= 3)


def _rang(calls: Sequence[Row]) -> dict[Any, list[datetime]]:
    found: dict[Any, list[datetime]] = {}
    for call in calls:
        found.setdefault(call["person_id"], []).append(call["started_at"])
    return {person: sorted(moments) for person, moments in found.items()}


def _keys(call: Row, ticket: Row | None) -> dict[str, Any]:
    category = ticket["category"] if ticket else None
    return {
        "id": call["serial"],
        "call_id": call["id"],
        "ticket_id": ticket["id"] if ticket else None,
        "day": day_of(call["started_at"]),
        "hour": beijing(call["started_at"]).hour,
        "district": ticket["district"] if ticket else "",
        "matter": (category[0] or "") if category else "",
        "confidentiality": ticket["confidentiality"] if ticket else "public",
        "inbound": 1,
    }


def _queue(call: Row, entry: Row | None) -> dict[str, int | None]:
    asked, heard = call["queued_at"], call["connected_at"]
    if asked is None or (heard is None and call["ended_at"] is None):
        said: list[int | None] = [None] * 6
    else:
        within = [int(heard is not None and heard <= asked + _s(each)) for each in (15, 20, 30)]
        gone = heard is None and entry is not None and entry["why_left"] == "gone"
        soon = gone and entry is not None and entry["left_at"] < asked + _s(5)
        said = [int(heard is not None), *within, int(gone), int(soon)]
    names = ("answered", "answered_15", "answered_20", "answered_30")
    every = (*names, "abandoned", "abandoned_short")
    return {"offered": int(asked is not None), **dict(zip(every, said, strict=True))}


def _times(call: Row, entry: Row | None, wraps: Sequence[Row]) -> dict[str, int | None]:
    asked, heard, ended = call["queued_at"], call["connected_at"], call["ended_at"]
    left = heard or (entry and entry["left_at"]) or ended
    waits_no_more = asked is not None and (heard is not None or ended is not None)
    spent = [_whole(each["began_at"], each["ended_at"]) for each in wraps if each["ended_at"]]
    return {
        "waited_s": _whole(asked, left) if waits_no_more else None,
        "talked_s": _whole(heard, ended) if heard and ended else None,
        "wrapped_s": sum(spent) if spent else None,
    }


def _repeated(call: Row, moments: Sequence[datetime], days: int) -> int:
    at = call["started_at"]
    since, until = bisect_left(moments, at - timedelta(days=days)), bisect_left(moments, at)
    return int(until > since)


def _returned(row: Row | None, calls: Mapping[Any, Row], now: datetime) -> int | None:
    if row is None:
        return None
    limit = row["missed_at"] + _HOUR
    if row["outcome"] == "returned":
        back = calls.get(row["returned_call_id"])
        reached_at = (back and back["connected_at"]) or row["closed_at"]
        return int(reached_at <= limit)
    waits = row["closed_at"] is None and limit > now
    excused = row["outcome"] in _EXCUSED or row["why"] == "short" or waits
    return None if excused else 0


def _s(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def _whole(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(seconds=1)
