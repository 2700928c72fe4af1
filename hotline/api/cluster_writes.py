"""What every write on one cluster shares: its locks, its version, and that it happens once."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlmodel import Session

from dispatch.beside.models_beside import Cluster
from dispatch.clustering import cluster_record
from dispatch.models import Ticket
from hotline.api import writes
from hotline.api.cluster_views import cluster_out
from hotline.api.fields import RowId
from hotline.api.schemas_clusters import ClusterOut
from hotline.core.accounts import Actor
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey
from hotline.web.versions import IfMatch, require_match


class NewCluster(writes.Write):
    """The write that makes a cluster, or finds the one that its main ticket has."""

    def merge(
        self, main: str, act: Callable[[Ticket], Cluster], actor: Actor, given: str = ""
    ) -> Any:
        """Return the cluster that `act` makes of the main ticket, which is locked.

        If-Match names the main ticket's version.
        """

        def on_main() -> ClusterOut:
            leads = cluster_record.find_main(self.session, main, reader=actor)
            require_match(self._if_match, leads.version)
            return _shown(self.session, act(leads), actor)

        return self.once(on_main, actor, given)


class Write(writes.Write):
    """One write on the cluster that the path names."""

    def __init__(
        self,
        cluster_id: RowId,
        session: SessionDep,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> None:
        super().__init__(session, request, response, if_match, key)
        self._cluster_id = cluster_id

    def do(self, act: Callable[[Cluster, Ticket], object], actor: Actor, given: str) -> Any:
        """Return the cluster as `act` leaves it; it is given the cluster and its main, locked."""

        def on_main() -> ClusterOut:
            cluster, main = cluster_record.find_locked(self.session, self._cluster_id, reader=actor)
            require_match(self._if_match, cluster.version)
            act(cluster, main)
            return _shown(self.session, cluster, actor)

        def again() -> Callable[[], ClusterOut]:
            found = cluster_record.find(self.session, self._cluster_id, reader=actor)
            return partial(_shown, self.session, found, actor)

        return self.once(on_main, actor, given, again=again)


def _shown(session: Session, cluster: Cluster, actor: Actor) -> ClusterOut:
    session.flush()
    return cluster_out(session, cluster, reader=actor)


NewClusterWrite = Annotated[NewCluster, Depends()]
ClusterWrite = Annotated[Write, Depends()]
