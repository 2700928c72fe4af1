"""处置: what an alert comes to, why, and whether it was one at all; a person decides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.clustering import cluster_record, clusters, joining
from dispatch.handling.orders import GONE_ORDERS
from dispatch.hot.models_hot import HotAlert, HotAlertTicket
from dispatch.hot.raising import chain, tell
from dispatch.hot.states import Action, Decision, State, advance
from dispatch.models import Ticket, WorkOrder
from dispatch.notices import staff_notices
from dispatch.notices.staff_notices import Owed
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType
from hotline.core.privacy import mask_text
from knowledge import names

MOST_DEPARTMENTS = 20
SAYS = "hot"  # what a department's notice of it says


@dataclass(frozen=True)
class Verdict:
    """What is decided: `main` and `members` for 并单, `departments` (codes or names) to tell."""

    decision: Decision
    reason: str
    false_alarm: bool = False
    main: str = ""
    members: Sequence[str] = ()
    departments: Sequence[str] = ()


def decide(
    session: Session, alert: HotAlert, verdict: Verdict, *, actor: Actor, now: datetime
) -> HotAlert:
    """Decide on the alert, which is locked, once; raise Conflict when it was decided.

    Raises Invalid for a verdict that says too little, and as `clusters.merge` does: then nothing is
    decided. No ticket is closed by it.
    """
    alert.state = advance(State(alert.state), Action.DECIDE)
    _require_whole(verdict)
    if verdict.decision is Decision.MERGE:
        _merge(session, alert, verdict, actor=actor, now=now)
    told = _inform(session, alert, verdict, now=now)
    alert.decision, alert.reason = verdict.decision, mask_text(verdict.reason.strip())
    alert.false_alarm, alert.departments = verdict.false_alarm, told
    alert.decided_at, alert.decided_by = now, str(actor)
    _tell(session, alert, verdict, actor, now)
    return alert


def _tell(session: Session, alert: HotAlert, verdict: Verdict, actor: Actor, now: datetime) -> None:
    refs = {
        "decision": verdict.decision.value,
        "false_alarm": verdict.false_alarm,
        "departments": alert.departments,
    }
    tell(session, alert, EventType.HOT_DECIDED, actor=str(actor), now=now, **refs)


def _require_whole(verdict: Verdict) -> None:
    if not verdict.reason.strip():
        raise Invalid("A decision needs a reason.", remedy="Say why in a sentence.")
    if verdict.false_alarm and verdict.decision is not Decision.NONE:
        raise Invalid("A false alarm needs nothing done.", remedy="Decide that nothing is done.")
    if verdict.decision is Decision.MERGE and not (verdict.main and verdict.members):
        raise Invalid("Nothing was named to be merged.", remedy="Choose a main ticket and others.")
    if verdict.decision is Decision.INFORM and not verdict.departments:
        raise Invalid("No department was named.", remedy="Choose at least one.")
    if len(verdict.departments) > MOST_DEPARTMENTS:
        raise Invalid("Too many departments.", remedy=f"Name at most {MOST_DEPARTMENTS}.")


def _merge(
    session: Session, alert: HotAlert, verdict: Verdict, *, actor: Actor, now: datetime
) -> None:
    """并单: as an agent does by hand, of tickets of this alert alone."""
    named = {verdict.main, *verdict.members}
    mine = select(Ticket.number).join(HotAlertTicket, col(HotAlertTicket.ticket_id) == Ticket.id)
    mine = mine.where(HotAlertTicket.alert_id == alert.id, col(Ticket.number).in_(named))
    if strange := named - set(session.exec(mine).all()):
        raise Invalid(
            f"{len(strange)} of the tickets are not of this hot issue.",
            remedy="Choose among its tickets.",
        )
    main = cluster_record.find_main(session, verdict.main, reader=actor)
    others = [each for each in dict.fromkeys(verdict.members) if each != verdict.main]
    members = cluster_record.find_tickets(session, others, reader=actor)
    clusters.merge(session, main, members, verdict.reason, actor=actor, now=now)


def _inform(session: Session, alert: HotAlert, verdict: Verdict, *, now: datetime) -> list[str]:
    """知会: owe each department a notice; return their codes. Raises NotFound."""
    codes = [names.department(session, each).code for each in dict.fromkeys(verdict.departments)]
    staff_notices.owe(session, [_owed(session, alert, code) for code in codes], now=now)
    return codes


def _owed(session: Session, alert: HotAlert, department: str) -> Owed:
    """Return what the department is told: of the tickets its own newest one alone, by number."""
    ticket, order = _newest_of(session, alert, department)
    return Owed(
        about=chain(alert),
        recipient=f"department:{department}",
        card="yellow",
        says=SAYS,
        ticket=ticket,
        order=order,
        clock="",
        due_at=None,
    )


def _newest_of(session: Session, alert: HotAlert, department: str) -> tuple[str, str]:
    """Return the numbers of the alert's newest ticket that the department has, and of its order."""
    found = session.exec(
        select(Ticket.number, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.ticket_id) == Ticket.id)
        .join(HotAlertTicket, col(HotAlertTicket.ticket_id) == Ticket.id)
        .where(HotAlertTicket.alert_id == alert.id, WorkOrder.department == department)
        .where(col(WorkOrder.status).not_in(GONE_ORDERS))
        .where(col(Ticket.confidentiality).not_in(joining.ALONE))
        .order_by(col(Ticket.id).desc(), col(WorkOrder.id).desc())
    ).first()
    return found or ("", "")
