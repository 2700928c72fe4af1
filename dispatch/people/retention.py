"""保存期限: how long a requester's data are kept, by the kind of their requests (domain.md 2.9)."""

from datetime import datetime, timedelta
from functools import lru_cache

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.people import whose
from dispatch.terms import RequestType
from hotline.core.errors import CannotStart
from hotline.core.privacy import Person

EVERY_OTHER = "other"


@lru_cache
def days_by_type(written: str) -> dict[str, int]:
    """Return the days by request type, of `1095 report:1825`; raise CannotStart for bad ones."""
    found: dict[str, int] = {}
    for part in written.split():
        kind, _, days = part.rpartition(":")
        if kind not in ("", *RequestType) or not days.isdigit() or int(days) < 1:
            raise CannotStart(
                f"HOTLINE_RETENTION_DAYS has {part!r}.",
                remedy="Write days, and others as type:days: `1095 report:1825`.",
            )
        found[kind or EVERY_OTHER] = int(days)
    if EVERY_OTHER not in found:
        raise CannotStart(
            "HOTLINE_RETENTION_DAYS has no days for every other type.",
            remedy="Write days, and others as type:days: `1095 report:1825`.",
        )
    return found


def kept_until(session: Session, person: Person, *, written: str) -> datetime | None:
    """Return when the last of the person's retentions ends; None while a ticket or call goes on."""
    days = days_by_type(written)
    ends: list[datetime] = [person.created_at + timedelta(days=days[EVERY_OTHER])]
    for ticket in whose.tickets_of(session, person.id):
        if ticket.closed_at is None:
            return None
        ends.append(ticket.closed_at + timedelta(days=_days(days, ticket)))
    for call in whose.calls_of(session, person.id):
        if call.ended_at is None:
            return None
        ends.append(call.ended_at + timedelta(days=days[EVERY_OTHER]))
    return max(ends)


def _days(days: dict[str, int], ticket: Ticket) -> int:
    return days.get(ticket.request_type, days[EVERY_OTHER])
