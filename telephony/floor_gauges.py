"""话务量: the floor's figures as a monitor reads them: now, and since Beijing's midnight."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session, and_, col, func, select

from hotline.core.clock import BEIJING, beijing_day
from telephony import queueing
from telephony.acd import SeatStatus
from telephony.acd.patience import MissedWhy
from telephony.models import Call, Direction, Seat
from telephony.models_queue import MissedCall, QueueEntry

IN_TIME = timedelta(seconds=15)  # GB/T 33358-2016


@dataclass(frozen=True)
class Gauges:
    """`offered`, `answered`, `in_time` and `abandoned` count callers who queued since midnight."""

    waiting: int
    longest_wait_s: float
    offered: int
    answered: int
    in_time: int
    abandoned: int
    seats: dict[str, int]  # by status, every status named
    owed: int


def read(session: Session, *, short_s: float, now: datetime) -> Gauges:
    """Return the figures; who hung up within `short_s` has not abandoned anything."""
    waits = [call.queued_at or entry.entered_at for call, entry in queueing.open_entries(session)]
    return Gauges(
        len(waits),
        max(((now - each).total_seconds() for each in waits), default=0.0),
        *_today(session, short_s, now),
        _seats(session),
        _owed(session),
    )


def _today(session: Session, short_s: float, now: datetime) -> tuple[int, int, int, int]:
    heard = col(Call.connected_at).is_not(None)
    left_after = col(QueueEntry.left_at) - col(Call.queued_at)
    gone = and_(
        col(Call.connected_at).is_(None),
        QueueEntry.why_left == queueing.WhyLeft.GONE,
        left_after >= timedelta(seconds=short_s),
    )
    found = select(
        func.count(),
        func.count().filter(heard),
        func.count().filter(col(Call.connected_at) - col(Call.queued_at) <= IN_TIME),
        func.count().filter(gone),
    ).select_from(Call)
    midnight = datetime.combine(beijing_day(now), time(), BEIJING)
    queued = found.join(QueueEntry, col(QueueEntry.call_id) == Call.id).where(
        col(Call.started_at) >= midnight,
        col(Call.queued_at).is_not(None),
        Call.direction == Direction.IN,
    )
    offered, answered, in_time, abandoned = session.exec(queued).one()
    return offered, answered, in_time, abandoned


def _seats(session: Session) -> dict[str, int]:
    rows = session.exec(select(Seat.status, func.count()).group_by(Seat.status))
    counted = dict(rows.all())
    return {status.value: counted.get(status.value, 0) for status in SeatStatus}


def _owed(session: Session) -> int:
    owed = select(func.count()).where(
        col(MissedCall.closed_at).is_(None), MissedCall.why != MissedWhy.SHORT
    )
    return session.exec(owed).one()
