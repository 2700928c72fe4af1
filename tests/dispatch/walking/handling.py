"""Actions on an order while its department has it: 签收, 联系, 退回, 答复, 审核, 补充."""

from sqlmodel import col, select

from dispatch.beside.models_beside import InfoRequest
from dispatch.handling import info_requests, orders, replies, reply_withdrawals, reviews
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.states import OrderStatus
from tests.dispatch.walking.action import Actions
from tests.dispatch.walking.place import AGENT, Act, Place, issuer_of, of_department

action = HANDLING = Actions()
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")


@action("order.accepted", "dispatched", often=5)
def _accept(at: Place) -> Act | None:
    order = at.order(OrderStatus.DISPATCHED)
    if order is None:
        return None
    return lambda: orders.accept(at.session, order, actor=of_department(order), now=at.now)


@action("order.contacted", "dispatched", often=2)
def _contact(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED, OrderStatus.REPLIED)
    if order is None:
        return None
    reached = at.which % 3 > 0
    return lambda: orders.log_contact(
        at.session,
        order,
        reached=reached,
        text="约定上门",
        at=at.now,
        actor=of_department(order),
        now=at.now,
    )


@action("order.returned", "dispatched", often=3)
def _give_back(at: Place) -> Act | None:
    order = at.order(OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)
    if order is None:
        return None
    given = Return("unclear_duty", "三定方案")
    return lambda: reviews.return_order(
        at.session, order, given, actor=of_department(order), now=at.now
    )


@action("order.replied", "dispatched", often=5)
def _reply(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED)
    if order is None or order.status == OrderStatus.REPLIED:  # the same answer is kept already
        return None
    actor, office = of_department(order), "局长" if at.which % 2 else ""
    return lambda: replies.reply(
        at.session, order, ANSWER, signed_off_by=office, actor=actor, now=at.now
    )


@action("order.reply_rejected", "dispatched", often=2)
def _reject(at: Place) -> Act | None:
    order = at.order(OrderStatus.REPLIED)
    if order is None:
        return None
    actor = issuer_of(at, order)
    return lambda: reviews.reject(at.session, order, note="没有时间", actor=actor, now=at.now)


@action("order.reply_withdrawn", "dispatched", often=2)
def _withdraw_the_reply(at: Place) -> Act | None:
    order = at.order(OrderStatus.REPLIED)
    if order is None:
        return None
    actor = of_department(order)
    return lambda: reply_withdrawals.withdraw_reply(
        at.session, order, "写错了", actor=actor, now=at.now
    )


@action("order.completed", "dispatched", often=6)
def _complete(at: Place) -> Act | None:
    order = at.order(OrderStatus.REPLIED)
    if order is None:
        return None
    actor = issuer_of(at, order)
    return lambda: reviews.complete(at.session, order, actor=actor, now=at.now)


@action("order.info_asked", "dispatched")
def _ask_the_requester(at: Place) -> Act | None:
    order = at.order(OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)
    if order is None:
        return None
    actor = of_department(order)
    return lambda: info_requests.ask(at.session, order, "哪一根灯杆", actor=actor, now=at.now)


@action("order.info_given", "dispatched")
def _bring_the_answer(at: Place) -> Act | None:
    known = [each.id for each in orders.of_ticket(at.session, at.ticket)]
    rows = select(InfoRequest).where(col(InfoRequest.order_id).in_(known))
    row = at.one_of(at.session.exec(rows.order_by(col(InfoRequest.id).desc())).all())
    if row is None:
        return None
    return lambda: info_requests.give(at.session, row, "第三根", actor=AGENT, now=at.now)
