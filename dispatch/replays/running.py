"""推演的进行: batch by batch, each in a transaction, going on from where the last one ended.

How far it has come stands in its row beside what was found until there, so that a job killed half
way loses one batch at most and counts none twice.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.replays import clock_batches, orders_then, replays, routed, weighed
from dispatch.replays.changes import Part
from dispatch.replays.clock_batches import Done, Sides
from dispatch.replays.models_replays import Replay
from dispatch.replays.routed import Router
from dispatch.replays.stages import OPEN, Action, State
from dispatch.replays.tallies import hash_found
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType

CLOCKS, WEIGHTS, ROUTING = "clocks", "weights", "routing"
MOST_TRIES = 5  # turns that died before they ended a batch
LONGEST_REASON = 300


@dataclass
class Kept:
    """What a turn has read once."""

    sides: Sides | None = None
    router: Router | None = None


def open_ones(session: Session) -> list[int]:
    """Return the replays that are not over, the oldest first."""
    query = select(Replay.id).where(col(Replay.state).in_(OPEN)).order_by(col(Replay.id))
    return [each for each in session.exec(query) if each is not None]


def begin_turn(session: Session, replay_id: int, *, now: datetime) -> bool:
    """Count a turn; return whether it may run. One that died too often here has failed."""
    replay = _claim(session, replay_id)
    if replay is None:
        return False
    replay.tries += 1
    if replay.tries <= MOST_TRIES:
        session.add(replay)
        return True
    fail(session, replay, f"It was ended {MOST_TRIES} times at the same place.", now=now)
    return False


def step(session: Session, replay_id: int, kept: Kept, *, now: datetime) -> bool:
    """Take the next step; return whether another may follow, not where another worker is at it."""
    replay = _claim(session, replay_id)
    if replay is None:
        return False
    if replay.state == State.QUEUED:
        _start(session, replay, now=now)
    elif not _batch(session, replay, kept):
        _next_part(session, replay, now=now)
    replay.tries = 0
    session.add(replay)
    return replay.state in OPEN


def fail(session: Session, replay: Replay, why: str, *, now: datetime) -> None:
    """Note that it has failed, and why."""
    replay.reason = why[:LONGEST_REASON]
    _end(session, replay, Action.FAIL, now=now)


def fail_by_id(session: Session, replay_id: int, why: str, *, now: datetime) -> None:
    """Note the same of a replay that is still open."""
    replay = _claim(session, replay_id)
    if replay:
        fail(session, replay, why, now=now)


def _claim(session: Session, replay_id: int) -> Replay | None:
    """Return the open replay, locked; None when it is over, or another worker is at it."""
    return session.exec(
        select(Replay)
        .where(Replay.id == replay_id, col(Replay.state).in_(OPEN))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()


def _start(session: Session, replay: Replay, *, now: datetime) -> None:
    replays.move(replay, Action.START)
    replay.started_at, replay.part = now, CLOCKS
    replay.total = orders_then.count(session, replay.since, replay.until)
    if Part.ROUTING in replay.changed:
        replay.total += routed.total(session, replay.since, replay.until)
    replays.tell(session, replay, EventType.REPLAY_STARTED, actor=str(MACHINE), now=now)


def _batch(session: Session, replay: Replay, kept: Kept) -> bool:
    """Do the next batch of the part; return whether there was one."""
    did = _did(session, replay, kept)
    if did.last is None:
        return False
    replay.after_day, replay.after_id = did.last
    replay.done += did.things
    replay.sealed += did.sealed
    return True


def _did(session: Session, replay: Replay, kept: Kept) -> Done:
    after = (replay.after_day, replay.after_id) if replay.after_day else None
    if replay.part == CLOCKS:
        kept.sides = kept.sides or clock_batches.sides(session, replay)
        judged_at = replay.started_at or replay.asked_at
        return clock_batches.go_on(session, replay, kept.sides, after, now=judged_at)
    if replay.part == ROUTING:
        kept.router = kept.router or routed.router(session, replay)
        return routed.go_on(session, replay, kept.router, after)
    weighed.count(session, replay)
    return Done(0, 0, None)


def _next_part(session: Session, replay: Replay, *, now: datetime) -> None:
    wanted = [CLOCKS]
    wanted += [WEIGHTS] if Part.WEIGHTS in replay.changed else []
    wanted += [ROUTING] if Part.ROUTING in replay.changed else []
    left = wanted[wanted.index(replay.part) + 1 :]
    replay.after_day, replay.after_id = None, 0
    if left:
        replay.part = left[0]
        return
    replay.result_hash = hash_found(session, replay)
    _end(session, replay, Action.FINISH, now=now)


def _end(session: Session, replay: Replay, action: Action, *, now: datetime) -> None:
    replays.move(replay, action)
    replay.part, replay.ended_at = "", now
    session.add(replay)
    replays.tell(session, replay, EventType.REPLAY_ENDED, actor=str(MACHINE), now=now)
