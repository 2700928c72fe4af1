"""A lane's turn: leased to one process, its events sent one after the other, what came of it kept.

Any number of processes take turns. One that dies in a turn is followed by another when the lease
is over: what it had sent may be sent again, by the same id.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from dispatch.webhooks.lanes import PINGS
from dispatch.webhooks.models_webhooks import DeliveryStatus, WebhookEndpoint
from dispatch.webhooks.pace import Pace
from dispatch.webhooks.sending import Answer, Fault
from hotline.core import arrays


@dataclass(frozen=True, slots=True)
class Letter:
    """One event to be sent."""

    id: int
    message: str
    body: str
    tries: int
    ticket: str  # empty for a ping, and for what a call is told by
    sequence: int

    @property
    def is_ping(self) -> bool:
        return self.message.startswith(f"{PINGS}-")


@dataclass(frozen=True, slots=True)
class Turn:
    """A leased lane with the first events that wait in it."""

    lane: int
    lease: uuid.UUID
    subject: str
    endpoint: WebhookEndpoint
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One try of one event."""

    letter: Letter
    answer: Answer
    at: datetime


@dataclass(slots=True)
class Ended:
    """What a turn came to; only its last try may have failed."""

    turn: Turn
    tried: list[Tried] = field(default_factory=list)


_CLAIM = text(
    "WITH ready AS ("
    "SELECT endpoint.id, :each - coalesce(busy.turns, 0) AS room FROM webhook_endpoint AS endpoint "
    "LEFT JOIN unnest(CAST(:busy AS uuid[]), CAST(:turns AS int[])) AS busy(id, turns) "
    "ON busy.id = endpoint.id WHERE endpoint.disabled_at IS NULL), "
    "due AS (SELECT lane.id FROM ready CROSS JOIN LATERAL ("
    "SELECT id, due_at FROM webhook_lane WHERE endpoint_id = ready.id AND due_at <= :now "
    "AND (leased_until IS NULL OR leased_until <= :now) "
    "ORDER BY due_at LIMIT greatest(ready.room, 0) FOR UPDATE SKIP LOCKED) AS lane "
    "ORDER BY lane.due_at LIMIT :most) "
    "UPDATE webhook_lane SET lease = :lease, leased_until = :until FROM due "
    "WHERE webhook_lane.id = due.id "
    "RETURNING webhook_lane.id, webhook_lane.endpoint_id, webhook_lane.subject"
)
# Sealed since it was owed: nothing of it leaves any more.
_WITHHOLD = text(
    "UPDATE webhook_delivery AS delivery SET status = 'withheld' FROM webhook_lane AS lane, ticket "
    "WHERE delivery.lane_id = ANY(CAST(:lanes AS bigint[])) AND delivery.status = 'waiting' "
    "AND lane.id = delivery.lane_id AND ticket.confidentiality = 'sealed' "
    "AND ticket.number IN (delivery.ticket, regexp_replace(lane.subject, '-[0-9]+$', ''))"
)
_LETTERS = text(
    "SELECT letter.* FROM unnest(CAST(:lanes AS bigint[])) AS lane(id) CROSS JOIN LATERAL ("
    "SELECT lane_id, id, message, body, tries, ticket, sequence FROM webhook_delivery "
    "WHERE lane_id = lane.id AND status = 'waiting' ORDER BY sequence LIMIT :row) AS letter "
    "ORDER BY lane_id, sequence"
)
_HOLD = text(
    "SELECT lane.id FROM webhook_lane AS lane JOIN unnest(CAST(:lanes AS bigint[]), "
    "CAST(:leases AS uuid[])) AS ours(id, lease) ON ours.id = lane.id AND ours.lease = lane.lease "
    "ORDER BY lane.id FOR UPDATE OF lane"
)
_KEEP = text(
    "UPDATE webhook_delivery AS delivery SET status = told.status, tries = told.tries, "
    "tried_at = told.at, last_status = told.code, last_error = told.fault, "
    "delivered_at = CASE WHEN told.status = 'delivered' THEN told.at ELSE delivered_at END "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:statuses AS text[]), CAST(:tries AS int[]), "
    "CAST(:codes AS int[]), CAST(:faults AS text[]), CAST(:moments AS timestamptz[])) "
    "AS told(id, status, tries, code, fault, at) WHERE delivery.id = told.id"
)
_LET_GO = text(
    "UPDATE webhook_lane AS lane SET lease = NULL, leased_until = NULL, "
    "due_at = CASE WHEN told.again IS NOT NULL THEN told.again "
    "WHEN EXISTS (SELECT FROM webhook_delivery WHERE lane_id = lane.id AND status = 'waiting') "
    "THEN CAST(:now AS timestamptz) END "
    "FROM unnest(CAST(:lanes AS bigint[]), CAST(:again AS timestamptz[])) AS told(id, again) "
    "WHERE lane.id = told.id"
)


def claim(
    session: Session, *, most: int, busy: Mapping[uuid.UUID, int], pace: Pace, now: datetime
) -> list[Turn]:
    """Lease so many due lanes; none of an endpoint that holds its share of `busy` turns already."""
    lease = uuid.uuid4()
    asked = {
        "busy": arrays.of_texts([str(each) for each in busy]),
        "turns": arrays.of_numbers(list(busy.values())),
        "each": pace.each,
        "most": most,
        "lease": lease,
        "now": now,
        "until": now + pace.lease,
    }
    leased = session.execute(_CLAIM, asked).all()
    if not leased:
        return []
    ids = {"lanes": arrays.of_numbers([row[0] for row in leased])}
    session.execute(_WITHHOLD, ids)
    letters: dict[int, list[Letter]] = {row[0]: [] for row in leased}
    for lane, *letter in session.execute(_LETTERS, {**ids, "row": pace.most_in_a_row}).all():
        letters[lane].append(Letter(*letter))
    endpoints = _endpoints(session, {row[1] for row in leased})
    return [
        Turn(lane, lease, subject, endpoints[whose], tuple(letters[lane]))
        for lane, whose, subject in leased
    ]


def _endpoints(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, WebhookEndpoint]:
    query = select(WebhookEndpoint).where(col(WebhookEndpoint.id).in_(ids))
    return {each.id: each for each in session.exec(query).all()}


def settle(
    session: Session, ended: Sequence[Ended], *, pace: Pace, now: datetime
) -> list[tuple[Turn, Letter]]:
    """Keep what came of these turns and end their leases; return the events that were given up.

    A turn whose lease somebody else has taken over since keeps nothing: it is sent again there.
    """
    ours = {
        "lanes": arrays.of_numbers([each.turn.lane for each in ended]),
        "leases": arrays.of_texts([str(each.turn.lease) for each in ended]),
    }
    held = set(session.execute(_HOLD, ours).scalars())
    kept = [each for each in ended if each.turn.lane in held]
    tried = [one for each in kept for one in each.tried]
    if tried:
        session.execute(_KEEP, _columns(tried, pace))
    again = [_again(each, pace) for each in kept]
    lanes = arrays.of_numbers([each.turn.lane for each in kept])
    # A statement of its own: it must see what was owed until the lanes were locked.
    session.execute(_LET_GO, {"lanes": lanes, "again": arrays.of_moments(again), "now": now})
    return [
        (each.turn, one.letter)
        for each in kept
        for one in each.tried
        if _becomes(one, pace) is DeliveryStatus.DEAD
    ]


def _becomes(tried: Tried, pace: Pace) -> DeliveryStatus:
    if tried.answer.fault is None:
        return DeliveryStatus.DELIVERED
    most = 1 if tried.letter.is_ping else pace.most_tries  # a ping tells of this moment
    return DeliveryStatus.DEAD if tried.letter.tries + 1 >= most else DeliveryStatus.WAITING


def _again(ended: Ended, pace: Pace) -> datetime | None:
    """Return when the lane is tried again after a failure; None: at once, if anything waits."""
    last = ended.tried[-1] if ended.tried else None
    if last is None or _becomes(last, pace) is not DeliveryStatus.WAITING:
        return None
    asked = timedelta(seconds=last.answer.retry_after_s)
    return last.at + pace.wait(last.letter.tries + 1, asked=asked)


def _columns(tried: Sequence[Tried], pace: Pace) -> dict[str, str]:
    faults: list[Fault | None] = [each.answer.fault for each in tried]
    return {
        "ids": arrays.of_numbers([each.letter.id for each in tried]),
        "statuses": arrays.of_texts([_becomes(each, pace) for each in tried]),
        "tries": arrays.of_numbers([each.letter.tries + 1 for each in tried]),
        "codes": arrays.of_numbers([each.answer.status for each in tried]),
        "faults": arrays.of_texts([fault or "" for fault in faults]),
        "moments": arrays.of_moments([each.at for each in tried]),
    }
