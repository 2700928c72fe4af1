"""变动: what happened to a department's orders, in the order in which it was committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column
from sqlmodel import Session, col, select

from dispatch.beside.models_beside import Cluster, ClusterMember
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.events import Audience, Cursor, Event, EventType

BATCH = 200
# So many events are looked through for one answer; a reader who is far behind asks again.
MOST_LOOKED_AT = 2000
_OF_ORDERS = "order:"
_NAMING = (
    "order.",
    "extension.",
    "supervision.",
    "clock.",
    "attachment.",
    "letter.",
)  # what happens to a department names it
# What happens to a ticket and its departments must know: asked again, by more people or fewer,
# that it waits, or that they may not see any more who asks.
_OF_TICKETS = (
    EventType.TICKET_REMINDED,
    EventType.TICKET_ADDED_TO,
    EventType.TICKET_MADE_CONFIDENTIAL,
    EventType.TICKET_MERGED,
    EventType.TICKET_UNMERGED,
    EventType.TICKET_SUSPENDED,
    EventType.TICKET_SUSPENSION_ENDED,
)
# What the requester of a merged ticket said since, which is its main ticket's departments' too.
_SAID_MORE = (EventType.TICKET_REMINDED, EventType.TICKET_ADDED_TO)


@dataclass(frozen=True)
class Changes:
    """Events that concern a department; `next` is where the log was read to."""

    events: Sequence[Event]
    next: Cursor
    more: bool  # the log goes on: ask again at once


def read(session: Session, after: Cursor, *, reader: Actor, most: int = MOST_LOOKED_AT) -> Changes:
    """Return the events after the cursor that the reader's department is told.

    Who works inside is told every department's, as far as they may see the tickets.
    """
    department = reach.department_of(reader)
    found: list[Event] = []
    for _ in range(max(1, most // BATCH)):
        looked_at = events.read(session, after, limit=BATCH)
        found += reach.told(session, reader, concerning(session, looked_at, department))
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


def concerning(session: Session, found: Sequence[Event], department: str) -> list[Event]:
    """Return those of the events that the department is told; without one, that any is told."""
    told = [event for event in found if event.audience != Audience.INTERNAL]
    clocked = {event.refs["subject"].removeprefix(_OF_ORDERS) for event in told if _clocks(event)}
    happened = {event.refs["ticket"] for event in told if _of_ticket(event)}
    asked = {event.refs["ticket"] for event in told if event.type in _SAID_MORE}
    watched = {event.refs["ticket"] for event in told if _of_whole(event)}
    orders = _orders(session, clocked, department)
    tickets = _tickets(session, happened, department)
    followed = _followed(session, asked, department)
    led = _led(session, watched, department)
    return [
        event
        for event in told
        if _names(event, department)
        or (_clocks(event) and event.refs["subject"].removeprefix(_OF_ORDERS) in orders)
        or (_of_ticket(event) and event.refs["ticket"] in tickets)
        or (event.type in _SAID_MORE and event.refs["ticket"] in followed)
        or (_of_whole(event) and event.refs["ticket"] in led)
    ]


def _names(event: Event, department: str) -> bool:
    named = event.refs.get("department", "")
    whose = (named, event.refs.get("above", ""))  # who gave the order on is told too
    return event.type.startswith(_NAMING) and (department in whose or not department)


def _clocks(event: Event) -> bool:
    return str(event.refs.get("subject", "")).startswith(_OF_ORDERS)


def _of_ticket(event: Event) -> bool:
    """Return whether it happened to the ticket as all its departments know it."""
    whole_file = event.type.startswith("attachment.") and "order" not in event.refs
    return event.type in _OF_TICKETS or whole_file


def _of_whole(event: Event) -> bool:
    """Return whether a whole ticket is supervised (督办), which is its lead's to answer."""
    return event.type.startswith("supervision.") and not event.refs.get("department")


def _orders(session: Session, numbers: set[str], department: str) -> set[str]:
    query = select(WorkOrder.number).where(col(WorkOrder.number).in_(numbers))
    if department:
        query = query.where(WorkOrder.department == department)
    return set(session.exec(query).all()) if numbers else set()


def _tickets(session: Session, numbers: set[str], department: str) -> set[str]:
    """Return those of the tickets that the department has, or has answered for."""
    query = (
        select(Ticket.number)
        .join(WorkOrder, col(WorkOrder.ticket_id) == Ticket.id)
        .where(col(Ticket.number).in_(numbers), *_theirs(department))
    )
    return set(session.exec(query).all()) if numbers else set()


def _led(session: Session, numbers: set[str], department: str) -> set[str]:
    """Return those of the tickets that the department leads."""
    query = (
        select(Ticket.number)
        .join(WorkOrder, col(WorkOrder.ticket_id) == Ticket.id)
        .where(col(Ticket.number).in_(numbers), *_theirs(department))
        .where(WorkOrder.round == Ticket.redone, WorkOrder.role == OrderRole.LEAD)
        .where(col(WorkOrder.parent_id).is_(None))
    )
    return set(session.exec(query).all()) if numbers else set()


def _followed(session: Session, numbers: set[str], department: str) -> set[str]:
    """Return those of the tickets that the department's orders of their main ticket answer."""
    query = (
        select(Ticket.number)
        .join(ClusterMember, col(ClusterMember.ticket_id) == Ticket.id)
        .join(Cluster, col(Cluster.id) == ClusterMember.cluster_id)
        .join(WorkOrder, col(WorkOrder.ticket_id) == Cluster.main_id)
        .where(col(Ticket.number).in_(numbers), col(ClusterMember.left_at).is_(None))
        .where(*_theirs(department))
    )
    return set(session.exec(query).all()) if numbers else set()


def _theirs(department: str) -> list[ColumnElement[bool]]:
    """Return the condition that an order is still its department's; empty names every one."""
    stand = col(WorkOrder.status).in_((*OPEN_ORDERS, OrderStatus.COMPLETED))
    return [stand, col(WorkOrder.department) == department] if department else [stand]
