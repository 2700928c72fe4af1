"""附件 on a ticket's page: what there is to download, and one more from the requester."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from sqlmodel import Session

from dispatch import tickets
from dispatch.attachments import attachments, reading, receiving
from dispatch.attachments.models_attachments import State
from dispatch.models import Ticket
from hotline.console import moments
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Seeing, Viewer
from hotline.console.words import say
from hotline.console.writes import to_ticket
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.workbench.refusals import Refused
from hotline.web import uploading
from hotline.web.access import SessionDep
from knowledge import names

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}/attachments", include_in_schema=False)

Adder = Annotated[Viewer, Depends(Seeing(Permission.ATTACHMENT_ADD))]
_KB = 1024


@dataclass(frozen=True)
class Line:
    """One file as the page lists it; without an address while its scanner has not answered."""

    name: str
    url: str
    kilobytes: int
    at: str
    whose: str
    shared: bool


def files_of(session: Session, ticket: Ticket, viewer: Viewer) -> list[Line] | None:
    """Return the ticket's files, oldest first; None for who may not see any."""
    if Permission.ATTACHMENT_READ not in viewer.may:
        return None
    rows = reading.of_ticket(session, ticket)
    departments = names.department_names(session, {row.department for row in rows})
    return [
        Line(
            name=attachments.name_of(session, row),
            url=f"/api/v1/tickets/{ticket.number}/attachments/{row.public_id}"
            if row.state == State.READY
            else "",
            kilobytes=-(-row.size // _KB),
            at=moments.short(row.added_at),
            whose=departments.get(row.department, say("ticket.files_ours")),
            shared=row.for_departments,
        )
        for row in rows
    ]


@router.post("")
def add(
    viewer: Adder,
    number: str,
    session: SessionDep,
    file: Annotated[UploadFile, File()],
    for_departments: Annotated[bool, Form()] = False,
) -> Response:
    """Keep a file with the ticket; departments read it only where the agent says so."""
    attachments.require_kept(tickets.find(session, number, reader=viewer.actor))
    try:
        with uploading.examined(session, file, viewer.actor) as (received, house):
            ticket = tickets.find(session, number, lock=True, reader=viewer.actor)
            attachments.add_to_ticket(
                session,
                ticket,
                received,
                house,
                for_departments=for_departments,
                actor=viewer.actor,
                now=now(),
            )
    except (Refused, receiving.TooLong) as error:
        raise Misfilled(say("fault.file_refused")) from error
    return to_ticket(number)
