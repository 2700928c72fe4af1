"""What is measured of a seat's day: how long it was held, and what for (座席利用率, 小休).

The event log keeps each change of a seat. A state counts once another has followed it, on each
Beijing day that it lay in; so a day says the same whenever it is measured after that.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Interval,
    Select,
    String,
    cast,
    func,
    literal,
    literal_column,
    true,
)
from sqlalchemy import select as columns
from sqlmodel import col

from hotline.core.accounts import Account
from hotline.core.clock import beijing_day
from hotline.core.confidentiality import Confidentiality
from hotline.core.events import Event, EventType
from telephony.acd import SeatStatus
from telephony.models import Seat

BUSY = (SeatStatus.TALKING, SeatStatus.WRAP_UP)  # 通话、话后; a telephone that rings is not yet
_EPOCH = date(2000, 1, 1)
_DAYS = 100_000  # more than a date can be after it, so that no two seats' days are one number
# Written out, so that the index of these alone is used whatever the plan is made for.
_CHANGED: Any = literal_column(f"'{EventType.SEAT_CHANGED}'")
_STATUS: Any = literal_column("spans.status", String)
_SPENT: Any = literal_column("spans.spent", Interval)


def number(account_id: Any, day: date) -> Any:
    """Return the number of a seat's day, which is beyond an account's own four bytes."""
    return cast(account_id, BigInteger) * _DAYS + (day - _EPOCH).days


def base(since: datetime, until: datetime, *chains: str) -> tuple[Select[Any], dict[str, Any]]:
    """Return one row for each seat that was held in the Beijing day, and what it is known by."""
    day = beijing_day(since)
    keys = {
        "id": number(col(Seat.account_id), day),
        "account_id": col(Seat.account_id),
        "day": literal(day),
        "district": col(Account.district),
        "matter": literal(""),
        "confidentiality": literal(Confidentiality.PUBLIC.value),
    }
    found = (
        columns(col(Seat.account_id))
        .join(Account, col(Account.id) == Seat.account_id)
        .join(_spans(since, until), true())
        .group_by(col(Seat.account_id), col(Account.district))
    )
    return (found.where(_chain().in_(chains)) if chains else found), keys


def _chain() -> Any:
    return literal("seat:") + col(Seat.username)


def _spans(since: datetime, until: datetime) -> Any:
    """Return each state of the seat that lay in the day and is over, and how long it did there."""
    own = [col(Event.chain) == _chain(), col(Event.type) == _CHANGED]
    before = columns(func.max(Event.at)).where(*own, col(Event.at) < since)
    after = columns(func.min(Event.at)).where(*own, col(Event.at) >= until)
    first = func.coalesce(before.correlate(Seat).scalar_subquery(), since)
    last = func.coalesce(after.correlate(Seat).scalar_subquery(), until)
    ended = func.lead(col(Event.at)).over(order_by=col(Event.seq))
    status = col(Event.refs)["status"].as_string().label("status")
    states = (
        columns(status, col(Event.at).label("at"), ended.label("to"))
        .where(*own, col(Event.at).between(first, last))
        .correlate(Seat)
        .subquery("states")
    )
    begun, over = func.greatest(states.c.at, since), func.least(states.c.to, until)
    return (
        columns(states.c.status, (over - begun).label("spent"))
        .where(states.c.status != SeatStatus.LOGGED_OFF)
        .where(states.c.to.is_not(None), over > begun)
        .lateral("spans")
    )


def _seconds(*statuses: SeatStatus) -> Callable[[datetime], Any]:
    """Return how many whole seconds the seat stood so."""
    spent = func.sum(_SPENT).filter(_STATUS.in_(statuses))
    whole = cast(func.floor(func.extract("epoch", spent)), Integer)
    return lambda _now: func.coalesce(whole, 0)


_HELD = tuple(each for each in SeatStatus if each is not SeatStatus.LOGGED_OFF)
_STAFFED = tuple(each for each in _HELD if each is not SeatStatus.PAUSED)
COLUMNS: Mapping[str, Callable[[datetime], Any]] = {
    "seat_days": lambda _now: literal(1),
    "seated_s": _seconds(*_HELD),  # 登录
    "paused_s": _seconds(SeatStatus.PAUSED),  # 小休: the machine's own pauses too
    "staffed_s": _seconds(*_STAFFED),  # 登录减小休
    "busy_s": _seconds(*BUSY),
}
