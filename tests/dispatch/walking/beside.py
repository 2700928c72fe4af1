"""Actions beside an order's way: 延期, 挂账, 督办, 催办."""

from datetime import timedelta

from sqlmodel import col, select

from dispatch import reminders
from dispatch.beside import extensions, supervision, suspensions
from dispatch.beside.models_beside import Extension, Supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import orders
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.core.clock import beijing_day
from hotline.core.privacy import Person
from tests.dispatch.walking.action import Actions
from tests.dispatch.walking.place import AGENT, DEPARTMENTS, LEAD, Act, Place, of_department

action = BESIDE = Actions()


@action("extension.asked", "dispatched", often=2)
def _ask_for_time(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED)
    if order is None:
        return None
    days = 1 + at.which % 16
    return lambda: extensions.request_extension(
        at.session, order, days, "等材料", actor=of_department(order), now=at.now
    )


def _asked(at: Place) -> Extension | None:
    known = [each.id for each in orders.of_ticket(at.session, at.ticket)]
    rows = select(Extension).where(col(Extension.order_id).in_(known))
    return at.one_of(at.session.exec(rows.order_by(col(Extension.id).desc())).all()[:1])


@action("extension.granted", "dispatched", often=2)
def _grant(at: Place) -> Act | None:
    row = _asked(at)
    if row is None:
        return None
    return lambda: extensions.decide_extension(at.session, row, True, "", actor=LEAD, now=at.now)


@action("extension.refused", "dispatched")
def _refuse(at: Place) -> Act | None:
    row = _asked(at)
    if row is None:
        return None
    return lambda: extensions.decide_extension(
        at.session, row, False, "材料已齐", actor=LEAD, now=at.now
    )


@action("ticket.suspended", "dispatched")
def _suspend(at: Place) -> Act:
    review = beijing_day(at.now) + timedelta(days=1 + at.which % 40)
    return lambda: suspensions.suspend(
        at.session, at.ticket, DEPARTMENTS[0], review, "等待开春化冻", actor=LEAD, now=at.now
    )


@action("ticket.suspension_ended", "dispatched", often=2)
def _end_suspension(at: Place) -> Act | None:
    row = at.one_of(suspensions.of_ticket(at.session, at.ticket)[-1:])
    if row is None:
        return None
    feasible = suspensions.Outcome.FEASIBLE
    return lambda: suspensions.end_suspension(at.session, row, feasible, actor=LEAD, now=at.now)


@action("supervision.raised", "registered", "dispatched", "awaiting_callback", "handed_over")
def _supervise(at: Place) -> Act | None:
    if at.ticket.closed_at:
        return None
    order = at.order(*OPEN_ORDERS) if at.which % 2 else None
    return lambda: supervision.supervise(
        at.session, at.ticket, order, Cause.PERSON, "限期办结", actor=LEAD, now=at.now
    )


def _supervised(at: Place) -> Supervision | None:
    return at.one_of(supervision.of_ticket(at.session, at.ticket))


@action("supervision.answered", "dispatched", "awaiting_callback")
def _answer_supervision(at: Place) -> Act | None:
    row = _supervised(at)
    if row is None:
        return None
    return lambda: supervision.answer(at.session, row, "已派人", actor=AGENT, now=at.now)


@action("supervision.lifted", "dispatched", "awaiting_callback", "closed")
def _lift_supervision(at: Place) -> Act | None:
    row = _supervised(at)
    if row is None:
        return None
    return lambda: supervision.lift(at.session, row, "已核实", actor=LEAD, now=at.now)


@action("ticket.reminded", "registered", "dispatched", "awaiting_callback")
def _remind(at: Place) -> Act | None:
    if at.ticket.status not in reminders.OPEN:  # `find_open` offers no other
        return None
    person = at.session.get_one(Person, at.ticket.person_id)
    words = "怎么还没有人来"
    return lambda: reminders.remind(at.session, at.ticket, person, words, call_id=None, now=at.now)
