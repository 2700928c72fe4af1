"""How a file is told of, and how its content leaves: to be saved, never to be run or shown."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

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
from hotline.web import watermark
from hotline.web.problems import WRITING

# Whoever opens it in a browser all the same gets a page that can do nothing and is of no origin.
_NOTHING = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
DOWNLOADED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The content.",
        "content": {form.media_type.partition(";")[0]: _BYTES for form in FORMS.values()},
    },
    409: WRITING[409],
}


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
    plain = f"attachment{FORMS[Kind(row.kind)].suffix}"  # for who reads no RFC 6266
    return StreamingResponse(
        content,
        media_type=FORMS[Kind(row.kind)].media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{plain}"; '
            f"filename*=UTF-8''{quote(name, safe='')}",
            "Content-Length": str(row.size),
            "Content-Security-Policy": _NOTHING,
            "X-Content-Type-Options": "nosniff",
            "X-Download-Options": "noopen",
            "Cache-Control": "no-store",
        },
    )
