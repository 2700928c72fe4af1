"""自动标记 as people work on them: read beside the transcript, called right or false, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from dispatch.inspection import telling
from dispatch.inspection.models_inspection import Inspection, InspectionFlag
from dispatch.inspection.subjects import seen_by
from hotline.core.accounts import Actor
from hotline.core.errors import NotAllowed, NotFound
from hotline.core.events import EventType


@dataclass(frozen=True)
class Precision:
    """标记准确率 of one rule in a period: found in it, of these looked at, of these right."""

    rule: str
    found: int
    judged: int
    confirmed: int

    @property
    def share(self) -> float | None:
        """Return confirmed / judged; None where nobody has looked."""
        return round(self.confirmed / self.judged, 3) if self.judged else None


def of(session: Session, inspection: Inspection) -> Sequence[InspectionFlag]:
    """Return the flags of the inspection's call or ticket, by their place."""
    about: ColumnElement[bool] = (
        col(InspectionFlag.call_id) == inspection.call_id
        if inspection.call_id
        else col(InspectionFlag.ticket_id) == inspection.ticket_id
    )
    mine = select(InspectionFlag).where(about, InspectionFlag.agent == inspection.agent)
    return session.exec(mine.order_by(col(InspectionFlag.at_s), col(InspectionFlag.id))).all()


def find(session: Session, flag_id: int, *, reader: Actor, lock: bool = False) -> InspectionFlag:
    """Return the flag; raise NotFound, for one that the reader may not see too."""
    query = select(InspectionFlag).where(InspectionFlag.id == flag_id)
    query = query.where(seen_by(reader, InspectionFlag))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no flag {flag_id}.", remedy="Take one from an inspection.")
    return found


def judge(
    session: Session, flag: InspectionFlag, *, false_alarm: bool, actor: Actor, now: datetime
) -> InspectionFlag:
    """Say that the flag is right or a false alarm; it may be said anew. Never of one's own work."""
    if flag.agent == actor.name:
        raise NotAllowed("It is your own work.", remedy="Somebody else judges it.")
    flag.false_alarm, flag.judged_at, flag.judged_by = false_alarm, now, str(actor)
    flag.version += 1
    session.add(flag)
    telling.tell(
        session,
        f"inspection_flag:{flag.id}",
        EventType.INSPECTION_FLAG_JUDGED,
        actor=actor,
        now=now,
        flag=flag.id,
        rule=flag.rule,
        false_alarm=false_alarm,
    )
    return flag


def precision(
    session: Session, since: datetime, until: datetime, *, reader: Actor
) -> list[Precision]:
    """Return the figures of flags found at `since` ≤ moment < `until`, by rule."""
    judged = col(InspectionFlag.false_alarm).is_not(None)
    right = col(InspectionFlag.false_alarm).is_(False)
    query = (
        select(
            InspectionFlag.rule,
            func.count(),
            func.count().filter(judged),
            func.count().filter(right),
        )
        .where(col(InspectionFlag.found_at) >= since, col(InspectionFlag.found_at) < until)
        .where(seen_by(reader, InspectionFlag))
    )
    rows = session.exec(query.group_by(InspectionFlag.rule).order_by(InspectionFlag.rule)).all()
    return [Precision(*row) for row in rows]
