"""剔除申请 as people find them: by what waits, within their reach; a department its own."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, true
from sqlmodel import Session, col, func, select

from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.states import ExclusionState
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import reach, readers
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound


class Standing(StrEnum):
    """What of a request waits, and for what."""

    TO_DECIDE = "to_decide"  # 待审定
    APPEALED = "appealed"  # 申诉待裁定
    GRANTED = "granted"  # 已剔除
    ALL = "all"


_STATES = {
    Standing.TO_DECIDE: ExclusionState.ASKED,
    Standing.APPEALED: ExclusionState.APPEALED,
    Standing.GRANTED: ExclusionState.GRANTED,
}


def listed(
    session: Session,
    standing: Standing = Standing.ALL,
    *,
    reader: Actor,
    before: int = 0,
    limit: int = 50,
) -> Sequence[ComparisonExclusion]:
    """Return the requests, the newest first; `before` is the id of the last one seen."""
    query = select(ComparisonExclusion).where(seen(reader), _is(standing))
    if before:
        query = query.where(col(ComparisonExclusion.id) < before)
    return session.exec(query.order_by(col(ComparisonExclusion.id).desc()).limit(limit)).all()


def find(
    session: Session, exclusion_id: int, *, reader: Actor, lock: bool = False
) -> ComparisonExclusion:
    """Return the request; raise NotFound, for one that the reader may not see too.

    With `lock`, its ticket is locked first, every writer in that order; who waited for it is judged
    by what they may see then.
    """
    query = select(ComparisonExclusion).where(ComparisonExclusion.id == exclusion_id, seen(reader))
    if lock:
        _lock_ticket(session, exclusion_id, reader)
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.exec(query).first()
    if row is None:
        raise NotFound(f"There is no request {exclusion_id}.", remedy="Take one from the list.")
    readers.note_read(session, session.get_one(Ticket, row.ticket_id), reader)
    return row


def _lock_ticket(session: Session, exclusion_id: int, reader: Actor) -> None:
    """Lock the ticket of a request that the reader may see, if there is one."""
    about = select(ComparisonExclusion.ticket_id).where(
        ComparisonExclusion.id == exclusion_id, seen(reader)
    )
    ticket = select(Ticket).where(Ticket.id == about.scalar_subquery()).with_for_update()
    session.exec(ticket.execution_options(populate_existing=True)).all()


def waiting(session: Session, *, reader: Actor) -> Mapping[Standing, int]:
    """Return how many requests and appeals wait for a decision."""
    return {
        each: session.exec(
            select(func.count()).select_from(ComparisonExclusion).where(seen(reader), _is(each))
        ).one()
        for each in (Standing.TO_DECIDE, Standing.APPEALED)
    }


def numbers(session: Session, rows: Sequence[ComparisonExclusion]) -> dict[int, tuple[str, str]]:
    """Return the numbers of each row's order and ticket, by its order's id."""
    query = (
        select(WorkOrder.id, WorkOrder.number, Ticket.number)
        .join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
        .where(col(WorkOrder.id).in_([each.order_id for each in rows]))
    )
    return {order_id or 0: (order, ticket) for order_id, order, ticket in session.exec(query)}


def seen(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader may see it: a department what it asked for."""
    mine = reach.of_ticket(reader, col(ComparisonExclusion.ticket_id))
    department = reach.department_of(reader)
    return and_(mine, col(ComparisonExclusion.department) == department) if department else mine


def _is(standing: Standing) -> ColumnElement[bool]:
    if standing is Standing.ALL:
        return true()
    return col(ComparisonExclusion.state) == _STATES[standing]
