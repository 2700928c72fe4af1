"""What due clocks run on, locked with its chain: a ticket, or a letter (通报、整改通知、约谈).

Every writer locks the ticket or the letter before anything of it. No lock is waited for here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import TextClause, text
from sqlmodel import Session

from dispatch.letters import subjects
from hotline.core import arrays


@dataclass(frozen=True, slots=True)
class ItsTicket:
    id: int
    number: str
    district: str
    request_type: str
    urgency: str
    time_class: str

    @property
    def chain(self) -> str:
        return f"ticket:{self.number}"


@dataclass(frozen=True, slots=True)
class ItsLetter:
    id: int
    number: str
    district: str

    @property
    def chain(self) -> str:
        return subjects.chain(self.id)


Thing = ItsTicket | ItsLetter
T = TypeVar("T", ItsTicket, ItsLetter)


class _Due(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def ticket_id(self) -> int | None: ...
    @property
    def subject(self) -> str: ...


_TICKETS = text(
    "WITH free AS ("
    "SELECT id, number, district, request_type, urgency, time_class FROM ticket "
    "WHERE id = ANY(CAST(:ids AS int[])) FOR NO KEY UPDATE SKIP LOCKED) "
    "SELECT free.* FROM free "
    "WHERE pg_try_advisory_xact_lock(hashtextextended('ticket:' || free.number, 0))"
)
_LETTERS = text(
    "WITH free AS ("
    "SELECT id, number, district FROM letter "
    "WHERE id = ANY(CAST(:ids AS int[])) FOR NO KEY UPDATE SKIP LOCKED) "
    "SELECT free.* FROM free "
    "WHERE pg_try_advisory_xact_lock(hashtextextended('letter:' || free.id, 0))"
)


def hold(session: Session, due: Sequence[_Due]) -> dict[int, Thing]:
    """Return what each clock runs on, by the clock's id; without what somebody writes to now."""
    tickets = {each.id: each.ticket_id for each in due if each.ticket_id is not None}
    letters = {each.id: subjects.letter_id(each.subject) for each in due if each.ticket_id is None}
    return {
        **_held(session, _TICKETS, tickets, ItsTicket),
        **_held(session, _LETTERS, letters, ItsLetter),
    }


def _held(
    session: Session, query: TextClause, wanted: Mapping[int, int], kind: Callable[..., T]
) -> dict[int, T]:
    if not wanted:
        return {}
    ids = arrays.of_numbers(sorted(set(wanted.values())))
    free = {row[0]: kind(*row) for row in session.execute(query, {"ids": ids}).all()}
    return {clock: free[own] for clock, own in wanted.items() if own in free}
