"""变动: what happened to a department's orders, in the order in which it was committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column
from sqlmodel import Session, col, select

from dispatch.models import Ticket, WorkOrder
from hotline.core import events
from hotline.core.events import Audience, Cursor, Event, EventType

BATCH = 200
# So many events are looked through for one answer; a reader who is far behind asks again.
MOST_LOOKED_AT = 2000
_OF_ORDERS = "order:"


@dataclass(frozen=True)
class Changes:
    """Events that concern a department; `next` is where the log was read to."""

    events: Sequence[Event]
    next: Cursor
    more: bool  # the log goes on: ask again at once


def read(
    session: Session, after: Cursor, *, department: str, most: int = MOST_LOOKED_AT
) -> Changes:
    """Return the department's events after the cursor; without one, every department's."""
    found: list[Event] = []
    for _ in range(max(1, most // BATCH)):
        looked_at = events.read(session, after, limit=BATCH)
        found += _concerning(session, looked_at, department)
        if looked_at:
            after = Cursor(looked_at[-1].xid, looked_at[-1].id or 0)
        if len(looked_at) < BATCH:
            return Changes(found, after, more=False)
    return Changes(found, after, more=True)


def before(session: Session, moment: datetime) -> Cursor:
    """Return a cursor that every event from this moment on lies after, a late commit's too."""
    running: ColumnElement[int] = literal_column(
        "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    )
    first = session.exec(
        select(func.least(func.min(Event.xid), running)).where(Event.at >= moment)
    ).one()
    return Cursor(first, 0)


def _concerning(session: Session, found: Sequence[Event], department: str) -> list[Event]:
    told = [event for event in found if event.audience != Audience.INTERNAL]
    clocked = {event.refs["subject"].removeprefix(_OF_ORDERS) for event in told if _clocks(event)}
    reminded = {event.refs["ticket"] for event in told if event.type == EventType.TICKET_REMINDED}
    orders = _orders(session, clocked, department)
    tickets = _tickets(session, reminded, department)
    return [
        event
        for event in told
        if _names(event, department)
        or (_clocks(event) and event.refs["subject"].removeprefix(_OF_ORDERS) in orders)
        or (event.type == EventType.TICKET_REMINDED and event.refs["ticket"] in tickets)
    ]


def _names(event: Event, department: str) -> bool:
    named = event.refs.get("department", "")
    return event.type.startswith("order.") and (named == department or not department)


def _clocks(event: Event) -> bool:
    return str(event.refs.get("subject", "")).startswith(_OF_ORDERS)


def _orders(session: Session, numbers: set[str], department: str) -> set[str]:
    query = select(WorkOrder.number).where(col(WorkOrder.number).in_(numbers))
    if department:
        query = query.where(WorkOrder.department == department)
    return set(session.exec(query).all()) if numbers else set()


def _tickets(session: Session, numbers: set[str], department: str) -> set[str]:
    query = (
        select(Ticket.number)
        .join(WorkOrder, col(WorkOrder.ticket_id) == Ticket.id)
        .where(col(Ticket.number).in_(numbers))
    )
    if department:
        query = query.where(WorkOrder.department == department)
    return set(session.exec(query).all()) if numbers else set()
