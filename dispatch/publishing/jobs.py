"""The sweep: last month's release is asked for once it is over; people check and publish it."""

from datetime import datetime

from sqlmodel import Session

from dispatch.publishing import asking, months, reading
from dispatch.publishing.models_publishing import StatisticsMaking
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from hotline.core.errors import Conflict


def sweep() -> None:
    """Ask for last month's release unless it was made or asked for; it is made beside the jobs."""
    try:
        with transaction() as session:
            ask_last(session, now=clock())
    except Conflict:  # asked for meanwhile
        return


def ask_last(session: Session, *, now: datetime) -> StatisticsMaking | None:
    """Ask for the last month that is over; None when it was ever made, or asked for of late."""
    month = months.before(beijing_day(now))
    if reading.editions(session, str(month)) or asking.was_asked(session, month, now=now):
        return None
    return asking.ask(session, month, actor=MACHINE, now=now)
