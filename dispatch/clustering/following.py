"""并单中的从单: a merged ticket goes where its main ticket goes, and keeps all that is its own.

A follower is an active member of a cluster, not its main, that is still registered or dispatched.
Once it has settled it goes its own way: its own callback, rating and closing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, literal
from sqlmodel import Session, col, or_, select

from dispatch import history
from dispatch.beside.models_beside import Cluster, ClusterMember, Redo
from dispatch.callback import callback_plan
from dispatch.handling import orders
from dispatch.models import Clock, OrderRole, Reply, Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS, OrderStatus, TicketAction, TicketStatus, advance_ticket
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from dispatch.timing.catching_up import catch_up
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict
from hotline.core.events import Audience, Event, EventType

FOLLOWING = (TicketStatus.REGISTERED, TicketStatus.DISPATCHED)
PROMISED = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)
"""Clocks that a requester was promised before the merge: they run on, under the ticket's name."""


def keep_pace(session: Session, main: Ticket, *, actor: Actor, now: datetime) -> None:
    """Bring every follower to where the main ticket stands now; nothing to do, nothing happens."""
    for each in followers(session, main, lock=True):
        if each.status != main.status:
            _STEPS[TicketStatus(main.status)](session, main, each, actor, now)


def followers(session: Session, main: Ticket, *, lock: bool = False) -> Sequence[Ticket]:
    """Return the tickets that the main ticket's orders stand for, oldest first.

    With `lock` they are locked in that order; the main ticket must be locked already.
    """
    query = (
        select(Ticket)
        .join(ClusterMember, col(ClusterMember.ticket_id) == Ticket.id)
        .join(Cluster, col(Cluster.id) == ClusterMember.cluster_id)
        .where(Cluster.main_id == main.id, Ticket.id != main.id)
        .where(col(ClusterMember.left_at).is_(None), col(Ticket.status).in_(FOLLOWING))
        .order_by(col(Ticket.id))
    )
    if lock:
        query = query.with_for_update(of=Ticket).execution_options(populate_existing=True)
    return session.exec(query).all()


def main_of(session: Session, ticket: Ticket) -> Ticket | None:
    """Return the main ticket that this one was merged into, None when it stands alone or leads."""
    return session.exec(
        select(Ticket)
        .join(Cluster, col(Cluster.main_id) == Ticket.id)
        .join(ClusterMember, col(ClusterMember.cluster_id) == Cluster.id)
        .where(ClusterMember.ticket_id == ticket.id, Cluster.main_id != ticket.id)
        .where(col(ClusterMember.left_at).is_(None))
    ).first()


def require_own(session: Session, ticket: Ticket) -> None:
    """Raise Conflict when the ticket follows a main ticket: what is to be done is done there."""
    main = main_of(session, ticket) if ticket.status in FOLLOWING else None
    if main:
        raise Conflict(
            f"Ticket {ticket.number} is merged into {main.number}.",
            remedy=f"Act on main {main.number}, or unmerge {ticket.number} first.",
        )


def require_lead(session: Session, main: Ticket) -> None:
    """Raise Conflict when the ticket follows another: a main ticket can't."""
    leader = main_of(session, main)
    if leader:
        raise Conflict(
            f"Ticket {main.number} is merged into {leader.number} itself.",
            remedy=f"Take {leader.number} as the main ticket.",
        )


def require_no_followers(session: Session, ticket: Ticket) -> None:
    """Raise Conflict when others follow the ticket: its end would leave them without an answer."""
    waiting = followers(session, ticket)
    if waiting:
        raise Conflict(
            f"{len(waiting)} other ticket(s) follow {ticket.number}: "
            f"{', '.join(each.number for each in waiting[:5])}.",
            remedy="Make one of them the main ticket, or unmerge them, first.",
        )


def require_may_end(session: Session, ticket: Ticket, action: TicketAction) -> None:
    """Raise Conflict when the ticket can't come to this end apart from those it is merged with.

    A follower may always be withdrawn: what its requester asked for is theirs to take back.
    """
    if action is not TicketAction.WITHDRAW:
        require_own(session, ticket)
    require_no_followers(session, ticket)


def answered_by(session: Session, ticket: Ticket) -> WorkOrder | None:
    """Return the main ticket's order whose answer a merged ticket got, the lead's if it gave one.

    None for a ticket that stands alone or leads: its own orders answered it.
    """
    main = main_of(session, ticket)
    if main is None:
        return None
    return session.exec(
        select(WorkOrder)
        .where(WorkOrder.ticket_id == main.id, WorkOrder.status == OrderStatus.COMPLETED)
        .where(col(WorkOrder.parent_id).is_(None))
        .order_by(
            col(WorkOrder.round).desc(),
            (col(WorkOrder.role) == OrderRole.LEAD).desc(),
            col(WorkOrder.id).desc(),
        )
        .limit(1)
    ).first()


def answers(ticket: Ticket) -> ColumnElement[bool]:
    """Return the condition that a reviewed reply (joined with its order) was given to this ticket.

    Its own orders', and those of a main ticket that stood in review while it followed that one.
    """
    chain = literal(history.chain(ticket))
    meant = exists().where(
        ~went_on(chain, col(ClusterMember.joined_at), col(Reply.reviewed_at)),
        col(ClusterMember.ticket_id) == ticket.id,
        col(Cluster.id) == ClusterMember.cluster_id,
        col(Cluster.main_id) == WorkOrder.ticket_id,
        col(Reply.reviewed_at) >= ClusterMember.joined_at,
        or_(
            col(ClusterMember.left_at).is_(None),
            col(Reply.reviewed_at) <= col(ClusterMember.left_at),
        ),
    )
    return or_(col(WorkOrder.ticket_id) == ticket.id, meant)


def went_on(
    chain: ColumnElement[str],
    joined_at: SQLColumnExpression[datetime],
    by: SQLColumnExpression[Any] | datetime,
) -> ColumnElement[bool]:
    """Return the condition that a member settled or was withdrawn before `by`.

    What its main ticket is answered after that is no more an answer to it.
    """
    over = exists().where(
        col(Event.chain) == chain,
        col(Event.type).in_((EventType.TICKET_SETTLED, EventType.TICKET_WITHDRAWN)),
        col(Event.at) > joined_at,
        col(Event.at) < by,
    )
    return over.correlate_except(Event)


def hold_promises(session: Session, order: WorkOrder, *, now: datetime) -> None:
    """Stop what the followers were promised before they were merged: the lead has answered."""
    for each in _waiting_for(session, order):
        clocks.stop(session, history.chain(each), PROMISED, now=now)


def renew_promises(session: Session, order: WorkOrder, *, now: datetime) -> None:
    """Let the followers' promises run on: the answer was rejected."""
    for each in _waiting_for(session, order):
        resumed = clocks.resume(session, history.chain(each), promised(session, each))
        catch_up(session, resumed, now=now)


def promised(session: Session, ticket: Ticket) -> Sequence[str]:
    """Return the kinds of clocks that the ticket itself was promised in its present round."""
    return session.exec(
        select(Clock.kind)
        .where(Clock.subject == history.chain(ticket), col(Clock.kind).in_(PROMISED))
        .where(Clock.started_at >= round_began(session, ticket))
        .distinct()
    ).all()


def round_began(session: Session, ticket: Ticket) -> datetime:
    """Return when the ticket was registered or, if it was done again, last reopened."""
    redone = session.exec(
        select(Redo.at).where(Redo.ticket_id == ticket.id, Redo.round == ticket.redone)
    ).first()
    return redone or ticket.created_at


def _waiting_for(session: Session, order: WorkOrder) -> Sequence[Ticket]:
    """Return the followers whom this order answers, locked: a lead's of the hotline's own."""
    if order.role != OrderRole.LEAD or order.parent_id is not None:
        return []
    return followers(session, orders.ticket_of(session, order), lock=True)


def _go_out(session: Session, main: Ticket, follower: Ticket, actor: Actor, now: datetime) -> None:
    """派单: it is with the departments that have the main ticket."""
    follower.status = advance_ticket(TicketStatus(follower.status), TicketAction.DISPATCH)
    clocks.stop(session, history.chain(follower), [ClockKind.DISPATCH_BY], now=now)
    with_whom = [
        each.department
        for each in orders.of_ticket(session, main)
        if each.status in OPEN_ORDERS and each.parent_id is None
    ]
    history.record(
        session,
        follower,
        EventType.TICKET_DISPATCHED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        orders=[],
        departments=with_whom,
    )


def _come_back(
    session: Session, _main: Ticket, follower: Ticket, actor: Actor, now: datetime
) -> None:
    """退回: it waits with the main ticket, whose new dispatch clock stands for it too."""
    follower.status = advance_ticket(TicketStatus(follower.status), TicketAction.RETURN)
    history.record(session, follower, EventType.TICKET_RETURNED, actor=actor, now=now)


def _settle(session: Session, _main: Ticket, follower: Ticket, actor: Actor, now: datetime) -> None:
    """转入回访: it is asked about by a callback of its own."""
    follower.status = advance_ticket(TicketStatus(follower.status), TicketAction.SETTLE)
    clocks.stop(session, history.chain(follower), PROMISED, now=now)
    history.record(session, follower, EventType.TICKET_SETTLED, actor=actor, now=now)
    callback_plan.plan(session, follower, now=now)


_Step = Callable[[Session, Ticket, Ticket, Actor, datetime], None]
_STEPS: Mapping[TicketStatus, _Step] = {
    TicketStatus.DISPATCHED: _go_out,
    TicketStatus.REGISTERED: _come_back,
    TicketStatus.AWAITING_CALLBACK: _settle,
}
