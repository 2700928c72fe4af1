"""会商: a ticket that two departments gave back goes on only by a decision, and the decision binds.

A → B → A stops here (domain.md 2.3): what is decided can't be returned, and becomes a precedent of
the dispatch catalogue.
"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside.models_beside import Arbitration
from dispatch.clustering import following
from dispatch.handling import cases, leads, orders, recalls
from dispatch.handling.cases import CaseStatus
from dispatch.handling.orders import Assignment
from dispatch.handling.recalls import RecallCode
from dispatch.models import OrderReturn, Ticket, WorkOrder
from dispatch.rules.policies import StartEvent
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS, TicketAction, TicketStatus, advance_ticket
from dispatch.terms import ClockKind
from dispatch.timing import clocks, deadlines
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import Audience, EventType
from hotline.core.privacy import mask_text
from knowledge import precedents
from knowledge.models import Department


class Why(StrEnum):
    """What made a ticket contested."""

    SECOND_RETURN = "second_return"  # 两个单位都已退单
    RETURNED_BEFORE = "returned_before"  # 拟派单位已经退过
    ASKED = "asked"  # 话务员提请


def open_case(
    session: Session,
    ticket: Ticket,
    why: Why,
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Arbitration:
    """会商: from now on the ticket can only be dispatched by a decision, due by a clock of its own.

    Raises Conflict while a department leads the ticket, or when a case is open already.
    """
    _require_contestable(session, ticket)
    _lapse(session, ticket, now=now)
    case = Arbitration(
        ticket_id=ticket.id or 0,
        round=ticket.redone,
        why=why,
        note=mask_text(note.strip()),
        candidates=candidates(session, ticket),
        opened_at=now,
        opened_by=str(actor),
    )
    session.add(case)
    session.flush()
    chain = history.chain(ticket)
    clocks.stop(session, chain, [ClockKind.DISPATCH_BY], now=now)
    deadlines.start(session, ticket, StartEvent.CONTESTED, subject=chain, now=now)
    history.record(
        session,
        ticket,
        EventType.ARBITRATION_OPENED,
        actor=actor,
        now=now,
        case=case.id,
        contested=why,
        candidates=case.candidates,
    )
    return case


def ask(session: Session, ticket: Ticket, note: str, *, actor: Actor, now: datetime) -> Arbitration:
    """提请会商: somebody who dispatches can't tell who answers for the ticket, and says why."""
    if not note.strip():
        raise Invalid("Nothing was said.", remedy="Say what speaks for and against whom.")
    return open_case(session, ticket, Why.ASKED, note=note, actor=actor, now=now)


def open_anew(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> Arbitration:
    """重新会商: what was decided stands no longer, nor does the precedent that it made.

    Until it is decided again, tickets of the pair are routed as if it had not been decided.
    """
    precedents.withdraw(session, ticket.number, withdrawn_on=beijing_day(now), now=now)
    why = Why(cases.of_ticket(session, ticket)[-1].why)
    return open_case(session, ticket, why, actor=actor, now=now)


def decide(
    session: Session,
    case: Arbitration,
    department: str,
    basis: str,
    *,
    actor: Actor,
    now: datetime,
) -> WorkOrder:
    """裁定: the department leads by an order that it can't return; the next such ticket follows it.

    Raises NotAllowed for who dispatched one of the contested orders, Conflict when nothing waits
    for a decision, Invalid without a basis or for a department that takes no orders.
    """
    ticket = session.get_one(Ticket, case.ticket_id)
    _check(session, case, ticket, department, basis, actor)
    basis = mask_text(basis.strip())
    _free(session, ticket, department, actor=actor, now=now)
    ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.DISPATCH)
    ended = [ClockKind.DISPATCH_BY, ClockKind.ARBITRATE_BY]
    clocks.stop(session, history.chain(ticket), ended, now=now)
    given = Assignment(department, basis)
    order = orders.issue(session, ticket, given, lead=True, actor=actor, now=now)
    order.binding = True
    leads.take_up(session, ticket, order, now=now, without=[ClockKind.RETURN_BY])
    case.decided_at, case.decided_by = now, str(actor)
    case.department, case.basis = department, basis
    session.add(case)
    _keep_precedent(session, case, ticket, now=now)
    _tell(session, case, ticket, order, actor=actor, now=now)
    following.keep_pace(session, ticket, actor=actor, now=now)
    return order


def contested(session: Session, ticket: Ticket) -> bool:
    """Return whether two departments that were to lead gave the ticket back in this round."""
    back = {each.department for each in leads.returned(session, ticket) if leads.is_lead(each)}
    return len(back) > 1


def candidates(session: Session, ticket: Ticket) -> list[str]:
    """Return the departments that gave the ticket back in this round, then those they named."""
    back = leads.returned(session, ticket)
    named = session.exec(
        select(OrderReturn.suggested_department)
        .where(col(OrderReturn.order_id).in_([each.id for each in back]))
        .order_by(col(OrderReturn.id))
    ).all()
    codes = dict.fromkeys([*(each.department for each in back), *filter(None, named)])
    found = [session.get_one(Department, code) for code in codes]
    return [each.code for each in found if each.accepts]


def _require_contestable(session: Session, ticket: Ticket) -> None:
    following.require_own(session, ticket)
    advance_ticket(TicketStatus(ticket.status), TicketAction.DISPATCH)  # says what is open now
    lead = leads.leading(session, ticket)
    if lead:
        raise Conflict(
            f"Ticket {ticket.number} is with {lead.department}.",
            remedy="Recall that order first, or let the department answer.",
        )
    if cases.open_of(session, ticket):
        raise Conflict(
            f"Ticket {ticket.number} is in arbitration already.", remedy="Wait for the decision."
        )


def _lapse(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """End what was left open when the ticket took another way: one case at a time is open."""
    for case in cases.of_ticket(session, ticket):
        if case.decided_at is None:
            case.decided_at, case.decided_by = now, str(MACHINE)
            session.add(case)
    session.flush()


def _check(
    session: Session,
    case: Arbitration,
    ticket: Ticket,
    department: str,
    basis: str,
    actor: Actor,
) -> None:
    if not basis.strip():
        raise Invalid("A decision needs its basis.", remedy="Name the duty list or the article.")
    leads.taking(session, ticket, department)
    following.require_own(session, ticket)
    if cases.status_of(session, case) is not CaseStatus.OPEN:
        raise Conflict(
            f"The arbitration of ticket {ticket.number} waits for no decision.",
            remedy="Read the ticket again.",
        )
    led = [each for each in leads.shares(session, ticket) if leads.is_lead(each)]
    # Who decided once decides anew: their own decision was no contested order.
    if str(actor) in {each.dispatched_by for each in led if not each.binding}:
        raise NotAllowed(
            f"{actor} dispatched ticket {ticket.number} before.",
            remedy="Let somebody decide who didn't.",
        )


def _free(
    session: Session, ticket: Ticket, department: str, *, actor: Actor, now: datetime
) -> None:
    """Take back what who leads now had of the ticket besides: no department has two orders."""
    for order in orders.of_ticket(session, ticket):
        if order.department == department and order.status in OPEN_ORDERS:
            why = RecallCode.ARBITRATION
            recalls.take_back(session, ticket, order, why=why, actor=actor, now=now)


def _keep_precedent(session: Session, case: Arbitration, ticket: Ticket, *, now: datetime) -> None:
    """Keep the rule for the next ticket; of a sealed one nothing that was written goes with it."""
    basis = case.basis if reach.may_leave(ticket) else precedents.WITHHELD
    precedents.add(
        session,
        category=ticket.category,
        district=ticket.district,
        department=case.department,
        ticket=ticket.number,
        basis=basis,
        decided_on=beijing_day(now),
        now=now,
    )


def _tell(
    session: Session,
    case: Arbitration,
    ticket: Ticket,
    order: WorkOrder,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    history.record(
        session,
        ticket,
        EventType.ARBITRATION_DECIDED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        case=case.id,
        order=order.number,
        department=order.department,
    )
