"""Keeping facts up to date: what events touched is measured again, however old its day is.

The place in the event log is kept below the log's watermark, so that a late commit is never missed
(`events.read`). Days from before the first sweep are filled some at a time.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from dispatch.beside.models_beside import ClusterMember
from dispatch.indicators import missed_measures, refreshing, working
from dispatch.indicators.models_indicators import CallFact, IndicatorWatch
from dispatch.models import Ticket
from hotline.core import events
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict
from hotline.core.events import Cursor, Event, EventType
from telephony.acd.patience import MissedWhy
from telephony.models import Call
from telephony.models_queue import MissedCall

BATCH = 1000
MOST_BATCHES = 5  # that one who freezes a report waits for
_TICKET, _CALL = "ticket:", "call:"
_CLUSTERED = (EventType.TICKET_MERGED, EventType.TICKET_UNMERGED)
_DAY = timedelta(days=1)


def claim(session: Session, *, now: datetime, wait: bool = False) -> IndicatorWatch | None:
    """Return the one row of the watch, locked; None while another is at it, unless we `wait`."""
    mine = select(IndicatorWatch).with_for_update(skip_locked=not wait)
    row = session.exec(mine).first()
    if row is None and session.exec(select(IndicatorWatch)).first() is None:
        at = events.latest(session)
        begun = {"xid": at.xid, "event_id": at.id, "next_day": _first_day(session, now)}
        session.execute(insert(IndicatorWatch).values(begun).on_conflict_do_nothing())
        row = session.exec(mine).first()
    return row


def fill(session: Session, watch: IndicatorWatch, *, now: datetime) -> bool:
    """Fill the next day that was never filled; return whether there was one."""
    if watch.next_day > beijing_day(now):
        return False
    refreshing.refresh(session, watch.next_day, now=now)
    watch.next_day += _DAY
    session.add(watch)
    session.flush()
    return True


def follow(session: Session, watch: IndicatorWatch, *, now: datetime) -> int:
    """Measure again what the next events touched; return how many events these were."""
    found = events.read(session, Cursor(watch.xid, watch.event_id), limit=BATCH)
    if not found:
        return 0
    tickets, calls = touched(session, found)
    refreshing.refresh_things(session, tickets, calls, now=now)
    for day, chains in sorted(seats_touched(session, found).items()):
        refreshing.refresh_seats(session, day, chains, now=now)
    watch.xid, watch.event_id = found[-1].xid, found[-1].id or 0
    session.add(watch)
    session.flush()
    return len(found)


def overdue(session: Session, *, now: datetime) -> int:
    """Measure again the missed calls whose hour has passed; return how many. No event tells it.

    The hour by the clock, and the working one.
    """
    owed = (col(MissedCall.closed_at).is_(None), col(MissedCall.why) != MissedWhy.SHORT)
    oldest: datetime | None = session.exec(
        select(func.min(MissedCall.missed_at)).where(*owed)
    ).one()
    if oldest is None:
        return 0
    asked = (
        select(Call.id)
        .join(MissedCall, col(MissedCall.call_id) == Call.id)
        .join(CallFact, col(CallFact.id) == Call.serial)
        .where(*owed, _hour_is_over(now))
        .params({working.NAME: working.around(session, oldest, now, now=now)})
    )
    late = session.exec(asked.limit(BATCH)).all()
    refreshing.refresh_things(session, (), late, now=now)
    return len(late)


def _hour_is_over(now: datetime) -> ColumnElement[bool]:
    """Return whether an hour has passed, of one kind or the other, of which nothing is said yet."""
    by_clock = and_(
        col(CallFact.missed_returned).is_(None),
        col(MissedCall.missed_at) <= now - missed_measures.RETURN_WITHIN,
    )
    by_work = and_(
        col(CallFact.missed_returned_working).is_(None),
        missed_measures.working_hour_over(now),
    )
    return or_(by_clock, by_work)


def catch_up(session: Session, last: date, *, now: datetime) -> None:
    """Follow the log to its end; raise Conflict while days up to `last` lack their facts.

    The watch stays locked: nobody else changes a fact until the transaction ends. Who freezes at
    the same time waits for its turn.
    """
    watch = claim(session, now=now, wait=True)
    assert watch  # noqa: S101  # who waits for the row gets it
    if watch.next_day <= last:
        raise Conflict(
            f"The figures from {watch.next_day} on are not measured yet.",
            remedy="Wait: the sweep fills the days, the oldest first, some each minute.",
        )
    if not any(not follow(session, watch, now=now) for _ in range(MOST_BATCHES)):
        raise Conflict(
            "The figures are far behind the event log.",
            remedy="Try again later; if they stay behind, see whether the scheduled jobs run.",
        )
    overdue(session, now=now)


def touched(session: Session, found: Sequence[Event]) -> tuple[set[int], set[UUID]]:
    """Return the tickets and calls in whose chains the events stand."""
    chains = {event.chain for event in found}
    numbers = {each.removeprefix(_TICKET) for each in chains if each.startswith(_TICKET)}
    calls = {UUID(each.removeprefix(_CALL)) for each in chains if each.startswith(_CALL)}
    merged = {event.chain.removeprefix(_TICKET) for event in found if event.type in _CLUSTERED}
    calls |= refreshing.calls_of(session, _fellows(session, _ids(session, merged)))
    return _ids(session, numbers), calls


def seats_touched(session: Session, found: Sequence[Event]) -> dict[date, set[str]]:
    """Return the seats' chains by each day of the states that these events ended."""
    touched: dict[date, set[str]] = defaultdict(set)
    for event in found:
        if event.type != EventType.SEAT_CHANGED:
            continue
        before = select(Event.at).where(Event.chain == event.chain, Event.seq == event.seq - 1)
        day, last = beijing_day(session.exec(before).first() or event.at), beijing_day(event.at)
        while day <= last:
            touched[day].add(event.chain)
            day += _DAY
    return touched


def _fellows(session: Session, tickets: Collection[int]) -> set[int]:
    """Return all that are, or once were, in a cluster with one of the tickets."""
    if not tickets:
        return set()
    own = select(ClusterMember.cluster_id).where(col(ClusterMember.ticket_id).in_(tickets))
    found = select(ClusterMember.ticket_id).where(col(ClusterMember.cluster_id).in_(own))
    return set(session.exec(found))


def _ids(session: Session, numbers: Collection[str]) -> set[int]:
    if not numbers:
        return set()
    found = session.exec(select(Ticket.id).where(col(Ticket.number).in_(numbers)))
    return {each or 0 for each in found}


def _first_day(session: Session, now: datetime) -> date:
    """Return the day of the oldest ticket or call."""
    oldest = [
        session.exec(select(func.min(moment))).one()
        for moment in (col(Ticket.created_at), col(Call.started_at))
    ]
    return beijing_day(min((each for each in oldest if each), default=now))
