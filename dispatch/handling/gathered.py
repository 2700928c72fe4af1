"""What stands beside many orders at once: so many statements, however many orders there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from dispatch import history
from dispatch.beside.models_beside import Extension, InfoRequest
from dispatch.handling import orders
from dispatch.handling.recalls import RecallCode
from dispatch.models import OrderReturn, Reply, WorkOrder
from dispatch.states import OrderStatus
from hotline.core.events import Event, EventType

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Beside:
    """One order's newest reply that was given, whether one waits for its signature, and so on."""

    reply: Reply | None
    unsigned: bool
    returned: OrderReturn | None
    recalled: RecallCode | None
    extensions: Sequence[Extension]
    questions: Sequence[InfoRequest]


def of_orders(session: Session, found: Sequence[WorkOrder]) -> dict[int, Beside]:
    """Return it by the orders' ids; lists stand oldest first."""
    replies = _by_order(session, Reply, found, col(Reply.id))
    returned = returns(session, found)
    recalled = _recalled(session, found)
    extensions = _by_order(session, Extension, found, col(Extension.count))
    questions = _by_order(session, InfoRequest, found, col(InfoRequest.id))
    gathered = {}
    for id, order in ((each.id or 0, each) for each in found):
        given = [each for each in replies[id] if not each.awaits_signature]
        gathered[id] = Beside(
            given[-1] if given else None,
            len(given) < len(replies[id]),
            returned.get(id),
            recalled.get(order.number),
            extensions[id],
            questions[id],
        )
    return gathered


def returns(session: Session, found: Sequence[WorkOrder]) -> dict[int, OrderReturn]:
    """Return why each order that was given back was, by the orders' ids."""
    rows = _by_order(session, OrderReturn, found, col(OrderReturn.id))
    return {id: those[-1] for id, those in rows.items()}


def _by_order(
    session: Session, table: type[Row], found: Sequence[WorkOrder], by: Any
) -> dict[int, list[Row]]:
    order_id: Any = table.order_id  # type: ignore[attr-defined]
    rows: dict[int, list[Row]] = defaultdict(list)
    ids = [each.id for each in found]
    for row in session.exec(select(table).where(order_id.in_(ids)).order_by(by)) if ids else ():
        rows[row.order_id].append(row)  # type: ignore[attr-defined]
    return rows


def _recalled(session: Session, found: Sequence[WorkOrder]) -> dict[str, RecallCode]:
    """Return why each order that was taken back was, as the history says it, by its number."""
    gone = [each for each in found if each.status == OrderStatus.RECALLED]
    chains = {history.chain(orders.ticket_of(session, each)) for each in gone}
    if not gone:
        return {}
    told = session.exec(
        select(Event.refs)
        .where(col(Event.chain).in_(chains), Event.type == EventType.ORDER_RECALLED)
        .order_by(col(Event.seq))
    ).all()
    numbers = {each.number for each in gone}
    return {each["order"]: RecallCode(each["why"]) for each in told if each["order"] in numbers}
