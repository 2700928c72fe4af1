"""Which files somebody sees, and one of them read; a file that is not theirs is not there."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from dispatch import disclosure
from dispatch.attachments import store
from dispatch.attachments.models_attachments import Attachment, State
from dispatch.attachments.receiving import House
from dispatch.handling import orders
from dispatch.models import Ticket, WorkOrder
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotFound
from hotline.core.privacy import Person

READ = "attachment"  # what an AccessLog row says was looked at
_HANDLING = "办理"


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Attachment]:
    """Return every file of the ticket and of its orders, oldest first: for who works inside."""
    query = select(Attachment).where(Attachment.ticket_id == ticket.id)
    live = query.where(col(Attachment.removed_at).is_(None))
    return session.exec(live.order_by(col(Attachment.id))).all()


def of_order(session: Session, order: WorkOrder) -> Sequence[Attachment]:
    """Return what the order's department may see: its own orders' files, and the ticket's for it.

    Of an order that was given or taken back, nothing that came later.
    """
    ticket, left_at = orders.ticket_of(session, order), orders.left_at(session, order)
    own = [
        each.id
        for each in orders.of_ticket(session, ticket)
        if each.department == order.department and each.round <= order.round
    ]
    query = (
        select(Attachment)
        .where(Attachment.ticket_id == ticket.id, col(Attachment.removed_at).is_(None))
        .where(
            or_(
                col(Attachment.order_id).in_(own),
                col(Attachment.order_id).is_(None) & col(Attachment.for_departments),
            )
        )
        .order_by(col(Attachment.id))
    )
    if left_at:
        query = query.where(Attachment.added_at < left_at)
    return session.exec(query).all()


def pick(seen: Sequence[Attachment], public_id: uuid.UUID) -> Attachment:
    """Return the file of this id among those that are seen; raise NotFound."""
    found = next((each for each in seen if each.public_id == public_id), None)
    if found is None:
        raise NotFound(f"There is no file {public_id} here.", remedy="List the files.")
    return found


def content_of(
    session: Session,
    row: Attachment,
    house: House,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Iterator[bytes]:
    """Return the file's content, piece by piece; of a confidential matter the look is kept.

    Raises Conflict while its scanner has not answered, NotFound when its person was erased.
    """
    if row.state != State.READY:
        raise Conflict(
            "The file waits for the scanner of this site.", remedy="Try again in some minutes."
        )
    person = session.get_one(Person, row.person_id)
    if privacy.is_erased(person):
        raise NotFound("The requester's data were erased, and this file with them.")
    ticket = session.get_one(Ticket, row.ticket_id)
    content = store.read(house.folder, row.public_id, person)
    if not disclosure.shows_requester(ticket):
        privacy.note_access(
            session,
            person,
            subject=ticket.number,
            actor=str(actor),
            what=READ,
            reason=reason.strip() or _HANDLING,
            now=now,
        )
    return content
