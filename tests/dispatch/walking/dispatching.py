"""Actions by which orders come about and are taken back: 派单, 改派, 收回, 转派, 裁决."""

from dispatch.handling import arbitration, cases, dispatching, onward, orders
from dispatch.handling.orders import Assignment
from dispatch.states import OPEN_ORDERS, OrderStatus
from tests.dispatch.walking.action import Actions
from tests.dispatch.walking.place import (
    AGENT,
    DEPARTMENTS,
    LEAD,
    Act,
    Place,
    issuer_of,
    of_department,
)

action = DISPATCHING = Actions()
BELOW = ("540102-urban", "540102-housing", "540102-water")  # of 城关区, below the city's


@action("ticket.dispatched", "registered", often=4)
def _dispatch(at: Place) -> Act | None:
    to = [Assignment(code) for code in at.fresh()[: 1 + at.which % 3]]
    if not to:
        return None
    return lambda: dispatching.dispatch(at.session, at.ticket, to, actor=AGENT, now=at.now)


@action("arbitration.opened", "registered")
def _dispatch_to_who_gave_it_back(at: Place) -> Act | None:
    known = orders.of_ticket(at.session, at.ticket)
    gave = [each for each in known if each.status == OrderStatus.RETURNED and not each.parent_id]
    back = at.one_of(gave)
    if back is None or back.round != at.ticket.redone:
        return None
    to = [Assignment(back.department)]
    return lambda: dispatching.dispatch(at.session, at.ticket, to, actor=AGENT, now=at.now)


@action("ticket.dispatched", "dispatched")
def _add(at: Place) -> Act:
    to = [Assignment(code) for code in at.fresh()[:1]]
    return lambda: dispatching.add(at.session, at.ticket, to, actor=AGENT, now=at.now)


@action("ticket.dispatched", "dispatched")
def _redispatch(at: Place) -> Act | None:
    order, fresh = at.own_order(), at.fresh()
    if order is None or not fresh:
        return None
    to = Assignment(fresh[0])
    return lambda: dispatching.redispatch(at.session, at.ticket, order, to, actor=AGENT, now=at.now)


@action("order.recalled", "dispatched")
def _recall(at: Place) -> Act | None:
    order = at.own_order()
    if order is None:
        return None
    actor = LEAD if at.which % 2 else AGENT
    return lambda: dispatching.recall(
        at.session, at.ticket, order, "派错了", actor=actor, now=at.now
    )


@action("order.dispatched", "dispatched", often=3)
def _give_on(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED)
    if order is None:
        return None
    to, actor = [BELOW[at.which % len(BELOW)]], of_department(order)
    return lambda: onward.dispatch(at.session, order, to, "请现场看", actor=actor, now=at.now)


@action("order.recalled", "dispatched")
def _recall_below(at: Place) -> Act | None:
    known = orders.of_ticket(at.session, at.ticket)
    below = [each for each in known if each.parent_id and each.status in OPEN_ORDERS]
    order = at.one_of(below)
    if order is None:
        return None
    actor = issuer_of(at, order)
    return lambda: onward.recall(at.session, order, "派错了", actor=actor, now=at.now)


@action("arbitration.opened", "registered", "dispatched")
def _ask(at: Place) -> Act:
    return lambda: arbitration.ask(at.session, at.ticket, "两家都有份", actor=AGENT, now=at.now)


@action("arbitration.decided", "registered", "dispatched", often=2)
def _decide(at: Place) -> Act | None:
    case = at.one_of(cases.of_ticket(at.session, at.ticket)[-1:])
    if case is None:
        return None
    to = DEPARTMENTS[at.which % len(DEPARTMENTS)]
    return lambda: arbitration.decide(at.session, case, to, "三定方案", actor=LEAD, now=at.now)
