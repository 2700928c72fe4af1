"""Seats that were held, as the switch leaves them."""

from datetime import datetime

from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from telephony import seat_states, seats
from telephony.acd import SeatStatus
from telephony.models import Seat


def seat(session: Session, name: str, now: datetime, district: str = "") -> Seat:
    """Return a seat that nobody has held yet."""
    account = accounts.create_account(session, name, "secret-word", role=Role.AGENT, now=now)
    account.district = district
    session.flush()
    return seats.seat_of(session, account, now=now)


def stood(session: Session, held: Seat, *steps: tuple[str, SeatStatus]) -> None:
    """Let the seat stand so from these moments on, each as `2026-11-26 09:00` in Beijing."""
    for moment, status in steps:
        at = datetime.fromisoformat(f"{moment}+08:00")
        seat_states.become(session, held, status, None, now=at)
    session.flush()
