"""督办: a ticket or one of its orders is watched from above, answers for it, and is let go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from dispatch.beside import asked, supervision_moves, supervision_rows
from dispatch.beside.models_beside import Supervision
from dispatch.beside.supervision_rows import Case
from dispatch.handling import leads, orders
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS
from dispatch.terms import ClockKind
from hotline.core import events, privacy
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType


class Cause(StrEnum):
    """督办事由 (domain.md 2.3)."""

    OVERDUE = "overdue"  # 超期
    DISSATISFIED = "dissatisfied"  # 不满意
    SECOND_REDO = "second_redo"  # 第二次重办
    RISK_WORDS = "risk_words"  # 涉及风险
    PERSON = "person"  # 领导批示
    UNACKNOWLEDGED = "unacknowledged"  # 移交未确认


# Which clock's 超期 raises one; every other clock's goes up by its cards only.
OF_CLOCKS: Mapping[str, Cause] = {
    ClockKind.REPLY_BY: Cause.OVERDUE,
    ClockKind.RECTIFY_BY: Cause.OVERDUE,
    ClockKind.ACKNOWLEDGE_BY: Cause.UNACKNOWLEDGED,
}


def supervise(
    session: Session,
    ticket: Ticket,
    order: WorkOrder | None,
    cause: Cause,
    instruction: str = "",
    *,
    actor: Actor,
    now: datetime,
) -> Supervision:
    """督办: have the order, or the ticket, answered for by a clock of its own.

    Raises Conflict when one of this cause is open on it already, for a ticket that is at its end,
    and for an order that no department has any more.
    """
    _require_at_work(ticket, order)
    raised = watch(session, ticket, order, cause, instruction, actor=actor, now=now)
    if raised is None:
        raise Conflict(
            f"Ticket {ticket.number} is under supervision for {cause} already.",
            remedy="Lift that one first, or wait for its answer.",
        )
    return raised


def watch(
    session: Session,
    ticket: Ticket,
    order: WorkOrder | None,
    cause: Cause,
    instruction: str = "",
    *,
    actor: Actor = MACHINE,
    now: datetime,
) -> Supervision | None:
    """督办, unless one of this cause is open on it already: then nothing happens."""
    if order and order.ticket_id != ticket.id:
        raise Invalid(f"{order.number} is no order of {ticket.number}.", remedy="Check the number.")
    owner = supervision_rows.owner_of(ticket, order or leads.leading(session, ticket))
    kept = privacy.mask_text(instruction.strip())
    told = kept if reach.may_leave(ticket) else ""  # of a sealed ticket the vault alone has it
    case = Case.of(ticket, owner, cause, told, order_id=order.id if order else None)
    (raised,) = supervision_rows.raise_many(session, [case], actor=actor, now=now) or (None,)
    if raised is None:
        return None
    events.append_many(session, [raised.news])
    ticket.version, ticket.updated_at = ticket.version + 1, now
    session.add(ticket)
    row = session.get_one(Supervision, raised.id)
    row.instruction = kept
    return row


def watch_redo(session: Session, ticket: Ticket, *, dissatisfied: bool, now: datetime) -> None:
    """督办 over a ticket that is done again: the requester is dissatisfied, or it is not the first.

    It supervises who must do it again, if a department has it already (domain.md 2.3).
    """
    again = [each for each in orders.of_ticket(session, ticket) if each.round == ticket.redone]
    cause = Cause.SECOND_REDO if ticket.redone > 1 else Cause.DISSATISFIED
    if dissatisfied or cause is Cause.SECOND_REDO:
        watch(session, ticket, again[0] if again else None, cause, now=now)


def answer(
    session: Session, supervision: Supervision, feedback: str, *, actor: Actor, now: datetime
) -> Supervision:
    """督办反馈: what the supervised did about it; its clock stops. Once, while it is open."""
    _require_open(supervision)
    if supervision.answered_at:
        raise Conflict(
            "This supervision is answered.", remedy="Wait until it is lifted or raised anew."
        )
    if not feedback.strip():
        raise Invalid("The feedback is empty.", remedy="Say what was done.")
    supervision.feedback = privacy.mask_text(feedback.strip())
    supervision.answered_at, supervision.answered_by = now, str(actor)
    supervision_moves.end_clock(session, supervision, now=now)
    answered, refs = EventType.SUPERVISION_ANSWERED, {"department": actor.department}
    supervision_moves.note(session, supervision, answered, actor=actor, now=now, **refs)
    return supervision


def lift(
    session: Session, supervision: Supervision, note: str = "", *, actor: Actor, now: datetime
) -> Supervision:
    """解除督办: nothing more is asked; its clock stops.

    What nobody has answered is lifted for a stated reason only: raises Invalid without one.
    """
    _require_open(supervision)
    if not (supervision.answered_at or note.strip()):
        raise Invalid(
            "This supervision has no feedback, and no reason was given to lift it.",
            remedy="Wait for the feedback, or say in `note` why none is needed.",
        )
    supervision.note = privacy.mask_text(note.strip())
    supervision_moves.lift(session, supervision, actor=actor, now=now)
    return supervision


def find(
    session: Session, supervision_id: int, *, reader: Actor | None = None, lock: bool = False
) -> Supervision:
    """Return the supervision; raise NotFound, for one that supervises somebody else too.

    With `lock`, its ticket is locked first: every writer in that order.
    """
    department = reach.department_of(reader)
    mine = reach.of_ticket(reader, col(Supervision.ticket_id))
    found = session.exec(select(Supervision).where(Supervision.id == supervision_id, mine)).first()
    if found is None or (department and not _is_asked(session, found, department)):
        raise NotFound(
            f"There is no supervision {supervision_id}.", remedy="Take one from the list."
        )
    if lock:
        ticket = select(Ticket).where(Ticket.id == found.ticket_id).with_for_update()
        session.exec(ticket.execution_options(populate_existing=True)).one()
        session.refresh(found, with_for_update=True)
    return found


def listed(
    session: Session,
    *,
    reader: Actor | None = None,
    still_open: bool | None = None,
    after: int = 0,
    limit: int = 50,
) -> Sequence[Supervision]:
    """Return supervisions as they were raised; `after` is the id of the last one seen.

    A department's are those that it is asked for now.
    """
    query = select(Supervision).where(col(Supervision.id) > after).order_by(col(Supervision.id))
    query = query.where(reach.of_ticket(reader, col(Supervision.ticket_id)))
    department = reach.department_of(reader)
    if department:
        whose = select(WorkOrder.id).where(asked.asks(), WorkOrder.department == department)
        query = query.where(whose.correlate(Supervision).exists())
    if still_open is not None:
        lifted = col(Supervision.lifted_at)
        query = query.where(lifted.is_(None) if still_open else lifted.is_not(None))
    return session.exec(query.limit(limit)).all()


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Supervision]:
    """Return every supervision of the ticket and its orders, oldest first."""
    mine = select(Supervision).where(Supervision.ticket_id == ticket.id)
    return session.exec(mine.order_by(col(Supervision.id))).all()


def of_order(session: Session, order: WorkOrder) -> Sequence[Supervision]:
    """Return what the order's department is supervised for by this order, oldest first."""
    mine = select(Supervision).join(WorkOrder, asked.asks()).where(WorkOrder.id == order.id)
    return session.exec(mine.order_by(col(Supervision.id))).all()


def subject(supervision: Supervision) -> str:
    """Return the name under which the feedback's clock runs."""
    return supervision_rows.subject(supervision.id or 0)


def _is_asked(session: Session, supervision: Supervision, department: str) -> bool:
    order = asked.order_asked(session, supervision)
    return order is not None and order.department == department


def _require_at_work(ticket: Ticket, order: WorkOrder | None) -> None:
    if ticket.closed_at:
        raise Conflict(
            f"Ticket {ticket.number} is at its end.",
            remedy="Reopen it, or once it is archived register a new one that names it.",
        )
    if order and order.status not in OPEN_ORDERS:
        raise Conflict(
            f"{order.number} is {order.status}.", remedy="Supervise the ticket: its lead answers."
        )


def _require_open(supervision: Supervision) -> None:
    if supervision.lifted_at:
        raise Conflict("This supervision is lifted.", remedy="It is final.")
