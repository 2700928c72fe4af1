"""漏接回拨: whether who was owed a call was reached in time, by the clock or in working time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, null, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from dispatch.indicators import working
from telephony import owed
from telephony.acd.patience import MissedWhy
from telephony.models import Call
from telephony.models_queue import MissedCall

RETURN_WITHIN = working.HOUR  # by the clock, or of working time
INSTANT = timedelta(microseconds=1)  # the shortest span that the database tells apart


def missed_returned(now: datetime) -> Any:
    """漏接回拨: of those owed a call: 1 when they were reached within the hour, else 0.

    Nothing is said while that hour runs, nor of who hung up at once, rang again by themselves, left
    a message or may not be rung.
    """
    limit = col(MissedCall.missed_at) + RETURN_WITHIN
    return _returned(lambda reached_at: reached_at <= limit, limit <= now)


def missed_returned_working(now: datetime) -> Any:
    """The same within one hour of the hotline's working time."""
    return _returned(
        # Not yet a whole hour just before: what follows in a break or at night comes too late.
        lambda reached_at: _worked_until(reached_at - INSTANT) < RETURN_WITHIN,
        working_hour_over(now),
    )


def working_hour_over(now: datetime) -> Any:
    """Return whether a working hour has passed since they were missed."""
    return _worked_until(literal(now)) >= RETURN_WITHIN


def _worked_until(moment: Any) -> Any:
    return working.elapsed(col(MissedCall.missed_at), moment)


def _returned(in_time: Callable[[Any], Any], over: Any) -> Any:
    back = aliased(Call)
    reached_at = func.coalesce(col(back.connected_at), col(MissedCall.closed_at))
    excused = or_(
        col(MissedCall.outcome).in_((owed.CALLED_AGAIN, owed.LEFT_MESSAGE, owed.DO_NOT_CALL)),
        col(MissedCall.why) == MissedWhy.SHORT,
        and_(col(MissedCall.closed_at).is_(None), ~over),
    )
    done = and_(col(MissedCall.outcome) == owed.RETURNED, in_time(reached_at))
    judged = case((done, 1), (excused, null()), else_=0)
    own = columns(judged).outerjoin_from(
        MissedCall, back, col(back.id) == MissedCall.returned_call_id
    )
    return own.where(col(MissedCall.call_id) == Call.id).correlate(Call).scalar_subquery()
