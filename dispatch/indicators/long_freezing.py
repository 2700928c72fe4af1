"""定稿 of a long period: asked for in a request, frozen by a process of its own.

A period of up to a month is frozen while who asks waits; a longer one would hold up their page
and every change of a figure. The row is the state that they see.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from dispatch.indicators import freezing, patience
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
CUT_OFF = "Its process ended before it was frozen, the last time too. Ask for it anew."

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


def waiting(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the ids of those that are to be frozen now, the oldest first."""
    mine = select(IndicatorFreezing.id).where(
        IndicatorFreezing.state == FreezingState.WAITING, _is_due(now)
    )
    return [each or 0 for each in session.exec(mine.order_by(col(IndicatorFreezing.id)))]


def go_on(begin: Begin, *, now: datetime) -> int:
    """Freeze each that waits, in a transaction of its own; return how many came to an end."""
    with begin() as session:
        asked = waiting(session, now=now)
    return sum(_one(begin, each, now) for each in asked)


def _one(begin: Begin, freezing_id: int, now: datetime) -> bool:
    """Return whether it came to an end, one way or the other."""
    with begin() as session:
        if (row := _claim(session, freezing_id, now)) is None:
            return False
        if not _may_try(session, row, now):
            return True
    try:
        with begin() as session:
            return _freeze(session, freezing_id, now)
    except HotlineError as error:
        refused = not isinstance(error, Conflict)
        return _trouble(begin, freezing_id, error.detail, now, refused=refused)
    except Exception:  # what waits behind it has nothing to do with it
        log.exception("indicators.not_frozen", freezing=freezing_id)
        return _trouble(begin, freezing_id, FAILED, now, refused=True)


def _freeze(session: Session, freezing_id: int, now: datetime) -> bool:
    row = _claim(session, freezing_id)
    if row is None:
        return False
    actor, period = _author(session, row), Period(row.since, row.until)
    row.snapshot_id = freezing.freeze(session, row.name, period, actor=actor, now=now).id
    _end(session, row, FreezingState.DONE, "", now)
    return True


def _trouble(begin: Begin, freezing_id: int, why: str, now: datetime, *, refused: bool) -> bool:
    """Say why it was not frozen: while figures lag it is tried again later, else `refused`."""
    with begin() as session:
        row = _claim(session, freezing_id)
        if row is None:
            return False
        row.trouble = why
        session.add(row)
        ends = refused or patience.is_spent(row.tries)
        if ends:
            _end(session, row, FreezingState.REFUSED, why, now)
        return ends


def _may_try(session: Session, row: IndicatorFreezing, now: datetime) -> bool:
    """Count an attempt that is about to be made; what was cut off the last time is `refused`."""
    if patience.is_spent(row.tries):
        _end(session, row, FreezingState.REFUSED, CUT_OFF, now)
        return False
    row.tries += 1
    row.retry_at = patience.again_at(row.tries, now=now)
    session.add(row)
    return True


def _end(
    session: Session, row: IndicatorFreezing, state: FreezingState, why: str, now: datetime
) -> None:
    row.state, row.trouble, row.ended_at, row.retry_at = state, why, now, None
    session.add(row)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(col(IndicatorFreezing.retry_at).is_(None), col(IndicatorFreezing.retry_at) <= now)


def _claim(
    session: Session, freezing_id: int, due: datetime | None = None
) -> IndicatorFreezing | None:
    """Return the row, locked, while it waits and nobody else is at it; with `due`, once it is."""
    mine = select(IndicatorFreezing).where(IndicatorFreezing.id == freezing_id)
    mine = mine.where(IndicatorFreezing.state == FreezingState.WAITING)
    if due:
        mine = mine.where(_is_due(due))
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
