"""自动派单's figures in Prometheus's text form: shares and counts, no entry's name."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlmodel import Session

from dispatch.routing import watching
from dispatch.routing.earning import EntryState
from dispatch.routing.watching import Watched


def page(session: Session, *, now: datetime) -> bytes:
    """Return the figures as they are now; raise SQLAlchemyError while the database is away."""
    registry = CollectorRegistry()
    registry.register(_Dispatch(watching.overall(session, now=now), watching.states(session)))
    return generate_latest(registry)


class _Dispatch:
    """What `CollectorRegistry` asks for its metrics."""

    def __init__(self, found: Watched, states: dict[str, int]) -> None:
        self._found, self._states = found, states

    def collect(self) -> Iterator[Metric]:
        found = self._found
        yield _gauge("proposals", "Proposals of the last 30 days", found.proposed)
        yield _gauge("share", "Share of them dispatched by itself (自动派单)", found.share)
        yield _gauge("outcomes", "Of those, with an outcome", found.decided)
        if found.precision is not None:  # none is no precision of 0
            said = "Of those, right: 1 - upheld returns and redispatches"
            yield _gauge("precision", said, found.precision)
            said = "Lower end of its 95 % interval (Wilson)"
            yield _gauge("precision_lower_bound", said, found.bound)
        entries = GaugeMetricFamily(
            "hotline_automatic_dispatch_entries", "Catalogue entries by state", labels=["state"]
        )
        for state in EntryState:
            entries.add_metric([state.value], self._states.get(state, 0))
        yield entries


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"hotline_automatic_dispatch_{name}", told, value=value)
