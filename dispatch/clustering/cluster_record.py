"""并单的记录: which cluster a ticket is in, who is in it, and whose words an order answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, literal, select

from dispatch import disclosure, reminders, tickets
from dispatch.beside.models_beside import Cluster, ClusterMember, Redo
from dispatch.clustering import following
from dispatch.handling import orders
from dispatch.models import Reminder, Ticket, WorkOrder
from dispatch.requesters import additions
from dispatch.requesters.models_requesters import Addition
from dispatch.sealing import reach
from dispatch.states import OrderStatus, TicketStatus
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound

SHOWN = 50  # members that are shown with their cluster or order; the rest is paged
_CHAIN = "ticket:"  # before a number: `history.chain`
_GIVEN_UP = (OrderStatus.RETURNED, OrderStatus.RECALLED)  # these answer nobody any more


@dataclass(frozen=True)
class Membership:
    """One ticket's time in a cluster, with the ticket."""

    ticket: Ticket
    row: ClusterMember


@dataclass(frozen=True)
class Reminded:
    """催办: when a requester asked again, and in which words."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Joined:
    """Another request that an order answers too, in words that its department may read."""

    id: int  # of its membership
    number: str
    registered_at: datetime
    text: str
    reminders: int
    reminded: Sequence[Reminded]
    added: Sequence[Reminded]


def find(session: Session, cluster_id: int, *, reader: Actor | None = None) -> Cluster:
    """Return the cluster; raise NotFound, for one whose main ticket is not to be seen too."""
    mine = reach.of_ticket(reader, col(Cluster.main_id))
    cluster = session.exec(select(Cluster).where(Cluster.id == cluster_id, mine)).first()
    if cluster is None:
        raise NotFound(f"There is no cluster {cluster_id}.", remedy="Look it up at its ticket.")
    return cluster


def find_locked(
    session: Session, cluster_id: int, *, reader: Actor | None = None
) -> tuple[Cluster, Ticket]:
    """Return the cluster and its main ticket, which is locked; raise NotFound.

    The cluster's own row is locked after its members' tickets: every writer in that order.
    """
    one_at_a_time(session)
    cluster = find(session, cluster_id, reader=reader)
    session.refresh(cluster)
    return cluster, tickets.find(session, main_of(session, cluster).number, lock=True)


def find_main(session: Session, number: str, *, reader: Actor | None = None) -> Ticket:
    """Return the ticket that shall be the main one, locked; raise NotFound, or Conflict.

    A main ticket is locked before its members: one that follows another can't be held first.
    """
    one_at_a_time(session)
    following.require_lead(session, tickets.find(session, number, reader=reader))
    return tickets.find(session, number, lock=True, reader=reader)


def find_tickets(
    session: Session, numbers: Sequence[str], *, reader: Actor | None = None
) -> list[Ticket]:
    """Return these tickets, locked oldest first, in the order asked for; raise NotFound.

    The main ticket is locked already.
    """
    query = select(Ticket).where(col(Ticket.number).in_(numbers), reach.visible(reader))
    query = query.order_by(col(Ticket.id))
    query = query.with_for_update().execution_options(populate_existing=True)
    found = {each.number: each for each in session.exec(query).all()}
    return [found.get(number) or tickets.find(session, number, reader=reader) for number in numbers]


def find_member(
    session: Session, cluster: Cluster, number: str, *, reader: Actor | None = None
) -> Ticket:
    """Return the ticket, locked; raise NotFound when it is not in this cluster now."""
    ticket = tickets.find(session, number, lock=True, reader=reader)
    mine = of_ticket(session, ticket)
    if mine is None or mine.id != cluster.id:
        raise NotFound(
            f"Ticket {number} is not in cluster {cluster.id}.", remedy="Read the cluster again."
        )
    return ticket


def one_at_a_time(session: Session) -> None:
    """Wait until no other transaction merges: two that name each other's tickets can't cross."""
    session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended("clusters", 0))))


def of_ticket(session: Session, ticket: Ticket, *, lock: bool = False) -> Cluster | None:
    """Return the cluster that the ticket is an active member of, as the main one or another."""
    query = (
        select(Cluster)
        .join(ClusterMember, col(ClusterMember.cluster_id) == Cluster.id)
        .where(ClusterMember.ticket_id == ticket.id, col(ClusterMember.left_at).is_(None))
    )
    if lock:  # both rows: one that waited sees whether the membership still stands
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def main_of(session: Session, cluster: Cluster) -> Ticket:
    """Return the ticket whose orders stand for the whole cluster."""
    return session.get_one(Ticket, cluster.main_id)


def members(
    session: Session,
    cluster: Cluster,
    *,
    after: int = 0,
    limit: int | None = None,
    reader: Actor | None = None,
) -> list[Membership]:
    """Return everybody's time in the cluster, also of those who left, oldest first.

    `after` is the id of the last one seen.
    """
    rows = session.exec(
        select(Ticket, ClusterMember)
        .join(ClusterMember, col(ClusterMember.ticket_id) == Ticket.id)
        .where(ClusterMember.cluster_id == cluster.id, col(ClusterMember.id) > after)
        .where(reach.visible(reader))
        .order_by(col(ClusterMember.id))
        .limit(limit)
    ).all()
    return [Membership(ticket, row) for ticket, row in rows]


def membership(session: Session, ticket: Ticket) -> ClusterMember | None:
    """Return the ticket's present time in a cluster, if it is in one."""
    return session.exec(
        select(ClusterMember).where(
            ClusterMember.ticket_id == ticket.id, col(ClusterMember.left_at).is_(None)
        )
    ).first()


def count(session: Session, cluster: Cluster) -> int:
    """人次: return how many tickets are in the cluster now, the main one among them."""
    return session.exec(
        select(func.count())
        .select_from(ClusterMember)
        .where(ClusterMember.cluster_id == cluster.id, col(ClusterMember.left_at).is_(None))
    ).one()


def of_order(
    session: Session, order: WorkOrder, *, after: int = 0, limit: int = SHOWN
) -> list[Joined]:
    """Return the other requests that this order answers, masked for its department.

    `after` is the id of the last one seen.
    """
    query = _answered_by(session, order, col(Ticket.id), col(ClusterMember.id))
    query = query.where(col(ClusterMember.id) > after).order_by(col(ClusterMember.id))
    ids = dict(session.exec(query.limit(limit)).all())
    reminded = reminders.of_tickets(session, list(ids))
    added = additions.of_tickets(session, list(ids))
    found = [session.get_one(Ticket, each) for each in ids]
    return [
        _joined(ids[each.id or 0], each, reminded[each.id or 0], added[each.id or 0])
        for each in found
    ]


def count_of_order(session: Session, order: WorkOrder) -> int:
    """Return how many other requests this order answers."""
    return int(session.exec(_answered_by(session, order, func.count())).one())


def _joined(
    place: int, ticket: Ticket, reminded: Sequence[Reminder], added: Sequence[Addition]
) -> Joined:
    return Joined(
        place,
        ticket.number,
        ticket.created_at,
        disclosure.for_department(ticket, ticket.text),
        ticket.reminders,
        [Reminded(each.at, disclosure.for_department(ticket, each.text)) for each in reminded],
        [Reminded(each.at, disclosure.for_department(ticket, each.text)) for each in added],
    )


def _answered_by(session: Session, order: WorkOrder, *what: Any) -> Any:
    """Return the query of the members that follow the order's ticket, or did when it went out."""
    main = orders.ticket_of(session, order)
    chain = func.concat(_CHAIN, Ticket.number)
    later = select(Redo.at).where(Redo.ticket_id == main.id, Redo.round == order.round + 1)
    return (
        select(*what)
        .select_from(ClusterMember)
        .join(Ticket, col(Ticket.id) == ClusterMember.ticket_id)
        .join(Cluster, col(Cluster.id) == ClusterMember.cluster_id)
        .where(Cluster.main_id == main.id, Ticket.id != main.id)
        .where(col(ClusterMember.left_at).is_(None), Ticket.status != TicketStatus.WITHDRAWN)
        .where(literal(order.status not in _GIVEN_UP))
        .where(~following.went_on(chain, col(ClusterMember.joined_at), order.dispatched_at))
        .where(func.coalesce(ClusterMember.joined_at <= later.scalar_subquery(), True))
    )
