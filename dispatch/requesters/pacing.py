"""查询锁定: what is counted of a number, telephone or address: nobody tries too often."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from dispatch.requesters.models_requesters import Lookup
from hotline.core import vault
from hotline.core.people import lockout
from hotline.core.people.lockout import Limits, Streak


def let_pass(session: Session, limits: Mapping[str, Limits], *, now: datetime) -> bool:
    """Count one more about each of these; return False, and count none, while one is locked.

    Rows are locked in the given order until the transaction ends.
    """
    rows = [(locked_row(session, about), each) for about, each in limits.items()]
    if any(lockout.is_locked(streak_of(row), now) for row, _ in rows):
        return False
    for row, each in rows:
        keep(session, row, lockout.fail(streak_of(row), each, now))
    return True


def locked_row(session: Session, about: str) -> Lookup:
    """Return the row about a number or an address, kept from others until the transaction ends."""
    key = vault.blind_index(f"lookup:{about}")
    session.exec(insert(Lookup).values(about=key, failures=0).on_conflict_do_nothing())
    query = select(Lookup).where(Lookup.about == key).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def streak_of(row: Lookup) -> Streak:
    """Return what was counted so far."""
    return Streak(row.failures, row.failed_at, row.locked_until)


def keep(session: Session, row: Lookup, streak: Streak) -> None:
    """Keep what is counted now."""
    row.failures, row.failed_at = streak.failures, streak.failed_at
    row.locked_until = streak.locked_until
    session.add(row)
