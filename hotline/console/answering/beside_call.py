"""知识建议: what answers the caller, beside the talk; read out, sent, or the end of the matter."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col

from dispatch import intake
from dispatch.ending import article_answers, item_answers
from dispatch.live_proposals import said_so_far
from dispatch.models import Confidentiality
from dispatch.sealing import reach
from dispatch.terms import RequestType
from hotline.console.answering import views
from hotline.console.cases import found as cases
from hotline.console.faults import PREFIX
from hotline.console.frame import Decider, Listener, Seeing, Viewer, templates
from hotline.console.items import views as item_views
from hotline.console.items.views import LEVELS, Line
from hotline.core.clock import beijing_day, now
from hotline.core.masking import mask_leaving
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from knowledge import lineage
from knowledge.articles import finding, gaps, mistakes
from knowledge.searching import shelf, suggesting
from knowledge.searching.entries import Found, Kind
from nlp.request_type import find_type
from telephony import records
from telephony.models import Call

GUIDES = 2  # items beside the articles
EXAMPLES = 2  # cases below them
_MOST = {Kind.ARTICLE: suggesting.SHOWN, Kind.ITEM: GUIDES * LEVELS, Kind.CASE: EXAMPLES}

router = APIRouter(prefix=f"{PREFIX}/calls/{{call_id}}/answers", include_in_schema=False)

Registrar = Annotated[Viewer, Depends(Seeing(Permission.TICKET_REGISTER))]
Reporter = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_REPORT))]
Code = Annotated[str, Form(max_length=64)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Listener, call_id: uuid.UUID, request: Request, session: SessionDep) -> Response:
    """Return what answers the caller's last words: a part of the form, or a page of its own."""
    return _part(request, session, _call(session, viewer, call_id), viewer)


@router.post("/read", response_class=HTMLResponse)
def read(
    viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep, article: Code
) -> Response:
    """读出: show the words large, and note that they were told."""
    call = _call(session, viewer, call_id)
    found = finding.find(session, article)
    article_answers.read_out(session, call, found, actor=viewer.actor, now=now())
    return _part(request, session, call, viewer, reading=found.code)


@router.post("/send", response_class=HTMLResponse)
def send(
    viewer: Decider, call_id: uuid.UUID, request: Request, session: SessionDep, article: Code
) -> Response:
    """发送: the requester is owed the words by message."""
    call = _call(session, viewer, call_id)
    found = finding.find(session, article)
    article_answers.send(session, call, found, actor=viewer.actor, now=now())
    return _part(request, session, call, viewer, sent=found.code)


@router.post("/send_item", response_class=HTMLResponse)
def send_item(
    viewer: Decider, call_id: uuid.UUID, request: Request, session: SessionDep, item: Code
) -> Response:
    """发送一次告知: the requester is owed an item's checklist by message, once."""
    call = _call(session, viewer, call_id)
    item_answers.send_from(session, call, item, actor=viewer.actor, now=now())
    return _part(request, session, call, viewer, sent=item)


@router.post("/close", response_class=HTMLResponse)
def close(
    viewer: Decider,
    call_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    article: Code,
    message: bool = False,
) -> Response:
    """答复并办结: the call is a ticket that this article answered."""
    call = _call(session, viewer, call_id)
    ticket = article_answers.answer(
        session,
        call,
        finding.find(session, article),
        home=settings().district,
        with_message=message,
        actor=viewer.actor,
        now=now(),
    )
    if "hx-request" in request.headers:
        shown = {"viewer": viewer, "call": call, "ticket": ticket, "seen": True}
        return templates.TemplateResponse(request, "drafting/made.html", shown)
    return RedirectResponse(f"{PREFIX}/tickets/{ticket.number}", status_code=303)


@router.post("/dispute", response_class=HTMLResponse)
def dispute(
    viewer: Reporter,
    _listener: Listener,  # whose call it is
    call_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    article: Code,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """纠错: in one key, while they talk."""
    call = _call(session, viewer, call_id)
    found = finding.find(session, article, lock=True)
    mistakes.report(session, found, reason.replace("\0", ""), actor=viewer.actor, now=now())
    return _part(request, session, call, viewer, noted="disputed")


@router.post("/none", response_class=HTMLResponse)
def none(viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep) -> Response:
    """没有合适的: count what was asked as a gap, masked."""
    call = _call(session, viewer, call_id)
    asked = _asked(session, call)
    gaps.note(session, asked, district=settings().district, now=now())
    return _part(request, session, call, viewer, noted="gap" if asked else "")


def _asked(session: Session, call: Call) -> str:
    """Return the caller's last words as every editor may read them, for longer than the call.

    Of a matter that is confidential, or a 举报 that is no ticket yet, the matter's name alone.
    """
    said, ticket = said_so_far(session, call), intake.registered_from(session, call.id)
    if ticket and not Confidentiality(ticket.confidentiality).within(Confidentiality.INTERNAL):
        return "/".join(filter(None, ticket.category))
    if ticket is None and find_type(said).type == RequestType.REPORT:
        return ""
    return mask_leaving(said)[-gaps.LONGEST :]  # masked whole: half a number is not known as one


def _call(session: Session, viewer: Viewer, call_id: uuid.UUID) -> Call:
    return records.get_call(session, call_id, seen=reach.calls(viewer.actor, col(Call.id)))


def _part(request: Request, session: Session, call: Call, viewer: Viewer, **more: Any) -> Response:
    at = now()
    said = said_so_far(session, call)
    ticket = intake.registered_from(session, call.id)
    home = lineage.upwards(session, settings().district)
    index = shelf.current(session, on=beijing_day(at))
    found, guides, examples = (
        suggesting.suggest(index, said, on=beijing_day(at), districts=home, kinds=(kind,), limit=n)
        for kind, n in _MOST.items()
    )
    shown = {
        "viewer": viewer,
        "as_of": at,
        "call": call,
        "answers": views.answers(session, found, said[-suggesting.LATEST :], now=at),
        "guides": _guides(session, guides, said, at),
        "examples": cases.found_lines(session, examples, said[-suggesting.LATEST :]),
        "ticket": ticket,
        "open": ticket is None or ticket.status == "registered",
        "waiting": not said.strip(),
        **more,
    }
    template = "part" if "hx-request" in request.headers else "beside_call"
    return templates.TemplateResponse(request, f"answering/{template}.html", shown)


def _guides(session: Session, found: Sequence[Found], said: str, at: datetime) -> list[Line]:
    """Return the items that answer, each as it is at the nearest level."""
    lines = item_views.found_lines(session, found, said[-suggesting.LATEST :], now=at)
    return item_views.nearest(lines)[:GUIDES]
