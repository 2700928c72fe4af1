"""The sweep: last month's release is made once it is over; a person checks and publishes it."""

from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.publishing import making, months, reading
from dispatch.publishing.models_publishing import StatisticsRelease
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from hotline.core.errors import Conflict

log = structlog.get_logger()


def sweep() -> None:
    """Make last month's release unless one was made; later, while its facts lag."""
    try:
        with transaction() as session:
            made = make_last(session, now=clock())
    except Conflict:  # made meanwhile, or its days are not measured: the next sweep looks again
        return
    if made:
        log.info("statistics.made", month=made.month, faults=sum(made.faults.values()))


def make_last(session: Session, *, now: datetime) -> StatisticsRelease | None:
    """Make the last month that is over; None when an edition of it was ever made."""
    month = months.before(beijing_day(now))
    if reading.editions(session, str(month)):
        return None
    return making.make(session, month, actor=MACHINE, now=now)
