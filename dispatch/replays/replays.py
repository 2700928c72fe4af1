"""推演: asked for, cancelled, begun again; who does it is a job (`running`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from dispatch.replays import changes as rules
from dispatch.replays import inputs, turns
from dispatch.replays.changes import LONGEST_NAME, Changes
from dispatch.replays.models_replays import Replay, ReplayFinding, ReplayTally
from dispatch.replays.stages import Action, State, advance
from hotline.core import events, privacy
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.db import after_commit
from hotline.core.errors import Invalid, NotFound
from hotline.core.events import EventType

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """A replay as it is asked for; both days included."""

    name: str
    since: date
    until: date
    changes: Changes


def ask(session: Session, asked: Asked, *, actor: Actor, now: datetime) -> Replay:
    """推演: queue a replay of the period; it changes nothing but its own rows.

    Raises Invalid for a period that is none, not over or above a year, and for what
    `changes.check` refuses.
    """
    name = privacy.mask_text(asked.name.replace("\0", "").strip())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("A replay has a name.", remedy=f"Give one of {LONGEST_NAME} signs at most.")
    if asked.until < asked.since or asked.until - asked.since >= LONGEST:
        raise Invalid("The period is none, or above a year.", remedy="Give two days of one year.")
    if asked.until >= beijing_day(now):
        raise Invalid(
            "The replayed period has not ended.", remedy="End it yesterday at the latest."
        )
    rules.check(asked.changes)
    told = inputs.written(session, asked.changes, asked.until, now=now)
    days = {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    replay = Replay(
        name=name,
        since=asked.since,
        until=asked.until,
        changed=list(asked.changes.parts),
        inputs=told,
        inputs_hash=rules.hash_of({**days, **told}),
        state=State.QUEUED,
        asked_at=now,
        asked_by=str(actor),
    )
    session.add(replay)
    session.flush()
    tell(session, replay, EventType.REPLAY_ASKED, actor=str(actor), now=now, **days)
    _begin_soon(session, replay)
    return replay


def cancel(session: Session, replay: Replay, *, actor: Actor, now: datetime) -> Replay:
    """取消: the batch that is being done ends with this; raise Conflict once it has ended."""
    move(replay, Action.CANCEL)
    replay.ended_at = now
    session.add(replay)
    tell(session, replay, EventType.REPLAY_ENDED, actor=str(actor), now=now)
    return replay


def restart(session: Session, replay: Replay, *, actor: Actor, now: datetime) -> Replay:
    """重新推演: from the beginning, what was found until now is dropped; raise Conflict."""
    move(replay, Action.RESTART)
    for table in (ReplayFinding, ReplayTally):
        session.exec(delete(table).where(col(table.replay_id) == replay.id))
    replay.part, replay.after_day, replay.after_id = "", None, 0
    replay.done = replay.total = replay.tries = replay.sealed = 0
    replay.reason, replay.started_at, replay.ended_at = "", None, None
    session.add(replay)
    tell(session, replay, EventType.REPLAY_RESTARTED, actor=str(actor), now=now)
    _begin_soon(session, replay)
    return replay


def _begin_soon(session: Session, replay: Replay) -> None:
    number = replay.id or 0
    after_commit(session, lambda: turns.ask(number))


def move(replay: Replay, action: Action) -> None:
    """Take the action; the one place where a replay's state changes."""
    replay.state = advance(replay.state, action)
    replay.version += 1


def find(session: Session, replay_id: int, *, lock: bool = False) -> Replay:
    """Return the replay; raise NotFound."""
    query = select(Replay).where(Replay.id == replay_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no replay {replay_id}.")
    return found


def listed(session: Session, *, before: int = 0, limit: int = 50) -> Sequence[Replay]:
    """Return the replays, the newest first; `before` is the id of the last one seen."""
    query = select(Replay).order_by(col(Replay.id).desc()).limit(limit)
    return session.exec(query.where(col(Replay.id) < before) if before else query).all()


def tell(
    session: Session, replay: Replay, what: EventType, *, actor: str, now: datetime, **refs: Any
) -> None:
    """Leave the event of a change in the replay's own chain."""
    told = {"replay": replay.id, "state": replay.state, **refs}
    events.append(session, what, chain=f"replay:{replay.id}", actor=actor, now=now, **told)
