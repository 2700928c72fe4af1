"""最相近的已办工单: which department completed what was asked before in words like these.

Numbers, departments and outcomes, never words; only of tickets within the asker's reach, so it is
found when it is read and kept nowhere.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, String, literal_column
from sqlmodel import Session, col, select

from dispatch.clustering import joining
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.sealing import reach
from dispatch.states import OrderStatus, TicketStatus
from hotline.core.accounts import Actor
from knowledge.names import department_names
from nlp.similar import Heard, hear, likeness

LOOKED_AT = 150  # the newest closed ones of the same district and first level
LEAST = 0.3
MOST = 3
# Written out, as `ix_ticket_closed_alike` has them: a plan for any value could not use it.
_CLOSED = literal_column(f"ticket.status = '{TicketStatus.CLOSED}'", Boolean)
_ENDED = (OrderStatus.COMPLETED, OrderStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class Nearest:
    """`department` (its code) ended the order of ticket `number` as `outcome`; `likeness` 0…1."""

    number: str
    department: str
    outcome: OrderStatus
    likeness: float

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "department": self.department,
            "outcome": self.outcome.value,
            "likeness": round(self.likeness, 2),
        }


def find(session: Session, ticket: Ticket, *, reader: Actor | None) -> list[Nearest]:
    """Return the last lead order of the closed tickets most like this one, the likest first.

    A confidential ticket stays alone: it finds none, and is never found.
    """
    if joining.stays_alone(ticket) or not ticket.text:
        return []
    mine = hear(ticket.text)
    alike = [(_alike(mine, past), past) for past in _past(session, ticket, reader)]
    likest = sorted(alike, key=lambda pair: (-pair[0], -(pair[1].id or 0)))[:MOST]
    near = [(share, past) for share, past in likest if share >= LEAST]
    ended = _ended(session, [past.id or 0 for _, past in near])
    return [
        Nearest(past.number, order.department, OrderStatus(order.status), share)
        for share, past in near
        if (order := ended.get(past.id or 0))
    ]


def _alike(mine: Heard, past: Ticket) -> float:
    return likeness(mine, hear(past.text))


def _past(session: Session, ticket: Ticket, reader: Actor | None) -> list[Ticket]:
    first_level = literal_column("ticket.category ->> 0", String)
    query = (
        select(Ticket)
        .where(_CLOSED, Ticket.district == ticket.district)
        .where(col(Ticket.confidentiality).not_in(joining.ALONE), reach.visible(reader))
        .where(first_level == ticket.category[0], Ticket.id != ticket.id)
        .order_by(col(Ticket.id).desc())
        .limit(LOOKED_AT)
    )
    return [past for past in session.exec(query) if not joining.stays_alone(past)]


def _ended(session: Session, tickets: list[int]) -> dict[int, WorkOrder]:
    """Return the last lead order, issued by the hotline, that ended on each ticket."""
    if not tickets:
        return {}
    orders = session.exec(
        select(WorkOrder)
        .where(col(WorkOrder.ticket_id).in_(tickets), WorkOrder.role == OrderRole.LEAD)
        .where(col(WorkOrder.status).in_(_ENDED), col(WorkOrder.parent_id).is_(None))
        .order_by(col(WorkOrder.id))
    )
    return {order.ticket_id: order for order in orders}


def reasons(session: Session, ticket: Ticket, *, reader: Actor | None) -> list[str]:
    """Return a sentence for each, for an agent to read beside the proposal's own."""
    near = find(session, ticket, reader=reader)
    names = department_names(session, {one.department for one in near})
    return [_sentence(one, names.get(one.department, one.department)) for one in near]


def _sentence(one: Nearest, department: str) -> str:
    ended = "办结" if one.outcome is OrderStatus.COMPLETED else "退回"
    return f"相似工单{one.number}（相似度{one.likeness:.0%}）：{department}{ended}"
