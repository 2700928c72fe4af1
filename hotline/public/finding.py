"""Without a link: number and telephone show the bare course of a ticket, or have a link sent."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.requesters import looking_up, progress
from hotline.core.clock import now
from hotline.core.phone import parse_phone
from hotline.core.settings import settings
from hotline.public.door import show, via_of
from hotline.web.access import SessionDep
from hotline.web.rates import address

router = APIRouter(prefix="/t", include_in_schema=False, default_response_class=HTMLResponse)

Written = Annotated[str, Form(max_length=32)]


@router.get("/")
def form(request: Request, via: str = "") -> Response:
    """Show the form."""
    return show(request, "find.html", number="", said="", via=via_of(via))


@router.post("/")
def find(
    request: Request,
    session: SessionDep,
    number: Written = "",
    phone: Written = "",
    via: Written = "",
) -> Response:
    """查询: show the course of the ticket; every refusal is this one page."""
    written, moment = number.strip(), now()
    ticket = _found(request, session, written, phone, moment)
    if ticket is None:
        missing = HTTPStatus.NOT_FOUND
        said, how = "find.not_found", via_of(via)
        return show(request, "find.html", status=missing, number=written, said=said, via=how)
    course = progress.shown(session, ticket, by_link=False, now=moment)
    may_send = bool(settings().public_url)
    asked: dict[str, Any] = {"phone": phone, "may_send": may_send, "via": via_of(via)}
    return show(request, "progress.html", ticket=course, **asked)


@router.post("/link")
def send(
    request: Request,
    session: SessionDep,
    number: Written = "",
    phone: Written = "",
    via: Written = "",
) -> Response:
    """把链接发给我: say the same whether or not one is sent."""
    dialled = parse_phone(phone)
    if dialled:
        where = address(request.scope)
        written, how = number.strip(), via_of(via)
        looking_up.send_link(session, written, dialled, address=where, via=how, now=now())
    return show(request, "find.html", number="", said="find.sent", via=via_of(via))


def _found(
    request: Request, session: Session, number: str, phone: str, moment: datetime
) -> Ticket | None:
    dialled = parse_phone(phone)
    if dialled is None:
        return None
    where = address(request.scope)
    return looking_up.look_up(session, number, dialled, address=where, now=moment)
