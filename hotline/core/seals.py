"""日封: once a day the last event of every chain is sealed, across all tickets and calls.

A chain by itself proves that nothing inside it was changed; its end could still be cut off. A
seal holds where each chain ended, and its root binds it to the seal of the day before: whoever
keeps one root elsewhere (it is in the log, and in a file beside the database) can prove that no
event up to that day was changed, added or removed.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import structlog
from sqlalchemy import BigInteger, Column, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core import events
from hotline.core.clock import beijing_day
from hotline.core.db import Moment
from hotline.core.events import Broken

FILE = "seals.txt"
BATCH = 5000

log = structlog.get_logger()


class Seal(SQLModel, table=True):
    """One day's seal: over every event committed since the one before it."""

    day: date = Field(primary_key=True)
    sealed_at: datetime = Field(sa_type=Moment)
    upto_xid: int = Field(sa_column=Column(BigInteger, nullable=False))
    upto_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    chains: int
    before: str  # the root of the seal before this one
    root: str


class SealedChain(SQLModel, table=True):
    """Where a chain ended when the day was sealed, if anything had happened in it."""

    __tablename__ = "sealed_chain"

    day: date = Field(primary_key=True, foreign_key="seal.day")
    chain: str = Field(primary_key=True)
    seq: int
    hash: str


_ENDS = text(
    """
    INSERT INTO sealed_chain (day, chain, seq, hash)
    SELECT DISTINCT ON (chain) :day, chain, seq, hash FROM event
    WHERE (xid, id) > (:after_xid, :after_id) AND (xid, id) <= (:upto_xid, :upto_id)
    ORDER BY chain, seq DESC
    """
)
_FIRST_LOST = text(
    """
    SELECT sealed.day, sealed.chain, sealed.seq FROM sealed_chain AS sealed
    LEFT JOIN event ON event.chain = sealed.chain AND event.seq = sealed.seq
    WHERE event.hash IS DISTINCT FROM sealed.hash
    ORDER BY sealed.day, sealed.chain LIMIT 1
    """
)


def seal(session: Session, *, now: datetime) -> Seal | None:
    """Seal what was committed since the last seal; None when this day is sealed already."""
    last = latest(session)
    day = beijing_day(now)
    if last and last.day >= day:
        return None
    upto = events.latest(session)
    row = {
        "day": day,
        "sealed_at": now,
        "upto_xid": upto.xid,
        "upto_id": upto.id,
        "chains": 0,
        "before": last.root if last else "",
        "root": "",
    }
    made = session.exec(
        insert(Seal).values(row).on_conflict_do_nothing().returning(col(Seal.day))
    ).first()
    if made is None:
        return None  # another process seals it in this very moment
    after = (last.upto_xid, last.upto_id) if last else (0, 0)
    bounds = {"after_xid": after[0], "after_id": after[1], "upto_xid": upto.xid, "upto_id": upto.id}
    session.execute(_ENDS, {"day": day, **bounds})
    sealed = session.get_one(Seal, day)
    sealed.chains, sealed.root = _root(session, sealed)
    session.add(sealed)
    session.flush()
    log.info("history.sealed", day=day.isoformat(), chains=sealed.chains, root=sealed.root)
    return sealed


def latest(session: Session) -> Seal | None:
    """Return the newest seal."""
    return session.exec(select(Seal).order_by(col(Seal.day).desc()).limit(1)).first()


def keep_elsewhere(sealed: Seal, folder: Path) -> None:
    """Add the seal's root to a file that the database can't reach."""
    with (folder / FILE).open("a", encoding="ascii") as out:
        out.write(f"{sealed.day.isoformat()} {sealed.root}\n")


def verify(session: Session, folder: Path) -> int:
    """Return how many seals hold; raise Broken at the first that does not.

    `folder` is where `keep_elsewhere` wrote: a root that stands there must stand in the database.
    """
    seals = session.exec(select(Seal).order_by(col(Seal.day))).all()
    before = ""
    for each in seals:
        if (each.before, each.chains, each.root) != (before, *_root(session, each)):
            raise Broken(
                f"The seal of {each.day.isoformat()} does not fit what it sealed.",
                remedy="Compare with a backup: the seals were changed outside the hotline.",
            )
        before = each.root
    _check_ends(session)
    _check_file({each.day.isoformat(): each.root for each in seals}, folder / FILE)
    return len(seals)


def _check_ends(session: Session) -> None:
    lost = session.execute(_FIRST_LOST).first()
    if lost:
        raise Broken(
            f"{lost.chain} had event {lost.seq} when {lost.day.isoformat()} was sealed; it is "
            "gone or another one.",
            remedy="Compare with a backup: the log was changed outside the hotline.",
        )


def _check_file(roots: dict[str, str], file: Path) -> None:
    for line in file.read_text(encoding="ascii").splitlines() if file.exists() else []:
        day, _, root = line.partition(" ")
        if roots.get(day) != root:
            raise Broken(
                f"The seal of {day} is another one than {file} holds.",
                remedy="Compare with a backup: history and seals were both rewritten.",
            )


def _root(session: Session, sealed: Seal) -> tuple[int, str]:
    """Return how many chains the seal holds and the hash over their ends."""
    ends = session.exec(
        select(SealedChain.chain, SealedChain.seq, SealedChain.hash)
        .where(SealedChain.day == sealed.day)
        .order_by(col(SealedChain.chain).collate("C"))
        .execution_options(yield_per=BATCH)
    )
    return _digest(sealed.before, ends)


def _digest(before: str, ends: Iterable[tuple[str, int, str]]) -> tuple[int, str]:
    running, count = hashlib.sha256(before.encode()), 0
    for chain, seq, fingerprint in ends:
        running.update(f"\n{chain} {seq} {fingerprint}".encode())
        count += 1
    return count, running.hexdigest()
