"""The call that a form is of: what a page of this room begins with."""

import uuid
from typing import Annotated

from fastapi import Depends, Request
from fastapi.datastructures import FormData
from sqlmodel import Session, col

from dispatch.drafting import drafts
from dispatch.drafting.drafts import Draft, FieldName
from dispatch.sealing import reach
from hotline.console.frame import Seeing, Viewer
from hotline.core.clock import now
from hotline.core.security import Permission
from telephony import records
from telephony.models import Call

Registrar = Annotated[Viewer, Depends(Seeing(Permission.TICKET_REGISTER))]


def call_of(session: Session, viewer: Viewer, call_id: uuid.UUID) -> Call:
    """Return the call; raise NotFound, for one that came to a ticket out of reach too."""
    return records.get_call(session, call_id, seen=reach.calls(viewer.actor, col(Call.id)))


async def given(request: Request) -> FormData:
    """Return what the form holds: its fields, and which of its keys was pressed."""
    return await request.form()


Given = Annotated[FormData, Depends(given)]


def keep_typed(session: Session, call: Call, form: FormData, viewer: Viewer) -> Draft:
    """Keep those of the fields that were sent along with a key; others stay as they are."""
    typed = {name.value: str(form[name]) for name in FieldName if name in form}
    return drafts.write(session, call, typed, actor=viewer.actor, now=now())
