"""排队与漏接回拨 as the page lists them: numbers masked, what may not be seen left out."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.sealing import reach
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.why_waiting import reason
from hotline.core import accounts
from hotline.core.settings import Settings
from telephony import acd, owed, queueing, seats
from telephony.acd.patience import MissedWhy
from telephony.acd.waiting import Boosts, expected_wait_s
from telephony.models import Call, Seat
from telephony.models_queue import MissedCall

MOST = 100


@dataclass(frozen=True)
class Waiter:
    """Somebody on the line."""

    call: str
    place: int
    masked: str
    language: str
    since: str
    why: str
    expected_min: int | None


@dataclass(frozen=True)
class Owed:
    """漏接回拨: somebody to whom the hotline owes a call; `mine`: the viewer is shown it now."""

    id: int
    masked: str
    language: str
    why: str
    since: str
    missed: str
    due: str
    is_due: bool
    times: int
    attempts: int
    agent: str
    mine: bool
    short: bool


def waiters(session: Session, viewer: Viewer, own: Settings, *, now: datetime) -> list[Waiter]:
    """Return who waits, who is served next first; their places count whom nobody here may see."""
    entries = queueing.open_entries(session)
    waiting = [queueing.as_waiting(call, entry) for call, entry in entries]
    waiting += [owed.as_waiting(row) for row in owed.due(session, now=now)]
    places = acd.positions(waiting, now)
    taken, agents = queueing.handling_s(session, now=now), len(seats.present(session))
    boosts = Boosts(own.boost_elder_s, own.boost_repeat_s)
    seen = _seen(session, viewer, {call.id for call, _ in entries})
    lines = []
    for call, entry in entries:
        place = places[str(call.id)]
        expected = expected_wait_s(place, taken, agents)
        line = Waiter(
            call=str(call.id),
            place=place,
            masked=call.caller_masked,
            language=call.language,
            since=queueing.as_waiting(call, entry).since.isoformat(),
            why=str(reason(call.boost_s, boosts)),
            expected_min=None if expected is None else max(1, round(expected / 60)),
        )
        lines += [line] if call.id in seen else []
    return sorted(lines, key=lambda line: line.place)[:MOST]


def owed_lines(session: Session, viewer: Viewer, *, now: datetime) -> list[Owed]:
    """Return who is owed a call, who has waited longest first; who hung up at once stand last."""
    rows = owed.open_ones(session, limit=2 * MOST)
    seen = _seen(session, viewer, {row.call_id for row in rows})
    rows = [row for row in rows if row.call_id in seen]
    calls = _masked(session, [row.call_id for row in rows])
    held = _holders(session, rows)
    people = called(session, set(held.values()))
    me = accounts.find(session, viewer.actor.name)
    lines = [
        Owed(
            id=row.id or 0,
            masked=calls[row.call_id],
            language=row.language,
            why=row.why,
            since=row.waiting_since.isoformat(),
            missed=moments.short(row.missed_at),
            due=moments.short(row.due_at),
            is_due=row.due_at <= now,
            times=row.times,
            attempts=row.attempts,
            agent=people.get(held.get(row.account_id or 0, ""), ""),
            mine=bool(me and row.account_id == me.id),
            short=row.why == MissedWhy.SHORT,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.short)[:MOST]


def _seen(session: Session, viewer: Viewer, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    if not ids:
        return set()
    mine = select(Call.id).where(col(Call.id).in_(ids), reach.calls(viewer.actor, col(Call.id)))
    return set(session.exec(mine))


def _masked(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    found = select(Call.id, Call.caller_masked).where(col(Call.id).in_(ids))
    return dict(session.exec(found).all()) if ids else {}


def _holders(session: Session, rows: Sequence[MissedCall]) -> dict[int, str]:
    ids = {row.account_id for row in rows if row.account_id}
    found = select(Seat.account_id, Seat.username).where(col(Seat.account_id).in_(ids))
    return dict(session.exec(found).all()) if ids else {}
