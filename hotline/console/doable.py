"""此刻可以办什么: the forms a ticket's page shows, by where the ticket stands and who looks.

The domain decides again when a form arrives; this only keeps what can't succeed out of sight.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from dispatch.beside import supervision, suspensions
from dispatch.beside.suspension_rules import UNANSWERED
from dispatch.clustering import following, joining
from dispatch.clustering.cluster_record import of_ticket as cluster_of
from dispatch.clustering.following import FOLLOWING
from dispatch.ending import handovers
from dispatch.handling import cases, leads, orders
from dispatch.models import Ticket
from dispatch.states import OPEN_ORDERS, TICKET, TicketAction, TicketStatus
from dispatch.terms import TimeClass, Urgency
from hotline.console.frame import Viewer
from hotline.core.security import Permission

T, A, P = TicketStatus, TicketAction, Permission


@dataclass(frozen=True)
class Standing:
    """Where a ticket stands, as far as it decides what may be done."""

    status: TicketStatus
    follows: bool  # 并单: what is to be done is done on its main ticket
    followed: bool  # others would be left without an answer if it ended
    merged: bool
    alone: bool  # confidential: never merged
    dangerous: bool
    archived: bool
    led: bool
    busy: bool  # a department has an order of the hotline's own
    unanswered: bool
    contested: bool
    dispatched_by: frozenset[str]  # who gave it to those who quarrel about it
    suspended: bool
    supervised: bool
    awaited: bool  # 移交: nobody has acknowledged it yet


@dataclass(frozen=True)
class Offer:
    """One form: who may use it, and when it is shown."""

    permission: Permission
    shown: Callable[[Standing], bool]


def _ends(at: Standing, action: TicketAction) -> bool:
    return _open(at, action) and not (at.follows or at.followed)


def _open(at: Standing, action: TicketAction) -> bool:
    return (at.status, action) in TICKET


def _placed(at: Standing) -> bool:
    """Return whether departments have it, and who has it may be changed without a decision."""
    return at.status is T.DISPATCHED and not (at.follows or at.contested)


OFFERS: Mapping[str, Offer] = {
    "dispatch": Offer(
        P.TICKET_DISPATCH,
        lambda at: _open(at, A.DISPATCH) and not (at.led or at.contested or at.follows),
    ),
    "answer": Offer(P.TICKET_DECIDE, lambda at: _ends(at, A.ANSWER)),
    "decline": Offer(P.TICKET_DECIDE, lambda at: _ends(at, A.DECLINE) and not at.dangerous),
    "hand_over": Offer(P.TICKET_DECIDE, lambda at: _ends(at, A.HAND_OVER)),
    "acknowledge": Offer(P.TICKET_DECIDE, lambda at: at.awaited),
    "withdraw": Offer(P.TICKET_DECIDE, lambda at: _open(at, A.WITHDRAW) and not at.followed),
    "reopen": Offer(P.TICKET_DECIDE, lambda at: _open(at, A.REOPEN) and not at.archived),
    "split": Offer(P.TICKET_MERGE, lambda at: at.status is T.REGISTERED),
    "merge": Offer(
        P.TICKET_MERGE, lambda at: at.status in FOLLOWING and not (at.follows or at.alone)
    ),
    "unmerge": Offer(P.TICKET_MERGE, lambda at: at.merged),
    "add": Offer(P.TICKET_DISPATCH, lambda at: _placed(at) and at.busy),
    "redispatch": Offer(P.TICKET_DISPATCH, _placed),
    "recall": Offer(P.ORDER_RECALL, lambda at: at.busy),
    "contest": Offer(
        P.ARBITRATION_OPEN,
        lambda at: at.status in FOLLOWING and not (at.led or at.contested or at.follows),
    ),
    "decide": Offer(P.ARBITRATION_DECIDE, lambda at: at.contested),
    "supervise": Offer(
        P.SUPERVISION_RAISE, lambda at: at.status in (*FOLLOWING, T.AWAITING_CALLBACK)
    ),
    "lift": Offer(P.SUPERVISION_RAISE, lambda at: at.supervised),
    "suspend": Offer(
        P.TICKET_SUSPEND,
        lambda at: at.status is T.DISPATCHED and at.unanswered and not (at.suspended or at.follows),
    ),
    "resume": Offer(P.TICKET_SUSPEND, lambda at: at.suspended),
    "extension": Offer(P.EXTENSION_DECIDE, lambda at: at.status is T.DISPATCHED),
    "inform": Offer(P.ORDER_INFORM, lambda at: at.status is T.DISPATCHED),
}

# Forms about the whole ticket; the others stand with the order or the row they are about.
MENU = frozenset(
    {
        *("answer", "decline", "hand_over", "withdraw", "reopen", "split", "merge"),
        *("add", "contest", "supervise", "suspend"),
    }
)


def doable(session: Session, ticket: Ticket, viewer: Viewer) -> frozenset[str]:
    """Return the names of the forms that this viewer is shown."""
    at = standing(session, ticket)
    mine = {name for name, offer in OFFERS.items() if offer.permission in viewer.may}
    if str(viewer.actor) in at.dispatched_by:
        mine.discard("decide")  # who sent it to one of them decides nothing between them
    return frozenset(name for name in mine if OFFERS[name].shown(at))


def standing(session: Session, ticket: Ticket) -> Standing:
    """Return where the ticket stands."""
    status = TicketStatus(ticket.status)
    shares = leads.shares(session, ticket)
    handed = handovers.of_ticket(session, ticket)
    over = supervision.of_ticket(session, ticket)
    every = orders.of_ticket(session, ticket)
    return Standing(
        status=status,
        follows=status in FOLLOWING and following.main_of(session, ticket) is not None,
        followed=bool(following.followers(session, ticket)),
        merged=cluster_of(session, ticket) is not None,
        alone=joining.stays_alone(ticket),
        dangerous=ticket.urgency == Urgency.CRITICAL or ticket.time_class == TimeClass.EMERGENCY,
        archived=ticket.archived_at is not None,
        led=leads.leading(session, ticket) is not None,
        busy=any(each.status in OPEN_ORDERS for each in shares),
        unanswered=any(each.status in UNANSWERED for each in every),
        contested=cases.open_of(session, ticket) is not None,
        dispatched_by=frozenset(each.dispatched_by for each in shares if leads.is_lead(each)),
        suspended=any(each.ended_at is None for each in suspensions.of_ticket(session, ticket)),
        supervised=any(each.lifted_at is None for each in over),
        awaited=status is T.HANDED_OVER and bool(handed) and handed[-1].acknowledged_at is None,
    )
