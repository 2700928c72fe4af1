"""Who takes part in a call, as rows; every verb may be repeated, as workers repeat reports."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from telephony.models import Call
from telephony.models_calls import CallParty
from telephony.wiring import Part


def invite(
    session: Session,
    call: Call,
    name: str,
    part: Part,
    *,
    purpose: str = "",
    account_id: int | None = None,
    label: str = "",
    listening: str = "",
    now: datetime,
) -> CallParty:
    """Take note that they are rung; who was in the call before is rung anew."""
    row = find(session, call.id, name) or CallParty(
        call_id=call.id, name=name, part=part, invited_at=now
    )
    row.part, row.purpose, row.account_id, row.label = part, purpose, account_id, label
    row.listening, row.invited_at, row.outcome = listening, now, ""
    row.joined_at = row.left_at = None
    session.add(row)
    session.flush()
    return row


def find(session: Session, call_id: uuid.UUID, name: str) -> CallParty | None:
    """Return them by their name in the call."""
    return session.exec(
        select(CallParty).where(CallParty.call_id == call_id, CallParty.name == name)
    ).first()


def join(session: Session, call_id: uuid.UUID, name: str, *, now: datetime) -> CallParty | None:
    """Take note that they are in the call; None when that was known, or nobody knows them."""
    row = find(session, call_id, name)
    if row is None or row.joined_at or row.left_at:
        return None
    row.joined_at = now
    return row


def leave(
    session: Session, call_id: uuid.UUID, name: str, outcome: str, *, now: datetime
) -> CallParty | None:
    """Take note that they left, or never came; None when that was known, or nobody knows them."""
    row = find(session, call_id, name)
    if row is None or row.left_at:
        return None
    row.left_at, row.outcome = now, outcome
    return row


def here(session: Session, call_id: uuid.UUID) -> Sequence[CallParty]:
    """Return who is in the call or rung for it now, in the order of their coming."""
    query = select(CallParty).where(CallParty.call_id == call_id, col(CallParty.left_at).is_(None))
    return session.exec(query.order_by(col(CallParty.id))).all()


def everybody(session: Session, call_id: uuid.UUID) -> Sequence[CallParty]:
    """Return whoever took part."""
    query = select(CallParty).where(CallParty.call_id == call_id)
    return session.exec(query.order_by(col(CallParty.id))).all()


def fetched_at(session: Session, worker: str) -> Sequence[tuple[Call, CallParty]]:
    """Return whom agents have fetched into the calls of this worker, rung or in them now."""
    query = select(Call, CallParty).where(
        CallParty.call_id == Call.id,
        Call.worker == worker,
        col(Call.ended_at).is_(None),
        col(CallParty.left_at).is_(None),
        CallParty.purpose != "",
    )
    return session.exec(query.order_by(col(CallParty.id))).all()


def part_all(session: Session, call: Call, *, now: datetime) -> None:
    """Let nobody be in a call that has ended."""
    for row in here(session, call.id):
        row.left_at, row.outcome = now, row.outcome or "ended"
