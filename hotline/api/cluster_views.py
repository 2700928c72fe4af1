"""How clusters, and what looks alike, are shown."""

from sqlmodel import Session

from dispatch.beside.models_beside import Cluster
from dispatch.clustering import cluster_record
from dispatch.clustering.cluster_record import SHOWN, Membership
from dispatch.clustering.lookalikes import Lookalike
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import reach
from hotline.api.schemas import TicketSummary
from hotline.api.schemas_clusters import (
    ClusterOut,
    JoinedOut,
    JoinedPage,
    LookalikeOut,
    MemberOut,
    MembersPage,
)
from hotline.core.accounts import Actor
from hotline.web.paging import decode_cursor, encode_cursor


def cluster_out(session: Session, cluster: Cluster, *, reader: Actor | None = None) -> ClusterOut:
    """Return the cluster with the first of who is or was in it."""
    first = members_page(session, cluster, reader=reader)
    return ClusterOut(
        id=cluster.id or 0,
        version=cluster.version,
        main=cluster_record.main_of(session, cluster).number,
        reason=cluster.reason,
        at=cluster.at,
        by=cluster.by,
        requests=cluster_record.count(session, cluster),
        members=first.items,
        next=first.next,
    )


def members_page(
    session: Session,
    cluster: Cluster,
    *,
    cursor: str | None = None,
    limit: int = SHOWN,
    reader: Actor | None = None,
) -> MembersPage:
    """Return the members after the cursor."""
    seen = decode_cursor(cursor)
    after = seen[1] if seen else 0
    found = cluster_record.members(session, cluster, after=after, limit=limit, reader=reader)
    last = found[-1].row if len(found) == limit else None
    more = encode_cursor(last.joined_at, last.id or 0) if last else None
    return MembersPage(items=[_member_out(each) for each in found], next=more)


def joined_page(
    session: Session, order: WorkOrder, *, cursor: str | None = None, limit: int = SHOWN
) -> JoinedPage:
    """Return the other requests that the order answers, as its department reads them."""
    seen = decode_cursor(cursor)
    found = cluster_record.of_order(session, order, after=seen[1] if seen else 0, limit=limit)
    last = found[-1] if len(found) == limit else None
    more = encode_cursor(last.registered_at, last.id) if last else None
    return JoinedPage(items=[JoinedOut.model_validate(each) for each in found], next=more)


def of_ticket(
    session: Session, ticket: Ticket, *, reader: Actor | None = None
) -> ClusterOut | None:
    """Return the cluster that the ticket is in now, as it is shown beside the ticket."""
    cluster = cluster_record.of_ticket(session, ticket)
    seen = cluster and reach.sees(session, reader, cluster_record.main_of(session, cluster))
    return cluster_out(session, cluster, reader=reader) if cluster and seen else None


def of_order(session: Session, order: WorkOrder) -> list[JoinedOut]:
    """Return the first of the other requests that the order answers."""
    return joined_page(session, order).items


def count_of_order(session: Session, order: WorkOrder) -> int:
    """Return how many other requests the order answers."""
    return cluster_record.count_of_order(session, order)


def lookalike_out(found: Lookalike) -> LookalikeOut:
    """Return one line of the tickets that may be merged."""
    summary = TicketSummary.model_validate(found.ticket).model_dump()
    return LookalikeOut(**summary, similarity=found.similarity, merged=found.merged)


def _member_out(each: Membership) -> MemberOut:
    ticket, row = each.ticket, each.row
    return MemberOut(
        number=ticket.number,
        title=ticket.title,
        status=ticket.status,
        reminders=ticket.reminders,
        joined_at=row.joined_at,
        joined_by=row.joined_by,
        left_at=row.left_at,
        left_by=row.left_by,
        why=row.why,
    )
