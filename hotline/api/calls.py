"""Calls over HTTP: every call leaves a record, answered or not."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import col

from dispatch.sealing import reach
from hotline.api.schemas import CallPage
from hotline.api.schemas_calls import CallDetail
from hotline.api.views import call_detail, call_out
from hotline.core.accounts import Actor
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING
from telephony import records
from telephony.models import Call

router = APIRouter(prefix="/api/v1/calls", tags=["calls"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.CALL_READ))]


@router.get("", operation_id="list_calls")
def list_calls(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> CallPage:
    """Return calls, newest first."""
    seen = reach.calls(actor, col(Call.id))
    found = records.newest(session, before=decode_cursor(cursor), limit=limit, seen=seen)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.started_at, last.serial or 0) if last else None
    link_next(request, response, following)
    return CallPage(items=[call_out(session, call) for call in found], next=following)


@router.get("/{call_id}", operation_id="get_call")
def get_call(actor: Reader, call_id: uuid.UUID, session: SessionDep) -> CallDetail:
    """Return a call with its agent, rating, transcript (masked) and history."""
    seen = reach.calls(actor, col(Call.id))
    return call_detail(session, records.get_call(session, call_id, seen=seen))
