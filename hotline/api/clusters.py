"""并单 and 拆单 over HTTP: many requesters, one matter; one requester, many matters."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch import tickets
from dispatch.beside.models_beside import Cluster
from dispatch.clustering import cluster_record, clusters, counting, following, lookalikes, splitting
from dispatch.clustering.counting import Key, Measure, Scope
from dispatch.clustering.splitting import Part
from dispatch.handling import orders
from dispatch.models import Ticket
from hotline.api.cluster_views import cluster_out, joined_page, lookalike_out, members_page
from hotline.api.cluster_writes import ClusterWrite, NewClusterWrite
from hotline.api.fields import LARGEST_ROW, Code, Instant, Number, RowId
from hotline.api.schemas_clusters import (
    BehindOut,
    ClusterIn,
    ClusterOut,
    CountRow,
    CountsOut,
    CountsPage,
    JoinedPage,
    LookalikeList,
    MainIn,
    MembersIn,
    MembersPage,
    SplitIn,
    UnmergeIn,
)
from hotline.api.schemas_tickets import TicketDetail
from hotline.api.ticket_writes import TicketWrite
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1", tags=["clusters"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.TICKET_READ))]
OrderReader = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]
Merger = Annotated[Actor, Depends(permit(Permission.TICKET_MERGE))]
Since = Annotated[Instant, Query(description="Registered or reminded at or after this moment.")]
Until = Annotated[Instant, Query(description="And before this one.")]
District = Annotated[Code, Query(description="With all below it; left out: every one.")]


@router.post(
    "/clusters",
    operation_id="merge_tickets",
    summary="Merge tickets (并单)",
    response_model=ClusterOut,
    responses=WRITING,
)
def merge_tickets(actor: Merger, given: ClusterIn, write: NewClusterWrite) -> Any:
    """并单: the main ticket's orders stand for all; every member keeps number, callback, rating.

    `If-Match` names the main ticket's version: no cluster has one yet.
    """

    def act(main: Ticket) -> Cluster:
        members = cluster_record.find_tickets(write.session, given.members, reader=actor)
        return clusters.merge(write.session, main, members, given.reason, actor=actor, now=now())

    return write.merge(given.main, act, actor, given.model_dump_json())


@router.get("/clusters/{cluster_id}", operation_id="get_cluster", summary="Read a cluster")
def get_cluster(
    actor: Reader, cluster_id: RowId, session: SessionDep, response: Response
) -> ClusterOut:
    """Return the cluster with the first of who is or was in it."""
    cluster = cluster_record.find(session, cluster_id, reader=actor)
    tag(response, cluster.version)
    return cluster_out(session, cluster, reader=actor)


@router.get(
    "/clusters/{cluster_id}/members",
    operation_id="list_cluster_members",
    summary="List who is or was in a cluster (并单成员)",
)
def list_cluster_members(
    actor: Reader,
    cluster_id: RowId,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> MembersPage:
    """Return the members in the order in which they were merged."""
    cluster = cluster_record.find(session, cluster_id, reader=actor)
    page = members_page(session, cluster, cursor=cursor, limit=limit, reader=actor)
    link_next(request, response, page.next)
    return page


@router.get(
    "/work-orders/{number}/joined",
    operation_id="list_joined",
    summary="List the other requests that an order answers (并单)",
)
def list_joined(
    actor: OrderReader,
    number: Number,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> JoinedPage:
    """Return them in the order in which they were merged, masked, with their reminders."""
    order = orders.find(session, number, reader=actor)
    page = joined_page(session, order, cursor=cursor, limit=limit)
    link_next(request, response, page.next)
    return page


@router.post(
    "/clusters/{cluster_id}/members",
    operation_id="add_cluster_members",
    summary="Merge more tickets (并入)",
    response_model=ClusterOut,
    responses=WRITING,
)
def add_members(actor: Merger, given: MembersIn, write: ClusterWrite) -> Any:
    """并入: who asks later about the same matter; a department that has it already is told."""

    def act(cluster: Cluster, _main: Ticket) -> object:
        members = cluster_record.find_tickets(write.session, given.members, reader=actor)
        return clusters.add(write.session, cluster, members, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/clusters/{cluster_id}/members/{number}/unmerge",
    operation_id="unmerge_ticket",
    summary="Unmerge a ticket (拆出)",
    response_model=ClusterOut,
    responses=WRITING,
)
def unmerge_ticket(actor: Merger, number: Number, given: UnmergeIn, write: ClusterWrite) -> Any:
    """拆出: the ticket waits to be dispatched by itself; its reply is due as if never merged."""

    def act(cluster: Cluster, _main: Ticket) -> object:
        member = cluster_record.find_member(write.session, cluster, number, reader=actor)
        return clusters.unmerge(write.session, member, given.why, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/clusters/{cluster_id}/main",
    operation_id="choose_main_ticket",
    summary="Choose another main ticket (改定主工单)",
    response_model=ClusterOut,
    responses=WRITING,
)
def choose_main(actor: Merger, given: MainIn, write: ClusterWrite) -> Any:
    """改定主工单: only before the present one is dispatched; then orders stay with their ticket."""

    def act(cluster: Cluster, main: Ticket) -> object:
        following.followers(write.session, main, lock=True)
        chosen = cluster_record.find_member(write.session, cluster, given.main, reader=actor)
        return clusters.make_main(write.session, chosen, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/tickets/{number}/split",
    operation_id="split_ticket",
    summary="Split a ticket (拆单)",
    response_model=TicketDetail,
    responses=WRITING,
)
def split_ticket(actor: Merger, given: SplitIn, write: TicketWrite) -> Any:
    """拆单: each matter gets a number and a notice of its own; the original keeps all it said."""
    parts = [Part(**dict(each)) for each in given.parts]
    return write.do(
        lambda ticket: splitting.split(write.session, ticket, parts, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )


@router.get(
    "/tickets/{number}/similar",
    operation_id="find_similar_tickets",
    summary="Find open tickets about the same matter (相似工单)",
)
def find_similar(actor: Reader, number: Number, session: SessionDep) -> LookalikeList:
    """Return open tickets of the same district and matter, the likest first."""
    ticket = tickets.find(session, number, reader=actor)
    found = lookalikes.find(session, ticket, reader=actor)
    return LookalikeList(items=[lookalike_out(each) for each in found])


@router.get("/counts", operation_id="count_requests", summary="Count 件 and 人次")
def count_requests(
    actor: Reader,
    session: SessionDep,
    since: Since,
    until: Until,
    district: District = "",
    by: Key = Key.DISTRICT,
) -> CountsPage:
    """Return how many matters (a cluster is one), requests and reminders there were."""
    scope = Scope(since, until, district)
    rows = counting.by(session, scope, by, reader=actor)
    return CountsPage(
        by=by,
        total=CountsOut.model_validate(counting.total(session, scope, reader=actor)),
        items=[CountRow(key=key, **asdict(counts)) for key, counts in rows.items()],
    )


@router.get("/counts/{measure}", operation_id="list_counted", summary="List what was counted")
def list_counted(
    actor: Reader,
    session: SessionDep,
    measure: Measure,
    since: Since,
    until: Until,
    district: District = "",
    by: Key | None = None,
    key: Code = "",
    after: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> BehindOut:
    """Return the tickets behind a figure, or behind its part for one `key`."""
    scope = Scope(since, until, district)
    found = counting.behind(
        session, scope, measure, key=by, value=key, after=after, limit=limit, reader=actor
    )
    more = found[-1][0] if len(found) == limit else None
    return BehindOut(numbers=[number for _, number in found], next=more)
