"""The daily seal: an end that was cut off, or a history that was rewritten, is found."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from hotline.core import events, seals
from hotline.core.events import Broken, EventType
from tests.factories import as_owner

DAY = timedelta(days=1)


def add(session: Session, chain: str, now: datetime) -> None:
    events.append(session, EventType.CALL_RINGING, chain=chain, actor="test", now=now)


@pytest.fixture
def log(engine: Engine, now: datetime) -> Iterator[Session]:
    """Two days of committed events, each day sealed; everything is gone again afterwards."""
    session = Session(engine, expire_on_commit=False)
    for day, chains in enumerate((("a", "a", "b"), ("b", "c"))):
        for chain in chains:
            add(session, chain, now + day * DAY)
        session.commit()
        assert seals.seal(session, now=now + day * DAY)
        session.commit()
    yield session
    session.rollback()
    as_owner(session)
    session.execute(text("TRUNCATE event, sealed_chain, seal"))
    session.commit()
    session.close()


def test_a_day_is_sealed_once_and_says_where_every_chain_ended(
    log: Session, now: datetime, tmp_path: Path
) -> None:
    assert seals.seal(log, now=now + DAY) is None
    ends = log.execute(text("SELECT day - date '2026-11-25', chain, seq FROM sealed_chain"))
    assert sorted(tuple(row) for row in ends) == [
        (0, "a", 2),
        (0, "b", 1),
        (1, "b", 2),
        (1, "c", 1),
    ]
    assert seals.verify(log, tmp_path) == 2


def test_an_end_that_was_cut_off_is_named(log: Session, tmp_path: Path) -> None:
    as_owner(log)
    log.execute(text("DELETE FROM event WHERE chain = 'b' AND seq = 2"))
    assert events.verify(log) == 4  # the chain alone does not notice
    with pytest.raises(Broken, match=r"b had event 2 when 2026-11-26 was sealed"):
        seals.verify(log, tmp_path)


def test_seals_that_were_made_to_fit_a_rewritten_history_are_found_by_the_file(
    log: Session, now: datetime, tmp_path: Path
) -> None:
    last = seals.latest(log)
    assert last
    seals.keep_elsewhere(last, tmp_path)
    as_owner(log)
    log.execute(text("DELETE FROM event WHERE chain = 'c'"))
    log.execute(text("DELETE FROM sealed_chain WHERE day = :day"), {"day": last.day})
    log.execute(text("DELETE FROM seal WHERE day = :day"), {"day": last.day})
    log.expunge_all()
    assert seals.seal(log, now=now + DAY)
    with pytest.raises(Broken, match="another one than"):
        seals.verify(log, tmp_path)


@pytest.mark.parametrize("table", ["seal", "sealed_chain"])
def test_a_seal_that_was_changed_is_found(log: Session, tmp_path: Path, table: str) -> None:
    column = {"seal": "root", "sealed_chain": "hash"}[table]
    as_owner(log)
    log.execute(text(f"UPDATE {table} SET {column} = 'x' WHERE day = '2026-11-25'"))  # noqa: S608  # fixed words
    log.expire_all()
    with pytest.raises(Broken, match="seal of 2026-11-25"):
        seals.verify(log, tmp_path)
