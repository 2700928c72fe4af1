"""来电线路: whose number a caller dialled, of the lines that were merged into the hotline."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from hotline.core.clock import beijing_day
from telephony.line_modes import ANSWERED, OWN_NUMBER
from telephony.models_lines import MergedHotline

_PARTED = re.compile(r"[^0-9+*#|]")


def numbers_of(row: MergedHotline) -> tuple[str, ...]:
    """Return every number by which the line's callers come, its own first."""
    plain = _PARTED.sub("", f"{row.number}|{row.aliases}")
    return tuple(dict.fromkeys(filter(None, plain.split("|"))))


def in_force(session: Session, day: date) -> Sequence[MergedHotline]:
    """Return the lines whose callers the hotline answers on this day."""
    query = select(MergedHotline).where(
        col(MergedHotline.mode).in_(ANSWERED),
        MergedHotline.valid_from <= day,
        or_(col(MergedHotline.valid_to).is_(None), col(MergedHotline.valid_to) >= day),
    )
    return session.exec(query.order_by(MergedHotline.number)).all()


def taken_numbers(session: Session, *, now: datetime) -> tuple[str, ...]:
    """Return the numbers, beside the hotline's own, that are answered today."""
    found = {number for row in in_force(session, beijing_day(now)) for number in numbers_of(row)}
    return tuple(sorted(found))


def own_numbers(session: Session, *, now: datetime) -> tuple[str, ...]:
    """Return every number by which callers reach the hotline today; none of them is rung by it."""
    return (OWN_NUMBER, *taken_numbers(session, now=now))


def line_of(session: Session, called: str, *, now: datetime) -> str:
    """Return the number of the line that was dialled; empty for the hotline's own.

    `called` may begin with a country or area code; the longest number that it ends with counts.
    """
    if not called:
        return ""
    ends = [
        (len(number), row.number)
        for row in in_force(session, beijing_day(now))
        for number in numbers_of(row)
        if called.endswith(number)
    ]
    return max(ends, default=(0, ""))[1]


def name_of(session: Session, number: str) -> str:
    """Return what the line is called now, or was last; empty for one that nobody knows."""
    mine = select(MergedHotline.name).where(MergedHotline.number == number)
    return session.exec(mine.order_by(col(MergedHotline.valid_from).desc()).limit(1)).first() or ""
