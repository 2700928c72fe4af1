"""The floor's figures in Prometheus's text form; counts alone, nobody's number or name."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlmodel import Session

from hotline.core.clock import now
from hotline.core.settings import settings
from telephony import floor_gauges
from telephony.floor_gauges import Gauges

# A field of `Gauges`, its metric below `hotline_`, and what it says.
_FIGURES = (
    ("waiting", "calls_waiting", "Callers who wait for an agent now (排队)"),
    ("longest_wait_s", "calls_longest_wait_seconds", "How long the first of them has waited"),
    ("offered", "calls_offered_today", "Callers who wanted an agent since Beijing's midnight"),
    ("answered", "calls_answered_today", "Of those, heard by an agent (接通)"),
    ("in_time", "calls_answered_within_15s_today", "Of those, in time (GB/T 33358-2016)"),
    ("abandoned", "calls_abandoned_today", "Callers who gave up waiting since then (放弃)"),
    ("owed", "callbacks_owed", "Callers whom the hotline owes a call (漏接回拨)"),
)


def page(session: Session) -> bytes:
    """Return the figures as they are now; raise SQLAlchemyError while the database is away."""
    found = floor_gauges.read(session, short_s=settings().short_abandon_s, now=now())
    registry = CollectorRegistry()
    registry.register(_Floor(found))
    return generate_latest(registry)


class _Floor:
    """What `CollectorRegistry` asks for its metrics."""

    def __init__(self, found: Gauges) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        for field, name, told in _FIGURES:
            yield GaugeMetricFamily(f"hotline_{name}", told, value=getattr(self._found, field))
        seats = GaugeMetricFamily("hotline_seats", "Seats by state (坐席)", labels=["state"])
        for state, count in self._found.seats.items():
            seats.add_metric([state], count)
        yield seats
