"""可否延期: which clock an extension would move, and whether the policy leaves room for it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from dispatch.beside.models_beside import Extension
from dispatch.handling import orders
from dispatch.models import Clock, OrderRole, WorkOrder
from dispatch.rules import extension_policies
from dispatch.states import OrderStatus
from dispatch.terms import RequestType, TimeClass
from dispatch.timing import ceilings, clock_changes
from hotline.core.clock import beijing
from hotline.core.errors import Conflict, Invalid
from hotline.core.settings import settings


class ExtensionStatus(StrEnum):
    ASKED = "asked"  # 待批
    GRANTED = "granted"  # 同意
    REFUSED = "refused"  # 不同意
    LAPSED = "lapsed"  # 逾期未批: nobody decided in time


def extensible_clock(session: Session, order: WorkOrder, *, now: datetime) -> Clock:
    """Return the reply clock that can be extended now, locked; raise Conflict when none can.

    A department that has not signed can't know yet that it needs longer; nothing is extended once
    it is due.
    """
    if order.status != OrderStatus.ACCEPTED:
        raise Conflict(
            f"A work order that is {order.status} can't be extended.",
            remedy="Accept it first."
            if order.status == OrderStatus.DISPATCHED
            else "It is answered or no longer the department's: read the order again.",
        )
    clock = reply_clock(session, order)
    if clock is None:
        raise Conflict(
            f"No reply clock of order {order.number} runs.",
            remedy="Nothing is due that could be extended: answer when it is done.",
        )
    if clock.waits_for:
        raise Conflict(
            f"The reply clock of order {order.number} stands still.",
            remedy="Ask when the suspension has ended.",
        )
    if now >= clock.due_at:
        raise Conflict(
            f"The reply was due at {beijing(clock.due_at).isoformat(timespec='minutes')}.",
            remedy="An extension is asked for and granted before the due time.",
        )
    return clock


def reply_clock(session: Session, order: WorkOrder) -> Clock | None:
    """Return the clock by which the order must be answered, locked, while it runs."""
    subject = orders.subject(order)
    found = (clock_changes.running(session, subject, kind) for kind in ceilings.REPLY_KINDS)
    return next((clock for clock in found if clock), None)


def require_allowed(
    session: Session, order: WorkOrder, working_days: int, *, now: datetime
) -> None:
    """Raise unless the policy allows one more extension of so many working days."""
    ticket = orders.ticket_of(session, order)
    own = settings()
    policy = extension_policies.policy_for(
        RequestType(ticket.request_type),
        TimeClass(ticket.time_class),
        now,
        profile=own.policy_profile,
        policies=extension_policies.site_policies(own.data_dir),
    )
    if policy is None or not policy.most:
        kind = f"{ticket.request_type}, {ticket.time_class}"
        raise Conflict(f"A matter of this kind ({kind}) can't be extended.", remedy="Answer it.")
    had = _granted(session, order)
    if had >= policy.most:
        raise Conflict(
            f"Order {order.number} was extended {had} time(s); {policy.most} is the most.",
            remedy="Answer what is done, and say what is not.",
        )
    if not 1 <= working_days <= policy.longest:
        raise Invalid(
            f"{working_days} working days were asked for.",
            remedy=f"Ask for 1 to {policy.longest}.",
        )


def undecided_too_long(session: Session, *, now: datetime, limit: int = 100) -> Sequence[str]:
    """Return the numbers of orders whose asked extension is to lapse, read without a lock."""
    in_time = (
        select(Clock.id)
        .where(Clock.subject == func.concat("order:", WorkOrder.number))
        .where(col(Clock.kind).in_(ceilings.REPLY_KINDS), col(Clock.stopped_at).is_(None))
        .where((col(Clock.due_at) > now) | (col(Clock.waits_for) != ""))
    )
    late = (col(WorkOrder.status) != OrderStatus.ACCEPTED) | ~in_time.exists()
    return session.exec(
        select(WorkOrder.number)
        .join(Extension, col(Extension.order_id) == WorkOrder.id)
        .where(Extension.status == ExtensionStatus.ASKED, late)
        .order_by(col(Extension.id))
        .limit(limit)
    ).all()


def _granted(session: Session, order: WorkOrder) -> int:
    """Return how often the order's limit was extended: one reply clock goes from lead to lead."""
    query = (
        select(func.count())
        .select_from(Extension)
        .join(WorkOrder, col(WorkOrder.id) == Extension.order_id)
        .where(Extension.status == ExtensionStatus.GRANTED)
    )
    if order.role != OrderRole.LEAD or order.parent_id is not None:
        return session.exec(query.where(WorkOrder.id == order.id)).one()
    query = query.where(WorkOrder.ticket_id == order.ticket_id, WorkOrder.round == order.round)
    return session.exec(
        query.where(WorkOrder.role == OrderRole.LEAD, col(WorkOrder.parent_id).is_(None))
    ).one()
