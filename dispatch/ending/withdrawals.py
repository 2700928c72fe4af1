"""撤回: the requester does not want it any longer, and whatever ran for it ends."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from dispatch import history
from dispatch.callback import callback_plan
from dispatch.ending import endings
from dispatch.ending.endings import Closing
from dispatch.handling import recalls
from dispatch.models import Ticket
from dispatch.notices import caller_notices
from dispatch.states import TicketAction, TicketStatus, advance_ticket
from hotline.core.accounts import Actor
from hotline.core.events import Audience, EventType

WITHDRAWN = "withdrawn"  # why its orders were recalled


class Wish(StrEnum):
    """撤回理由: what the requester said; an agent never withdraws by themselves."""

    SETTLED_OTHERWISE = "settled_otherwise"  # 问题已自行解决
    MISTAKEN = "mistaken"  # 反映有误
    NOT_WANTED = "not_wanted"  # 不再需要办理
    OTHER = "other"


def withdraw(
    session: Session, ticket: Ticket, wish: Wish, *, actor: Actor, now: datetime
) -> Ticket:
    """撤回: open orders are recalled, a planned callback is called off, every clock stops.

    A callback that is being made ends without effect.
    """
    advance_ticket(TicketStatus(ticket.status), TicketAction.WITHDRAW)
    recalls.take_back_open(session, ticket, why=WITHDRAWN, actor=actor, now=now)
    callback_plan.cancel(session, ticket, actor=actor, now=now)
    endings.end(session, ticket, TicketAction.WITHDRAW, now=now)
    ticket.closing, ticket.closed_at = Closing.WITHDRAWN, now
    history.record(
        session,
        ticket,
        EventType.TICKET_WITHDRAWN,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        wish=wish,
    )
    caller_notices.owe(session, ticket, caller_notices.WITHDRAWN, now=now)
    return ticket
