"""退单: a department gives an order back, and says why and who should have it instead."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from dispatch import clocks
from dispatch.models import OrderReturn, WorkOrder
from dispatch.orders import advance, note, subject
from dispatch.states import OrderAction
from dispatch.terms import ClockKind
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType
from knowledge.models import Department

# What a unit may say when it gives an order back (domain.md 2.3), in the law's own words.
RETURN_REASONS = {
    "wrong_district": "属地不符",
    "unclear_duty": "权属不清",
    "overlapping_duty": "职能交叉",
    "not_our_duty": "不属本单位职责",
    "unclear_request": "诉求不明",
}


@dataclass(frozen=True)
class Return:
    """退单: the reason's code, the basis in duty or law, and who should have it instead."""

    reason: str
    basis: str
    suggested_department: str = ""


def return_order(
    session: Session, order: WorkOrder, given: Return, *, actor: Actor, now: datetime
) -> WorkOrder:
    """退单: give the order back with a reason and its basis; all its clocks stop."""
    if given.reason not in RETURN_REASONS:
        raise Invalid(
            f"{given.reason!r} is no reason to return an order.",
            remedy=f"Use one of: {', '.join(RETURN_REASONS)}.",
        )
    if not given.basis.strip():
        raise Invalid("A return needs its basis.", remedy="Name the duty list or the article.")
    suggested = given.suggested_department
    if suggested and session.get(Department, suggested) is None:
        raise Invalid(f"There is no department {suggested!r}.", remedy="Suggest one by its code.")
    advance(order, OrderAction.RETURN)
    clocks.stop(session, subject(order), ClockKind, now=now)
    row = OrderReturn(
        order_id=order.id or 0,
        at=now,
        by=str(actor),
        reason=given.reason,
        basis=given.basis.strip(),
        suggested_department=given.suggested_department,
    )
    session.add(row)
    note(
        session,
        order,
        EventType.ORDER_RETURNED,
        actor=actor,
        now=now,
        reason=given.reason,
        suggested=given.suggested_department,
    )
    return order


def return_of(session: Session, order: WorkOrder) -> OrderReturn | None:
    """Return why the order was given back, if it was."""
    return session.exec(select(OrderReturn).where(OrderReturn.order_id == order.id)).first()
