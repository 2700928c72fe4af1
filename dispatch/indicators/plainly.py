"""The same facts and figures once more, slowly, in plain Python over exported rows.

It shares no SQL with `measures` and `reading`: what both say is right, or wrong in two ways alike.
A row is a mapping of a table's columns; `Rows` holds whole tables, by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dispatch.indicators import plain_calls, plain_seats
from dispatch.indicators.definitions import Definition
from dispatch.indicators.plain_rows import Row, Rows, by, day_of, grouped
from dispatch.indicators.terms import RANKS, Unit
from dispatch.rules.layers import Calendar

Fact = dict[str, Any]
Sums = tuple[int, int, int]  # numerator, denominator, excluded
_DONE = ("completed", "unreachable")


def facts(rows: Rows, *, now: datetime, calendar: Calendar) -> dict[Unit, list[Fact]]:
    """Return every fact that there is; the calendar is the hotline's own (`working.calendar`)."""
    tickets = by(rows["ticket"], "id")
    return {
        Unit.TICKET: _tickets(rows, now),
        Unit.ORDER: _orders(rows, tickets, now),
        Unit.CALL: plain_calls.facts(rows, now, calendar),
        Unit.SEAT: plain_seats.facts(rows),
    }


def figure(found: Iterable[Fact], versions: Sequence[Definition], first: date, last: date) -> Sums:
    """Return one figure, each day as its own version of the definition has it."""
    of = excluded = 0
    said: list[int] = []
    for fact in found:
        if not first <= fact["day"] <= last:
            continue
        for each in versions:
            if each.since <= fact["day"] and (each.until is None or fact["day"] <= each.until):
                counted, judged = fact[each.numerator], fact[each.denominator]
                if counted is None or not judged:
                    excluded += 1
                else:
                    said.append(counted)
                    of += judged
    percent = next((RANKS[each.kind] for each in versions if each.kind in RANKS), None)
    return sum(said) if percent is None else at_rank(said, percent), of, excluded


def at_rank(said: Sequence[int], percent: int) -> int:
    """Return the least of them that at least so many percent do not exceed; 0 of none."""
    for place, each in enumerate(sorted(said), start=1):
        if 100 * place >= percent * len(said):
            return each
    return 0


def _place(ticket: Row) -> Fact:
    category = ticket["category"]
    return {
        "district": ticket["district"],
        "matter": (category[0] or "") if category else "",
        "confidentiality": ticket["confidentiality"],
    }


def _tickets(rows: Rows, now: datetime) -> list[Fact]:
    known = _BesideTickets(rows)
    return [
        {
            "id": ticket["id"],
            "day": day_of(ticket["created_at"]),
            **_place(ticket),
            "requests": 1,
            "matters": int(ticket["id"] not in known.merged),
            **_answered(ticket, known),
            "dispatched_on_time": _sent_in_time(ticket, known, now),
            "called_back": _called_back(known.rounds.get(ticket["id"], [])),
            "reminded": int(ticket["reminders"] > 0),
        }
        for ticket in rows["ticket"]
    ]


class _BesideTickets:
    """What lies beside tickets, by what it hangs on."""

    def __init__(self, rows: Rows) -> None:
        mains = {each["id"]: each["main_id"] for each in rows["cluster"]}
        self.merged = {
            each["ticket_id"]
            for each in rows["cluster_member"]
            if each["left_at"] is None and mains[each["cluster_id"]] != each["ticket_id"]
        }
        self.told = {each["ticket_id"] for each in rows["direct_answer"]}
        self.sent: dict[int, datetime] = {}  # when the first order went out
        for each in rows["work_order"]:
            at = self.sent.get(each["ticket_id"], each["dispatched_at"])
            self.sent[each["ticket_id"]] = min(at, each["dispatched_at"])
        self.clocks = grouped(rows["clock"], "subject")
        self.rounds = grouped(rows["callback"], "ticket_id")


def _answered(ticket: Row, known: _BesideTickets) -> Fact:
    on_line = ticket["id"] in known.told and ticket["id"] not in known.sent
    once = on_line and not ticket["redone"] and ticket["closed_at"] is not None
    return {"answered_on_line": int(on_line), "answered_once": int(once)}


def _sent_in_time(ticket: Row, known: _BesideTickets, now: datetime) -> int | None:
    mine = known.clocks.get(f"ticket:{ticket['number']}", [])
    sent = known.sent.get(ticket["id"])
    own = [
        each
        for each in mine
        if each["kind"] == "dispatch_by"
        and (each["stopped_at"] is None or (sent is not None and sent <= each["stopped_at"]))
    ]
    if not own:
        return None
    first = min(own, key=lambda each: (each["generation"], each["id"]))
    if first["stopped_at"] is None:
        return 0 if first["due_at"] <= now and not first["waits_for"] else None
    return int(first["stopped_at"] <= first["due_at"])


def _called_back(rounds: Sequence[Row]) -> int | None:
    over = [each for each in rounds if each["status"] in _DONE]
    if not over:
        return None
    return int(max(over, key=lambda each: each["round"])["status"] == "completed")


def _orders(rows: Rows, tickets: Mapping[Any, Row], now: datetime) -> list[Fact]:
    known = _Beside(rows)
    made = []
    for order in rows["work_order"]:
        if order["status"] == "recalled":
            continue
        made.append(
            {
                "id": order["id"],
                "ticket_id": order["ticket_id"],
                "day": day_of(order["dispatched_at"]),
                "department": order["department"],
                **_place(tickets[order["ticket_id"]]),
                **_of_department(order, known, now),
                "rightly_sent": _rightly_sent(order, known),
                "rectified": _rectified(order, known, now),
            }
        )
    return made


class _Beside:
    """What lies beside orders, by what it hangs on."""

    def __init__(self, rows: Rows) -> None:
        self.clocks = grouped(rows["clock"], "subject")
        self.orders = grouped(rows["work_order"], "ticket_id")
        self.contacts = grouped(rows["contact"], "order_id")
        self.replies = grouped(rows["reply"], "order_id")
        self.extensions = grouped(rows["extension"], "order_id")
        self.supervisions = grouped(rows["supervision"], "ticket_id")
        self.redos = grouped(rows["redo"], "ticket_id")
        self.callbacks = grouped(rows["callback"], "ticket_id")
        self.returns = by(rows["order_return"], "order_id")
        ratings = {each["id"]: each["callback_id"] for each in rows["rating"]}
        self.excluded = {
            ratings[each["rating_id"]]
            for each in rows["rating_exclusion"]
            if each["rating_id"] in ratings
        }
        self.cases = grouped(rows["arbitration"], "ticket_id")


def _of_department(order: Row, known: _Beside, now: datetime) -> Fact:
    status, own = order["status"], order["id"]
    reached = any(each["reached"] for each in known.contacts.get(own, [])) or any(
        each["contacted_at"] is not None for each in known.replies.get(own, [])
    )
    granted = any(each["status"] == "granted" for each in known.extensions.get(own, []))
    answered = status in ("replied", "completed")
    kept = status != "returned"
    asked = _asked(order, known)
    grade = _grade(asked)
    return {
        "received": 1,
        "accepted_on_time": _in_time(order, known, now, ("accept_by",), status != "dispatched"),
        "contacted_on_time": _in_time(order, known, now, ("contact_by",), reached),
        "replied_on_time": _in_time(order, known, now, ("reply_by", "rectify_by"), answered),
        "returned": int(not kept),
        "extended": int(granted) if kept else None,
        "supervised": int(_supervised(order, known)),
        "redone": int(_redo(order, known) is not None) if _led(order) else None,
        "responded": _flag(asked and asked["contacted"]),
        "resolved": _flag(asked and asked["resolved"]),
        "satisfied": None if grade is None else int(grade >= 3),
    }


def _grade(asked: Row | None) -> int | None:
    return None if asked is None else asked["satisfaction"]


def _flag(said: Any) -> int | None:
    return None if said is None else int(said)


def _leads(order: Row) -> bool:
    return bool(order["role"] == "lead" and order["parent_id"] is None)


def _led(order: Row) -> bool:
    return _leads(order) and order["status"] == "completed"


def _redo(order: Row, known: _Beside) -> Row | None:
    found = known.redos.get(order["ticket_id"], [])
    return next((each for each in found if each["round"] == order["round"] + 1), None)


def _asked(order: Row, known: _Beside) -> Row | None:
    """Return the callback about the order's own round, if it was answered and counts (剔除)."""
    if not _led(order):
        return None
    for each in known.callbacks.get(order["ticket_id"], []):
        if each["round"] == order["round"] + 1 and each["status"] == "completed":
            return None if each["id"] in known.excluded else each
    return None


def _in_time(
    order: Row, known: _Beside, now: datetime, kinds: Sequence[str], done: bool
) -> int | None:
    if order["status"] == "returned":
        return None
    mine = known.clocks.get(f"order:{order['number']}", [])
    own = [each for each in mine if each["kind"] in kinds]
    if not own:
        return None
    newest = max(own, key=lambda each: (each["generation"], each["id"]))
    if newest["stopped_at"] is not None:
        return int(newest["stopped_at"] <= newest["due_at"] and done)
    return 0 if newest["due_at"] <= now and not newest["waits_for"] else None


def _supervised(order: Row, known: _Beside) -> bool:
    again = _redo(order, known)
    for each in known.supervisions.get(order["ticket_id"], []):
        if each["order_id"] == order["id"]:
            return True
        before_redo = again is None or again["at"] > each["raised_at"]
        as_lead = _leads(order) and order["status"] != "returned" and before_redo
        if each["order_id"] is None and as_lead and each["raised_at"] >= order["dispatched_at"]:
            return True
    return False


def _rightly_sent(order: Row, known: _Beside) -> int | None:
    if order["parent_id"] is not None:
        return None
    back = known.returns.get(order["id"])
    if order["status"] != "returned":
        return 1
    return int(
        back is not None
        and any(
            each["decided_at"] is not None
            and each["decided_at"] >= back["at"]
            and each["department"] == order["department"]
            for each in known.cases.get(order["ticket_id"], [])
        )
    )


def _rectified(order: Row, known: _Beside, now: datetime) -> int | None:
    grade = _grade(_asked(order, known))
    if grade is None or grade > 2:
        return None
    found = [
        (clock, again)
        for again in known.orders[order["ticket_id"]]
        if again["round"] == order["round"] + 1
        for clock in known.clocks.get(f"order:{again['number']}", [])
        if clock["kind"] == "rectify_by"
    ]
    if not found:
        return 0
    clock, again = max(found, key=lambda each: each[0]["id"])
    if clock["stopped_at"] is None:
        return 0 if clock["due_at"] <= now and not clock["waits_for"] else None
    answered = again["status"] in ("replied", "completed")
    return int(clock["stopped_at"] <= clock["due_at"] and answered)
