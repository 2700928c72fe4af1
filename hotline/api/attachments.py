"""附件 over HTTP: a department's on its orders, the hotline's on tickets."""

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.attachments import attachments, reading, receiving
from dispatch.attachments.models_attachments import Attachment
from dispatch.handling import orders
from hotline.api.attachment_views import attachment_out, download, listed
from hotline.api.fields import Number, Text
from hotline.api.schemas_attachments import AttachmentList, AttachmentOut
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import uploading
from hotline.web.access import SessionDep, permit
from hotline.web.downloads import DOWNLOADED
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, UPLOADING, WRITING

router = APIRouter(prefix="/api/v1", tags=["attachments"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ATTACHMENT_READ))]
Adder = Annotated[Actor, Depends(permit(Permission.ATTACHMENT_ADD))]
# A ticket's own files are not for departments, whoever else may have such a permission.
Inside = Depends(permit(Permission.TICKET_READ))
Sent = Annotated[UploadFile, File(description="One file; what it is, its content says.")]
Reason = Annotated[Text, Query(description="Why it is read: kept of a confidential matter.")]
Shared = Annotated[bool, Form(description="Whether the ticket's departments may read it.")]

ORDER, TICKET = "/work-orders/{number}/attachments", "/tickets/{number}/attachments"


@router.post(
    ORDER,
    operation_id="add_work_order_attachment",
    summary="Add a file to an order (附件)",
    response_model=AttachmentOut,
    responses={**WRITING, **UPLOADING},
)
def add_to_order(actor: Adder, number: Number, file: Sent, write: Writing) -> Any:
    """附件: keep a file with the order; pictures are painted anew, what may do harm is refused."""
    attachments.require_open(orders.find(write.session, number, reader=actor))
    with uploading.examined(write.session, file, actor) as (received, house):

        def act() -> AttachmentOut:
            order = orders.find(write.session, number, reader=actor, lock=True)
            row = attachments.add_to_order(
                write.session, order, received, house, actor=actor, now=now()
            )
            return attachment_out(write.session, row)

        return write.once(
            act,
            actor,
            received.fingerprint,
            again=as_kept,  # whose order it is was asked before the file was looked at
            version=lambda: _order_version(write, number, actor),
        )


@router.get(
    ORDER, operation_id="list_work_order_attachments", summary="List an order's files (附件)"
)
def list_of_order(actor: Reader, number: Number, session: SessionDep) -> AttachmentList:
    """Return its own department's files of this ticket, and the ticket's that are for it."""
    order = orders.find(session, number, reader=actor)
    return listed(session, reading.of_order(session, order))


@router.get(
    ORDER + "/{attachment_id}",
    operation_id="download_work_order_attachment",
    summary="Download an order's file (附件)",
    response_class=StreamingResponse,
    responses=DOWNLOADED,
)
def download_of_order(
    actor: Reader,
    number: Number,
    attachment_id: uuid.UUID,
    session: SessionDep,
    reason: Reason = "",
) -> StreamingResponse:
    """Return the content to be saved, never to be shown in the page; 409 while it is scanned."""
    order = orders.find(session, number, reader=actor)
    row = reading.pick(reading.of_order(session, order), attachment_id)
    return download(session, row, reason=reason, actor=actor)


@router.delete(
    ORDER + "/{attachment_id}",
    operation_id="remove_work_order_attachment",
    summary="Remove an order's file (附件)",
    responses=WRITING,
)
def remove_of_order(
    actor: Adder, number: Number, attachment_id: uuid.UUID, session: SessionDep
) -> AttachmentOut:
    """Remove what one's own side added, before the reply it belongs to is reviewed."""
    order = orders.find(session, number, reader=actor, lock=True)
    return _removed(session, reading.of_order(session, order), attachment_id, actor)


@router.post(
    TICKET,
    operation_id="add_ticket_attachment",
    summary="Add a file to a ticket (附件)",
    response_model=AttachmentOut,
    responses={**WRITING, **UPLOADING},
    dependencies=[Inside],
)
def add_to_ticket(
    actor: Adder, number: Number, file: Sent, write: Writing, for_departments: Shared = False
) -> Any:
    """附件: keep a file that the requester sent; its departments read it only if told so."""
    attachments.require_kept(tickets.find(write.session, number, reader=actor))
    with uploading.examined(write.session, file, actor) as (received, house):

        def act() -> AttachmentOut:
            ticket = tickets.find(write.session, number, lock=True, reader=actor)
            row = attachments.add_to_ticket(
                write.session,
                ticket,
                received,
                house,
                for_departments=for_departments,
                actor=actor,
                now=now(),
            )
            return attachment_out(write.session, row)

        return write.once(
            act,
            actor,
            f"{received.fingerprint} {for_departments}",
            again=as_kept,  # and whose ticket
            version=lambda: tickets.find(write.session, number, lock=True, reader=actor).version,
        )


@router.get(
    TICKET,
    operation_id="list_ticket_attachments",
    summary="List a ticket's files (附件)",
    dependencies=[Inside],
)
def list_of_ticket(actor: Reader, number: Number, session: SessionDep) -> AttachmentList:
    """Return every file of the ticket and of its orders, oldest first."""
    ticket = tickets.find(session, number, reader=actor)
    return listed(session, reading.of_ticket(session, ticket))


@router.get(
    TICKET + "/{attachment_id}",
    operation_id="download_ticket_attachment",
    summary="Download a ticket's file (附件)",
    response_class=StreamingResponse,
    responses=DOWNLOADED,
    dependencies=[Inside],
)
def download_of_ticket(
    actor: Reader,
    number: Number,
    attachment_id: uuid.UUID,
    session: SessionDep,
    reason: Reason = "",
) -> StreamingResponse:
    """Return the content to be saved, never to be shown in the page; 409 while it is scanned."""
    ticket = tickets.find(session, number, reader=actor)
    row = reading.pick(reading.of_ticket(session, ticket), attachment_id)
    return download(session, row, reason=reason, actor=actor)


@router.delete(
    TICKET + "/{attachment_id}",
    operation_id="remove_ticket_attachment",
    summary="Remove a ticket's file (附件)",
    responses=WRITING,
    dependencies=[Inside],
)
def remove_of_ticket(
    actor: Adder, number: Number, attachment_id: uuid.UUID, session: SessionDep
) -> AttachmentOut:
    """Remove what the hotline added, before the ticket has ended."""
    ticket = tickets.find(session, number, lock=True, reader=actor)
    return _removed(session, reading.of_ticket(session, ticket), attachment_id, actor)


def _order_version(write: Write, number: str, actor: Actor) -> int:
    return orders.find(write.session, number, reader=actor, lock=True).version


def _removed(
    session: Session, seen: Sequence[Attachment], attachment_id: uuid.UUID, actor: Actor
) -> AttachmentOut:
    row = reading.pick(seen, attachment_id)
    house = receiving.house_of(settings())
    return attachment_out(session, attachments.remove(session, row, house, actor=actor, now=now()))
