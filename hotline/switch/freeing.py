"""A seat is free of its call again; what is said of that in the log."""

from datetime import datetime

import structlog
from sqlmodel import Session

from hotline.core.db import after_commit
from hotline.core.settings import Settings
from telephony import seats
from telephony.acd.misses import miss
from telephony.models import Call, Seat
from telephony.outcomes import AgentOutcome

log = structlog.get_logger()


def free_seat(
    session: Session,
    own: Settings,
    account_id: int,
    call: Call,
    *,
    outcome: AgentOutcome,
    talked: bool,
    now: datetime,
) -> None:
    """Free a seat from a call, and count whether it missed it."""
    seat = seats.locked(session, account_id)
    if seat is None or seat.call_id != call.id:
        return
    found = miss(outcome, talked=talked, missed=seat.missed, most=own.misses_before_pause)
    seat.missed = found.missed
    seats.leave(session, account_id, call.id, pause=found.pause, now=now)
    if found.pause:
        say(session, "seat.paused", seat, why=found.pause)


def say(session: Session, name: str, seat: Seat, **facts: object) -> None:
    """Log it once it stands."""
    after_commit(session, lambda: log.info(name, agent=seat.username, **facts))
