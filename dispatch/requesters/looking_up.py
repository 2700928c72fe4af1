"""按编号查询: a ticket number and the telephone it was registered with, without a link.

Numbers can be reckoned, so guessing is what is made hard: every wrong pair counts against its
number and its address, and every refusal is the same one, whether or not there is such a ticket.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, func, or_, select

from dispatch import numbers
from dispatch.models import Confidentiality, Notice, Ticket
from dispatch.notices import caller_notices
from dispatch.requesters import pacing
from dispatch.requesters.models_requesters import Lookup
from dispatch.requesters.requester import VIA
from hotline.core import privacy
from hotline.core.people import lockout
from hotline.core.people.lockout import Limits
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from hotline.core.settings import settings

OF_NUMBER = Limits()  # five wrong ones, then a minute, two, four … an hour
# Behind one address may be a whole village; it is still no place to try a hundred numbers from.
OF_ADDRESS = Limits(failures=20, window=timedelta(hours=1), first=timedelta(minutes=15))
LINKS_A_DAY = 3
KEPT_FOR = timedelta(days=1)
# 举报 is not spoken of to whoever merely knows two numbers.
_SHOWN = (Confidentiality.PUBLIC, Confidentiality.INTERNAL)
_LINKED = (*_SHOWN, Confidentiality.CONFIDENTIAL)
_NOBODY = PhoneNumber("+8610000000000")


def look_up(
    session: Session, number: str, phone: PhoneNumber, *, address: str, now: datetime
) -> Ticket | None:
    """查询进展: return the ticket; None for anything that does not fit or may not be shown so.

    A wrong pair is counted; while its number or its address is locked, the right one fits no more.
    """
    if not numbers.is_valid(number):
        return None  # a slip of the pen, which everybody can see to be one
    rows = _rows(session, "", number, address)
    ticket = _fitting(session, number, phone, _SHOWN, now=now)
    if any(lockout.is_locked(pacing.streak_of(row), now) for row, _ in rows):
        return None
    if ticket is None:
        _count(session, rows, now)
    return ticket


def send_link(
    session: Session,
    number: str,
    phone: PhoneNumber,
    *,
    address: str,
    via: str = VIA,
    now: datetime,
) -> None:
    """把链接发给我: owe the requester a message with a new link, to the number that is known.

    `via` is what led them here: what is rated through the link says so.

    Whether the pair fits shows nowhere but on that telephone; of a 举报 too. A few a day. Every try
    counts, the right one as well, and apart from the look-ups: no lock tells which it was.
    """
    if not numbers.is_valid(number):
        return
    rows = _rows(session, "link ", number, address)
    ticket = _fitting(session, number, phone, _LINKED, now=now)
    if any(lockout.is_locked(pacing.streak_of(row), now) for row, _ in rows):
        return
    _count(session, rows, now)
    if ticket and settings().public_url and _sent_today(session, ticket, now=now) < LINKS_A_DAY:
        caller_notices.owe(session, ticket, caller_notices.LINK, now=now, via=via)


def forget(session: Session, *, now: datetime) -> None:
    """Delete what was counted long ago."""
    past = or_(col(Lookup.failed_at).is_(None), col(Lookup.failed_at) < now - KEPT_FOR)
    session.exec(delete(Lookup).where(past))


def _rows(session: Session, what: str, number: str, address: str) -> list[tuple[Lookup, Limits]]:
    """Return what was counted of this number and this address, locked, with how much each may."""
    return [
        (pacing.locked_row(session, f"{what}number:{number}"), OF_NUMBER),
        (pacing.locked_row(session, f"{what}address:{address}"), OF_ADDRESS),
    ]


def _count(session: Session, rows: Sequence[tuple[Lookup, Limits]], now: datetime) -> None:
    for row, limits in rows:
        pacing.keep(session, row, lockout.fail(pacing.streak_of(row), limits, now))


def _fitting(
    session: Session,
    number: str,
    phone: PhoneNumber,
    shown: Sequence[Confidentiality],
    *,
    now: datetime,
) -> Ticket | None:
    """Return the ticket whose requester has this number; the same is done where there is none."""
    found = session.exec(
        select(Ticket, Person)
        .join(Person, col(Person.id) == Ticket.person_id)
        .where(Ticket.number == number)
    ).first()
    nobody = privacy.newcomer(_NOBODY, now=now)
    ticket, person = found or (None, nobody)
    theirs = privacy.phone_of(person) or privacy.phone_of(nobody) or _NOBODY
    same = hmac.compare_digest(theirs.e164.encode(), phone.e164.encode())
    allowed = ticket is not None and ticket.confidentiality in shown
    return ticket if same and allowed and theirs != _NOBODY else None


def _sent_today(session: Session, ticket: Ticket, *, now: datetime) -> int:
    """Return how many links the requester asked for within a day."""
    return session.exec(
        select(func.count())
        .where(Notice.ticket_id == ticket.id, Notice.template == caller_notices.LINK)
        .where(col(Notice.made_at) > now - timedelta(days=1))
    ).one()
