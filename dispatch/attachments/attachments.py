"""附件: added to a ticket or to one of its orders, and taken away again before it counts."""

import uuid
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from dispatch import history
from dispatch.attachments import store
from dispatch.attachments.models_attachments import Attachment, State
from dispatch.attachments.receiving import House, Received
from dispatch.attachments.scanners import Verdict
from dispatch.handling import orders
from dispatch.models import Reply, Ticket, WorkOrder
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.db import after_commit
from hotline.core.errors import Conflict
from hotline.core.events import Audience, EventType
from hotline.core.privacy import Person

_NAME = "attachment_name"
FIRST_RETRY = timedelta(minutes=1)


def add_to_order(
    session: Session,
    order: WorkOrder,
    file: Received,
    house: House,
    *,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Keep a file with the order, which is locked; raise Conflict once it is ended."""
    require_open(order)
    ticket = orders.ticket_of(session, order)
    row = _keep(session, ticket, order, file, house, actor=actor, now=now)
    note_order(session, order, EventType.ATTACHMENT_ADDED, row, actor=actor, now=now)
    return row


def add_to_ticket(
    session: Session,
    ticket: Ticket,
    file: Received,
    house: House,
    *,
    for_departments: bool,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Keep a file with the ticket, which is locked; its departments read it only if it is theirs.

    Raises Conflict once the ticket is archived.
    """
    require_kept(ticket)
    row = _keep(session, ticket, None, file, house, actor=actor, now=now)
    row.for_departments = for_departments
    note_ticket(session, ticket, EventType.ATTACHMENT_ADDED, row, actor=actor, now=now)
    return row


def require_open(order: WorkOrder) -> None:
    """Raise Conflict unless the order is still handled."""
    if order.status not in OPEN_ORDERS:
        raise Conflict(
            f"A work order that is {order.status} takes no files.", remedy="Ask the hotline."
        )


def require_kept(ticket: Ticket) -> None:
    """Raise Conflict for an archived ticket."""
    if ticket.archived_at:
        raise Conflict(f"Ticket {ticket.number} is archived.", remedy="Register a new one.")


def remove(
    session: Session, row: Attachment, house: House, *, actor: Actor, now: datetime
) -> Attachment:
    """Take a file away, its content for good; the ticket is locked.

    Raises Conflict for a file that another side added, once its reply was reviewed, and once its
    ticket has ended.
    """
    if row.department != reach.department_of(actor):
        raise Conflict("Somebody else added that file.", remedy="Ask them to remove it.")
    ticket = session.get_one(Ticket, row.ticket_id)
    order = session.get_one(WorkOrder, row.order_id) if row.order_id else None
    if order:
        _require_unreviewed(session, order, row)
    elif ticket.closed_at:
        raise Conflict(f"Ticket {ticket.number} has ended.", remedy="The file stays with it.")
    _discard(session, row, house, by=str(actor), now=now)
    if order:
        note_order(session, order, EventType.ATTACHMENT_REMOVED, row, actor=actor, now=now)
    else:
        note_ticket(session, ticket, EventType.ATTACHMENT_REMOVED, row, actor=actor, now=now)
    return row


def discard_infected(
    session: Session, row: Attachment, house: House, *, actor: Actor, now: datetime
) -> None:
    """Delete the content of a file in which the scanner found something; the row says so."""
    row.state, row.scan_at = State.INFECTED, None
    _discard(session, row, house, by=str(actor), now=now)
    removed = EventType.ATTACHMENT_REMOVED
    if row.order_id:
        order = session.get_one(WorkOrder, row.order_id)
        note_order(session, order, removed, row, actor=actor, now=now, infected=True)
    else:
        ticket = session.get_one(Ticket, row.ticket_id)
        note_ticket(session, ticket, removed, row, actor=actor, now=now, infected=True)


def name_of(session: Session, row: Attachment) -> str:
    """Return what the file is called; only its kind where the person was erased."""
    person = session.get_one(Person, row.person_id)
    if privacy.is_erased(person):
        return f"{privacy.ERASED}.{row.kind}"
    return privacy.unseal(person, row.sealed_name, _NAME)


def note_order(
    session: Session,
    order: WorkOrder,
    type: EventType,
    row: Attachment,
    *,
    actor: Actor,
    now: datetime,
    **refs: object,
) -> None:
    """Add to the history what happened to a file of the order: its id and kind, never its name."""
    told = {"attachment": str(row.public_id), "kind": row.kind, **refs}
    orders.note(session, order, type, actor=actor, now=now, **told)


def note_ticket(
    session: Session,
    ticket: Ticket,
    type: EventType,
    row: Attachment,
    *,
    actor: Actor,
    now: datetime,
    **refs: object,
) -> None:
    """The same of a file of the ticket's own; departments know only of what is for them."""
    audience = Audience.DEPARTMENT if row.for_departments else Audience.INTERNAL
    told = {"attachment": str(row.public_id), "kind": row.kind, **refs}
    history.record(session, ticket, type, actor=actor, now=now, audience=audience, **told)


def _keep(
    session: Session,
    ticket: Ticket,
    order: WorkOrder | None,
    file: Received,
    house: House,
    *,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Seal the content first and then write its row: a crash between leaves what is swept away."""
    _require_room(session, ticket, house)
    person = session.get_one(Person, ticket.person_id)
    name = uuid.uuid4()
    with file.content.open("rb") as content:
        size = store.write(house.folder, name, person, content)
    waits = file.verdict is not Verdict.CLEAN
    row = Attachment(
        public_id=name,
        ticket_id=ticket.id or 0,
        order_id=order.id if order else None,
        person_id=person.id,
        kind=file.kind,
        sealed_name=privacy.seal(person, file.name, _NAME),
        size=size,
        for_departments=order is not None,
        state=State.WAITING if waits else State.READY,
        scan_at=now + FIRST_RETRY if waits else None,
        added_at=now,
        added_by=str(actor),
        department=reach.department_of(actor),
    )
    session.add(row)
    session.flush()
    return row


def _require_room(session: Session, ticket: Ticket, house: House) -> None:
    query = select(func.count()).select_from(Attachment).where(Attachment.ticket_id == ticket.id)
    if session.exec(query.where(col(Attachment.removed_at).is_(None))).one() >= house.most_files:
        raise Conflict(
            f"Ticket {ticket.number} has {house.most_files} files already.",
            remedy="Remove one, or put several into one PDF.",
        )


def _require_unreviewed(session: Session, order: WorkOrder, row: Attachment) -> None:
    require_open(order)
    reviewed = select(Reply.id).where(Reply.order_id == order.id)
    if session.exec(reviewed.where(col(Reply.reviewed_at) >= row.added_at)).first():
        raise Conflict(
            "The reply that the file belongs to was reviewed.", remedy="Add the right one beside."
        )


def _discard(session: Session, row: Attachment, house: House, *, by: str, now: datetime) -> None:
    row.removed_at, row.removed_by = now, by
    session.add(row)
    after_commit(session, lambda: store.remove(house.folder, row.public_id))
