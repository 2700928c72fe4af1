"""对账: a day's orders as one count and one hash, and how another system's list differs from them.

An order belongs to the day on which it was issued (Asia/Shanghai), so that each is in one day.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from dispatch.models import WorkOrder
from dispatch.sealing import reach
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import BEIJING, beijing_day
from hotline.core.events import Cursor


@dataclass(frozen=True, order=True)
class Line:
    """One order as it is compared; without a version only its status is."""

    number: str
    status: str
    version: int | None = None


@dataclass(frozen=True)
class Day:
    """A department's orders of one day, as they are now; the feed up to `read_to` says the same."""

    day: date
    lines: Sequence[Line]
    read_to: Cursor


@dataclass(frozen=True)
class Difference:
    """One order that both know, differently."""

    number: str
    here: Line
    there: Line


@dataclass(frozen=True)
class Mismatch:
    """What differs between the hotline (here) and a department's system (there)."""

    missing_there: Sequence[Line]
    missing_here: Sequence[Line]
    of_another_day: Mapping[str, date]  # theirs, but issued on that day
    other_status: Sequence[Difference]
    other_version: Sequence[Difference]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        found = (self.missing_there, self.missing_here, self.other_status, self.other_version)
        return not any(found) and not self.of_another_day


def of_day(
    session: Session, day: date, *, reader: Actor | None = None, department: str = ""
) -> Day:
    """Return the orders issued on that day, of those that the reader may see.

    A department's system has its own; who works inside names one in `department`, or means all.

    The cursor is read first: what the feed tells up to it is in the lines, and perhaps more.
    """
    read_to = events.latest(session)
    began = datetime.combine(day, time(), BEIJING)
    query = (
        select(WorkOrder.number, WorkOrder.status, WorkOrder.version)
        .where(WorkOrder.dispatched_at >= began)
        .where(WorkOrder.dispatched_at < began + timedelta(days=1), *_whose(reader, department))
    )
    return Day(day, sorted(Line(*row) for row in session.exec(query).all()), read_to)


def compare(
    session: Session,
    ours: Day,
    theirs: Iterable[Line],
    *,
    reader: Actor | None = None,
    department: str = "",
) -> Mismatch:
    """Return what differs; a number that is not of this day is looked for among the others."""
    here = {each.number: each for each in ours.lines}
    there = {each.number: each for each in theirs}
    both = [
        Difference(number, here[number], there[number]) for number in sorted(here & there.keys())
    ]
    strange = sorted(there.keys() - here.keys())
    elsewhere = _days_of(session, strange, _whose(reader, department))
    return Mismatch(
        missing_there=[here[number] for number in sorted(here.keys() - there.keys())],
        missing_here=[there[number] for number in strange if number not in elsewhere],
        of_another_day=elsewhere,
        other_status=[each for each in both if each.here.status != each.there.status],
        other_version=[
            each
            for each in both
            if each.here.status == each.there.status
            and each.there.version not in (None, each.here.version)
        ],
    )


def digest(lines: Iterable[Line]) -> str:
    """Return the SHA-256, in hex, of the lines `number,status,version` in order of their numbers.

    Each ends with a line feed; a line without a version is `number,status`.
    """
    written = hashlib.sha256()
    for each in sorted(lines, key=lambda line: line.number.encode()):
        version = "" if each.version is None else f",{each.version}"
        written.update(f"{each.number},{each.status}{version}\n".encode())
    return written.hexdigest()


def without_versions(lines: Iterable[Line]) -> list[Line]:
    """Return the lines as a system writes them that keeps no versions."""
    return [Line(each.number, each.status) for each in lines]


def _whose(reader: Actor | None, department: str) -> list[ColumnElement[bool]]:
    """Return the conditions that an order is one of those to be compared."""
    code = reach.department_of(reader) or department
    seen = reach.orders(reader)
    return [seen, col(WorkOrder.department) == code] if code else [seen]


def _days_of(
    session: Session, numbers: Sequence[str], whose: Sequence[ColumnElement[bool]]
) -> dict[str, date]:
    if not numbers:
        return {}
    query = select(WorkOrder.number, WorkOrder.dispatched_at).where(
        col(WorkOrder.number).in_(numbers), *whose
    )
    found: Sequence[tuple[str, datetime]] = session.exec(query).all()
    return {number: beijing_day(at) for number, at in found}
