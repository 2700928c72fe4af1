"""From the event log to the lanes: each event once, in the order in which it was committed.

The cursor moves in the transaction that owes the deliveries: whatever dies when, neither is an
event left out nor is it owed twice.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch import feed
from dispatch.beside.models_beside import Cluster, ClusterMember
from dispatch.letters.subjects import is_letters
from dispatch.models import Confidentiality, Ticket, WorkOrder
from dispatch.webhooks import call_pushes, lanes
from dispatch.webhooks.call_pushes import is_of_calls
from dispatch.webhooks.lanes import Owed
from dispatch.webhooks.models_webhooks import WebhookCursor, WebhookEndpoint
from hotline.core import events
from hotline.core.events import Audience, Cursor, Event

BATCH = 500
_OF_ORDERS, _OF_TICKETS = "order:", "ticket:"
# What else a receiver is told; everything more it asks the API for, as who it is.
_TOLD = ("clock", "due", "parent", "supervision", "round", "count", "role")


def fan_out(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Owe the next events of the log to whom they concern; return how many were looked at.

    One process at a time does this; another finds nothing to do.
    """
    place = session.exec(select(WebhookCursor).with_for_update(skip_locked=True)).first()
    if place is None:
        return 0
    session.refresh(place)
    # None of them may be deleted until what they are owed stands.
    shared = select(WebhookEndpoint).with_for_update(read=True, key_share=True)
    endpoints = session.exec(shared.order_by(col(WebhookEndpoint.id))).all()
    if not endpoints:
        _move(place, events.latest(session))
        return 0
    found = events.read(session, Cursor(place.xid, place.event_id), limit=most)
    if not found:
        return 0
    lanes.owe(session, list(_owed(session, found, endpoints)), now=now)
    _move(place, Cursor(found[-1].xid, found[-1].id or 0))
    return len(found)


def _move(place: WebhookCursor, to: Cursor) -> None:
    place.xid, place.event_id = max((place.xid, place.event_id), (to.xid, to.id))


def _owed(
    session: Session, found: Sequence[Event], endpoints: Sequence[WebhookEndpoint]
) -> Iterator[Owed]:
    yield from call_pushes.owed(session, found, [e for e in endpoints if is_of_calls(e)])
    told = [event for event in found if event.audience != Audience.INTERNAL]
    departments = {each.department for each in endpoints if not is_of_calls(each)}
    for department in sorted(departments if told else ()):
        concerned = feed.concerning(session, told, department)
        subjects = _subjects(session, concerned, department)
        sealed = _sealed(session, concerned, subjects)
        theirs = [each for each in endpoints if each.department == department]
        for event, subject in zip(concerned, subjects, strict=True):
            if not sealed.isdisjoint((_ticket(event), ticket_of(subject))):
                continue
            for endpoint in theirs:
                if not endpoint.types or event.type in endpoint.types:
                    yield _one(endpoint, event, subject)


def _one(endpoint: WebhookEndpoint, event: Event, subject: str) -> Owed:
    ticket = "" if is_letters(event.chain) else _ticket(event)
    data: dict[str, Any] = {"ticket": ticket} if ticket else {"letter": event.refs["letter"]}
    if ticket and subject != ticket:
        data = {"order": subject, **data}
    data |= {name: event.refs[name] for name in _TOLD if name in event.refs}
    place = str(Cursor(event.xid, event.id or 0))
    return Owed(endpoint.id, subject, place, event.type, ticket, event.at, data)


def _ticket(event: Event) -> str:
    return event.chain.removeprefix(_OF_TICKETS)


def ticket_of(subject: str) -> str:
    """Return the number of the ticket that an order's number begins with."""
    return subject.rpartition("-")[0] or subject


def _subjects(session: Session, concerned: Sequence[Event], department: str) -> list[str]:
    """Return the order that each event is of: the department's latest where it is the ticket's."""
    named = [_order(event) for event in concerned]
    whole = {_ticket(event) for event, order in zip(concerned, named, strict=True) if not order}
    latest = _latest_orders(session, whole, department) if whole else {}
    return [
        order or latest.get(_ticket(event), _ticket(event))
        for event, order in zip(concerned, named, strict=True)
    ]


def _order(event: Event) -> str:
    subject = str(event.refs.get("subject", ""))
    clocked = subject.removeprefix(_OF_ORDERS) if subject.startswith(_OF_ORDERS) else ""
    return str(event.refs.get("order", "")) or clocked


def _latest_orders(session: Session, tickets: set[str], department: str) -> dict[str, str]:
    """Return the department's latest order of each ticket, or of the one that it follows."""
    own = (
        select(Ticket.number, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.ticket_id) == Ticket.id)
        .where(col(Ticket.number).in_(tickets), WorkOrder.department == department)
        .order_by(col(WorkOrder.id))
    )
    followed = (
        select(Ticket.number, WorkOrder.number)
        .join(ClusterMember, col(ClusterMember.ticket_id) == Ticket.id)
        .join(Cluster, col(Cluster.id) == ClusterMember.cluster_id)
        .join(WorkOrder, col(WorkOrder.ticket_id) == Cluster.main_id)
        .where(col(Ticket.number).in_(tickets), WorkOrder.department == department)
        .order_by(col(WorkOrder.id))
    )
    return dict(session.exec(followed).all()) | dict(session.exec(own).all())


def _sealed(session: Session, concerned: Sequence[Event], subjects: Sequence[str]) -> set[str]:
    """Return which of the tickets are sealed: of those nothing leaves."""
    numbers = {_ticket(event) for event in concerned} | {ticket_of(each) for each in subjects}
    if not numbers:
        return set()
    sealed = select(Ticket.number).where(
        col(Ticket.number).in_(numbers), Ticket.confidentiality == Confidentiality.SEALED
    )
    return set(session.exec(sealed).all())
