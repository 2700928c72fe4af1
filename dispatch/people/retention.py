"""保存期限: how long a requester's data are kept, by the kind of their requests (domain.md 2.9)."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlmodel import Session, col, select

from dispatch.models import Ticket
from dispatch.terms import RequestType
from hotline.core.errors import CannotStart
from hotline.core.privacy import Person
from telephony.models import Call

EVERY_OTHER = "other"


@lru_cache
def days_by_type(written: str, setting: str = "HOTLINE_RETENTION_DAYS") -> dict[str, int]:
    """Return the days by request type, of `1095 report:1825`; raise CannotStart for bad ones."""
    found: dict[str, int] = {}
    for part in written.split():
        kind, _, days = part.rpartition(":")
        if kind not in ("", *RequestType) or not days.isdigit() or int(days) < 1:
            raise CannotStart(
                f"{setting} has {part!r}.",
                remedy="Write days, and others as type:days: `1095 report:1825`.",
            )
        found[kind or EVERY_OTHER] = int(days)
    if EVERY_OTHER not in found:
        raise CannotStart(
            f"{setting} has no days for every other type.",
            remedy="Write days, and others as type:days: `1095 report:1825`.",
        )
    return found


def kept_until(session: Session, person: Person, *, written: str) -> datetime | None:
    """Return when the last of the person's retentions ends; None while a ticket or call goes on."""
    return ends(session, [person], written=written)[person.id]


def ends(
    session: Session, people: Sequence[Person], *, written: str
) -> dict[uuid.UUID, datetime | None]:
    """The same of many people at once, in two queries."""
    days, ids = days_by_type(written), [person.id for person in people]
    other = timedelta(days=days[EVERY_OTHER])
    found: dict[uuid.UUID, datetime | None] = {each.id: each.created_at + other for each in people}

    def lasts(whose: uuid.UUID, end: datetime | None, kept: timedelta) -> None:
        known = found[whose]
        found[whose] = max(known, end + kept) if known and end else None

    asked = select(Ticket.person_id, Ticket.request_type, Ticket.closed_at)
    for person_id, kind, closed_at in session.exec(asked.where(col(Ticket.person_id).in_(ids))):
        lasts(person_id, closed_at, timedelta(days=_days(days, kind)))
    calls = select(Call.person_id, Call.ended_at).where(col(Call.person_id).in_(ids))
    for caller, ended_at in session.exec(calls):
        lasts(caller, ended_at, other)
    return found


def _days(days: dict[str, int], kind: str) -> int:
    return days.get(kind, days[EVERY_OTHER])
