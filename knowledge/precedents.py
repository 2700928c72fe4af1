"""会商先例: what arbitrations decided, kept where the next ticket of the pair is routed by it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from knowledge.entries import ANY_MATTER, PrecedentEntry
from knowledge.models import Matter, Precedent


def add(
    session: Session,
    *,
    category: Sequence[str],
    district: str,
    department: str,
    ticket: str,
    basis: str,
    decided_on: date,
    now: datetime,
) -> Precedent | None:
    """Keep that the department answers for the matter in the district from that day on.

    `category` is the matter's path; the deepest part of it that the tree has counts. Returns None
    for a matter that the tree doesn't know or leaves open (待定): it would decide everything.
    """
    matter = matter_of(session, category)
    if matter is None or matter == ANY_MATTER:
        return None
    precedent = Precedent(
        matter_code=matter,
        district_code=district,
        department_code=department,
        ticket=ticket,
        basis=basis,
        decided_on=decided_on,
        valid_from=decided_on,
        updated_at=now,
    )
    session.add(precedent)
    session.flush()
    return precedent


def matter_of(session: Session, category: Sequence[str]) -> str | None:
    """Return the code of the deepest matter on the path that the tree has, None without any."""
    for depth in range(len(category), 0, -1):
        l1, l2, l3 = (*category[:depth], "", "", "")[:3]
        found = session.exec(
            select(Matter.code).where(Matter.l1 == l1, Matter.l2 == l2, Matter.l3 == l3)
        ).first()
        if found:
            return found
    return None


def of_ticket(session: Session, number: str) -> Sequence[Precedent]:
    """Return the precedents that the ticket with this number made."""
    return session.exec(
        select(Precedent).where(Precedent.ticket == number).order_by(col(Precedent.id))
    ).all()


def entries(session: Session) -> list[PrecedentEntry]:
    """Return every precedent, the newest first."""
    found = session.exec(
        select(Precedent).order_by(col(Precedent.valid_from).desc(), col(Precedent.id).desc())
    ).all()
    return [
        PrecedentEntry(
            matter_code=row.matter_code,
            district_code=row.district_code,
            department_code=row.department_code,
            legal_basis=row.basis,
            valid_from=row.valid_from,
            ticket=row.ticket,
        )
        for row in found
    ]
