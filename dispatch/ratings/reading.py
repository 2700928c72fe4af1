"""差评件 as people see them: lists by what waits for whom, and one of them; within reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, true
from sqlmodel import Session, col, func, select

from dispatch.models import Ticket
from dispatch.ratings.models_ratings import BadRating, RatingAppeal, RatingExclusion
from dispatch.ratings.stages import OPEN
from dispatch.sealing import reach, readers
from hotline.core import newest
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound

SHOWN = 50


class Standing(StrEnum):
    """What of a bad rating waits, and for what."""

    TO_VERIFY = "to_verify"  # 待核实
    RECTIFYING = "rectifying"  # 整改中
    TO_DECIDE = "to_decide"  # 申诉待裁定
    EXCLUDED = "excluded"  # 已剔除
    ALL = "all"


@dataclass(frozen=True)
class Wanted:
    standing: Standing = Standing.ALL
    department: str = ""
    late: bool = False  # only what is past its limit


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    before: tuple[datetime, int] | None = None,
    now: datetime,
    limit: int = SHOWN,
) -> Sequence[BadRating]:
    """Return bad ratings, the newest first; `before` is the moment and id of the last one seen."""
    query = select(BadRating).where(seen(reader), _standing(wanted, now))
    if wanted.department:
        query = query.where(BadRating.department == wanted.department)
    at, id = col(BadRating.opened_at), col(BadRating.id)
    return newest.page(session, query, at, id, before=before, limit=limit)


def find(session: Session, bad_id: int, *, reader: Actor, lock: bool = False) -> BadRating:
    """Return the bad rating; raise NotFound, for one that the reader may not see too.

    With `lock`, its ticket is locked first: every writer in that order.
    """
    bad = session.exec(select(BadRating).where(BadRating.id == bad_id, seen(reader))).first()
    if bad is None:
        raise NotFound(f"There is no bad rating {bad_id}.", remedy="Take one from the list.")
    readers.note_read(session, session.get_one(Ticket, bad.ticket_id), reader)
    if lock:
        ticket = select(Ticket).where(Ticket.id == bad.ticket_id).with_for_update()
        session.exec(ticket.execution_options(populate_existing=True)).one()
        session.refresh(bad, with_for_update=True)
    return bad


def seen(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader may see it: a department what its answer earned."""
    mine = reach.of_ticket(reader, col(BadRating.ticket_id))
    department = reach.department_of(reader)
    return and_(mine, col(BadRating.department) == department) if department else mine


def waiting(session: Session, *, reader: Actor, now: datetime) -> Mapping[Standing, int]:
    """Return how many bad ratings of each standing the reader may see."""
    counts = {}
    for each in (Standing.TO_VERIFY, Standing.RECTIFYING, Standing.TO_DECIDE):
        query = select(func.count()).select_from(BadRating)
        query = query.where(seen(reader), _standing(Wanted(each), now))
        counts[each] = session.exec(query).one()
    return counts


def _standing(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    late = wanted.late
    appealed = select(RatingAppeal.id).where(
        RatingAppeal.bad_rating_id == col(BadRating.id), col(RatingAppeal.decided_at).is_(None)
    )
    if late:
        appealed = appealed.where(col(RatingAppeal.decide_by) < now)
    unverified = and_(
        col(BadRating.verdict) == "", col(BadRating.verify_by) < now if late else true()
    )
    excluded = select(RatingExclusion.rating_id).where(
        RatingExclusion.rating_id == col(BadRating.rating_id)
    )
    return {
        Standing.TO_VERIFY: unverified,
        Standing.RECTIFYING: col(BadRating.stage).in_(OPEN),
        Standing.TO_DECIDE: appealed.exists(),
        Standing.EXCLUDED: excluded.exists(),
        Standing.ALL: true(),
    }[wanted.standing]
