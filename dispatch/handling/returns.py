"""退单: a department gives an order back, and says why and who should have it instead."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.handling import arbitration, cases, leads, recalls
from dispatch.handling.orders import advance, note, subject, ticket_of
from dispatch.models import Clock, OrderReturn, WorkOrder
from dispatch.states import OrderAction, OrderStatus, advance_order
from dispatch.terms import ClockKind
from hotline.core.accounts import Actor
from hotline.core.clock import beijing
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.privacy import mask_text
from knowledge.models import Department

# What a unit may say when it gives an order back (domain.md 2.3), in the law's own words.
RETURN_REASONS = {
    "wrong_district": "属地不符",
    "unclear_duty": "权属不清",
    "overlapping_duty": "职能交叉",
    "not_our_duty": "不属本单位职责",
    "unclear_request": "诉求不明",
}
# These say that somebody else answers for it: who says so must say who.
NAMES_ANOTHER = frozenset({"wrong_district", "overlapping_duty", "not_our_duty"})


@dataclass(frozen=True)
class Return:
    """退单: the reason's code, the basis in duty or law, and who should have it instead."""

    reason: str
    basis: str
    suggested_department: str = ""


def return_order(
    session: Session, order: WorkOrder, given: Return, *, actor: Actor, now: datetime
) -> WorkOrder:
    """退单: give the order back, once and in time, with a reason, its basis and whose it is.

    Its own clocks stop; a lead's reply clock runs on. At the second return of a round the ticket
    goes to arbitration. Raises Conflict for a binding order and after the limit of 退单.
    """
    _check_words(session, order, given)
    _check_order(session, order, now)
    ticket = ticket_of(session, order)
    advance(order, OrderAction.RETURN)
    leads.let_go(session, ticket, order, now=now)
    row = OrderReturn(
        order_id=order.id or 0,
        at=now,
        by=str(actor),
        reason=given.reason,
        basis=mask_text(given.basis.strip()),
        suggested_department=given.suggested_department,
    )
    session.add(row)
    refs = {"reason": given.reason, "suggested": given.suggested_department}
    note(session, order, EventType.ORDER_RETURNED, actor=actor, now=now, **refs)
    if leads.is_lead(order):
        if arbitration.contested(session, ticket):
            why = arbitration.Why.SECOND_RETURN
            arbitration.open_case(session, ticket, why, actor=actor, now=now)
        leads.seek(session, ticket, now=now)
    return order


def return_of(session: Session, order: WorkOrder) -> OrderReturn | None:
    """Return why the order was given back, if it was."""
    return session.exec(select(OrderReturn).where(OrderReturn.order_id == order.id)).first()


def _check_words(session: Session, order: WorkOrder, given: Return) -> None:
    if given.reason not in RETURN_REASONS:
        raise Invalid(
            f"{given.reason!r} is no reason to return an order.",
            remedy=f"Use one of: {', '.join(RETURN_REASONS)}.",
        )
    if not given.basis.strip():
        raise Invalid("A return needs its basis.", remedy="Name the duty list or the article.")
    suggested = given.suggested_department
    if not suggested and given.reason in NAMES_ANOTHER:
        raise Invalid(
            f"A return for {given.reason} names whose duty it is.",
            remedy="Suggest a department by its code, or say unclear_duty.",
        )
    if suggested and session.get(Department, suggested) is None:
        raise Invalid(f"There is no department {suggested!r}.", remedy="Suggest one by its code.")
    if suggested == order.department:
        raise Invalid("A department can't suggest itself.", remedy="Suggest another one.")


def _check_order(session: Session, order: WorkOrder, now: datetime) -> None:
    advance_order(OrderStatus(order.status), OrderAction.RETURN)
    if cases.binds(session, order):
        raise Conflict(
            f"Arbitration gave {order.number} to {order.department}: it can't be returned.",
            remedy="Handle it; who doubts the decision asks its arbitrator.",
        )
    if recalls.open_below(session, order):
        raise Conflict(
            f"Orders below {order.number} are still open.", remedy="Recall those orders first."
        )
    limit = session.exec(
        select(Clock.due_at)
        .where(Clock.subject == subject(order), Clock.kind == ClockKind.RETURN_BY)
        .order_by(col(Clock.generation).desc())
    ).first()
    if limit and limit < now:
        raise Conflict(
            f"{order.number} could be returned until {beijing(limit).isoformat(' ', 'minutes')}.",
            remedy="Handle it, or ask whoever dispatched it to recall it.",
        )
