"""One ticket: its story, its orders and clocks, and what may be done with it now."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import intake, tickets
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.people import reveals
from hotline.console import beside, doable, options, views
from hotline.console.choices import CLOSED, named
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.files import files_of
from hotline.console.frame import Dispatcher, Revealer, TicketReader, Viewer, templates
from hotline.console.recordings import sound_of
from hotline.console.words import say
from hotline.core.clock import now
from hotline.web import watermark
from hotline.web.access import SessionDep
from knowledge import names

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(viewer: TicketReader, number: str, request: Request, session: SessionDep) -> Response:
    """Show the ticket."""
    ticket = tickets.find(session, number, reader=viewer.actor)
    shown = {
        "sound": sound_of(session, ticket, viewer),
        "files": files_of(session, ticket, viewer),
        **_state(session, ticket, viewer),
    }
    return templates.TemplateResponse(request, "ticket.html", shown)


@router.get("/state", response_class=HTMLResponse)
def state(viewer: TicketReader, number: str, request: Request, session: SessionDep) -> Response:
    """Return what changes of the ticket, for the page that is already open."""
    shown = {
        "part": True,
        **_state(session, tickets.find(session, number, reader=viewer.actor), viewer),
    }
    return templates.TemplateResponse(request, "ticket_state.html", shown)


@router.post("/dispatch")
def dispatch(
    viewer: Dispatcher,
    number: str,
    session: SessionDep,
    version: Annotated[int, Form()],
    department: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
) -> Response:
    """派单: to the department chosen; `other`, when written, counts before `department`."""
    ticket = tickets.find(session, number, lock=True, reader=viewer.actor)
    tickets.require_version(ticket, version)
    chosen = _assignment(session, ticket, other.strip() or department)
    dispatching.dispatch(session, ticket, [chosen], actor=viewer.actor, now=now())
    return RedirectResponse(f"{PREFIX}/tickets/{ticket.number}", status_code=303)


@router.get("/departments", response_class=HTMLResponse)
def departments(viewer: Dispatcher, number: str, request: Request, session: SessionDep) -> Response:
    """Return every department that takes orders, for the search field."""
    tickets.find(session, number, reader=viewer.actor)
    shown = {"names": names.accepting(session)}
    return templates.TemplateResponse(request, "departments.html", shown)


@router.post("/reveal", response_class=HTMLResponse)
def reveal(
    viewer: Revealer,
    number: str,
    request: Request,
    session: SessionDep,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Show the requester's number; the look is kept with its reason."""
    if not reason.strip():
        raise Misfilled(say("fault.reason_missing"))
    ticket, moment = tickets.find(session, number, reader=viewer.actor), now()
    view = reveals.ask(session, ticket, reason=reason, actor=viewer.actor, now=moment)
    # Used up by this very answer: the page shows it once.
    identity = reveals.look(session, ticket, view.token, actor=viewer.actor, now=moment)
    mark = watermark.of(viewer.actor, moment, ticket.number)
    part = "hx-request" in request.headers
    shown = {"viewer": viewer, "ticket": ticket, "phone": identity.phone, "mark": mark}
    return templates.TemplateResponse(request, "revealed.html", {**shown, "part": part})


def _state(session: Session, ticket: Ticket, viewer: Viewer) -> dict[str, object]:
    moment = now()
    view = views.ticket_view(session, ticket, viewer.actor, now=moment)
    things = beside.of_ticket(session, ticket, viewer.actor)
    may_now = doable.doable(session, ticket, viewer)
    return {
        "viewer": viewer,
        "view": view,
        "ticket": ticket,
        "things": things,
        "marks": beside.marks(things, view.orders),
        "doable": may_now,
        "menu": may_now & doable.MENU,
        "lists": options.options(ticket, now=moment),
        "as_of": moment,
    }


def _assignment(session: Session, ticket: Ticket, written: str) -> Assignment:
    """Return the order to be issued; the proposal's basis goes with the proposed department."""
    chosen = named(session, written)
    if any(
        order.department == chosen and order.status not in CLOSED
        for order in orders.of_ticket(session, ticket)
    ):
        raise Misfilled(say("fault.has_it_already"))
    proposal = intake.proposal_of(session, ticket)
    proposed = proposal is not None and proposal.department == chosen
    basis = str(proposal.body.get("legal_basis", "")) if proposal and proposed else ""
    return Assignment(chosen, basis)
