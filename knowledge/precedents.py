"""会商先例: what arbitrations decided, kept where the next ticket of the pair is routed by it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from knowledge.entries import ANY_MATTER, PrecedentEntry
from knowledge.models import Matter, Precedent

# Of a sealed ticket (密件) no word and no number goes with what was decided.
WITHHELD = "密件会商裁定"
_DAY = timedelta(days=1)


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


def withhold(session: Session, ticket: str) -> set[str]:
    """Take the words out of what the ticket with this number decided, and return them.

    What it decided goes on: it is a rule for other tickets.
    """
    said = [row for row in of_ticket(session, ticket) if row.basis != WITHHELD]
    words = {row.basis for row in said}
    for row in said:
        row.basis = WITHHELD
    session.flush()
    return words


def withdraw(session: Session, ticket: str, *, withdrawn_on: date, now: datetime) -> None:
    """撤销: from that day on, what was decided on the ticket with this number routes nothing."""
    for row in of_ticket(session, ticket):
        if last_day(session, row) is None:
            mark = Precedent(
                **row.model_dump(include={"matter_code", "district_code", "department_code"}),
                ticket=ticket,
                basis="",
                decided_on=withdrawn_on,
                valid_from=withdrawn_on,
                updated_at=now,
            )
            session.add(mark)
    session.flush()


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
    """Return the precedents that the ticket with this number made, oldest first."""
    return [row for row in _written(session, number) if row.basis]


def last_day(session: Session, precedent: Precedent) -> date | None:
    """Return the last day on which a precedent that was withdrawn held; None while it holds.

    The day before its first is that of one withdrawn on the day it was made: it never held.
    """
    return _last_days(_written(session, precedent.ticket)).get(precedent.id)


def entries(session: Session) -> list[PrecedentEntry]:
    """Return every precedent, the newest first; one that was withdrawn with its end."""
    written = session.exec(select(Precedent).order_by(col(Precedent.id))).all()
    ends = _last_days(written)
    found = [row for row in written if row.basis]
    found.sort(key=lambda row: (row.valid_from, row.id), reverse=True)
    return [
        PrecedentEntry(
            matter_code=row.matter_code,
            district_code=row.district_code,
            department_code=row.department_code,
            legal_basis=row.basis,
            valid_from=row.valid_from,
            valid_to=ends.get(row.id),
            ticket="" if row.basis == WITHHELD else row.ticket,
        )
        for row in found
    ]


def _written(session: Session, ticket: str) -> Sequence[Precedent]:
    """Return the ticket's rows, withdrawals among them, as they were written."""
    return session.exec(
        select(Precedent).where(Precedent.ticket == ticket).order_by(col(Precedent.id))
    ).all()


def _last_days(written: Iterable[Precedent]) -> dict[int | None, date]:
    """Return by id until when each precedent held that a later row withdrew."""
    held: dict[tuple[str, str, str], list[Precedent]] = {}
    ends: dict[int | None, date] = {}
    for row in written:
        before = held.setdefault((row.ticket, row.matter_code, row.district_code), [])
        if row.basis:
            before.append(row)
            continue
        ends.update({each.id: row.valid_from - _DAY for each in before})
        before.clear()
    return ends
