"""剔除申请: a department shows why one of its orders should be in no comparison; others decide.

Indicators count the order as before; only comparisons that are run later leave it out, and say how
many they left out. What was published stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from dispatch import history
from dispatch.attachments import evidence
from dispatch.comparing import notices, telling, terms
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.notices import Says, Waits
from dispatch.comparing.states import EXCLUSION, ExclusionAction, ExclusionState, Reason, advance
from dispatch.models import Ticket, WorkOrder
from dispatch.ratings.concerned import concerned
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import EventType


@dataclass(frozen=True)
class Plea:
    """Why an order should be left out: the ground, in words, and which of its files show it."""

    reason: Reason
    statement: str
    attachments: Sequence[str] = ()


def ask(
    session: Session, order: WorkOrder, plea: Plea, *, actor: Actor, now: datetime
) -> ComparisonExclusion:
    """申请剔除 of an own order, once; its ticket is locked.

    Raises NotAllowed for another department's order, Conflict for a second request, Invalid
    without words or for strange files.
    """
    if not actor.department or actor.department != order.department:
        raise NotAllowed("Only its department asks for that.", remedy="Ask the department.")
    if of_order(session, order):
        raise Conflict("This was asked for before.", remedy="Read what was decided.")
    said = telling.words(plea.statement, "Say why, and show it.")
    row = _asked(session, order, plea, privacy.mask_text(said), actor, now)
    _tell(session, row, EventType.EXCLUSION_ASKED, actor, now, reason=plea.reason)
    notices.exclusion_waits(session, row, Waits.EXCLUSION, now=now)
    return row


def _asked(
    session: Session, order: WorkOrder, plea: Plea, said: str, actor: Actor, now: datetime
) -> ComparisonExclusion:
    ticket = session.get_one(Ticket, order.ticket_id)
    return ComparisonExclusion(
        version=0,
        order_id=order.id or 0,
        ticket_id=order.ticket_id,
        department=order.department,
        state=ExclusionState.ASKED,
        reason=plea.reason,
        statement=said,
        attachments=evidence.named(session, order.ticket_id, order.department, plea.attachments),
        asked_at=now,
        asked_by=str(actor),
        decide_by=terms.due_at(session, ticket.district, "decide_by", now=now),
    )


def decide(
    session: Session,
    row: ComparisonExclusion,
    granted: bool,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> ComparisonExclusion:
    """审定: leave the order out or not, with why; refused, the department may appeal in time.

    The ticket is locked. Raises NotAllowed for the department and who had a hand in the matter,
    Conflict for a second decision, which is the appeal's (`decide_appeal`).
    """
    if row.state != ExclusionState.ASKED:
        raise Conflict("This was decided.", remedy="Its department may appeal.")
    _require_apart(session, row, actor)
    row.state = _after(row, granted)
    row.decision_note = privacy.mask_text(telling.words(note, "Say why in a sentence."))
    row.decided_at, row.decided_by = now, str(actor)
    row.appeal_by = None if granted else _due(session, row, "appeal_by", now)
    _tell(session, row, EventType.EXCLUSION_DECIDED, actor, now, granted=granted)
    notices.tell_of_exclusion(session, row, Says.EXCLUSION_DECIDED, now=now)
    return row


def appeal(
    session: Session, row: ComparisonExclusion, statement: str, *, actor: Actor, now: datetime
) -> ComparisonExclusion:
    """申诉: the department says once, in time, why a refusal is wrong; the ticket is locked."""
    if not actor.department or actor.department != row.department:
        raise NotAllowed("Only its department asks for that.", remedy="Ask the department.")
    state = advance(EXCLUSION, ExclusionState(row.state), ExclusionAction.APPEAL)
    if row.appeal_by is None or now > row.appeal_by:
        raise Conflict("The time to appeal is over.", remedy="Appeal sooner next time.")
    row.appeal_statement = privacy.mask_text(telling.words(statement, "Say what is wrong."))
    row.state, row.appealed_at, row.appealed_by = state, now, str(actor)
    row.decide_by = _due(session, row, "decide_by", now)
    _tell(session, row, EventType.EXCLUSION_APPEALED, actor, now)
    notices.exclusion_waits(session, row, Waits.EXCLUSION_APPEAL, now=now)
    return row


def decide_appeal(
    session: Session,
    row: ComparisonExclusion,
    upheld: bool,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> ComparisonExclusion:
    """裁定: for good, by another person than who refused it; the ticket is locked."""
    if row.state != ExclusionState.APPEALED:
        raise Conflict("No appeal waits for a decision here.", remedy="Read it again.")
    if str(actor) == row.decided_by:
        raise NotAllowed(
            "Who refused it does not decide on the appeal.", remedy="Let somebody else decide."
        )
    _require_apart(session, row, actor)
    row.state = _after(row, upheld)
    row.appeal_note = privacy.mask_text(telling.words(note, "Say why in a sentence."))
    row.appeal_decided_at, row.appeal_decided_by = now, str(actor)
    _tell(session, row, EventType.EXCLUSION_APPEAL_DECIDED, actor, now, upheld=upheld)
    notices.tell_of_exclusion(session, row, Says.EXCLUSION_APPEAL_DECIDED, now=now)
    return row


def of_order(session: Session, order: WorkOrder) -> ComparisonExclusion | None:
    """Return what was asked about the order."""
    query = select(ComparisonExclusion).where(ComparisonExclusion.order_id == order.id)
    return session.exec(query).first()


def _due(session: Session, row: ComparisonExclusion, limit: str, now: datetime) -> datetime:
    district = session.get_one(Ticket, row.ticket_id).district
    return terms.due_at(session, district, limit, now=now)


def _after(row: ComparisonExclusion, granted: bool) -> ExclusionState:
    action = ExclusionAction.GRANT if granted else ExclusionAction.REFUSE
    return advance(EXCLUSION, ExclusionState(row.state), action)


def _require_apart(session: Session, row: ComparisonExclusion, actor: Actor) -> None:
    ticket = session.get_one(Ticket, row.ticket_id)
    if actor.department == row.department or str(actor) in concerned(session, ticket):
        raise NotAllowed(
            "Who had a hand in the matter does not decide whether it counts.",
            remedy="Let somebody else decide.",
        )


def _tell(
    session: Session,
    row: ComparisonExclusion,
    type: EventType,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    row.version += 1
    session.add(row)
    session.flush()
    ticket = session.get_one(Ticket, row.ticket_id)
    history.record(session, ticket, type, actor=actor, now=now, department=row.department, **refs)
