"""会商、督办: a quarrel decided, and a department watched, on the ticket's page."""

from fastapi import APIRouter, Response

from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import arbitration, cases
from hotline.console.choices import named
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Arbitrator, Contester, Overseer
from hotline.console.words import say
from hotline.console.writes import RowId, TicketForm, Words
from hotline.core.errors import NotFound

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}", include_in_schema=False)


@router.post("/contest")
def contest(viewer: Contester, form: TicketForm, note: Words = "") -> Response:
    """提请会商: nobody leads it, and it can't be told who should."""
    arbitration.ask(form.session, form.ticket, note, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/decide")
def decide(
    viewer: Arbitrator,
    form: TicketForm,
    case: RowId,
    department: Words = "",
    another: Words = "",
    basis: Words = "",
) -> Response:
    """裁定: the department leads by a binding order; `another`, when written, counts first."""
    found = cases.find(form.session, case, lock=True, reader=viewer.actor)
    if found.ticket_id != form.ticket.id:
        raise NotFound(f"Case {case} is none of ticket {form.ticket.number}.")
    chosen = named(form.session, another.strip() or department)
    arbitration.decide(form.session, found, chosen, basis, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/supervise")
def supervise(
    viewer: Overseer, form: TicketForm, instruction: Words = "", order: Words = ""
) -> Response:
    """督办: the order named, or else the ticket's lead, answers for it by a clock of its own."""
    found = form.order(order) if order else None
    supervision.supervise(
        form.session,
        form.ticket,
        found,
        Cause.PERSON,
        instruction,
        actor=viewer.actor,
        now=form.now,
    )
    return form.done()


@router.post("/lift")
def lift(viewer: Overseer, form: TicketForm, supervised: RowId, note: Words = "") -> Response:
    """解除督办: nothing more is asked; the note says why where there is no feedback."""
    found = supervision.find(form.session, supervised, lock=True, reader=viewer.actor)
    if found.ticket_id != form.ticket.id:
        raise NotFound(f"Supervision {supervised} is none of ticket {form.ticket.number}.")
    if not (found.answered_at or note.strip()):
        raise Misfilled(say("fault.lift_needs_reason"))
    supervision.lift(form.session, found, note, actor=viewer.actor, now=form.now)
    return form.done()
