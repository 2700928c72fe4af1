"""挂账 and its clocks: which stand still for it, since when, and how they run on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from dispatch.beside.models_beside import ClusterMember, Suspension
from dispatch.models import Clock, Ticket
from dispatch.rules import calendars
from dispatch.rules.bounds import Wait
from dispatch.timing import catching_up, clock_changes
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day

NAMED = "suspension:"
WHY = "挂账结束"  # why a clock is due later, as its story says it


def hold(session: Session, suspension: Suspension, whose: ColumnElement[bool]) -> None:
    """Let these reply clocks stand still for it."""
    running = session.exec(
        select(Clock)
        .where(whose)
        .where(Clock.pauses == Wait.SUSPENSION, col(Clock.stopped_at).is_(None))
        .order_by(col(Clock.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for clock in running:
        clock_changes.pause(session, clock, waits_for=name(suspension))


def waiting(session: Session, suspension: Suspension) -> Sequence[Clock]:
    """Return the clocks that wait for it, locked; an order's before those below it."""
    return session.exec(
        select(Clock)
        .where(Clock.waits_for == name(suspension))
        .order_by(col(Clock.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def let_run(
    session: Session, suspension: Suspension, clock: Clock, *, actor: Actor, now: datetime
) -> None:
    """Let a clock that waited for it run on, due as much later as it stood still."""
    if clock.stopped_at:
        clock.waits_for = ""  # its order ended meanwhile
        session.add(clock)
        return
    calendar = calendars.of_clock(session, session.get_one(Ticket, clock.ticket_id), clock)
    since = _since(session, suspension, clock)
    noticed = catching_up.notices_since(session, clock, calendar, day=beijing_day(since))
    clock_changes.unpause(
        session,
        clock,
        calendar,
        paused_at=since,
        why="、".join((WHY, *noticed)),
        actor=actor,
        now=now,
    )


def _since(session: Session, suspension: Suspension, clock: Clock) -> datetime:
    """Return when the clock began to wait: it, or its ticket's merge, may be newer."""
    joined = session.exec(
        select(ClusterMember.joined_at)
        .where(ClusterMember.ticket_id == clock.ticket_id)
        .where(clock.ticket_id != suspension.ticket_id)
        .order_by(col(ClusterMember.id).desc())
        .limit(1)
    ).first()
    return max(suspension.at, clock.started_at, joined or suspension.at)


def name(suspension: Suspension) -> str:
    """Return the name by which a clock says that it waits for this."""
    return f"{NAMED}{suspension.id}"
