"""The facts of calls once more, in plain Python over exported rows (`plainly`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dispatch.indicators import plain_again
from dispatch.indicators.plain_rows import Row, Rows, by, day_of, grouped
from dispatch.rules.layers import Calendar
from hotline.core.clock import beijing

_HELD = ("call.held", "call.resumed", "call.transferred", "call.ended")


def facts(rows: Rows, now: datetime, calendar: Calendar) -> list[dict[str, Any]]:
    """Return a fact for each incoming call; the calendar is the hotline's own."""
    calls = [each for each in rows["call"] if each["direction"] == "in"]
    entries, missed = by(rows["queue_entry"], "call_id"), by(rows["missed_call"], "call_id")
    wraps, rated = grouped(rows["wrap_up"], "call_id"), by(rows["rating"], "call_id")
    tickets, mine = by(rows["ticket"], "id"), by(rows["ticket"], "call_id")
    reminded = by(rows["reminder"], "call_id")
    again, every = plain_again.Before(rows), by(rows["call"], "id")
    told = grouped((each for each in rows["event"] if each["type"] in _HELD), "chain")
    return [
        {
            **_keys(call, _ticket_of(call, mine, reminded, tickets)),
            **_queue(call, entries.get(call["id"])),
            **_waited(call, entries.get(call["id"])),
            **_handled(call, wraps.get(call["id"], []), told.get(f"call:{call['id']}", [])),
            **again.told(call),
            **plain_again.returned(missed.get(call["id"]), every, now, calendar),
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
        said: list[int | None] = [None] * 9
    else:
        within = [int(heard is not None and heard <= asked + _s(each)) for each in (15, 20, 30)]
        gone = heard is None and entry is not None and entry["why_left"] == "gone"
        spent = entry["left_at"] - asked if gone and entry else None
        soon = spent is not None and spent < _s(5)
        late = [spent is not None and _s(5) <= spent <= _s(each) for each in (15, 20, 30)]
        said = [int(heard is not None), *within, *map(int, (gone, soon, *late))]
    names = ("answered", "answered_15", "answered_20", "answered_30")
    gave_up = ("abandoned_15", "abandoned_20", "abandoned_30")
    every = (*names, "abandoned", "abandoned_short", *gave_up)
    return {"offered": int(asked is not None), **dict(zip(every, said, strict=True))}


def _waited(call: Row, entry: Row | None) -> dict[str, int | None]:
    asked, heard, ended = call["queued_at"], call["connected_at"], call["ended_at"]
    left = heard or (entry and entry["left_at"]) or ended
    waits_no_more = asked is not None and (heard is not None or ended is not None)
    return {"waited_s": _whole(asked, left) if waits_no_more else None}


def _handled(call: Row, wraps: Sequence[Row], told: Sequence[Row]) -> dict[str, int | None]:
    heard, ended = call["connected_at"], call["ended_at"]
    done = [each for each in wraps if each["ended_at"]]
    spent = sum(_whole(each["began_at"], each["ended_at"]) for each in done)
    said: dict[str, int | None] = {"wrapped_s": spent if done else None}
    if heard is None or ended is None:
        return {**said, **dict.fromkeys(("talked_s", "held_s", "spoken_s", "handled_s"))}
    talked, held = _whole(heard, ended), _held(told, ended)
    whole = talked + spent if len(done) == len(wraps) else None
    return {
        **said,
        **{"talked_s": talked, "held_s": held, "spoken_s": talked - held, "handled_s": whole},
    }


def _held(told: Sequence[Row], ended: datetime) -> int:
    """Return how long the caller was held: from each 保持 until the next thing that was told."""
    steps = sorted(told, key=lambda each: each["seq"])
    ends = [*(each["at"] for each in steps[1:]), ended]
    held = zip(steps, ends, strict=False)
    spans = [to - step["at"] for step, to in held if step["type"] == "call.held"]
    return sum(spans, timedelta()) // _s(1)


def _s(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def _whole(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(seconds=1)
