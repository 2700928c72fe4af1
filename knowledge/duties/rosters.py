"""Who is on duty: found for a page or an order; a telephone is told to who asks for it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound
from hotline.core.events import EventType
from knowledge.duties.models_duties import Duty, DutyRole, phone_of

_VERSION = text(
    "SELECT coalesce(md5(string_agg(id || ':' || updated_at, ',' ORDER BY id)), '') FROM duty"
)
# Whom one tries first.
_ORDER = (DutyRole.OFFICER, DutyRole.DEPUTY, DutyRole.EMERGENCY, DutyRole.LEADER)


def on_duty(
    session: Session, departments: Collection[str], *, now: datetime
) -> dict[str, list[Duty]]:
    """Return who is on duty now, by department, whom one tries first first."""
    asked = select(Duty).where(
        col(Duty.department_code).in_(departments), Duty.starts_at <= now, Duty.ends_at > now
    )
    found: dict[str, list[Duty]] = {}
    for row in sorted(session.exec(asked), key=_place) if departments else ():
        found.setdefault(row.department_code, []).append(row)
    return found


def coming(session: Session, department: str, *, now: datetime, limit: int = 20) -> Sequence[Duty]:
    """Return the department's shifts that run or begin later, the earliest first."""
    mine = select(Duty).where(Duty.department_code == department, Duty.ends_at > now)
    return session.exec(mine.order_by(col(Duty.starts_at), col(Duty.id)).limit(limit)).all()


def find(session: Session, department: str, duty_id: int) -> Duty:
    """Return the shift of this department; raise NotFound."""
    row = session.get(Duty, duty_id)
    if row is None or row.department_code != department:
        raise NotFound(f"There is no shift {duty_id}.", remedy="Look at the roster.")
    return row


def version(session: Session) -> str:
    """Return what is another one after any change of any roster."""
    return str(session.execute(_VERSION).scalar_one())


def reveal(session: Session, row: Duty, *, actor: Actor, now: datetime) -> str:
    """Return the telephone in the clear; one event says who looked."""
    events.append(
        session,
        EventType.DUTY_REVEALED,
        chain=f"department:{row.department_code}",
        actor=str(actor),
        now=now,
        department=row.department_code,
        duty=row.id,
        duty_role=row.role,
    )
    return phone_of(row)


def _place(row: Duty) -> tuple[int, datetime]:
    return _ORDER.index(DutyRole(row.role)), row.starts_at


def tell_given_out(session: Session, *, actor: Actor, now: datetime) -> None:
    """Leave the event that whole rosters, telephones too, were taken away as a file."""
    events.append(
        session,
        EventType.DUTY_REVEALED,
        chain="directory:rosters",
        actor=str(actor),
        now=now,
        department="",
        duty=None,
        duty_role="all",
    )
