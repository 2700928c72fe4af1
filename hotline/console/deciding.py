"""直接答复、不予受理、移交、撤回、重办、拆单: what an agent decides about a ticket on its page."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from dispatch.clustering import splitting
from dispatch.clustering.splitting import Part
from dispatch.ending import answers, declines, endings, handovers, withdrawals
from dispatch.ending.answers import Told
from dispatch.ending.endings import Closing, RedoReason
from dispatch.ending.handovers import Transfer
from dispatch.ending.withdrawals import Wish
from hotline.console.faults import PREFIX
from hotline.console.frame import Decider, Merger
from hotline.console.writes import TicketForm, Words

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}", include_in_schema=False)


@router.post("/answer")
def answer(
    viewer: Decider,
    form: TicketForm,
    closing: Annotated[Closing, Form()],
    text: Words = "",
    source: Words = "",
) -> Response:
    """直接答复: what was told on the line ends the ticket."""
    told = Told(text, source, closing)
    answers.answer(form.session, form.ticket, told, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/decline")
def decline(viewer: Decider, form: TicketForm, reason: Words = "", note: Words = "") -> Response:
    """不予受理: by a coded reason, with the lawful route."""
    declines.decline(form.session, form.ticket, reason, note=note, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/hand_over")
def hand_over(
    viewer: Decider,
    form: TicketForm,
    receiver: Words = "",
    reason: Words = "",
    region: Words = "",
    line_kept: Annotated[bool, Form()] = False,
) -> Response:
    """移交: to whom the matter belongs."""
    transfer = Transfer(receiver, reason, line_kept, region.strip())
    handovers.hand_over(form.session, form.ticket, transfer, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/acknowledge")
def acknowledge(viewer: Decider, form: TicketForm, their_number: Words = "") -> Response:
    """移交确认: the receiver has taken it, by a number of its own."""
    row = handovers.latest(form.session, form.ticket)
    handovers.acknowledge(form.session, row, their_number, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/withdraw")
def withdraw(viewer: Decider, form: TicketForm, wish: Annotated[Wish, Form()]) -> Response:
    """撤回: by the requester's wish."""
    withdrawals.withdraw(form.session, form.ticket, wish, actor=viewer.actor, now=form.now)
    return form.done()


@router.post("/reopen")
def reopen(
    viewer: Decider, form: TicketForm, reason: Annotated[RedoReason, Form()], note: Words = ""
) -> Response:
    """重办: once more, with what the requester says now."""
    endings.reopen(
        form.session, form.ticket, reason=reason, note=note, actor=viewer.actor, now=form.now
    )
    return form.done()


@router.post("/split")
def split(viewer: Merger, form: TicketForm, parts: Words = "") -> Response:
    """拆单: each line is a matter of its own."""
    each = [Part(line.strip()) for line in parts.splitlines() if line.strip()]
    splitting.split(form.session, form.ticket, each, actor=viewer.actor, now=form.now)
    return form.done()
