"""Where a walk stands, and who may act there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from dispatch.handling import orders
from dispatch.models import Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.core.accounts import Actor, Role

AGENT = Actor("dawa", Role.AGENT)
LEAD = Actor("pema", Role.TEAM_LEAD)
DEPARTMENTS = (
    "540102-urban",
    "540100-urban",
    "540100-housing",
    "540100-water",
    "540100-transport",
    "540100-market",
)
T = TypeVar("T")
Act = Callable[[], object]


@dataclass
class Place:
    """Where a walk stands: `which` chooses among what there is, `now` may be moved on.

    Who `meddles` takes what does not fit as well.
    """

    session: Session
    ticket: Ticket
    which: int
    now: datetime
    meddles: bool = False

    def one_of(self, found: Sequence[T]) -> T | None:
        return found[self.which % len(found)] if found else None

    def order(self, *fitting: OrderStatus) -> WorkOrder | None:
        """Return an order of a status that fits."""
        found = orders.of_ticket(self.session, self.ticket)
        return self.one_of([each for each in found if self.meddles or each.status in fitting])

    def own_order(self) -> WorkOrder | None:
        """Return an order that the hotline itself issued, as `dispatching.find_order` does."""
        order = self.order(*OPEN_ORDERS)
        return order if order and not order.parent_id else None

    def fresh(self) -> list[str]:
        """Return the departments that have not had the ticket in this round."""
        known = orders.of_ticket(self.session, self.ticket)
        had = {each.department for each in known if each.round == self.ticket.redone}
        free = [code for code in DEPARTMENTS if code not in had]
        at = self.which % len(free) if free else 0
        return [*free[at:], *free[:at]]


def of_department(order: WorkOrder) -> Actor:
    return Actor(f"{order.department}#1", Role.SYSTEM, order.department)


def issuer_of(at: Place, order: WorkOrder) -> Actor:
    parent = orders.above(at.session, order)
    return of_department(parent) if parent else AGENT
