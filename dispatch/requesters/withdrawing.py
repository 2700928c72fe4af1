"""诉求人撤回: through the link, where nobody else is hurt by it and nothing new was overlooked."""

from datetime import datetime

from sqlmodel import Session

from dispatch.ending import endings, withdrawals
from dispatch.ending.withdrawals import Wish
from dispatch.models import Confidentiality, Ticket
from dispatch.requesters.requester import REQUESTER
from dispatch.states import TICKET, TicketAction, TicketStatus
from dispatch.terms import TimeClass, Urgency
from hotline.core.errors import Conflict, Stale


def may_withdraw(ticket: Ticket) -> bool:
    """Return whether the page offers it: not for danger to life, and not for a 举报.

    Whoever takes a reporter's phone must not be able to end the report.
    """
    possible = (TicketStatus(ticket.status), TicketAction.WITHDRAW) in TICKET
    danger = ticket.urgency == Urgency.CRITICAL or ticket.time_class == TimeClass.EMERGENCY
    return possible and not danger and ticket.confidentiality != Confidentiality.CONFIDENTIAL


def withdraw(
    session: Session, ticket: Ticket, wish: Wish, *, seen: TicketStatus, now: datetime
) -> Ticket:
    """撤回: as the agent does it on the requester's word; one that is withdrawn stays so.

    The ticket is locked. `seen` is what its page said when they decided: raises Stale when it has
    moved on since, for they may have an answer that they have not read; Conflict where it is no
    more possible, or only by telephone.
    """
    if ticket.status == TicketStatus.WITHDRAWN:
        return ticket
    if ticket.status != seen:
        raise Stale(
            f"Ticket {ticket.number} is {ticket.status} now.",
            remedy="Read the page again and decide anew.",
        )
    if ticket.confidentiality == Confidentiality.CONFIDENTIAL:
        raise Conflict("A report (举报) is not withdrawn by a link.", remedy="Dial 12345.")
    endings.require_harmless(ticket)
    return withdrawals.withdraw(session, ticket, wish, actor=REQUESTER, now=now)
