"""预警准确率: of the alerts that were decided in a period, how many were no false alarm."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from dispatch.hot import alerts
from dispatch.hot.models_hot import HotAlert
from hotline.core.accounts import Actor


@dataclass(frozen=True)
class Precision:
    """Counts of a period: raised in it, decided in it, and of these not false."""

    raised: int
    decided: int
    confirmed: int

    @property
    def share(self) -> float | None:
        """Return confirmed / decided; None where nothing was decided."""
        return round(self.confirmed / self.decided, 3) if self.decided else None


def between(session: Session, since: datetime, until: datetime, *, reader: Actor) -> Precision:
    """Return the figures of `since` ≤ moment < `until`, within the reader's area."""
    decided = (col(HotAlert.decided_at) >= since, col(HotAlert.decided_at) < until)
    raised = (col(HotAlert.raised_at) >= since, col(HotAlert.raised_at) < until)
    right = (*decided, col(HotAlert.false_alarm).is_(False))
    query = select(
        func.count().filter(*raised), func.count().filter(*decided), func.count().filter(*right)
    )
    found = session.exec(query.select_from(HotAlert).where(alerts.in_area(reader))).one()
    return Precision(*found)
