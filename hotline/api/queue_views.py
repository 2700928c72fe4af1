"""排队 over HTTP: who waits and where they stand, and who is owed a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session, col, select

from dispatch.sealing import reach
from hotline.api.schemas_queue import MissedOut, PartyOut, QueueFacts, QueueOut, WaitingOut
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING
from telephony import acd, owed, parties, queueing, seats
from telephony.acd.waiting import expected_wait_s
from telephony.models import Call, Seat
from telephony.models_queue import MissedCall, QueueEntry

MOST = 200

router = APIRouter(prefix="/api/v1/queue", tags=["calls"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.QUEUE_READ))]


@dataclass(frozen=True)
class Standing:
    """The queue at a moment: everybody's place, and what recent calls took."""

    entries: Sequence[tuple[Call, QueueEntry]]
    places: Mapping[str, int]
    handling_s: Sequence[float]
    agents: int
    at: datetime

    def expected_s(self, position: int) -> int | None:
        """Return how long who stands there will wait."""
        found = expected_wait_s(position, self.handling_s, self.agents)
        return None if found is None else round(found)


@router.get("", operation_id="get_queue", summary="Who waits, who is owed a call (排队)")
def get_queue(actor: Reader, session: SessionDep) -> QueueOut:
    """Return who waits, who is served next first, and who is owed a call, longest first."""
    standing = standing_now(session, now=now())
    rows = owed.open_ones(session, limit=MOST)
    ids = {call.id for call, _ in standing.entries} | {row.call_id for row in rows}
    seen = _seen(session, actor, ids)
    lines = [_line(standing, *each) for each in standing.entries if each[0].id in seen]
    return QueueOut(
        waiting=sorted(lines, key=lambda line: line.position),
        owed=missed_out(session, [row for row in rows if row.call_id in seen]),
    )


def standing_now(session: Session, *, now: datetime) -> Standing:
    """Return how the queue stands."""
    entries = queueing.open_entries(session)
    waiting = [queueing.as_waiting(call, entry) for call, entry in entries]
    waiting += [owed.as_waiting(row) for row in owed.due(session, now=now)]
    return Standing(
        entries,
        acd.positions(waiting, now),
        queueing.handling_s(session, now=now),
        len(seats.present(session)),
        now,
    )


def facts(session: Session, call: Call, *, now: datetime) -> QueueFacts:
    """Return how the call waited, or waits."""
    position = expected = None
    if queueing.open_entry(session, call.id) and call.ended_at is None:
        standing = standing_now(session, now=now)
        position = standing.places.get(str(call.id))
        expected = standing.expected_s(position) if position else None
    until = call.connected_at or call.ended_at or now
    waited = (until - call.queued_at).total_seconds() if call.queued_at else None
    return QueueFacts(
        queued_at=call.queued_at,
        connected_at=call.connected_at,
        waited_s=None if waited is None else round(max(waited, 0)),
        language=call.language,
        position=position,
        expected_wait_s=expected,
    )


def parties_of(session: Session, call: Call) -> list[PartyOut]:
    """Return whoever took part beside the caller, in the order of their coming."""
    return [PartyOut.model_validate(each) for each in parties.everybody(session, call.id)]


def missed_out(session: Session, rows: Sequence[MissedCall]) -> list[MissedOut]:
    """Return the rows as they are shown."""
    calls = _by_id(session, Call, [row.call_id for row in rows])
    held = _by_id(session, Seat, [row.account_id for row in rows if row.account_id])
    return [
        MissedOut.model_validate(
            {
                **row.model_dump(),
                "call": str(row.call_id),
                "caller": calls[row.call_id].caller_masked,
                "agent": held[row.account_id].username if row.account_id in held else None,
            }
        )
        for row in rows
    ]


def _line(standing: Standing, call: Call, entry: QueueEntry) -> WaitingOut:
    waiting = queueing.as_waiting(call, entry)
    position = standing.places[waiting.key]
    return WaitingOut(
        call=str(call.id),
        caller=call.caller_masked,
        since=waiting.since,
        language=call.language,
        score=round(waiting.score(standing.at), 1),
        position=position,
        expected_wait_s=standing.expected_s(position),
    )


def _seen(session: Session, actor: Actor, ids: set[Any]) -> set[Any]:
    seen = select(Call.id).where(col(Call.id).in_(ids), reach.calls(actor, col(Call.id)))
    return set(session.exec(seen)) if ids else set()


def _by_id(session: Session, model: Any, ids: Sequence[Any]) -> dict[Any, Any]:
    key = model.account_id if model is Seat else model.id
    found = session.exec(select(model).where(col(key).in_(ids))) if ids else ()
    return {each.account_id if model is Seat else each.id: each for each in found}
