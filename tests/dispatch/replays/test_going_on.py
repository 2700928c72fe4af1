"""推演的进行: killed half way, cancelled, failed; the same result however it was divided."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from dispatch.models import Clock, Ticket
from dispatch.replays import clock_batches, jobs, replays, running
from dispatch.replays import tallies as stored
from dispatch.replays.changes import Changes, LimitChange, RoutingChange
from dispatch.replays.models_replays import Replay
from dispatch.routing import registry
from dispatch.terms import ClockKind, RequestType
from hotline.core.events import Event
from tests.dispatch.replays.scene import (
    AFTER,
    CHIEF,
    answered,
    asked,
    findings,
    measured,
    replayed,
    run,
    sent,
    tallies,
)
from tests.dispatch.replays.test_replaying import BEGAN, SHORTER, months


def told(session: Session, replay: Replay) -> tuple[object, ...]:
    """Return what was found, without row ids."""
    left_out = {"id", "replay_id"}
    return (
        [each.model_dump(exclude=left_out) for each in tallies(session, replay)],
        [each.model_dump(exclude=left_out) for each in findings(session, replay)],
    )


def turn(session: Session, replay: Replay, steps: int) -> None:
    """Run one turn of so many steps."""

    @contextmanager
    def begin() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    left = iter(range(steps - 1))
    jobs.run(begin, replay.id or 0, clock=lambda: AFTER, more=lambda: next(left, None) is not None)
    session.flush()


def test_the_same_is_found_in_batches_of_one_by_turns_and_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(session)
    whole = replayed(session, SHORTER)
    again = asked(session, SHORTER)
    run(session, again)
    monkeypatch.setattr(clock_batches.go_on, "__kwdefaults__", {"most": 1})
    divided = asked(session, SHORTER)
    seen = []
    while divided.state in ("queued", "running"):
        turn(session, divided, 2)
        seen.append(divided.done)
    assert seen == [1, 3, 4]
    assert told(session, whole) == told(session, again) == told(session, divided)
    assert len({each.result_hash for each in (whole, again, divided)}) == 1
    assert len({each.inputs_hash for each in (whole, again, divided)}) == 1
    assert whole.result_hash != replayed(session).result_hash


def test_a_batch_that_dies_is_taken_up_where_the_last_one_ended(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(session)
    whole = replayed(session, SHORTER)
    monkeypatch.setattr(clock_batches.go_on, "__kwdefaults__", {"most": 2})
    replay = asked(session, SHORTER)
    turn(session, replay, 2)
    kept, tally = stored.write, told(session, replay)

    def dies(*given: Any) -> None:
        kept(*given)
        raise ConnectionError("gone")

    monkeypatch.setattr(stored, "write", dies)
    with pytest.raises(ConnectionError):
        turn(session, replay, 1)
    session.expire_all()
    assert (replay.done, replay.tries) == (2, 1)
    assert told(session, replay) == tally
    monkeypatch.setattr(stored, "write", kept)
    run(session, replay)
    assert told(session, replay) == told(session, whole)


def test_one_that_dies_always_at_one_place_has_failed_with_the_reason(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(session)
    measured(session, AFTER)
    replay = asked(session)
    turn(session, replay, 1)

    def dies(*_: object, **__: object) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(clock_batches, "go_on", dies)
    for _ in range(running.MOST_TRIES):
        with pytest.raises(ConnectionError):
            turn(session, replay, 1)
    turn(session, replay, 1)
    session.expire_all()
    assert (replay.state, replay.reason) == ("failed", "It was ended 5 times at the same place.")
    monkeypatch.undo()
    replays.restart(session, replay, actor=CHIEF, now=AFTER)
    run(session, replay)
    assert (replay.state, replay.reason, replay.done) == ("done", "", 4)


def test_a_model_whose_files_are_not_there_any_more_ends_it_in_words(session: Session) -> None:
    answered(session, sent(session, BEGAN), BEGAN)
    row = registry.register_shipped(session, now=BEGAN)
    replay = asked(session, Changes(routing=RoutingChange(model=row.id)))
    row.folder = "gone"
    session.flush()
    measured(session, AFTER)
    run(session, replay)
    assert replay.state == "failed"
    assert replay.reason


def test_it_touches_no_ticket_no_clock_and_no_event_of_theirs(session: Session) -> None:
    months(session)
    measured(session, AFTER)

    def rows() -> list[object]:
        session.expire_all()
        clocks = session.exec(select(Clock).order_by(col(Clock.id))).all()
        tickets = session.exec(select(Ticket).order_by(col(Ticket.id))).all()
        facts = session.execute(text("SELECT * FROM order_fact ORDER BY id")).all()
        chains = select(Event.hash).where(~col(Event.chain).startswith("replay:"))
        events = session.exec(chains.order_by(col(Event.id))).all()
        dumped = [each.model_dump() for each in (*clocks, *tickets)]
        return [dumped, [tuple(each) for each in facts], list(events)]

    before = rows()
    limits = (LimitChange(ClockKind.REPLY_BY, RequestType.ASSISTANCE, None, None, "1h"),)
    registry.register_shipped(session, now=BEGAN)
    weights = {"response": 20, "resolution": 40, "satisfaction": 40}
    session.flush()
    before[2] = rows()[2]
    replay = asked(session, Changes(limits, (), weights, RoutingChange(None, BEGAN.date())))
    run(session, replay)
    assert replay.state == "done"
    assert rows() == before
