"""挂账、延期、待补充: more time, or more words, given on the ticket's page."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Response

from dispatch.beside import extensions, suspensions
from dispatch.beside.suspensions import Outcome
from dispatch.handling import info_requests
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Extender, Informer, Suspender
from hotline.console.words import say
from hotline.console.writes import RowId, TicketForm, Words
from hotline.core.errors import NotFound
from knowledge import names

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}", include_in_schema=False)


@router.post("/suspend")
def suspend(
    viewer: Suspender,
    form: TicketForm,
    review_on: Annotated[date, Form()],
    owner: Words = "",
    public_reason: Words = "",
) -> Response:
    """挂账: the reply clocks stand still until the day of review; the requester is told why."""
    suspensions.suspend(
        form.session,
        form.ticket,
        _owner(form, owner.strip()),
        review_on,
        public_reason,
        actor=viewer.actor,
        now=form.now,
    )
    return form.done()


@router.post("/resume")
def resume(viewer: Suspender, form: TicketForm, outcome: Annotated[Outcome, Form()]) -> Response:
    """结束挂账: the clocks run on."""
    found = suspensions.require_open(form.session, form.ticket)
    suspensions.end_suspension(form.session, found, outcome, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/extension")
def extension(
    viewer: Extender,
    form: TicketForm,
    order: Words,
    count: RowId,
    granted: Annotated[bool, Form()],
    note: Words = "",
) -> Response:
    """批复延期: the reply is due later, or stays due when it was and `note` says why."""
    if not granted and not note.strip():
        raise Misfilled(say("fault.refusal_needs_reason"))
    found = extensions.find(form.session, form.order(order), count)
    extensions.decide_extension(
        form.session, found, granted, note, actor=viewer.actor, now=form.now
    )
    return form.done()


@router.post("/inform")
def inform(
    viewer: Informer, form: TicketForm, order: Words, question: RowId, answer: Words = ""
) -> Response:
    """补充: what the requester said, sealed; the department reads it masked."""
    found = info_requests.find(form.session, form.order(order), question)
    info_requests.give(form.session, found, answer, actor=viewer.actor, now=form.now)
    return form.done()


def _owner(form: TicketForm, written: str) -> str:
    """Return the department's code where it was written by name, else what was written."""
    try:
        return names.department(form.session, written).code
    except NotFound:
        return written  # an account's name; the domain refuses any other
