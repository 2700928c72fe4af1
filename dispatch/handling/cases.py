"""会商的案: contested tickets as they are read; `arbitration` opens and decides them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import Session, and_, col, select

from dispatch.beside.models_beside import Arbitration
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import reach
from dispatch.states import TicketStatus
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound

CONTESTABLE = (TicketStatus.REGISTERED, TicketStatus.DISPATCHED)


class CaseStatus(StrEnum):
    """A case is open until it is decided; it lapses when its ticket ends in another way."""

    OPEN = "open"
    DECIDED = "decided"
    LAPSED = "lapsed"


def find(
    session: Session, case_id: int, *, lock: bool = False, reader: Actor | None = None
) -> Arbitration:
    """Return the case; raise NotFound. With `lock`, its ticket is locked first."""
    mine = reach.of_ticket(reader, col(Arbitration.ticket_id))
    case = session.exec(select(Arbitration).where(Arbitration.id == case_id, mine)).first()
    if case is None:
        raise NotFound(f"There is no arbitration {case_id}.", remedy="List those that are open.")
    if lock:
        ticket = select(Ticket).where(Ticket.id == case.ticket_id).with_for_update()
        session.exec(ticket.execution_options(populate_existing=True)).one()
        session.refresh(case, with_for_update=True)
    return case


def open_of(session: Session, ticket: Ticket) -> Arbitration | None:
    """Return the case that the ticket waits for, if there is one."""
    return session.exec(
        select(Arbitration)
        .join(Ticket, col(Ticket.id) == Arbitration.ticket_id)
        .where(Arbitration.ticket_id == ticket.id, _is_open())
    ).first()


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Arbitration]:
    """Return every case of the ticket, oldest first."""
    return session.exec(
        select(Arbitration).where(Arbitration.ticket_id == ticket.id).order_by(col(Arbitration.id))
    ).all()


def listed(
    session: Session,
    *,
    status: CaseStatus | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
    reader: Actor | None = None,
) -> Sequence[Arbitration]:
    """Return cases, the longest open first; `after` is the (opened_at, id) of the last one seen."""
    place = (col(Arbitration.opened_at), col(Arbitration.id))
    query = select(Arbitration).join(Ticket, col(Ticket.id) == Arbitration.ticket_id)
    query = query.where(reach.visible(reader))
    if status:
        query = query.where(_CONDITIONS[status]())
    if after:
        query = query.where(tuple_(*place) > tuple_(*after))
    return session.exec(query.order_by(*place).limit(limit)).all()


def status_of(session: Session, case: Arbitration) -> CaseStatus:
    """Return whether the case waits, was decided, or needs no decision any more."""
    if case.department:
        return CaseStatus.DECIDED
    ticket = session.get_one(Ticket, case.ticket_id)
    waits = case.decided_at is None and case.round == ticket.redone
    waits = waits and ticket.status in CONTESTABLE
    return CaseStatus.OPEN if waits else CaseStatus.LAPSED


def binds(session: Session, order: WorkOrder) -> bool:
    """Return whether an arbitration gave the order's ticket to its department, in any round."""
    last = session.exec(
        select(Arbitration)
        .where(Arbitration.ticket_id == order.ticket_id, Arbitration.department != "")
        .order_by(col(Arbitration.id).desc())
        .limit(1)
    ).first()
    return order.binding or (last is not None and last.department == order.department)


def _is_open() -> ColumnElement[bool]:
    return and_(
        col(Arbitration.decided_at).is_(None),
        col(Arbitration.round) == Ticket.redone,
        col(Ticket.status).in_(CONTESTABLE),
    )


def _is_decided() -> ColumnElement[bool]:
    return col(Arbitration.department) != ""


def _is_lapsed() -> ColumnElement[bool]:
    return and_(~_is_open(), ~_is_decided())


_CONDITIONS = {
    CaseStatus.OPEN: _is_open,
    CaseStatus.DECIDED: _is_decided,
    CaseStatus.LAPSED: _is_lapsed,
}
