"""What is measured of an incoming call (domain.md 2.10); one that an agent made is none.

`offered` is a call that asked for a person: it waited for one, whatever it was transferred to
later. Nothing is said of a call that still waits.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, func, literal, null, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from dispatch.models import Rating
from telephony import owed
from telephony.acd.patience import MissedWhy
from telephony.models import Call, Direction
from telephony.models_queue import MissedCall, QueueEntry, WrapUp
from telephony.queueing import WhyLeft

SHORT = timedelta(seconds=5)  # who hangs up sooner had dialled wrong: shown apart
RETURN_WITHIN = timedelta(hours=1)  # by the clock: the hotline is open day and night
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
    soon = col(QueueEntry.left_at) < col(Call.queued_at) + SHORT
    return _of_offered(_hung_up(soon))


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


def _repeated(days: int) -> Column:
    before = aliased(Call)
    again = exists().where(
        col(before.person_id) == Call.person_id,
        col(before.direction) == Direction.IN,
        col(before.started_at) < Call.started_at,
        col(before.started_at) >= col(Call.started_at) - timedelta(days=days),
    )
    return lambda _now: case((again.correlate(Call), 1), else_=0)


def missed_returned(now: datetime) -> Any:
    """漏接回拨: of those owed a call: 1 when they were reached within the hour, else 0.

    Nothing is said while that hour runs, nor of who hung up at once, rang again by themselves, left
    a message or may not be rung.
    """
    back = aliased(Call)
    limit = col(MissedCall.missed_at) + RETURN_WITHIN
    reached_at = func.coalesce(col(back.connected_at), col(MissedCall.closed_at))
    excused = or_(
        col(MissedCall.outcome).in_((owed.CALLED_AGAIN, owed.LEFT_MESSAGE, owed.DO_NOT_CALL)),
        col(MissedCall.why) == MissedWhy.SHORT,
        and_(col(MissedCall.closed_at).is_(None), limit > now),
    )
    done = and_(col(MissedCall.outcome) == owed.RETURNED, reached_at <= limit)
    judged = case((done, 1), (excused, null()), else_=0)
    own = columns(judged).outerjoin_from(
        MissedCall, back, col(back.id) == MissedCall.returned_call_id
    )
    return own.where(col(MissedCall.call_id) == Call.id).correlate(Call).scalar_subquery()


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
    "repeated_7": _repeated(7),
    "repeated_30": _repeated(30),
    "missed_returned": missed_returned,
    "call_satisfied": call_satisfied,
}
