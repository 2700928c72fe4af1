"""A request for an exclusion as a line of a list, and in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch.attachments import attachments
from dispatch.attachments.models_attachments import Attachment
from dispatch.comparing import asked_exclusions, terms
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.states import ExclusionState, Reason
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.story import Callings
from hotline.console.words import name_of
from knowledge import names

OPEN = (ExclusionState.ASKED, ExclusionState.APPEALED)


@dataclass(frozen=True)
class Line:
    """One request in words; `due` is empty when nothing waits for a person."""

    id: int
    version: int
    order: str
    ticket: str
    department: str
    reason: str
    basis: str
    state: str
    open: bool
    asked: str
    asked_by: str
    due: str
    late: bool
    decided: str
    decided_by: str
    appeal_by: str
    appealed: str
    appeal_decided: str
    appeal_decided_by: str


def lines(
    session: Session,
    found: Sequence[ComparisonExclusion],
    *,
    now: datetime,
    callings: Callings = called,
) -> list[Line]:
    """Return the requests as lines, in few queries however many they are."""
    numbers = asked_exclusions.numbers(session, found)
    departments = names.department_names(session, {each.department for each in found})
    hands = {(each.asked_by, each.decided_by, each.appeal_decided_by) for each in found}
    people = callings(session, {name for each in hands for name in each} - {""})
    return [_line(each, numbers[each.order_id], departments, people, now) for each in found]


def line(session: Session, row: ComparisonExclusion, *, callings: Callings, now: datetime) -> Line:
    """Return one request as a line."""
    return lines(session, [row], now=now, callings=callings)[0]


def files(session: Session, ticket_id: int, department: str) -> list[tuple[str, str]]:
    """Return the department's files on the ticket: their ids and names."""
    rows = session.exec(
        select(Attachment)
        .where(Attachment.ticket_id == ticket_id, Attachment.department == department)
        .where(col(Attachment.removed_at).is_(None))
        .order_by(col(Attachment.id))
    ).all()
    return [(str(each.public_id), attachments.name_of(session, each)) for each in rows]


def _line(
    row: ComparisonExclusion,
    numbers: tuple[str, str],
    departments: dict[str, str],
    people: dict[str, Any],
    now: datetime,
) -> Line:
    waits = row.state in OPEN
    return Line(
        id=row.id or 0,
        version=row.version,
        order=numbers[0],
        ticket=numbers[1],
        department=departments.get(row.department, row.department),
        reason=name_of("exclusion_reason", row.reason),
        basis=terms.grounds()[Reason(row.reason)],
        state=name_of("exclusion_state", row.state),
        open=waits,
        asked=moments.short(row.asked_at),
        asked_by=people.get(row.asked_by, row.asked_by),
        due=moments.full(row.decide_by) if waits else "",
        late=waits and row.decide_by < now,
        decided=_at(row.decided_at),
        decided_by=people.get(row.decided_by, row.decided_by),
        appeal_by=moments.full(row.appeal_by) if row.appeal_by else "",
        appealed=_at(row.appealed_at),
        appeal_decided=_at(row.appeal_decided_at),
        appeal_decided_by=people.get(row.appeal_decided_by, row.appeal_decided_by),
    )


def _at(moment: datetime | None) -> str:
    return moments.short(moment) if moment else ""
