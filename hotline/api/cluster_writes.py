"""What every write on one cluster shares: its locks, its version, and that it happens once."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel
from sqlmodel import Session

from dispatch.beside.models_beside import Cluster
from dispatch.clustering import cluster_record
from dispatch.models import Ticket
from dispatch.sealing import reach
from hotline.api.cluster_views import cluster_out
from hotline.api.fields import RowId
from hotline.api.schemas_clusters import ClusterOut
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.web.idempotency import Body, as_kept


class NewCluster:
    """The write that makes a cluster, or finds the one that its main ticket has."""

    def __init__(self, write: Writing) -> None:
        self.session, self._write = write.session, write

    def merge(
        self, main: str, act: Callable[[Ticket], Cluster], actor: Actor, given: str = ""
    ) -> Any:
        """Return the cluster that `act` makes of the main ticket, which is locked.

        If-Match names the main ticket's version.
        """

        def on_main() -> ClusterOut:
            leads = cluster_record.find_main(self.session, main, reader=actor)
            self._write.require_match(leads.version)
            return _shown(self.session, act(leads), actor)

        def again(kept: Body | None) -> BaseModel | Body:
            cluster_id = as_kept(kept)["id"]
            return _again(self.session, cluster_id, kept, actor)

        return self._write.once(on_main, actor, given, again=again)


class Write:
    """One write on the cluster that the path names."""

    def __init__(self, cluster_id: RowId, write: Writing) -> None:
        self.session, self._write, self._cluster_id = write.session, write, cluster_id

    def do(self, act: Callable[[Cluster, Ticket], object], actor: Actor, given: str) -> Any:
        """Return the cluster as `act` leaves it; it is given the cluster and its main, locked."""

        def on_main() -> ClusterOut:
            cluster, main = cluster_record.find_locked(self.session, self._cluster_id, reader=actor)
            self._write.require_match(cluster.version)
            act(cluster, main)
            return _shown(self.session, cluster, actor)

        def again(kept: Body | None) -> BaseModel | Body:
            return _again(self.session, self._cluster_id, kept, actor)

        return self._write.once(on_main, actor, given, again=again)


def _again(session: Session, cluster_id: int, kept: Body | None, actor: Actor) -> ClusterOut | Body:
    """Return the kept answer; the cluster as it is now, if a member is seen no more."""
    cluster = cluster_record.find(session, cluster_id, reader=actor)
    members = {each["number"] for each in kept["members"]} if kept else set()
    if kept and reach.shown(session, actor, members) == members:
        return kept
    return cluster_out(session, cluster, reader=actor)


def _shown(session: Session, cluster: Cluster, actor: Actor) -> ClusterOut:
    session.flush()
    return cluster_out(session, cluster, reader=actor)


NewClusterWrite = Annotated[NewCluster, Depends()]
ClusterWrite = Annotated[Write, Depends()]
