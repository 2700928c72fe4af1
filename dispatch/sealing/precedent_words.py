"""What a sealed ticket's arbitration said is taken back from wherever it was repeated as a rule."""

from typing import Any

from sqlalchemy import Text, cast
from sqlmodel import Session, col, select

from dispatch.models import ProposalRow, Ticket, WorkOrder
from knowledge import precedents


def take_back(session: Session, ticket: Ticket) -> None:
    """Leave no word and no number of the ticket in precedents, nor where a router cited them."""
    words = precedents.withhold(session, ticket.number)
    if not words:
        return
    cited = f"工单{ticket.number}，"
    citing = select(ProposalRow).where(cast(col(ProposalRow.body), Text).contains(cited))
    for row in session.exec(citing).all():
        row.body = _without(row.body, cited, words)
        theirs = select(WorkOrder).where(
            WorkOrder.ticket_id == row.ticket_id, col(WorkOrder.legal_basis).in_(words)
        )
        for order in session.exec(theirs).all():
            order.legal_basis = precedents.WITHHELD
    session.flush()


def _without(value: Any, cited: str, words: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(inside, cited, words) for name, inside in value.items()}
    if isinstance(value, list):
        return [_without(each, cited, words) for each in value]
    if not isinstance(value, str):
        return value
    if cited not in value:
        return precedents.WITHHELD if value in words else value
    value = value.replace(cited, "")
    for said in words:
        value = value.replace(said, precedents.WITHHELD)
    return value
