"""加派、改派、撤回: who has a ticket that was dispatched, changed on its page."""

from fastapi import APIRouter, Response

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.console.choices import named
from hotline.console.faults import PREFIX
from hotline.console.frame import Dispatcher, Recaller
from hotline.console.writes import TicketForm, Words

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}", include_in_schema=False)


@router.post("/add")
def add(viewer: Dispatcher, form: TicketForm, department: Words = "", note: Words = "") -> Response:
    """加派: one more department assists."""
    chosen = [Assignment(named(form.session, department), note=note)]
    dispatching.add(form.session, form.ticket, chosen, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/redispatch")
def redispatch(
    viewer: Dispatcher,
    form: TicketForm,
    order: Words,
    department: Words = "",
    note: Words = "",
) -> Response:
    """改派: another department takes an open order over, by the same reply clock."""
    chosen = Assignment(named(form.session, department), note=note)
    found = dispatching.find_order(form.session, form.ticket, order)
    dispatching.redispatch(
        form.session, form.ticket, found, chosen, actor=viewer.actor, now=form.now
    )
    return form.done()


@router.post("/recall")
def recall(viewer: Recaller, form: TicketForm, order: Words, reason: Words = "") -> Response:
    """撤回: an open order is taken back; its department reads why."""
    found = dispatching.find_order(form.session, form.ticket, order)
    dispatching.recall(form.session, form.ticket, found, reason, actor=viewer.actor, now=form.now)
    return form.done()
