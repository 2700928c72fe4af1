"""站内消息: which notices are whose, and which of them are read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from dispatch.notices.models_notices import StaffNotice, StaffReading
from dispatch.sealing import reach
from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotFound

# Whom a notice of the house is for, by the tier that its recipient's code begins with.
_TIERS = {
    Role.AGENT: ("agents",),
    Role.TEAM_LEAD: ("agents", "team_lead"),
    Role.SUPERVISOR: ("supervision",),
    Role.ADMINISTRATOR: ("agents", "team_lead", "supervision"),
}
_OF_DEPARTMENT = ("department", "leader")
PERSON = "person:"  # a recipient who is one person


def listed(
    session: Session, actor: Actor, *, unread: bool = False, before: int = 0, limit: int = 50
) -> Sequence[tuple[StaffNotice, datetime | None]]:
    """Return the actor's notices, the newest first, each with when they read it.

    `before` is the id of the last one seen; `unread` leaves out what they have read.
    """
    query = select(StaffNotice, StaffReading.at).where(_is_for(actor), _may_know(actor))
    mine = (col(StaffReading.notice_id) == StaffNotice.id) & (StaffReading.reader == _reader(actor))
    query = query.join(StaffReading, mine, isouter=True)
    if unread:
        query = query.where(col(StaffReading.at).is_(None))
    if before:
        query = query.where(col(StaffNotice.id) < before)
    return session.exec(query.order_by(col(StaffNotice.id).desc()).limit(limit)).all()


def read(
    session: Session, notice_id: int, *, actor: Actor, now: datetime
) -> tuple[StaffNotice, datetime]:
    """已读: keep that the actor has read it, from the first time on; raise NotFound."""
    mine = select(StaffNotice).where(StaffNotice.id == notice_id, _is_for(actor), _may_know(actor))
    notice = session.exec(mine).first()
    if notice is None:
        raise NotFound(f"There is no notice {notice_id}.", remedy="Take one from the list.")
    row = {"notice_id": notice_id, "reader": _reader(actor), "at": now}
    session.exec(insert(StaffReading).values(row).on_conflict_do_nothing())
    return notice, session.get_one(StaffReading, (notice_id, _reader(actor))).at


def _reader(actor: Actor) -> str:
    """Return who reads: a department's keys are one reader."""
    return actor.department or actor.name


def _may_know(actor: Actor) -> ColumnElement[bool]:
    return reach.by_number(actor, col(StaffNotice.ticket))


def _is_for(actor: Actor) -> ColumnElement[bool]:
    recipient = col(StaffNotice.recipient)
    if actor.department:
        return recipient.in_([f"{tier}:{actor.department}" for tier in _OF_DEPARTMENT])
    mine = recipient == f"{PERSON}{actor.name}"
    return or_(mine, and_(_of_tier(actor), _lies_in_reach(actor)))


def _of_tier(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the notice is for people of the actor's role."""
    tiers = _TIERS.get(actor.role, ()) if actor.role else ()
    recipient = col(StaffNotice.recipient)
    return or_(false(), *(recipient.startswith(f"{tier}:", autoescape=True) for tier in tiers))


def _lies_in_reach(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that what the notice tells of lies where the actor reaches.

    Of a ticket the ticket says so (`_may_know`): who is named for a sealed one may be elsewhere.
    Anything else lies in the district that the recipient's code names.
    """
    district = func.split_part(col(StaffNotice.recipient), ":", 2)
    return or_(col(StaffNotice.ticket) != "", reach.in_district(actor, district))
