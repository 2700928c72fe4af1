"""The newest events in memory: nobody misses one, hears one twice, or hears what is not theirs."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch.sealing.hearing import Marks, Told
from hotline.api import stream
from hotline.api.stream_window import Window
from hotline.core import db, events
from hotline.core.accounts import Actor, Role
from hotline.core.clock import now
from hotline.core.confidentiality import Confidentiality
from hotline.core.db import transaction
from hotline.core.events import Cursor, Event, EventType

AGENT = Actor("dawa", Role.AGENT)
sizes = st.lists(st.integers(0, 7), max_size=8)


def told(place: int, *marks: Marks, type: str = "call.ringing") -> Told:
    event = Event(
        id=place, xid=place // 3, at=datetime(2026, 11, 26, tzinfo=UTC), type=type, chain="call:x",
        seq=place, actor="test", audience="internal", refs={}, prev_hash="", hash="",
    )  # fmt: skip
    return Told(event, marks)


@given(sizes, st.integers(1, 12))
def test_who_follows_the_window_gets_every_event_once_and_in_order(
    batches: list[int], keep: int
) -> None:
    window, place, got = Window(Cursor(), Cursor()), Cursor(), []
    next_one = 1
    for size in batches:
        batch = [told(each) for each in range(next_one, next_one + size)]
        next_one += size
        window = window.grown(batch, keep=keep)
        found = window.after(place)
        if found is None:  # further behind than the window reaches: the log has it
            assert size > keep
            place = window.floor
            got = list(range(1, window.entries[0].told.event.id or 0))
            found = window.after(place)
        assert found is not None
        got += [entry.told.event.id or 0 for entry in found]
        place = Cursor(*found[-1].place) if found else place
    assert got == list(range(1, next_one))
    assert len(window.entries) <= keep


@given(st.integers(0, 30), st.integers(1, 10))
def test_who_is_further_behind_than_the_window_reaches_is_told_so(size: int, keep: int) -> None:
    window = Window(Cursor(), Cursor()).grown([told(n) for n in range(1, size + 1)], keep=keep)
    assert (window.after(Cursor()) is None) is (size > keep)
    assert window.after(window.end) == ()


def test_only_what_was_asked_for_and_may_be_known_is_sent() -> None:
    near = Marks(frozenset({"540102", "540100"}), Confidentiality.INTERNAL, frozenset())
    sealed = Marks(frozenset({"540102"}), Confidentiality.SEALED, frozenset({"dawa"}))
    window = Window(Cursor(), Cursor()).grown([told(1, near), told(2, sealed), told(3)])
    lhasa, nagqu = (Actor("pema", Role.AGENT, district=code) for code in ("540100", "540600"))
    every = frozenset[str]()

    def heard(actor: Actor, wanted: frozenset[str] = every) -> list[int | None]:
        entries = window.after(Cursor()) or ()
        return [each.told.event.id for each in entries if each.concerns(wanted, actor)]

    assert heard(lhasa) == [1, 3]
    assert heard(nagqu) == [3]
    assert heard(AGENT) == [1, 2, 3]
    assert heard(AGENT, frozenset({"ticket.closed"})) == []


def ring(engine: Engine) -> None:
    with transaction(engine) as session:
        chain = f"call:{uuid4()}"
        events.append(session, EventType.CALL_RINGING, chain=chain, actor="test", now=now())


def test_hundreds_of_streams_are_told_from_one_reading(
    emptied: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "engine", lambda: emptied)
    hub = stream.Hub()
    monkeypatch.setattr(stream, "hub", hub)
    with Session(emptied) as session:
        hub.window = stream.read_on(session, None)
        place = hub.window.end
    for _ in range(3):
        ring(emptied)
    with Session(emptied) as session:
        hub.window = stream.read_on(session, hub.window)
    monkeypatch.setattr(stream, "_read", None)  # nobody asks the database for themselves

    async def listen() -> list[str]:
        following = stream._follow(place, frozenset(), AGENT, lambda: AGENT)
        frames = [await anext(following) for _ in range(2)]  # what was waiting comes at once
        await following.aclose()
        return frames

    async def everybody() -> list[list[str]]:
        return await asyncio.gather(*(listen() for _ in range(300)))

    heard = asyncio.run(everybody())
    assert {tuple(each) for each in heard} == {tuple(heard[0])}
    assert [frame.count("event: call.ringing") for frame in heard[0]] == [0, 3]
    assert hub.listeners == 0


def test_who_comes_from_before_the_window_reads_the_log_and_goes_on_in_memory(
    emptied: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "engine", lambda: emptied)
    hub = stream.Hub()
    monkeypatch.setattr(stream, "hub", hub)
    with Session(emptied) as session:
        place = events.latest(session)
    ring(emptied)
    with Session(emptied) as session:
        hub.window = stream.read_on(session, None)
    ring(emptied)
    with Session(emptied) as session:
        hub.window = stream.read_on(session, hub.window)

    def goes_on() -> None:
        ring(emptied)
        with Session(emptied) as session:
            hub.window = stream.read_on(session, hub.window)
        monkeypatch.setattr(stream, "_read", None)  # what comes now is told from memory

    async def listen() -> list[str]:
        following = stream._follow(place, frozenset(), AGENT, lambda: AGENT)
        frames = [await anext(following) for _ in range(2)]
        goes_on()
        frames.append(await anext(following))
        await following.aclose()
        return frames[1:]

    first, second = asyncio.run(listen())
    assert hub.window
    assert first.startswith(f"id: {hub.window.floor}\n")
    assert first.count("event: call.ringing") == 2
    assert second.startswith(f"id: {hub.window.end}\n")


def test_what_came_before_a_ticket_was_sealed_is_judged_anew(emptied: Engine) -> None:
    with Session(emptied) as session:
        window = stream.read_on(session, None)
    start = window.end
    ring(emptied)
    with Session(emptied) as session:
        window = stream.read_on(session, window)
    assert window.after(start)
    before = window.end
    with transaction(emptied) as session:
        events.append(session, EventType.TICKET_SEALED, chain="ticket:1", actor="x", now=now())
    with Session(emptied) as session:
        window = stream.read_on(session, window)
    assert window.after(start) is None  # who is there reads the log, where reach is judged now
    (sealed,) = window.after(before) or ()
    assert sealed.told.event.type == "ticket.sealed"
