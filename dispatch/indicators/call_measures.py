"""What is measured of an incoming call (domain.md 2.10); one that an agent made is none.

`offered` is a call that asked for a person: it waited for one, whatever it was transferred to
later. Nothing is said of a call that still waits.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
)
from sqlalchemy import select as columns
from sqlmodel import col

from dispatch.indicators import missed_measures, repeat_measures
from dispatch.models import Rating
from hotline.core.events import Event, EventType
from telephony.models import Call
from telephony.models_queue import QueueEntry, WrapUp
from telephony.queueing import WhyLeft

SHORT = timedelta(seconds=5)  # who hangs up sooner had dialled wrong: shown apart
CONTENT = 3  # 基本满意: no 差评
Column = Callable[[datetime], Any]

_asked = col(Call.queued_at).is_not(None)
_heard = col(Call.connected_at).is_not(None)
_over = col(Call.ended_at).is_not(None)


def _of_offered(condition: Any) -> ColumnElement[Any]:
    """Return 1 or 0 for calls that asked for a person and wait no longer."""
    return case((~and_(_asked, _heard | _over), null()), (condition, 1), else_=0)


def _within(seconds: int) -> Column:
    in_time = col(Call.connected_at) <= col(Call.queued_at) + timedelta(seconds=seconds)
    return lambda _now: _of_offered(and_(_heard, in_time))


def _hung_up(*also: Any) -> Any:
    """Return whether they left the queue by hanging up, not for a message or a callback."""
    gone = exists().where(
        col(QueueEntry.call_id) == Call.id, col(QueueEntry.why_left) == WhyLeft.GONE, *also
    )
    return and_(~_heard, gone.correlate(Call))


def abandoned(_now: datetime) -> ColumnElement[Any]:
    """放弃: hung up while they waited, and nobody ever answered."""
    return _of_offered(_hung_up())


def abandoned_short(_now: datetime) -> ColumnElement[Any]:
    """短时放弃: the same within less than five seconds."""
    return _of_offered(_hung_up(_left() < SHORT))


def _abandoned_within(seconds: int) -> Column:
    """Y 秒放弃: within so many seconds, without the short ones, which are shown apart."""
    soon = and_(_left() >= SHORT, _left() <= timedelta(seconds=seconds))
    return lambda _now: _of_offered(_hung_up(soon))


def _left() -> Any:
    return col(QueueEntry.left_at) - col(Call.queued_at)


def _seconds(span: Any) -> Any:
    return cast(func.floor(func.extract("epoch", span)), Integer)


def waited_s(_now: datetime) -> Any:
    """等待: from when they asked for a person until they heard one, left, or the call ended."""
    left = columns(col(QueueEntry.left_at)).where(col(QueueEntry.call_id) == Call.id)
    until = func.coalesce(
        col(Call.connected_at), left.correlate(Call).scalar_subquery(), col(Call.ended_at)
    )
    return case((and_(_asked, _heard | _over), _seconds(until - col(Call.queued_at))), else_=null())


def talked_s(_now: datetime) -> Any:
    """通话: from the first agent until the call ended; a transfer (转接) does not divide it."""
    talk = _seconds(col(Call.ended_at) - col(Call.connected_at))
    return case((and_(_heard, _over), talk), else_=null())


def wrapped_s(_now: datetime) -> Any:
    """话后: all that agents did after it, once somebody has ended that."""
    spent = func.sum(_seconds(col(WrapUp.ended_at) - col(WrapUp.began_at)))
    done = columns(spent).where(col(WrapUp.call_id) == Call.id, col(WrapUp.ended_at).is_not(None))
    return done.correlate(Call).scalar_subquery()


def held_s(_now: datetime) -> Any:
    """保持: how long an agent held the caller, by the log; until the call ended where none said."""
    told = (EventType.CALL_HELD, EventType.CALL_RESUMED, EventType.CALL_TRANSFERRED)
    ended = func.lead(col(Event.at)).over(order_by=col(Event.seq))
    steps = (
        columns(col(Event.type).label("type"), col(Event.at).label("at"), ended.label("to"))
        .where(col(Event.chain) == literal("call:") + cast(col(Call.id), String))
        .where(col(Event.type).in_((*told, EventType.CALL_ENDED)))
        .correlate(Call)
        .subquery("steps")
    )
    spans = func.sum(func.coalesce(steps.c.to, col(Call.ended_at)) - steps.c.at)
    held = columns(_seconds(spans)).where(steps.c.type == EventType.CALL_HELD)
    return case((and_(_heard, _over), func.coalesce(held.correlate(Call).scalar_subquery(), 0)))


def spoken_s(now: datetime) -> Any:
    """净通话: the same as 通话 without what was 保持."""
    return talked_s(now) - held_s(now)


def handled_s(now: datetime) -> Any:
    """处理 (AHT): 通话, 保持 and 话后 together, once nobody writes the call down any more."""
    writes = exists().where(col(WrapUp.call_id) == Call.id, col(WrapUp.ended_at).is_(None))
    spent = talked_s(now) + func.coalesce(wrapped_s(now), 0)
    return case((~writes.correlate(Call), spent))


def call_satisfied(_now: datetime) -> Any:
    """通话满意: what the caller expressed of the call itself (一次一评)."""
    said = columns(case((col(Rating.satisfaction) >= CONTENT, 1), else_=0))
    return said.where(col(Rating.call_id) == Call.id).correlate(Call).scalar_subquery()


COLUMNS: Mapping[str, Column] = {
    "inbound": lambda _now: literal(1),
    "offered": lambda _now: case((_asked, 1), else_=0),
    "answered": lambda _now: _of_offered(_heard),
    "answered_15": _within(15),
    "answered_20": _within(20),
    "answered_30": _within(30),
    "abandoned": abandoned,
    "abandoned_short": abandoned_short,
    "waited_s": waited_s,
    "talked_s": talked_s,
    "wrapped_s": wrapped_s,
    "repeated_7": repeat_measures.repeated(7),
    "repeated_30": repeat_measures.repeated(30),
    "missed_returned": missed_measures.missed_returned,
    "call_satisfied": call_satisfied,
    "abandoned_15": _abandoned_within(15),
    "abandoned_20": _abandoned_within(20),
    "abandoned_30": _abandoned_within(30),
    "held_s": held_s,
    "spoken_s": spoken_s,
    "handled_s": handled_s,
    "recurred_7": repeat_measures.recurred(7),
    "recurred_30": repeat_measures.recurred(30),
    "missed_returned_working": missed_measures.missed_returned_working,
}
