"""Counting requests by place, matter and hour, a little at a time; late ones are counted again."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from dispatch.hot.models_hot import HotHour, HotWatch
from dispatch.hot.season import DAYS, HOURS, Season, hour_of_week, learn
from dispatch.hot.windows import HISTORY, LONGEST
from dispatch.models import Ticket

AT_ONCE = timedelta(days=7)  # of history counted by one sweep, when it begins or was long away
AGAIN = timedelta(hours=2)  # a transaction may end so late; an agent may correct place and matter
LEARNED_EACH = timedelta(hours=6)
KEPT = LONGEST + HISTORY + timedelta(days=7)

_HOUR = timedelta(hours=1)
MATTER = "concat_ws('/', category ->> 0, category ->> 1, category ->> 2)"
# Every ticket counts, a sealed one too: a total names nobody (`reach.in_area`).
_COUNT = text(
    "INSERT INTO hot_hour (place, matter, hour, count) "  # noqa: S608  # our own words
    f"SELECT district, {MATTER}, date_trunc('hour', created_at), count(*) FROM ticket "
    "WHERE created_at >= :since AND created_at < :until GROUP BY 1, 2, 3"
)


def claim(session: Session, *, now: datetime) -> HotWatch | None:
    """Return the one row of the watch, locked; None while another process is at it."""
    row = session.exec(select(HotWatch).with_for_update(skip_locked=True)).first()
    if row is None and session.exec(select(HotWatch)).first() is None:
        first = session.exec(select(func.min(Ticket.created_at))).one()
        since = max(first or now, now - KEPT).replace(minute=0, second=0, microsecond=0)
        begun = {"single": True, "since": since, "counted_to": since, "season": []}
        session.execute(insert(HotWatch).values(begun).on_conflict_do_nothing())
        row = session.exec(select(HotWatch).with_for_update(skip_locked=True)).first()
    return row


def hold(session: Session) -> None:
    """Wait until no other process counts or raises; none does from now on until the commit."""
    session.exec(select(HotWatch).with_for_update()).first()


def count(session: Session, watch: HotWatch, *, now: datetime) -> bool:
    """Count on from where the watch was; return whether it has come to now."""
    since = max(watch.since, watch.counted_to - AGAIN, now - KEPT)
    since = since.replace(minute=0, second=0, microsecond=0)
    until = min(now, since + AT_ONCE)
    session.execute(sa.delete(HotHour).where(col(HotHour.hour) >= since, col(HotHour.hour) < until))
    session.execute(_COUNT, {"since": since, "until": until})
    watch.counted_to = until
    session.add(watch)
    session.flush()
    return until == now


def season(session: Session, watch: HotWatch, *, now: datetime) -> Season:
    """Return the season; learned anew, and what is older forgotten, a few times a day."""
    if watch.season_at is None or watch.season_at <= now - LEARNED_EACH:
        watch.season, watch.season_at = _by_hour(session, now), now
        session.add(watch)
        session.execute(sa.delete(HotHour).where(col(HotHour.hour) < now - KEPT))
    return learn(watch.season)


def _by_hour(session: Session, now: datetime) -> list[int]:
    """Return how many requests the history had in each hour of the week."""
    past = select(HotHour.hour, func.sum(HotHour.count)).where(
        col(HotHour.hour) >= now - HISTORY, col(HotHour.hour) < now
    )
    counts = [0] * (DAYS * HOURS)
    for hour, number in session.exec(past.group_by(col(HotHour.hour))).all():
        counts[hour_of_week(hour)] += int(number)
    return counts
