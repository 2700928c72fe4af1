"""Whom an agent may fetch into a call: a colleague's seat, or a number that may be dialled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from hotline.core.accounts import Account
from hotline.core.errors import Invalid
from hotline.core.masking import mask_digits
from hotline.core.phone import parse_phone
from hotline.core.settings import Settings
from telephony import asking, lines
from telephony.acd import SeatStatus
from telephony.destinations import NotAllowed, desk_phone, destination
from telephony.models import Seat


@dataclass(frozen=True)
class Fetched:
    """`label`: as pages name them, no number of anybody's; `destination`: a SIP URI, or none."""

    label: str
    destination: str = ""
    seat: int | None = None

    @property
    def details(self) -> dict[str, str | int]:
        """What of it stands open in the order."""
        named: dict[str, str | int] = {"label": self.label}
        return named if self.seat is None else {**named, "seat": self.seat}


@dataclass(frozen=True)
class Colleague:
    """Another seat that somebody holds, and whether it can be rung now."""

    username: str
    name: str
    status: str
    free: bool


def colleagues(session: Session, by: Seat) -> list[Colleague]:
    """Return the other seats that somebody holds, who can be rung first."""
    query = (
        select(Seat, Account.display_name)
        .join(Account, col(Account.id) == Seat.account_id)
        .where(Seat.account_id != by.account_id, Seat.status != SeatStatus.LOGGED_OFF)
    )
    found = [
        Colleague(seat.username, name or seat.username, seat.status, asking.can_be_rung(seat))
        for seat, name in session.exec(query)
    ]
    return sorted(found, key=lambda each: (not each.free, each.username))


def fetched(
    session: Session, own: Settings, by: Seat, *, seat: str, number: str, now: datetime
) -> Fetched:
    """Return who is meant, by the name of a seat or by a number.

    Raises Invalid for nobody, Conflict for a seat that can't be rung now.
    """
    if seat:
        return _colleague(session, by, seat)
    return _outside(own, number, lines.own_numbers(session, now=now))


def _colleague(session: Session, by: Seat, username: str) -> Fetched:
    found = session.exec(select(Seat).where(Seat.username == username)).first()
    if found is None:
        raise Invalid(f"There is no seat {username!r}.", remedy="GET /api/v1/seats lists them.")
    asking.require_colleague(session, by, found)
    return Fetched(username, seat=found.account_id)


def _outside(own: Settings, number: str, ours: Sequence[str]) -> Fetched:
    """Return who has the number, or the telephone inside that it is the address of."""
    if number.startswith("sip:"):
        allowed = desk_phone(number, own.desk_phones, own=ours)
        label = mask_digits(number.removeprefix("sip:").partition("@")[0])
    else:
        phone = parse_phone(number)
        if phone is None:
            raise Invalid("That is no telephone number.", remedy="Dial it with its area code.")
        allowed = destination(phone, "", own.sip_outbound, own.outbound_allowed, own=ours)
        label = phone.masked
    if isinstance(allowed, NotAllowed):
        raise Invalid(
            f"It can't be rung: {allowed.reason}.", remedy="An administrator sets what may be."
        )
    return Fetched(label, destination=allowed)
