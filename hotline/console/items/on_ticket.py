"""办事指南 on a ticket: the item while the caller is on the line, read out or sent to them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.ending import item_answers
from dispatch.models import Ticket
from hotline.console import moments
from hotline.console.answering import views as answers
from hotline.console.answering.library import MOST_ASKED, clean
from hotline.console.faults import PREFIX
from hotline.console.frame import Decider, TicketReader, Viewer, templates
from hotline.console.items import views
from hotline.console.items.library import PAGE
from hotline.core.clock import beijing_day, now
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from knowledge import lineage
from knowledge.items import searching
from knowledge.searching import shelf
from knowledge.searching.entries import Asked, Found

SHOWN = 5
ARTICLES = 2

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}/items", include_in_schema=False)

Key = Annotated[str, Form(max_length=64)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: TicketReader,
    number: str,
    request: Request,
    session: SessionDep,
    q: Annotated[str, Query(max_length=MOST_ASKED)] = "",
) -> Response:
    """Return the items that answer `q`, or the ticket's own title: a part, or a page of its own."""
    ticket = tickets.find(session, number, reader=viewer.actor)
    return _part(request, session, ticket, viewer, clean(q))


@router.post("/send", response_class=HTMLResponse)
def send(
    viewer: Decider,
    number: str,
    request: Request,
    session: SessionDep,
    item: Key,
    q: Annotated[str, Form(max_length=MOST_ASKED)] = "",
    from_item: Annotated[bool, Form()] = False,
) -> Response:
    """发送一次告知: the requester is owed it by message, once."""
    ticket = tickets.find(session, number, lock=True, reader=viewer.actor)
    item_answers.send(session, ticket, clean(item), actor=viewer.actor, now=now())
    if "hx-request" in request.headers:
        return _part(request, session, ticket, viewer, clean(q))
    if from_item:
        back = f"{PAGE}/read/{clean(item)}?ticket={ticket.number}"
        return RedirectResponse(back, status_code=303)
    return RedirectResponse(f"{PREFIX}/tickets/{ticket.number}/items", status_code=303)


def _part(request: Request, session: Session, ticket: Ticket, viewer: Viewer, q: str) -> Response:
    at = now()
    asked = q or ticket.title
    found = _found(session, ticket, asked, at)
    if not q:
        found = [each for each in found if each.good]  # nobody asked: chance is no answer
    lines = views.nearest(views.found_lines(session, found, asked, now=at))
    sent = item_answers.sent(session, ticket)
    shown: dict[str, Any] = {
        "viewer": viewer,
        "as_of": at,
        "ticket": ticket,
        "q": q,
        "lines": lines[:SHOWN],
        "articles": _articles(session, ticket, asked, at),
        "sent": {f"{key}#{at}": moments.short(when) for (key, at), when in sent.items()},
    }
    template = "ticket_part" if "hx-request" in request.headers else "ticket_page"
    return templates.TemplateResponse(request, f"items/{template}.html", shown)


def _articles(session: Session, ticket: Ticket, asked: str, at: datetime) -> list[answers.Answer]:
    """Return the articles that may answer too, by the same search; none that has ended."""
    places = lineage.upwards(session, ticket.district or settings().district)
    found = shelf.search(session, Asked(asked, beijing_day(at), places, limit=ARTICLES))
    return answers.answers(session, [each for each in found if each.good], asked, now=at)


def _found(session: Session, ticket: Ticket, asked: str, at: datetime) -> list[Found]:
    """Return what answers at the ticket's own place and above it; what has ended is left out."""
    places = lineage.upwards(session, ticket.district or settings().district)
    found = searching.search(
        session, Asked(asked, beijing_day(at), places, limit=SHOWN * views.LEVELS)
    )
    return [each for each in found if not each.expired]
