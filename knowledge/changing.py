"""目录维护: a department or a catalogue entry is changed by a person, and one event says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from knowledge.models import Department, DirectoryVersion, District, Matter, Responsibility

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Particulars:
    """What a site may change of a department; aliases are parted by `|`."""

    name: str
    short_name: str = ""
    aliases: str = ""
    accepts: bool = True
    contact: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Answering:
    """Who answers for a matter in a district, on what basis, from the first day to the last."""

    matter: str
    district: str
    department: str
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    source: str = ""


def version(session: Session) -> int:
    """Return what counts every change of districts, departments, matters and the catalogue."""
    return session.exec(select(DirectoryVersion.version)).one()


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else changes the directory, and make others wait."""
    session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('hotline directory'))"))


def change_department(
    session: Session, row: Department, wanted: Particulars, *, actor: Actor, now: datetime
) -> Department:
    """Give the department other particulars; raise Invalid for one without a name."""
    if not wanted.name.strip():
        raise Invalid("The department has no name.", remedy="Write its full name.")
    before = {name: getattr(row, name) for name in vars(wanted)}
    changed = sorted(name for name, value in vars(wanted).items() if before[name] != value)
    if changed:
        row.sqlmodel_update({**vars(wanted), "updated_at": now})
        session.add(row)
        session.flush()
        chain = f"department:{row.code}"
        tell(session, "departments", actor, now, chain=chain, department=row.code, changed=changed)
    return row


def cell(session: Session, matter: str, district: str) -> list[Responsibility]:
    """Return the pair's entries, the earliest first."""
    mine = (Responsibility.matter_code == matter, Responsibility.district_code == district)
    found = session.exec(select(Responsibility).where(*mine)).all()
    return sorted(found, key=lambda row: row.valid_from)


def answer_from(
    session: Session, wanted: Answering, *, actor: Actor, now: datetime
) -> Responsibility:
    """从这一天起由…承办: end what holds on the first day the day before, and begin this entry.

    One that begins on the same day is replaced. Raises Invalid for what is unknown, Conflict where
    a later entry begins before this one would end.
    """
    one_at_a_time(session)
    _require_known(session, wanted)
    rows = cell(session, wanted.matter, wanted.district)
    mine = next((row for row in rows if row.valid_from == wanted.valid_from), None)
    _require_room([row for row in rows if row.valid_from > wanted.valid_from], wanted)
    for row in rows:
        if row.valid_from < wanted.valid_from and (row.valid_to or date.max) >= wanted.valid_from:
            row.valid_to, row.updated_at = wanted.valid_from - _DAY, now
            session.add(row)
    session.flush()
    entry = mine or _begun(wanted, now)
    entry.department_code, entry.legal_basis = wanted.department, wanted.legal_basis
    entry.valid_to, entry.source, entry.updated_at = wanted.valid_to, wanted.source, now
    session.add(entry)
    session.flush()
    _tell_entry(session, entry, actor, now, change="begun")
    return entry


def end_on(
    session: Session, matter: str, district: str, last_day: date, *, actor: Actor, now: datetime
) -> Responsibility:
    """结束: let the entry that holds on this day end with it; raise Conflict where none does."""
    one_at_a_time(session)
    for row in cell(session, matter, district):
        if row.valid_from <= last_day and (row.valid_to is None or last_day <= row.valid_to):
            row.valid_to, row.updated_at = last_day, now
            session.add(row)
            session.flush()
            _tell_entry(session, row, actor, now, change="ended")
            return row
    raise Conflict(f"No entry holds on {last_day}.", remedy="Choose a day on which one does.")


@contextmanager
def tried(session: Session) -> Iterator[None]:
    """Do what is inside for its findings alone: nothing of it stays."""
    nested = session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        session.expire_all()


def tell(session: Session, directory: str, actor: Actor, now: datetime, **refs: Any) -> None:
    """Leave the event that part of the directory was changed."""
    chain = refs.pop("chain", f"directory:{directory}")
    type = EventType.DIRECTORY_CHANGED
    events.append(
        session, type, chain=chain, actor=str(actor), now=now, directory=directory, **refs
    )


def _begun(wanted: Answering, now: datetime) -> Responsibility:
    return Responsibility(
        matter_code=wanted.matter,
        district_code=wanted.district,
        department_code=wanted.department,
        legal_basis=wanted.legal_basis,
        valid_from=wanted.valid_from,
        updated_at=now,
    )


def _require_known(session: Session, wanted: Answering) -> None:
    known: tuple[tuple[type[Any], str, str], ...] = (
        (Matter, wanted.matter, "matter"),
        (District, wanted.district, "district"),
        (Department, wanted.department, "department"),
    )
    for table, code, called in known:
        if session.get(table, code) is None:
            raise NotFound(f"There is no {called} {code!r}.", remedy="Choose one that there is.")
    if not wanted.legal_basis.strip():
        raise Invalid("The entry has no legal basis.", remedy="Name the law or the decision.")
    if wanted.valid_to and wanted.valid_to < wanted.valid_from:
        raise Invalid("The last day lies before the first.", remedy="Exchange the two days.")


def _require_room(later: list[Responsibility], wanted: Answering) -> None:
    first = min((row.valid_from for row in later), default=None)
    if first and (wanted.valid_to is None or wanted.valid_to >= first):
        raise Conflict(
            f"A later entry begins on {first}.", remedy="Let this one end before it begins."
        )


def _tell_entry(
    session: Session, row: Responsibility, actor: Actor, now: datetime, *, change: str
) -> None:
    tell(
        session,
        "catalogue",
        actor,
        now,
        chain=f"catalogue:{row.matter_code}:{row.district_code}",
        department=row.department_code,
        valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat() if row.valid_to else None,
        change=change,
    )
