"""来源工单: which tickets a case may come from, and which it may no longer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch import tickets
from dispatch.cases.models_cases import CaseSource, WorkedCase
from dispatch.models import Confidentiality, Ticket
from dispatch.sealing import reach
from dispatch.states import TicketStatus
from dispatch.terms import RequestType
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.privacy import Person

MOST = 10
# What nobody's case is made of.
_CLOSE = (Confidentiality.CONFIDENTIAL, Confidentiality.SEALED)


def take(
    session: Session, numbers: Sequence[str], *, case: WorkedCase | None = None, actor: Actor
) -> list[Ticket]:
    """Return the tickets that a case is to come from, each once.

    Raises NotFound for what the actor may not see, Invalid for none or too many, Conflict for one
    that is not closed, is confidential or sealed, a report (举报), or whose requester was erased
    before the `case` was made of it.
    """
    wanted = list(dict.fromkeys(each.strip() for each in numbers if each.strip()))
    if not 0 < len(wanted) <= MOST:
        raise Invalid("A case comes of one to ten tickets.", remedy="Give their numbers.")
    found = [tickets.find(session, number, reader=actor) for number in wanted]
    kept = _kept(session, case)
    for ticket in found:
        if ticket.status != TicketStatus.CLOSED:
            raise Conflict(f"Ticket {ticket.number} is not closed.", remedy="Wait until it is.")
        new = ticket.id not in kept
        if _is_close(ticket) or (new and _is_erased(session, ticket)):
            raise Conflict(
                f"Ticket {ticket.number} may not become a case.",
                remedy="Take one that is neither confidential, sealed, erased nor a report.",
            )
    return found


def keep(
    session: Session, case: WorkedCase, found: Sequence[Ticket], *, stands: bool, actor: Actor
) -> None:
    """Let the case come of these tickets and of no others.

    While a text `stands` none is taken out, or what was made of a ticket would stay when that is
    sealed: raises Conflict for one that the actor sees, and keeps one that they don't.
    """
    mine = select(CaseSource).where(CaseSource.case_id == case.id)
    before = {each.ticket_id: each for each in session.exec(mine).all()}
    wanted = {each.id or 0 for each in found}
    if not stands:
        for ticket_id in before.keys() - wanted:
            session.delete(before[ticket_id])
    elif any(each.id not in wanted for each in of(session, case, reader=actor)):
        raise Conflict(
            "The text that stands was made of this ticket too.",
            remedy="Keep its number, or let the text that stands be withdrawn first.",
        )
    for ticket_id in sorted(wanted - set(before)):
        session.add(CaseSource(case_id=case.id or 0, ticket_id=ticket_id))
    session.flush()


def of(session: Session, case: WorkedCase, *, reader: Actor) -> Sequence[Ticket]:
    """Return the case's tickets that the reader may see, oldest first."""
    mine = select(Ticket).join(CaseSource, col(CaseSource.ticket_id) == Ticket.id)
    mine = mine.where(CaseSource.case_id == case.id, reach.visible(reader))
    return session.exec(mine.order_by(col(Ticket.id))).all()


def require_lawful(session: Session, case: WorkedCase) -> None:
    """Note whose person is erased, as a publisher knows now; raise Conflict for a closed source."""
    mine = select(CaseSource, Ticket).join(Ticket, col(Ticket.id) == CaseSource.ticket_id)
    mine = mine.where(CaseSource.case_id == case.id).order_by(col(Ticket.id))
    for row, ticket in session.exec(mine).all():
        if _is_close(ticket):
            raise Conflict(
                "A ticket of this case is confidential or sealed now.",
                remedy="Send it back and take the ticket out, or withdraw the case.",
            )
        row.erased = _is_erased(session, ticket)
        session.add(row)


def lost(case_id: Any) -> ColumnElement[bool]:
    """Return the condition that a source was closed, or erased since the case was published."""
    gone = and_(func.octet_length(Person.wrapped_key) == 0, ~col(CaseSource.erased))
    closed = or_(
        col(Ticket.confidentiality).in_(_CLOSE), col(Ticket.request_type) == RequestType.REPORT
    )
    found = columns(col(CaseSource.ticket_id)).where(
        col(CaseSource.case_id) == case_id,
        col(Ticket.id) == CaseSource.ticket_id,
        col(Person.id) == Ticket.person_id,
        or_(gone, closed),
    )
    return found.correlate_except(CaseSource, Ticket, Person).exists()


def _kept(session: Session, case: WorkedCase | None) -> set[int]:
    if case is None:
        return set()
    mine = select(CaseSource.ticket_id).where(CaseSource.case_id == case.id)
    return set(session.exec(mine).all())


def _is_close(ticket: Ticket) -> bool:
    return ticket.confidentiality in _CLOSE or ticket.request_type == RequestType.REPORT


def _is_erased(session: Session, ticket: Ticket) -> bool:
    person = session.get_one(Person, ticket.person_id)
    return not person.wrapped_key
