"""服务模式 as rows: who switched the hotline to what, from when to when."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, or_, select

from hotline.core import events
from hotline.core.chains import hold
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import Event, EventType
from telephony import ordering, shifts
from telephony.acd.modes import CHANGES, Change, Mode, Period, on_duty, present
from telephony.models_queue import ServiceMode

CHAIN = "service"


class SwitchWhy(StrEnum):
    """Why somebody switched: a code, for an event carries no words of anybody's."""

    SCHEDULED = "scheduled"  # 按计划
    STAFF = "staff"  # 人手不足
    LINES = "lines"  # 线路或系统故障
    WEATHER = "weather"  # 灾害天气
    INCIDENT = "incident"  # 突发事件
    DRILL = "drill"  # 演练、维护


def switch(
    session: Session,
    mode: Mode,
    *,
    begins_at: datetime,
    ends_at: datetime | None = None,
    why: SwitchWhy | None = None,
    by: str,
    now: datetime,
) -> ServiceMode:
    """Let a mode be in force for this span; raise Invalid for none, Conflict when it is already.

    A mode changes things only beside the others: of several the strongest holds (`modes.present`).
    """
    if mode is Mode.NORMAL:
        raise Invalid("Normal is what is left.", remedy="End the other modes instead.")
    if ends_at is not None and ends_at <= max(begins_at, now):
        raise Invalid("The mode ends before it begins.", remedy="Give a later end, or none.")
    _require_new(session, mode, begins_at, ends_at)
    row = ServiceMode(mode=mode, begins_at=begins_at, ends_at=ends_at, set_by=by, set_at=now)
    session.add(row)
    session.flush()
    _note(session, row, mode, by=by, now=now, why=why)
    ordering.wake(session)
    return row


def _require_new(
    session: Session, mode: Mode, begins_at: datetime, ends_at: datetime | None
) -> None:
    hold(session, [CHAIN])  # of two leads who switch at once the second sees what the first did
    there = select(ServiceMode.id).where(
        ServiceMode.mode == mode,
        or_(col(ServiceMode.ends_at).is_(None), col(ServiceMode.ends_at) > begins_at),
    )
    if ends_at is not None:
        there = there.where(ServiceMode.begins_at < ends_at)
    if session.exec(there).first():
        raise Conflict("This mode is set for that time already.", remedy="End that one first.")


def whys(session: Session, rows: Sequence[ServiceMode]) -> dict[int, str]:
    """Return why each of these was switched on, where somebody said it."""
    if not rows:
        return {}
    told = select(Event.refs).where(
        Event.type == EventType.SERVICE_MODE_CHANGED,
        Event.chain == CHAIN,
        Event.at >= min(row.set_at for row in rows),
    )
    return {refs["row"]: refs["why"] for refs in session.exec(told) if refs.get("why")}


def end(session: Session, mode_id: int, *, by: str, now: datetime) -> ServiceMode:
    """End a mode now; raise NotFound, or Conflict for one that has ended."""
    row = session.get(ServiceMode, mode_id, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no mode {mode_id}.")
    if row.ends_at is not None and row.ends_at <= now:
        raise Conflict("This mode has ended.", remedy="Look at the modes in force.")
    row.ends_at, row.ended_by = now, by
    session.flush()
    _note(session, row, mode_now(session, now=now), by=by, now=now)
    ordering.wake(session)
    return row


def coming(session: Session, *, now: datetime) -> Sequence[ServiceMode]:
    """Return the modes in force and those to come, earliest first."""
    left = select(ServiceMode).where(
        or_(col(ServiceMode.ends_at).is_(None), col(ServiceMode.ends_at) > now)
    )
    return session.exec(left.order_by(col(ServiceMode.begins_at), col(ServiceMode.id))).all()


def mode_now(session: Session, *, now: datetime) -> Mode:
    """Return the mode in force."""
    periods = [
        Period(Mode(row.mode), row.begins_at, row.ends_at) for row in coming(session, now=now)
    ]
    return present(periods, now)


def change_now(session: Session, *, now: datetime) -> Change:
    """Return what the mode in force changes."""
    return CHANGES[mode_now(session, now=now)]


def may_take_calls(
    session: Session, change: Change, holders: Sequence[int], *, now: datetime
) -> frozenset[int]:
    """Return which of the holders of seats the mode lets take calls."""
    listed = shifts.rostered(session, change.desk, now=now) if change.desk else frozenset[int]()
    return on_duty(change.desk, listed, holders)


def _note(
    session: Session,
    row: ServiceMode,
    mode: Mode,
    *,
    by: str,
    now: datetime,
    why: SwitchWhy | None = None,
) -> None:
    events.append(
        session,
        EventType.SERVICE_MODE_CHANGED,
        chain=CHAIN,
        actor=by,
        now=now,
        mode=mode,
        row=row.id,
        begins_at=row.begins_at.isoformat(),
        ends_at=row.ends_at.isoformat() if row.ends_at else None,
        why=why,
    )
