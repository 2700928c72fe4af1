"""Looks at who asked: a reason, then one view; and who looked, for the auditor."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch import tickets
from dispatch.people import reveals, who_saw
from hotline.api.fields import Instant, Number
from hotline.api.schemas_people import (
    IdentityOut,
    LookList,
    LookOut,
    ReasonIn,
    ViewIn,
    ViewOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor, Role
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web import watermark
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/tickets/{number}", tags=["people"], responses=READING)

Revealer = Annotated[Actor, Depends(permit(Permission.IDENTITY_REVEAL))]
Auditor = Annotated[Actor, Depends(permit(Permission.LOOKS_READ))]


@router.post(
    "/reveal",
    operation_id="ask_to_reveal",
    summary="Ask to see who asked (查看诉求人)",
    status_code=201,
    response_model=ViewOut,
    responses=WRITING,
)
def ask_to_reveal(actor: Revealer, number: Number, given: ReasonIn, write: Writing) -> Any:
    """Return a view that opens once within a minute, for whoever says why.

    Its token is shown this once: repeated with its key it is a conflict.
    """

    def act() -> ViewOut:
        ticket = tickets.find(write.session, number, reader=actor)
        view = reveals.ask(write.session, ticket, reason=given.reason, actor=actor, now=now())
        return ViewOut.model_validate(view)

    return write.once(act, actor, given.model_dump_json(), again=as_kept, keep=False)


@router.post(
    "/reveal/view",
    operation_id="reveal_requester",
    summary="See who asked, once (一次性查看)",
)
def reveal_requester(
    actor: Revealer, number: Number, given: ViewIn, session: SessionDep
) -> IdentityOut:
    """Return the requester's number and use the view up; the look is kept with its reason."""
    ticket, moment = tickets.find(session, number, reader=actor), now()
    identity = reveals.look(session, ticket, given.token, actor=actor, now=moment)
    phone = identity.phone.e164 if identity.phone else None
    return IdentityOut(phone=phone, watermark=watermark.of(actor, moment, number).words)


@router.get("/who-saw", operation_id="who_saw_ticket", summary="Who saw it (谁看过)")
def who_saw_ticket(
    actor: Auditor,
    number: Number,
    session: SessionDep,
    request: Request,
    response: Response,
    since: Annotated[Instant | None, Query(examples=["2026-11-25T00:00:00+08:00"])] = None,
    until: Annotated[Instant | None, Query(examples=["2026-11-26T00:00:00+08:00"])] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> LookList:
    """Return who saw the requester's data or heard the recording, from `since` to before `until`.

    The newest first; follow `next` until it is null.
    An auditor is told of a sealed ticket as well: what it says is not in here. For anybody else
    who does not read it, there is none.
    """
    reader = None if actor.role is Role.AUDITOR else actor
    ticket, before = tickets.find(session, number, reader=reader), decode_cursor(cursor)
    found = who_saw.saw(session, ticket, since=since, until=until, before=before, limit=limit)
    following = encode_cursor(found[-1].at, found[-1].id) if len(found) == limit else None
    link_next(request, response, following)
    return LookList(items=[LookOut.model_validate(each) for each in found], next=following)
