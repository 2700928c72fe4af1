"""回访任务: the callbacks that people make, and what the requester said, as they said it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.callback import callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.callback.callback_ends import BAD
from dispatch.handling import replies
from dispatch.models import Callback, Ticket
from dispatch.requesters.ratings import Reason
from dispatch.sealing import readers
from dispatch.terms import RequestType
from hotline.console import moments
from hotline.console.faults import PREFIX
from hotline.console.frame import Asker, Viewer, templates
from hotline.core import privacy
from hotline.core.clock import now
from hotline.web.access import SessionDep

SHOWN = 20
# What a person can say of their own attempt; the others are the machine's.
OUTCOMES = (
    AttemptOutcome.COMPLETED,
    AttemptOutcome.PARTIAL,
    AttemptOutcome.NO_ANSWER,
    AttemptOutcome.BUSY,
    AttemptOutcome.REJECTED,
    AttemptOutcome.UNREACHABLE,
)
_ANSWERED = (AttemptOutcome.COMPLETED, AttemptOutcome.PARTIAL)

router = APIRouter(prefix=f"{PREFIX}/callbacks", include_in_schema=False)


@dataclass(frozen=True)
class Task:
    """One callback to make."""

    id: int
    number: str
    text: str
    answers: list[str]
    type: str
    planned: str
    is_due: bool
    attempts: int


@router.get("", response_class=HTMLResponse)
def show(viewer: Asker, request: Request, session: SessionDep, recorded: str = "") -> Response:
    """Show the callbacks to make, the longest due first."""
    shown = {"viewer": viewer, "recorded": recorded, **_tasks(session, viewer)}
    return templates.TemplateResponse(request, "callbacks.html", shown)


@router.get("/rows", response_class=HTMLResponse)
def rows(viewer: Asker, request: Request, session: SessionDep) -> Response:
    """Return the list alone, for the page that is already open."""
    return templates.TemplateResponse(
        request, "callback_rows.html", {"viewer": viewer, **_tasks(session, viewer)}
    )


@router.post("/{callback_id}")
def record(
    viewer: Asker,
    callback_id: int,
    session: SessionDep,
    outcome: Annotated[AttemptOutcome, Form()],
    contacted: Annotated[str, Form()] = "",
    solved: Annotated[str, Form()] = "",
    rating: Annotated[int | None, Form()] = None,
    reason: Annotated[Sequence[Reason], Form()] = (),
) -> Response:
    """Keep how it went; what was not asked or not said stays open.

    Reasons ticked beside a good grade are slips, and left out.
    """
    callback = callbacks.find(session, callback_id, reader=viewer.actor)
    heard = outcome in _ANSWERED
    answers = Answers(
        outcome,
        contacted=_yes_no(contacted) if heard else None,
        solved=_yes_no(solved) if heard else None,
        rating=rating if heard else None,
        reasons=tuple(dict.fromkeys(reason)) if heard and rating and rating <= BAD else (),
    )
    callbacks.record_by_person(session, callback, answers, actor=viewer.actor, now=now())
    number = session.get_one(Ticket, callback.ticket_id).number
    return RedirectResponse(f"{PREFIX}/callbacks?recorded={number}", status_code=303)


def _tasks(session: Session, viewer: Viewer) -> dict[str, object]:
    moment = now()
    found = callbacks.to_make(session, limit=SHOWN, reader=viewer.actor)
    made = [_task(session, each, moment) for each in found]
    return {"tasks": made, "outcomes": OUTCOMES, "reasons": list(Reason), "as_of": moment}


def _task(session: Session, callback: Callback, now: datetime) -> Task:
    ticket = session.get_one(Ticket, callback.ticket_id)
    return Task(
        callback.id or 0,
        ticket.number,
        readers.words(session, ticket),
        [privacy.mask_text(each.public_reply) for each in replies.told(session, ticket)],
        RequestType(ticket.request_type).label,
        moments.full(callback.planned_for),
        callback.planned_for <= now,
        callback.attempts,
    )


def _yes_no(written: str) -> bool | None:
    return {"yes": True, "no": False}.get(written)
