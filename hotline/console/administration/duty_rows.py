"""值班: who of a department is on duty, and who is next, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.console import moments
from hotline.console.words import name_of
from knowledge.duties import rosters
from knowledge.duties.models_duties import masked_phone
from knowledge.models import Department


@dataclass(frozen=True)
class DutyRow:
    """One shift; the telephone is masked."""

    id: int
    role: str
    person: str
    phone: str
    since: str
    until: str
    running: bool
    note: str


def shown(session: Session, row: Department, *, now: datetime) -> list[DutyRow]:
    """Return the shifts that run and those to come, the earliest first."""
    return [
        DutyRow(
            id=each.id or 0,
            role=name_of("duty_role", each.role),
            person=each.person,
            phone=masked_phone(each),
            since=moments.full(each.starts_at),
            until=moments.full(each.ends_at),
            running=each.starts_at <= now,
            note=each.note,
        )
        for each in rosters.coming(session, row.code, now=now)
    ]
