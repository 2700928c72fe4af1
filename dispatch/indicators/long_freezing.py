"""定稿 of a long period: asked for in a request, frozen by a process of its own.

A period of up to a month is frozen while who asks waits; a longer one would hold up their page
and every change of a figure. The row is the state that they see.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import structlog
from sqlmodel import Session, col, select

from dispatch.indicators import freezing
from dispatch.indicators.jobs import Begin
from dispatch.indicators.models_freezing import IndicatorFreezing
from dispatch.indicators.reading import Period
from hotline.core import accounts
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, HotlineError, NotFound
from hotline.core.queue import enqueue_soon
from hotline.core.security import Permission, require

AT_ONCE_DAYS = 31
JOB = "dispatch.reports.jobs.sweep"  # starts the process that has time
FAILED = "It could not be frozen; the log says why. Ask for it anew."

log = structlog.get_logger()


class FreezingState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


def is_long(period: Period) -> bool:
    """Return whether the period is frozen later, not while who asks waits."""
    return (period.last - period.first).days >= AT_ONCE_DAYS


def ask(
    session: Session, name: str, period: Period, *, actor: Actor, now: datetime
) -> IndicatorFreezing:
    """Keep that the period is to be frozen; raise Invalid for one that is none or is not over."""
    freezing.require_over(name, period, now=now)
    row = IndicatorFreezing(
        name=name.strip(),
        since=period.first,
        until=period.last,
        asked_by=actor.name,
        asked_at=now,
        state=FreezingState.WAITING,
    )
    session.add(row)
    session.flush()
    enqueue_soon(session, JOB)
    return row


def waiting(session: Session) -> Sequence[int]:
    """Return the ids of those that wait, the oldest first."""
    mine = select(IndicatorFreezing.id).where(IndicatorFreezing.state == FreezingState.WAITING)
    return [each or 0 for each in session.exec(mine.order_by(col(IndicatorFreezing.id)))]


def go_on(begin: Begin, *, now: datetime) -> int:
    """Freeze each that waits, in a transaction of its own; return how many came to an end."""
    with begin() as session:
        asked = waiting(session)
    return sum(_one(begin, each, now) for each in asked)


def _one(begin: Begin, freezing_id: int, now: datetime) -> bool:
    try:
        with begin() as session:
            row = _claim(session, freezing_id)
            if row is None:
                return False
            actor = _author(session, row)
            period = Period(row.since, row.until)
            made = freezing.freeze(session, row.name, period, actor=actor, now=now)
            row.state, row.snapshot_id, row.ended_at = FreezingState.DONE, made.id, now
            row.trouble = ""
            session.add(row)
    except HotlineError as error:
        refused = not isinstance(error, Conflict)
        return _trouble(begin, freezing_id, error.detail, now, refused=refused)
    except Exception:  # what waits behind it has nothing to do with it
        log.exception("indicators.not_frozen", freezing=freezing_id)
        return _trouble(begin, freezing_id, FAILED, now, refused=True)
    return True


def _trouble(begin: Begin, freezing_id: int, why: str, now: datetime, *, refused: bool) -> bool:
    """Say why it was not frozen: while figures lag it waits on, otherwise it is `refused`."""
    with begin() as session:
        row = _claim(session, freezing_id)
        if row is None:
            return False
        row.trouble = why
        if refused:
            row.state, row.ended_at = FreezingState.REFUSED, now
        session.add(row)
        return refused


def _claim(session: Session, freezing_id: int) -> IndicatorFreezing | None:
    """Return the row, locked, while it waits and nobody else is at it."""
    mine = select(IndicatorFreezing).where(IndicatorFreezing.id == freezing_id)
    mine = mine.where(IndicatorFreezing.state == FreezingState.WAITING)
    return session.exec(mine.with_for_update(skip_locked=True)).first()


def _author(session: Session, row: IndicatorFreezing) -> Actor:
    """Return who asked, as they are now; raise NotAllowed for who may not freeze any more."""
    account = accounts.find(session, row.asked_by)
    if account is None or account.disabled_at:
        raise NotFound(f"{row.asked_by} has no account any more.", remedy="Ask for it anew.")
    actor = accounts.as_actor(account)
    require(actor, Permission.INDICATOR_FREEZE)
    return actor


def find(session: Session, freezing_id: int, *, actor: Actor) -> IndicatorFreezing:
    """Return one's own; raise NotFound."""
    mine = select(IndicatorFreezing).where(
        IndicatorFreezing.id == freezing_id, IndicatorFreezing.asked_by == actor.name
    )
    found = session.exec(mine).first()
    if found is None:
        raise NotFound(f"You asked for no freezing {freezing_id}.")
    return found


def of(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[IndicatorFreezing]:
    """Return the last ones that the actor asked for, the newest first."""
    mine = select(IndicatorFreezing).where(IndicatorFreezing.asked_by == actor.name)
    return session.exec(mine.order_by(col(IndicatorFreezing.id).desc()).limit(limit)).all()
