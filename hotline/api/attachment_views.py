"""How a file of a ticket or an order is told of, and what is sent of it."""

from collections.abc import Sequence

from fastapi.responses import StreamingResponse
from sqlmodel import Session

from dispatch.attachments import attachments, reading, receiving
from dispatch.attachments.models_attachments import Attachment
from dispatch.models import Ticket, WorkOrder
from hotline.api.schemas_attachments import AttachmentList, AttachmentOut
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.core.workbench.kinds import FORMS, Kind
from hotline.web import downloads, watermark


def attachment_out(session: Session, row: Attachment) -> AttachmentOut:
    """Return what is told of the file."""
    order = session.get_one(WorkOrder, row.order_id) if row.order_id else None
    return AttachmentOut(
        id=row.public_id,
        name=attachments.name_of(session, row),
        kind=row.kind,
        media_type=FORMS[Kind(row.kind)].media_type,
        size=row.size,
        state=row.state,
        order=order.number if order else None,
        for_departments=row.for_departments,
        added_at=row.added_at,
        added_by=row.added_by,
    )


def listed(session: Session, rows: Sequence[Attachment]) -> AttachmentList:
    """Return the files as a list."""
    return AttachmentList(items=[attachment_out(session, each) for each in rows])


def download(session: Session, row: Attachment, *, reason: str, actor: Actor) -> StreamingResponse:
    """Return the file's content, unsealed while it is sent, by a name that says who took it."""
    house = receiving.house_of(settings())
    moment, number = now(), session.get_one(Ticket, row.ticket_id).number
    content = reading.content_of(session, row, house, reason=reason, actor=actor, now=moment)
    name = watermark.of(actor, moment, number).on_file(attachments.name_of(session, row))
    return downloads.answer(content, row.kind, row.size, name)
