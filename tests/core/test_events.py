"""The log: chained, complete, and read without skipping a late commit."""

from datetime import datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session

from hotline.core import events
from hotline.core.events import Broken, Cursor, EventType
from tests.factories import as_owner


def add(session: Session, chain: str, now: datetime) -> events.Event:
    return events.append(session, EventType.CALL_RINGING, chain=chain, actor="test", now=now)


def test_every_chain_counts_and_binds_its_own_events(session: Session, now: datetime) -> None:
    for chain in ("a", "b", "a", "a"):
        add(session, chain, now)
    chained = events.history(session, "a")
    assert [event.seq for event in chained] == [1, 2, 3]
    assert [event.prev_hash for event in chained[1:]] == [event.hash for event in chained[:-1]]
    assert events.verify(session) == 4


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET actor = 'somebody else' WHERE seq = 2",
        "UPDATE event SET refs = '{\"x\": 1}' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
    ],
)
def test_a_changed_or_missing_event_is_found(session: Session, now: datetime, change: str) -> None:
    for _ in range(3):
        add(session, "a", now)
    as_owner(session)
    session.execute(text(change))
    session.expire_all()
    with pytest.raises(Broken):
        events.verify(session)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET actor = 'somebody else'",
        "DELETE FROM event",
        "TRUNCATE event",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(
    session: Session, now: datetime, change: str
) -> None:
    add(session, "a", now)
    with pytest.raises(ProgrammingError, match="append-only"), session.begin_nested():
        session.execute(text(change))
    assert events.verify(session) == 1


def test_a_reader_waits_for_the_late_commit_instead_of_skipping_it(
    engine: Engine, now: datetime
) -> None:
    with Session(engine) as early, Session(engine) as late, Session(engine) as reader:
        add(early, "watermark-early", now)  # begun first, committed last
        add(late, "watermark-late", now)
        late.commit()
        start = events.latest(reader)  # whoever begins to listen now must hear both
        assert [event.chain for event in events.read(reader, start)] == []
        early.commit()
        reader.rollback()
        seen = [event.chain for event in events.read(reader, start)]
        assert seen == ["watermark-early", "watermark-late"]
        as_owner(reader)
        for chain in seen:
            reader.execute(text("DELETE FROM event WHERE chain = :chain"), {"chain": chain})
        reader.commit()


def test_a_cursor_survives_the_wire() -> None:
    assert Cursor.parse(str(Cursor(7, 9))) == Cursor(7, 9)
    with pytest.raises(ValueError, match="nonsense"):
        Cursor.parse("nonsense")
