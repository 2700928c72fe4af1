"""How far the sweep of the clocks is behind: what should have struck already, and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from dispatch.models import Clock


@dataclass(frozen=True)
class Lag:
    """`waiting` thresholds have come and no sweep has struck them; the first `seconds` ago."""

    waiting: int
    seconds: float


def lag(session: Session, *, now: datetime) -> Lag:
    """Return how far the sweep is behind; a second or two is none."""
    come = col(Clock.next_alarm_at) <= now
    count, first = session.exec(
        select(func.count(), func.min(Clock.next_alarm_at)).where(come)
    ).one()
    return Lag(count, (now - first).total_seconds() if first else 0.0)
