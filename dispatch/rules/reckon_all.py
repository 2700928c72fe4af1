"""重新计时: after a notice goes live, every running clock it can move is reckoned by it.

Batch by batch, each in a transaction; how far it has come stands in `calendar_reckoning`, so that
a job killed half way goes on where it was. Versions are reckoned one after the other.
"""

import time
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.models import Clock, Ticket
from dispatch.rules import calendars, touched
from dispatch.rules.layers import Calendar, Day
from dispatch.rules.models_rules import CalendarDay, CalendarReckoning
from dispatch.rules.touched import Touched
from dispatch.timing import clock_changes
from hotline.core import chains
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.queue import enqueue

BATCH = 200  # tickets
GO_ON = "dispatch.rules.reckon_all.go_on"
# Calls and other clocks share the queue: then the job stands in line again.
TURN_S = 5.0

log = structlog.get_logger()


def go_on() -> None:
    """Reckon for one turn, and ask for another one when clocks are left."""
    ends = time.monotonic() + TURN_S
    while next_batch():
        if time.monotonic() >= ends:
            enqueue(GO_ON)
            return


def next_batch() -> bool:
    """Reckon one batch in one transaction; return whether another one may follow at once."""
    with transaction() as session:
        return reckon_batch(session, now=now())


def reckon_batch(session: Session, *, now: datetime, most: int = BATCH) -> bool:
    """Reckon the next tickets' clocks by the oldest version that is not through.

    Returns False when no version is left, when another worker is at it, or when all that is left
    is held by somebody else: then the schedule's next round goes on.
    """
    state = _claim(session)
    if state is None:
        return False
    days = _days(session, state.version_id)
    found = touched.tickets(
        session, days, before=state.version_id, after_ticket=state.after_ticket, most=most
    )
    if not found:
        return _end_pass(session, state, now=now)
    free = _lock_tickets(session, found)
    state.skipped += len(found) - len(free)
    _reckon(session, state, days, free, now=now)
    state.after_ticket = found[-1]
    session.add(state)
    return True


def state_of(session: Session, version: int) -> CalendarReckoning:
    """Return how far the clocks have been reckoned by this version."""
    return session.get_one(CalendarReckoning, version)


def _claim(session: Session) -> CalendarReckoning | None:
    """Return the oldest version that is not through, locked; None when it is taken or none is."""
    oldest = session.exec(
        select(CalendarReckoning.version_id)
        .where(col(CalendarReckoning.finished_at).is_(None))
        .order_by(col(CalendarReckoning.version_id))
        .limit(1)
    ).first()
    if oldest is None:
        return None
    return session.exec(
        select(CalendarReckoning)
        .where(CalendarReckoning.version_id == oldest)
        .where(col(CalendarReckoning.finished_at).is_(None))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()


def _end_pass(session: Session, state: CalendarReckoning, *, now: datetime) -> bool:
    """Finish the version, or begin again for the tickets that somebody held."""
    again = state.skipped > 0
    if again:
        state.after_ticket, state.skipped = 0, 0
    else:
        state.finished_at = now
        log.info(
            "calendar.reckoned",
            version=state.version_id,
            reckoned=state.reckoned,
            moved=state.moved,
        )
    session.add(state)
    return not again


def _lock_tickets(session: Session, ids: Sequence[int]) -> dict[int, Ticket]:
    """Return the tickets that nobody holds, locked; a sweep that holds clocks may wait for one."""
    held = session.exec(
        select(Ticket)
        .where(col(Ticket.id).in_(ids))
        .order_by(col(Ticket.id))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    return {ticket.id or 0: ticket for ticket in held}


def _reckon(
    session: Session,
    state: CalendarReckoning,
    days: Sequence[Day],
    tickets: dict[int, Ticket],
    *,
    now: datetime,
) -> None:
    found = touched.clocks(session, days, before=state.version_id, of_tickets=list(tickets))
    where = {each.clock_id: each for each in found}
    clocks = _lock_clocks(session, list(where))
    state.skipped += len(where) - len(clocks)
    why = "、".join(sorted({day.source.notice for day in days}))
    # All at once and in the lock's own order: a sweep holds the chains of many tickets too.
    chains.hold(session, [history.chain(ticket) for ticket in tickets.values()])
    before = {clock.id: clock.due_at for clock in clocks}
    for clock in clocks:  # one above also moves those below it, so all are compared at the end
        calendar = _calendar(session, where[clock.id or 0], state.version_id)
        clock_changes.reckon_anew(session, clock, calendar, why=why, actor=MACHINE, now=now)
    state.reckoned += len(clocks)
    state.moved += sum(clock.due_at != before[clock.id] for clock in clocks)


def _lock_clocks(session: Session, ids: Sequence[int]) -> Sequence[Clock]:
    """Return the clocks that no sweep is striking, locked, a parent's before its child's."""
    return session.exec(
        select(Clock)
        .where(col(Clock.id).in_(ids))
        .order_by(col(Clock.ticket_id), col(Clock.id))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _calendar(session: Session, clock: Touched, version: int) -> Calendar:
    return calendars.bounded(session, clock.district, clock.unit, clock, version=version)


def _days(session: Session, version: int) -> list[Day]:
    rows = session.exec(select(CalendarDay).where(CalendarDay.version_id == version)).all()
    return [calendars.day_of(row) for row in rows]
