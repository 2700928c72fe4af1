"""通道: one order's events to one endpoint; whatever changes several lanes locks them by id."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from hotline.core import arrays
from hotline.core.clock import beijing

PINGS = "ping"  # the lane of an endpoint's own tests


@dataclass(frozen=True, slots=True)
class Owed:
    """An event that an endpoint is to be told; `data` holds numbers and codes only."""

    endpoint: uuid.UUID
    subject: str
    message: str
    type: str
    ticket: str
    at: datetime
    data: dict[str, Any]


_OPEN = text(
    "INSERT INTO webhook_lane (endpoint_id, subject, last_sequence) "
    "SELECT DISTINCT endpoint, subject, 0 FROM unnest(CAST(:endpoints AS uuid[]), "
    "CAST(:subjects AS text[])) AS told(endpoint, subject) ON CONFLICT DO NOTHING"
)
_HOLD = text(
    "SELECT lane.id, lane.endpoint_id, lane.subject, lane.last_sequence FROM webhook_lane AS lane "
    "WHERE (endpoint_id, subject) IN (SELECT * FROM unnest(CAST(:endpoints AS uuid[]), "
    "CAST(:subjects AS text[]))) ORDER BY lane.id FOR UPDATE"
)
_HOLD_ALL = text("SELECT id FROM webhook_lane WHERE endpoint_id = :endpoint ORDER BY id FOR UPDATE")
_TRY_NOW = text(
    "UPDATE webhook_lane SET due_at = :now WHERE endpoint_id = :endpoint AND due_at > :now"
)
_COUNT_ON = text(
    "UPDATE webhook_lane SET last_sequence = told.sequence, due_at = coalesce(due_at, :now) "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:sequences AS int[])) AS told(id, sequence) "
    "WHERE webhook_lane.id = told.id"
)
_OWE = text(
    "INSERT INTO webhook_delivery (endpoint_id, lane_id, sequence, message, type, ticket, body, "
    "at, owed_at, status, tries, last_error) "
    "SELECT told.*, CAST(:now AS timestamptz), 'waiting', 0, '' FROM unnest("
    "CAST(:endpoint AS uuid[]), CAST(:lane AS bigint[]), CAST(:sequence AS int[]), "
    "CAST(:message AS text[]), CAST(:type AS text[]), CAST(:ticket AS text[]), "
    "CAST(:body AS text[]), CAST(:at AS timestamptz[])) AS told"
)


def owe(session: Session, owed: Sequence[Owed], *, now: datetime) -> None:
    """Put the events at the ends of their lanes, numbered on from the last of each."""
    if not owed:
        return
    whose = {
        "endpoints": arrays.of_texts([str(each.endpoint) for each in owed]),
        "subjects": arrays.of_texts([each.subject for each in owed]),
    }
    session.execute(_OPEN, whose)
    held = {(row[1], row[2]): row for row in session.execute(_HOLD, whose).all()}
    last = {row[0]: int(row[3]) for row in held.values()}
    ids, numbers = [], []
    for each in owed:
        lane = held[(each.endpoint, each.subject)][0]
        last[lane] += 1
        ids.append(lane)
        numbers.append(last[lane])
    session.execute(_OWE, {**_columns(owed, ids, numbers), "now": now})
    counted = {
        "ids": arrays.of_numbers(list(last)),
        "sequences": arrays.of_numbers([*last.values()]),
    }
    session.execute(_COUNT_ON, {**counted, "now": now})


def hold_all(session: Session, endpoint: uuid.UUID) -> None:
    """Lock every lane of the endpoint."""
    session.flush()
    session.execute(_HOLD_ALL, {"endpoint": endpoint})


def try_now(session: Session, endpoint: uuid.UUID, *, now: datetime) -> None:
    """Let what waits for its next try be tried at once."""
    hold_all(session, endpoint)
    session.execute(_TRY_NOW, {"endpoint": endpoint, "now": now})


def body(type: str, at: datetime, data: dict[str, Any]) -> str:
    """Return what is sent: what happened when, and by which numbers to ask for the rest."""
    told = {"type": type, "timestamp": beijing(at).isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _columns(owed: Sequence[Owed], ids: Iterable[int], numbers: Sequence[int]) -> dict[str, str]:
    bodies = [
        body(each.type, each.at, {**each.data, "sequence": number})
        for each, number in zip(owed, numbers, strict=True)
    ]
    return {
        "endpoint": arrays.of_texts([str(each.endpoint) for each in owed]),
        "lane": arrays.of_numbers(list(ids)),
        "sequence": arrays.of_numbers(list(numbers)),
        "message": arrays.of_texts([each.message for each in owed]),
        "type": arrays.of_texts([each.type for each in owed]),
        "ticket": arrays.of_texts([each.ticket for each in owed]),
        "body": arrays.of_texts(bodies),
        "at": arrays.of_moments([each.at for each in owed]),
    }
