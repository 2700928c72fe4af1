"""What an agent decides about a ticket: answer, decline, hand over, withdraw, reopen, archive."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from dispatch.ending import answers, archives, declines, endings, handovers, receivers, withdrawals
from dispatch.ending.answers import Told
from dispatch.ending.handovers import Transfer
from dispatch.models import Ticket
from hotline.api.schemas_decisions import (
    AcknowledgeIn,
    AnswerIn,
    DeclineIn,
    GroundList,
    GroundOut,
    HandOverIn,
    ReceiverList,
    ReceiverOut,
    ReopenIn,
    WithdrawIn,
)
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import permit
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1", tags=["tickets"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
Decider = Annotated[Actor, Depends(permit(Permission.TICKET_DECIDE))]
Archivist = Annotated[Actor, Depends(permit(Permission.TICKET_ARCHIVE))]
_TICKET = "/tickets/{number}"
_WRITES: dict[str, Any] = {"response_model": TicketDetail, "responses": WRITING}


@router.get(
    "/decline-reasons", operation_id="list_decline_reasons", summary="Reasons to decline (不予受理)"
)
def list_decline_reasons(_actor: Reader) -> GroundList:
    """Return each reason with what the agent says and the lawful route that is told."""
    return GroundList(
        items=[GroundOut.model_validate(each) for each in declines.grounds().values()]
    )


@router.get("/receivers", operation_id="list_receivers", summary="Who takes a hand-over (移交)")
def list_receivers(_actor: Reader) -> ReceiverList:
    """Return everybody to whom a ticket can be handed over."""
    found = receivers.receivers().values()
    return ReceiverList(items=[ReceiverOut.model_validate(each) for each in found])


@router.post(
    f"{_TICKET}/answer", operation_id="answer_ticket", summary="Answer (直接答复)", **_WRITES
)
def answer_ticket(actor: Decider, write: TicketWrite, given: AnswerIn) -> Any:
    """直接答复: keep, masked, what was told on the line, and close; nobody is called back."""

    def act(ticket: Ticket) -> object:
        told = Told(given.text, given.source, given.closing)
        return answers.answer(write.session, ticket, told, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    f"{_TICKET}/decline", operation_id="decline_ticket", summary="Decline (不予受理)", **_WRITES
)
def decline_ticket(actor: Decider, write: TicketWrite, given: DeclineIn) -> Any:
    """不予受理: with a coded reason and the lawful route told; danger to life is handed over."""

    def act(ticket: Ticket) -> object:
        return declines.decline(
            write.session, ticket, given.reason, note=given.note, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    f"{_TICKET}/hand-over", operation_id="hand_over_ticket", summary="Hand over (移交)", **_WRITES
)
def hand_over_ticket(actor: Decider, write: TicketWrite, given: HandOverIn) -> Any:
    """移交: open orders are recalled; the receiver's time to acknowledge begins."""

    def act(ticket: Ticket) -> object:
        transfer = Transfer(given.receiver, given.reason, given.line_kept, given.region)
        return handovers.hand_over(write.session, ticket, transfer, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    f"{_TICKET}/hand-over/acknowledge",
    operation_id="acknowledge_hand_over",
    summary="Acknowledge a hand-over (移交确认)",
    **_WRITES,
)
def acknowledge_hand_over(actor: Decider, write: TicketWrite, given: AcknowledgeIn) -> Any:
    """移交确认: keep the receiver's number beside ours; the requester is told both."""

    def act(ticket: Ticket) -> object:
        row = handovers.latest(write.session, ticket)
        return handovers.acknowledge(write.session, row, given.their_number, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    f"{_TICKET}/withdraw", operation_id="withdraw_ticket", summary="Withdraw (撤回)", **_WRITES
)
def withdraw_ticket(actor: Decider, write: TicketWrite, given: WithdrawIn) -> Any:
    """撤回: by the requester's wish; orders are recalled and a planned callback is called off."""

    def act(ticket: Ticket) -> object:
        return withdrawals.withdraw(write.session, ticket, given.reason, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    f"{_TICKET}/reopen", operation_id="reopen_ticket", summary="Do again (重办)", **_WRITES
)
def reopen_ticket(actor: Decider, write: TicketWrite, given: ReopenIn) -> Any:
    """重办: back to an agent, or, while its callback is due, to whoever answered."""

    def act(ticket: Ticket) -> object:
        return endings.reopen(
            write.session, ticket, reason=given.reason, note=given.note, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    f"{_TICKET}/archive", operation_id="archive_ticket", summary="Archive (归档)", **_WRITES
)
def archive_ticket(actor: Archivist, write: TicketWrite) -> Any:
    """归档: once its end lies as far back as the site's setting says."""
    after = timedelta(days=settings().archive_after_days)

    def act(ticket: Ticket) -> object:
        return archives.archive(write.session, ticket, after=after, actor=actor, now=now())

    return write.do(act, actor)
