"""规则版本: which versions of calendars and limits a transaction goes by.

Who reads them holds a shared lock until it commits, and a new version waits for all of those: no
clock starts by an older version once the reckoning of a newer one has begun.
"""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, select

from hotline.core.ahead import Question, answers

_LOCK = 12350  # of this database: 12345 is the leading switch, 12346 a migration
_KEPT = "rules_stamp"
QUESTIONS = (
    Question(f"SELECT pg_advisory_xact_lock_shared({_LOCK})"),
    Question(
        "SELECT coalesce((SELECT max(id) FROM calendar_version), 0), "
        "coalesce((SELECT max(id) FROM policy_version), 0)",
        columns=2,
    ),
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The newest version of each; 0 where only the packaged rules are there."""

    calendar: int
    policies: int


def current(session: Session) -> Stamp:
    """Return what is in force, the same throughout the session's transaction."""
    transaction = session.get_transaction()
    kept = session.info.get(_KEPT)
    if kept is None or transaction is None or kept[0] is not transaction:
        kept = session.get_transaction(), _read(session)
        session.info[_KEPT] = kept
    stamp: Stamp = kept[1]
    return stamp


def change(session: Session) -> None:
    """Wait for whoever goes by the present versions; a new one may then be written."""
    session.exec(select(func.pg_advisory_xact_lock(_LOCK)))
    session.info.pop(_KEPT, None)


def _read(session: Session) -> Stamp:
    """Take the lock, then read: only what begins later sees what its last holder wrote."""
    _, ((calendar, policies),) = answers(session, *QUESTIONS)
    return Stamp(calendar, policies)
