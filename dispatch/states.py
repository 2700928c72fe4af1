"""The two machines, as data: `(status, action) -> status` (design §4). Everything else is a row."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from hotline.core.errors import Conflict

_Status = TypeVar("_Status", bound=StrEnum)
_Action = TypeVar("_Action", bound=StrEnum)


class TicketStatus(StrEnum):
    REGISTERED = "registered"  # 已受理
    DISPATCHED = "dispatched"  # 办理中
    AWAITING_CALLBACK = "awaiting_callback"  # 待回访
    CLOSED = "closed"  # 办结
    DECLINED = "declined"  # 不予受理
    HANDED_OVER = "handed_over"  # 移交
    WITHDRAWN = "withdrawn"  # 撤回


class TicketAction(StrEnum):
    ANSWER = "answer"  # 直接答复
    DISPATCH = "dispatch"  # 派单
    DECLINE = "decline"  # 不予受理
    HAND_OVER = "hand_over"  # 移交
    SETTLE = "settle"  # 各单办结
    RETURN = "return"  # 各单退回，重新派单
    CLOSE = "close"  # 办结
    REOPEN = "reopen"  # 重办
    WITHDRAW = "withdraw"  # 撤回


class OrderStatus(StrEnum):
    DISPATCHED = "dispatched"  # 待签收
    ACCEPTED = "accepted"  # 办理中
    REPLIED = "replied"  # 待审核
    COMPLETED = "completed"  # 办结
    RETURNED = "returned"  # 已退单
    RECALLED = "recalled"  # 已撤回


class OrderAction(StrEnum):
    ACCEPT = "accept"  # 签收
    RETURN = "return"  # 退单
    REPLY = "reply"  # 答复
    REJECT_REPLY = "reject_reply"  # 驳回
    WITHDRAW_REPLY = "withdraw_reply"  # 撤回答复
    COMPLETE = "complete"  # 办结
    RECALL = "recall"  # 撤回


T, A = TicketStatus, TicketAction
TICKET: Mapping[tuple[TicketStatus, TicketAction], TicketStatus] = {
    (T.REGISTERED, A.ANSWER): T.CLOSED,
    (T.REGISTERED, A.DISPATCH): T.DISPATCHED,
    (T.REGISTERED, A.DECLINE): T.DECLINED,
    (T.REGISTERED, A.HAND_OVER): T.HANDED_OVER,
    (T.REGISTERED, A.WITHDRAW): T.WITHDRAWN,
    (T.DISPATCHED, A.DISPATCH): T.DISPATCHED,
    (T.DISPATCHED, A.HAND_OVER): T.HANDED_OVER,
    (T.DISPATCHED, A.SETTLE): T.AWAITING_CALLBACK,
    (T.DISPATCHED, A.RETURN): T.REGISTERED,
    (T.DISPATCHED, A.WITHDRAW): T.WITHDRAWN,
    (T.AWAITING_CALLBACK, A.CLOSE): T.CLOSED,
    (T.AWAITING_CALLBACK, A.REOPEN): T.DISPATCHED,
    (T.AWAITING_CALLBACK, A.WITHDRAW): T.WITHDRAWN,
    (T.CLOSED, A.REOPEN): T.REGISTERED,
    (T.DECLINED, A.REOPEN): T.REGISTERED,
    (T.HANDED_OVER, A.REOPEN): T.REGISTERED,
}

S, B = OrderStatus, OrderAction
ORDER: Mapping[tuple[OrderStatus, OrderAction], OrderStatus] = {
    (S.DISPATCHED, B.ACCEPT): S.ACCEPTED,
    (S.DISPATCHED, B.RETURN): S.RETURNED,
    (S.DISPATCHED, B.RECALL): S.RECALLED,
    (S.ACCEPTED, B.RETURN): S.RETURNED,
    (S.ACCEPTED, B.REPLY): S.REPLIED,
    (S.ACCEPTED, B.RECALL): S.RECALLED,
    (S.REPLIED, B.REJECT_REPLY): S.ACCEPTED,
    (S.REPLIED, B.WITHDRAW_REPLY): S.ACCEPTED,
    (S.REPLIED, B.COMPLETE): S.COMPLETED,
    (S.REPLIED, B.RECALL): S.RECALLED,
}


OPEN_ORDERS = (S.DISPATCHED, S.ACCEPTED, S.REPLIED)
"""Orders that somebody still has to bring to an end."""


def advance_ticket(status: TicketStatus, action: TicketAction) -> TicketStatus:
    """Return the ticket's next status; raise Conflict when the action is not open now."""
    return _advance(TICKET, status, action, "ticket")


def advance_order(status: OrderStatus, action: OrderAction) -> OrderStatus:
    """Return the order's next status; raise Conflict when the action is not open now."""
    return _advance(ORDER, status, action, "work order")


def _advance(
    table: Mapping[tuple[_Status, _Action], _Status], status: _Status, action: _Action, thing: str
) -> _Status:
    after = table.get((status, action))
    if after is None:
        open_now = sorted(each for where, each in table if where == status)
        raise Conflict(
            f"A {thing} that is {status} can't {action}.",
            remedy=f"Possible now: {', '.join(open_now)}." if open_now else "It is final.",
        )
    return after
