"""上级时限: an order below another is due before the one above it, wherever that moves."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from dispatch.models import Clock, WorkOrder
from dispatch.terms import ClockKind

REPLY_KINDS = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)
_ORDER = "order:"


def above(session: Session, clock: Clock) -> Clock | None:
    """Return the running reply clock of the order above the clock's own, if there is one."""
    own = select(WorkOrder.parent_id).where(WorkOrder.number == clock.subject.removeprefix(_ORDER))
    parent = session.exec(
        select(WorkOrder.number).where(col(WorkOrder.id) == own.scalar_subquery())
    ).first()
    if parent is None:
        return None
    return session.exec(
        select(Clock)
        .where(Clock.subject == f"{_ORDER}{parent}", col(Clock.kind).in_(REPLY_KINDS))
        .where(col(Clock.stopped_at).is_(None))
    ).first()


def below(session: Session, clock: Clock) -> Sequence[Clock]:
    """Return the running clocks that may not outlast this one, locked."""
    if clock.kind not in REPLY_KINDS:
        return []
    own = select(WorkOrder.id).where(WorkOrder.number == clock.subject.removeprefix(_ORDER))
    numbers = session.exec(
        select(WorkOrder.number).where(col(WorkOrder.parent_id) == own.scalar_subquery())
    ).all()
    return session.exec(
        select(Clock)
        .where(col(Clock.subject).in_([f"{_ORDER}{number}" for number in numbers]))
        .where(col(Clock.ceiling_at).is_not(None), col(Clock.stopped_at).is_(None))
        .order_by(col(Clock.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
