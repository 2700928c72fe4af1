"""生成的请求: asked for in a request, made by the process that has time; the row says how far.

What is read and what is kept are a transaction each; between them, while it is reckoned, none is
open. Who dies there leaves a row that waits, and it is made again from the beginning.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, or_, select

from dispatch.indicators import patience
from dispatch.indicators.jobs import Begin
from dispatch.publishing import making, months
from dispatch.publishing.making import EditionWaits
from dispatch.publishing.models_publishing import StatisticsMaking
from dispatch.publishing.months import Month
from dispatch.publishing.stages import Asked, Part
from hotline.core import accounts
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, HotlineError, NotFound
from hotline.core.queue import enqueue_soon
from hotline.core.security import Permission, require

JOB = "dispatch.reports.jobs.sweep"  # starts the process that has time
FAILED = "It could not be made; the log says why. Ask for it anew."
CUT_OFF = "Its process ended before it was made, the last time too. Ask for it anew."
MACHINE_AGAIN = timedelta(days=1)  # after one that came to nothing

log = structlog.get_logger()


def ask(session: Session, month: Month, *, actor: Actor, now: datetime) -> StatisticsMaking:
    """Keep that the month's next edition is to be made; of two who ask at once one is refused.

    Raises Invalid for a month that is not over, EditionWaits while an edition waits for its
    decision, and Conflict while one is being made.
    """
    making.require_free(session, month, now=now)
    asked = {"month": str(month), "asked_by": str(actor), "asked_at": now}
    begun = {"state": Asked.WAITING, "part": "", "trouble": "", "tries": 0}
    row_id = session.execute(
        insert(StatisticsMaking)
        .values({**asked, **begun})
        .on_conflict_do_nothing()
        .returning(col(StatisticsMaking.id))
    ).scalar_one_or_none()
    if row_id is None:
        raise Conflict(f"{month} is being made already.", remedy="Wait until it is there.")
    enqueue_soon(session, JOB)
    return session.get_one(StatisticsMaking, row_id)


def was_asked(session: Session, month: Month, *, now: datetime) -> bool:
    """Return whether the month is being made, or came to nothing within a day."""
    recent = or_(
        StatisticsMaking.state == Asked.WAITING,
        col(StatisticsMaking.ended_at) > now - MACHINE_AGAIN,
    )
    mine = select(StatisticsMaking.id).where(StatisticsMaking.month == str(month), recent)
    return session.exec(mine.limit(1)).first() is not None


def waiting(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the ids of those that are to be made now, the oldest first."""
    mine = select(StatisticsMaking.id).where(StatisticsMaking.state == Asked.WAITING, _is_due(now))
    return [each or 0 for each in session.exec(mine.order_by(col(StatisticsMaking.id)))]


def go_on(begin: Begin, *, now: datetime) -> int:
    """Make each that waits; return how many came to an end, one way or the other."""
    with begin() as session:
        asked = waiting(session, now=now)
    return sum(_one(begin, each, now) for each in asked)


def find(session: Session, making_id: int) -> StatisticsMaking:
    """Return how far it is; raise NotFound."""
    found = session.get(StatisticsMaking, making_id)
    if found is None:
        raise NotFound(f"There is no making {making_id}.", remedy="Take one from the list.")
    return found


def listed(session: Session, *, before: int = 0, limit: int = 10) -> Sequence[StatisticsMaking]:
    """Return what was asked for, the newest first; `before` is the id of the last one seen."""
    asked = select(StatisticsMaking).order_by(col(StatisticsMaking.id).desc()).limit(limit)
    return session.exec(asked.where(col(StatisticsMaking.id) < before) if before else asked).all()


def _one(begin: Begin, making_id: int, now: datetime) -> bool:
    with begin() as session:
        if (row := _claim(session, making_id, now)) is None:
            return False
        if not _may_try(session, row, now):
            return True
    try:
        return _make(begin, making_id, now)
    except HotlineError as error:
        waits = isinstance(error, Conflict) and not isinstance(error, EditionWaits)
        return _trouble(begin, making_id, error.detail, now, refused=not waits)
    except Exception:  # what waits behind it has nothing to do with it
        log.exception("statistics.not_made", making=making_id)
        return _trouble(begin, making_id, FAILED, now, refused=True)


def _make(begin: Begin, making_id: int, now: datetime) -> bool:
    with begin() as session:
        row = find(session, making_id)
        _author(session, row)
        gathered = making.gather(session, months.read(row.month), now=now)

    def say(part: Part) -> None:
        with begin() as session:
            if held := _claim(session, making_id):
                held.part = part
                session.add(held)

    built = gathered.build(say)
    with begin() as session:
        claimed = _claim(session, making_id)
        if claimed is None:  # another was faster
            return False
        actor = _author(session, claimed)
        made = making.keep(session, gathered, built, actor=actor, now=now)
        claimed.release_id = made.id
        _end(session, claimed, Asked.DONE, "", now)
    log.info("statistics.made", month=made.month, faults=sum(made.faults.values()))
    return True


def _author(session: Session, row: StatisticsMaking) -> Actor:
    """Return who asked, as they are now; raise NotAllowed for who may not make any more."""
    if row.asked_by == str(MACHINE):
        return MACHINE
    account = accounts.find(session, row.asked_by)
    if account is None or account.disabled_at:
        raise NotFound(f"{row.asked_by} has no account any more.", remedy="Ask for it anew.")
    actor = accounts.as_actor(account)
    require(actor, Permission.STATISTICS_PUBLISH)
    return actor


def _may_try(session: Session, row: StatisticsMaking, now: datetime) -> bool:
    """Count an attempt that is about to be made; what was cut off the last time is `refused`."""
    if patience.is_spent(row.tries):
        _end(session, row, Asked.REFUSED, CUT_OFF, now)
        return False
    row.tries += 1
    row.retry_at = patience.again_at(row.tries, now=now)
    row.part = Part.FACTS
    session.add(row)
    return True


def _trouble(begin: Begin, making_id: int, why: str, now: datetime, *, refused: bool) -> bool:
    """Say why it was not made: while facts lag it is tried again later, else it is `refused`."""
    with begin() as session:
        row = _claim(session, making_id)
        if row is None:
            return False
        row.trouble, row.part = why, ""
        session.add(row)
        ends = refused or patience.is_spent(row.tries)
        if ends:
            _end(session, row, Asked.REFUSED, why, now)
        return ends


def _end(session: Session, row: StatisticsMaking, state: Asked, why: str, now: datetime) -> None:
    row.state, row.trouble, row.part = state, why, ""
    row.ended_at, row.retry_at = now, None
    session.add(row)
    session.flush()


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(col(StatisticsMaking.retry_at).is_(None), col(StatisticsMaking.retry_at) <= now)


def _claim(
    session: Session, making_id: int, due: datetime | None = None
) -> StatisticsMaking | None:
    """Return the row, locked, while it waits; with `due`, once it is and nobody else is at it."""
    mine = select(StatisticsMaking).where(StatisticsMaking.id == making_id)
    mine = mine.where(StatisticsMaking.state == Asked.WAITING)
    if due:
        mine = mine.where(_is_due(due))
    locked = mine.with_for_update(skip_locked=bool(due))
    return session.exec(locked.execution_options(populate_existing=True)).first()
