"""Which departments one key may choose: the proposed ones, and whom a returning one named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from dispatch.handling import gathered
from dispatch.models import WorkOrder
from dispatch.states import OrderStatus
from hotline.console.faults import Misfilled
from hotline.console.words import say
from hotline.core.errors import NotFound
from knowledge import names

CLOSED = (OrderStatus.COMPLETED, OrderStatus.RETURNED, OrderStatus.RECALLED)
MOST = 4


@dataclass(frozen=True)
class Choice:
    """One department; `chosen` before anybody chose, unless an order was given back already."""

    code: str
    name: str
    category: str
    confidence: float | None  # of the proposal alone
    suggested: bool
    returned: bool
    chosen: bool


def choices(
    session: Session, proposal: dict[str, Any], issued: Sequence[WorkOrder]
) -> list[Choice]:
    """Return at most four departments, without those that have an open order of the ticket."""
    returned = {order.department for order in issued if order.status == OrderStatus.RETURNED}
    busy = {order.department for order in issued if order.status not in CLOSED}
    offered = [*_suggested(session, issued), *_proposed(proposal)]
    found: dict[str, dict[str, Any]] = {}
    for each in offered:
        if each["department_code"] and each["department_code"] not in busy:
            found.setdefault(each["department_code"], each)
    return [
        Choice(
            code,
            each["department"],
            " / ".join(level for level in each.get("category", []) if level),
            each.get("sure"),
            each.get("suggested", False),
            code in returned,
            not issued and code == proposal.get("department_code"),
        )
        for code, each in list(found.items())[:MOST]
    ]


def named(session: Session, written: str) -> str:
    """Return the code of the department that was chosen or written; raise Misfilled for none."""
    if not written.strip():
        raise Misfilled(say("ticket.undecided"))
    try:
        return names.department(session, written.strip()).code
    except NotFound as error:
        raise Misfilled(say("fault.department_unknown")) from error


def _proposed(proposal: dict[str, Any]) -> list[dict[str, Any]]:
    first = {
        "department": proposal.get("department", ""),
        "department_code": proposal.get("department_code", ""),
        "category": proposal.get("category", []),
        "sure": proposal.get("confidence"),
    }
    return [first, *proposal.get("alternatives", [])]


def _suggested(session: Session, issued: Sequence[WorkOrder]) -> list[dict[str, Any]]:
    """Return whom those who gave the ticket back said it belongs to, the latest first."""
    given = gathered.returns(session, issued)
    back = [given[order.id or 0] for order in reversed(issued) if order.id in given]
    codes = [each.suggested_department for each in back]
    known = names.department_names(session, codes)
    return [
        {"department": known[code], "department_code": code, "suggested": True}
        for code in codes
        if code in known
    ]
