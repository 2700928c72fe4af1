"""An event that an older transaction holds back is sent once that one ends, not a second on."""

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from hotline.api import stream
from hotline.core import db, events
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.events import EventType


def ring(engine: Engine) -> None:
    with transaction(engine) as session:
        events.append(session, EventType.CALL_RINGING, chain="call:x", actor="test", now=now())


def test_what_is_held_back_is_known_and_readable_once_the_older_one_ends(emptied: Engine) -> None:
    with Session(emptied) as reader, emptied.connect() as older:
        older.execute(text("SELECT pg_current_xact_id()"))
        ring(emptied)
        below, hidden = events.horizon(reader)
        assert hidden
        older.rollback()
        assert events.horizon(reader)[0] > below
        assert not events.horizon(reader)[1]


def test_readers_are_woken_again_when_it_becomes_readable(
    emptied: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "engine", lambda: emptied)
    assert list(stream.readable()) == [None]
    with emptied.connect() as older:
        older.execute(text("SELECT pg_current_xact_id()"))
        ring(emptied)
        woken = stream.readable()
        next(woken)
        older.rollback()
        assert list(woken) == [None]


def test_a_transaction_that_runs_on_wakes_nobody_for_nothing(
    emptied: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "engine", lambda: emptied)
    with emptied.connect() as older:
        older.execute(text("SELECT pg_current_xact_id()"))
        ring(emptied)
        assert list(stream.readable()) == [None]
