"""What a form becomes: a ticket, dispatched if its agent wants so, or a part of an earlier one."""

import uuid

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from dispatch import intake, tickets
from dispatch.drafting import finishing, suggesting
from dispatch.drafting.drafts import FieldName, Form
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.sealing import reach
from dispatch.states import TicketStatus
from hotline.console import choices
from hotline.console.drafting.calls import Given, Registrar, call_of, given, keep_typed
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Viewer, templates
from hotline.console.words import say
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from knowledge import stored
from telephony.models import Call

router = APIRouter(
    prefix=f"{PREFIX}/calls/{{call_id}}/form",
    include_in_schema=False,
    dependencies=[Depends(given)],  # as the form's
)


@router.post("/register")
def register(
    viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep, given: Given
) -> Response:
    """登记: make the form a ticket; with `send`, dispatch it (派单) to the department
    in the form, else to the one that was offered there."""
    call = call_of(session, viewer, call_id)
    form = keep_typed(session, call, given, viewer).form
    if tickets.of_call(session, call.id) is None:
        _require_whole(session, form)
    home = settings().district
    made = finishing.register(session, call, form, home=home, actor=viewer.actor, now=now())
    if "send" in given and "ticket.dispatch" in viewer.may:
        department = form.of(FieldName.DEPARTMENT) or str(given.get("offered", ""))
        _send(session, made, department, viewer)
    return _made(request, session, call, made, viewer)


@router.post("/append")
def append(
    viewer: Registrar, call_id: uuid.UUID, request: Request, session: SessionDep, given: Given
) -> Response:
    """催办 the caller's own ticket of this `number`, or 并入 somebody else's."""
    call = call_of(session, viewer, call_id)
    form = keep_typed(session, call, given, viewer).form
    made = finishing.append(
        session,
        call,
        form,
        str(given.get("number", "")),
        say("drafting.merge_reason"),
        home=settings().district,
        actor=viewer.actor,
        now=now(),
    )
    return _made(request, session, call, made, viewer)


def _require_whole(session: Session, form: Form) -> None:
    """Raise Misfilled for what the agent must mend, in the order of the fields."""
    directory = stored.current(session)
    place, matter = form.of(FieldName.DISTRICT), form.of(FieldName.MATTER)
    if place and suggesting.district_of(directory, place) is None:
        raise Misfilled(say("drafting.no_such_district"))
    if matter and suggesting.matter_of(directory, matter) is None:
        raise Misfilled(say("drafting.no_such_matter"))
    if not form.of(FieldName.SUMMARY):
        raise Misfilled(say("drafting.no_summary"))


def _send(session: Session, ticket: Ticket, department: str, viewer: Viewer) -> None:
    """派单 to this department, by the catalogue's basis where that proposed it."""
    if ticket.status != TicketStatus.REGISTERED:
        return  # another tab was first
    chosen = choices.named(session, department)
    proposal = intake.proposal_of(session, ticket)
    proposed = proposal is not None and proposal.department == chosen
    basis = str(proposal.body.get("legal_basis", "")) if proposal and proposed else ""
    to = [Assignment(chosen, basis)]
    dispatching.dispatch(session, ticket, to, actor=viewer.actor, now=now())


def _made(
    request: Request, session: Session, call: Call, ticket: Ticket, viewer: Viewer
) -> Response:
    """Show the ticket's number where the form was."""
    seen = reach.sees(session, viewer.actor, ticket)
    if "hx-request" in request.headers:
        shown = {"viewer": viewer, "call": call, "ticket": ticket, "seen": seen}
        return templates.TemplateResponse(request, "drafting/made.html", shown)
    target = f"{PREFIX}/calls/{call.id}/form" if seen else f"{PREFIX}/"
    return RedirectResponse(target, status_code=303)
