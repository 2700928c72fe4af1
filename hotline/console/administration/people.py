"""个人信息: what is kept of a requester, who looked, and their rights: a copy, 更正, 保留, 删除.

A requester is named by the number of a ticket of theirs, never by an id.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Ticket
from dispatch.people import corrections, erasures, holds, person_file
from hotline.console.administration import person_rights
from hotline.console.administration.areas import PEOPLE
from hotline.console.administration.frame import Refusal, attempt, shown
from hotline.console.faults import Misfilled
from hotline.console.frame import Seeing, Viewer
from hotline.console.words import say
from hotline.console.writes import Version, Words
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import watermark
from hotline.web.access import SessionDep

router = APIRouter(prefix=PEOPLE.page, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.PERSON_READ))]
Corrector = Annotated[Viewer, Depends(Seeing(Permission.PERSON_CORRECT))]
Eraser = Annotated[Viewer, Depends(Seeing(Permission.PERSON_ERASE))]


@router.get("", response_class=HTMLResponse)
def find(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    number: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show the form, or go to the requester of the ticket with this number."""
    if not number.strip():
        return shown(request, viewer, "people", PEOPLE)
    found = tickets.find(session, number.replace("\0", "").strip(), reader=viewer.actor)
    return RedirectResponse(f"{PEOPLE.page}/{found.number}", status_code=303)


@router.get("/{number}", response_class=HTMLResponse)
def person(viewer: Reader, number: str, request: Request, session: SessionDep) -> Response:
    """Show how the requester's data stand; nothing of them is shown in the clear."""
    return _shown(request, session, viewer, tickets.find(session, number, reader=viewer.actor))


@router.post("/{number}/file", response_class=HTMLResponse)
def export(
    viewer: Reader, number: str, request: Request, session: SessionDep, reason: Words
) -> Response:
    """个人信息副本: all that is kept, in the clear, marked with who took it."""
    ticket, moment = tickets.find(session, number, reader=viewer.actor), now()
    found: list[dict[str, Any]] = []

    def act() -> None:
        found.append(
            person_file.export(session, ticket, reason=reason, actor=viewer.actor, now=moment)
        )

    if refused := attempt(session, act):
        return _shown(request, session, viewer, ticket, refused=refused, reason=reason)
    mark = watermark.of(viewer.actor, moment, ticket.number)
    told = {"watermark": mark.line, "made_at": moment, "ticket": ticket.number, **found[0]}
    text = json.dumps(jsonable_encoder(told), ensure_ascii=False, indent=1)
    named = {"Content-Disposition": f'attachment; filename="{ticket.number}.json"'}
    return Response(text, media_type="application/json", headers=named)


@router.post("/{number}/correct", response_class=HTMLResponse)
def correct(
    viewer: Corrector,
    number: str,
    request: Request,
    session: SessionDep,
    version: Version,
    field: Annotated[corrections.Field, Form()],
    value: Words,
    reason: Words,
) -> Response:
    """更正: the requester's number, or what they said in this ticket, is put right."""

    def act(ticket: Ticket) -> None:
        corrections.correct(
            session, ticket, field, value, reason=reason, actor=viewer.actor, now=now()
        )

    return _written(request, session, viewer, number, version, act, reason)


@router.post("/{number}/hold", response_class=HTMLResponse)
def hold(
    viewer: Eraser,
    number: str,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Words,
) -> Response:
    """保留: nothing of theirs is erased until the hold is lifted."""

    def act(ticket: Ticket) -> None:
        holds.hold(session, ticket, reason, actor=viewer.actor, now=now())

    return _written(request, session, viewer, number, version, act, reason)


@router.post("/{number}/lift", response_class=HTMLResponse)
def lift(
    viewer: Eraser,
    number: str,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Words,
) -> Response:
    """解除保留."""

    def act(ticket: Ticket) -> None:
        holds.lift(session, ticket, reason, actor=viewer.actor, now=now())

    return _written(request, session, viewer, number, version, act, reason)


@router.post("/{number}/erase", response_class=HTMLResponse)
def erase(
    viewer: Eraser,
    number: str,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Words,
    again: Words,
) -> Response:
    """删除: nothing brings it back, so the number is written once more."""

    def act(ticket: Ticket) -> None:
        if again.strip() != ticket.number:
            raise Misfilled(say("refused.not_this_number"))
        span = settings().retention_days
        erasures.erase(session, ticket, reason, written=span, actor=viewer.actor, now=now())

    return _written(request, session, viewer, number, version, act, reason)


def _written(
    request: Request,
    session: Session,
    viewer: Viewer,
    number: str,
    version: int,
    act: Callable[[Ticket], None],
    reason: str,
) -> Response:
    """Do it to the ticket's requester as they were seen; what was typed stays if refused."""

    def locked() -> None:
        ticket = tickets.find(session, number, lock=True, reader=viewer.actor)
        tickets.require_version(ticket, version)
        act(ticket)

    if refused := attempt(session, locked):
        ticket = tickets.find(session, number, reader=viewer.actor)
        return _shown(request, session, viewer, ticket, refused=refused, reason=reason)
    return RedirectResponse(f"{PEOPLE.page}/{number}", status_code=303)


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    ticket: Ticket,
    *,
    refused: Refusal | None = None,
    reason: str = "",
) -> Response:
    told = person_rights.told(session, ticket, viewer)
    return shown(
        request,
        viewer,
        "person_file",
        PEOPLE,
        refused=refused,
        ticket=ticket,
        reason=reason,
        **told,
    )
