"""此刻可以办什么: the forms that an order's page shows its department.

The domain decides again when a form arrives; this only keeps what can't succeed out of sight.
"""

from sqlmodel import Session

from dispatch.handling import cases, leads, onward, orders, recalls, replies
from dispatch.models import WorkOrder
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.console.frame import Viewer
from hotline.core.accounts import Actor
from hotline.core.security import Permission

S = OrderStatus
_MOST_LEVELS = onward.MOST_LEVELS

# What its own department may do, by where the order stands.
_OWN = {
    S.DISPATCHED: {"accept", "ask", "relay", "return", "files"},
    S.ACCEPTED: {
        *("reply", "sign", "contact", "relay", "ask", "extension"),
        *("help", "onward", "return", "files"),
    },
    S.REPLIED: {"withdraw", "contact", "relay", "files"},
}
_GIVEN_ON = {
    S.DISPATCHED: {"recall"},
    S.ACCEPTED: {"recall"},
    S.REPLIED: {"recall", "complete", "reject"},
}
_NEEDS = {
    "sign": Permission.ORDER_SIGN,
    "relay": Permission.RELAY_CALL,
    "files": Permission.ATTACHMENT_ADD,
    "complete": Permission.ORDER_REVIEW,
    "reject": Permission.ORDER_REVIEW,
}


def doable(session: Session, order: WorkOrder, viewer: Viewer) -> frozenset[str]:
    """Return the names of the forms that this viewer is shown."""
    own = is_own(order, viewer.actor)
    found = set((_OWN if own else _GIVEN_ON).get(S(order.status), set()))
    found -= {name for name, needed in _NEEDS.items() if needed not in viewer.may}
    if own:
        found -= _impossible(session, order)
    return frozenset(found)


def is_own(order: WorkOrder, actor: Actor) -> bool:
    """Return whether the order is with the actor's department, not one that it gave on."""
    return order.department == actor.department


def _impossible(session: Session, order: WorkOrder) -> set[str]:
    no: set[str] = set()
    if order.status not in OPEN_ORDERS:
        return no
    if cases.binds(session, order):
        no.add("return")
    if recalls.open_below(session, order):
        no |= {"return", "reply", "sign"}
    if replies.draft_of(session, order) is None:
        no.add("sign")
    if not leads.is_lead(order):
        no.add("help")
    if _level(session, order) >= _MOST_LEVELS:
        no.add("onward")
    return no


def _level(session: Session, order: WorkOrder) -> int:
    above = orders.above(session, order)
    return 1 + _level(session, above) if above else 1
