"""漏接回拨 as rows: whom the hotline owes a call, who is shown it, and what came of it."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType
from telephony import do_not_call, records
from telephony.acd.patience import MissedWhy
from telephony.acd.waiting import Waiting
from telephony.models import Call
from telephony.models_queue import MissedCall

OWED = "owed:"  # how the choice names one
NO_NUMBER = "no_number"
DO_NOT_CALL = "do_not_call"
CALLED_AGAIN = "called_again"
LEFT_MESSAGE = "left_message"
RETURNED = "returned"


def owe(
    session: Session,
    call: Call,
    why: MissedWhy,
    *,
    waiting_since: datetime,
    due_at: datetime,
    now: datetime,
) -> MissedCall:
    """Owe this caller a call; who is owed one already keeps their place, and is owed no second."""
    told = session.exec(select(MissedCall).where(MissedCall.call_id == call.id)).first()
    if told:
        return told
    known = session.exec(_open_of(call.person_id).with_for_update()).first()
    if known:
        return _once_more(known, why, due_at)
    row = _new(call, why, waiting_since, due_at, now)
    if why is not MissedWhy.ASKED and do_not_call.is_listed(session, call.person_id, now=now):
        row.closed_at, row.outcome = now, DO_NOT_CALL  # who presses 1 in the queue does want it
    session.add(row)
    session.flush()
    records.note(session, EventType.CALL_MISSED, call, now, why=why, missed=row.id)
    return row


def find(session: Session, missed_id: int) -> MissedCall:
    """Return the row, locked; raise NotFound."""
    row = session.get(MissedCall, missed_id, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no missed call {missed_id}.")
    return row


def open_ones(session: Session, *, limit: int = 200) -> Sequence[MissedCall]:
    """Return whom the hotline owes a call, who has waited longest first.

    Who hung up at once stands last: nobody rings them, and no number of them hides the others.
    """
    query = select(MissedCall).where(col(MissedCall.closed_at).is_(None))
    turn = (col(MissedCall.why) == MissedWhy.SHORT, col(MissedCall.waiting_since))
    return session.exec(query.order_by(*turn).limit(limit)).all()


def due(session: Session, *, now: datetime, limit: int = 50) -> Sequence[MissedCall]:
    """Return who may be shown to an agent now; who misdialled, or is on 免打扰, may not."""
    query = select(MissedCall).where(
        col(MissedCall.closed_at).is_(None),
        MissedCall.due_at <= now,
        col(MissedCall.account_id).is_(None),
        MissedCall.why != MissedWhy.SHORT,
        or_(
            col(MissedCall.why) == MissedWhy.ASKED,
            do_not_call.not_listed(col(MissedCall.person_id), now=now),
        ),
    )
    return session.exec(query.order_by(col(MissedCall.waiting_since)).limit(limit)).all()


def as_waiting(row: MissedCall) -> Waiting:
    """Return them as the choice sees them: with those on the line, by the same score."""
    return Waiting(
        key=f"{OWED}{row.id}",
        since=row.waiting_since,
        boost_s=row.boost_s,
        language=row.language,
    )


def shown(session: Session) -> dict[int, MissedCall]:
    """Return which owed call each seat is shown, by its account."""
    rows = session.exec(
        select(MissedCall).where(
            col(MissedCall.closed_at).is_(None), col(MissedCall.account_id).is_not(None)
        )
    )
    return {row.account_id: row for row in rows if row.account_id}


def show(row: MissedCall, account_id: int, *, now: datetime) -> None:
    """预览外呼: let this agent see whom to call; it is their key that dials."""
    row.account_id, row.shown_at = account_id, now


def put_back(row: MissedCall, *, due_at: datetime) -> None:
    """Let another one be shown it, later."""
    row.account_id, row.shown_at, row.due_at = None, None, due_at


def begin(session: Session, row: MissedCall, account_id: int, call: Call) -> None:
    """Take note that this agent calls now; raise Conflict when a colleague does, or did."""
    if row.closed_at or row.account_id not in (None, account_id):
        raise Conflict("A colleague has this one already.", remedy="Take the next one.")
    row.account_id, row.shown_at = account_id, None
    row.attempts += 1
    row.returned_call_id = call.id
    session.flush()


def attempted(
    session: Session, call: Call, *, talked: bool, by: str, again_s: float, now: datetime
) -> None:
    """Take note of how the call to whom one was owed went; in vain, it is owed still."""
    row = session.exec(
        select(MissedCall)
        .where(MissedCall.returned_call_id == call.id, col(MissedCall.closed_at).is_(None))
        .with_for_update()
    ).first()
    if row is None:
        return
    if not talked:
        put_back(row, due_at=now + timedelta(seconds=again_s))
        return
    _closed(session, row, RETURNED, by=by, now=now)
    missed = records.get_call(session, row.call_id)
    records.note(session, EventType.CALL_RETURNED, missed, now, by_call=str(call.id))


def close(session: Session, row: MissedCall, outcome: str, *, by: str, now: datetime) -> None:
    """Owe it no longer, because somebody says so or the caller was heard by another way."""
    _closed(session, row, outcome, by=by, now=now)
    missed = records.get_call(session, row.call_id)
    kind = EventType.CALL_NO_LONGER_OWED
    records.note(session, kind, missed, now, actor=by, outcome=outcome, missed=row.id)


def close_of_person(
    session: Session, person_id: uuid.UUID, outcome: str, *, by: str, now: datetime
) -> None:
    """Owe this person none any more: they were heard."""
    for row in session.exec(_open_of(person_id).with_for_update()).all():
        close(session, row, outcome, by=by, now=now)


def _closed(session: Session, row: MissedCall, outcome: str, *, by: str, now: datetime) -> None:
    row.closed_at, row.outcome, row.closed_by = now, outcome, by
    row.account_id = row.shown_at = None
    session.flush()


def _open_of(person_id: uuid.UUID) -> SelectOfScalar[MissedCall]:
    return select(MissedCall).where(
        MissedCall.person_id == person_id, col(MissedCall.closed_at).is_(None)
    )


def _new(
    call: Call, why: MissedWhy, waiting_since: datetime, due_at: datetime, now: datetime
) -> MissedCall:
    row = MissedCall(
        call_id=call.id,
        person_id=call.person_id,
        why=why,
        waiting_since=waiting_since,
        missed_at=now,
        language=call.language,
        boost_s=call.boost_s,
        due_at=due_at,
    )
    if not (call.caller_masked or call.sealed_contact):
        row.closed_at, row.outcome = now, NO_NUMBER  # counted, and nobody can be rung
    return row


def _once_more(known: MissedCall, why: MissedWhy, due_at: datetime) -> MissedCall:
    known.times += 1
    if known.why == MissedWhy.SHORT or why is MissedWhy.ASKED:
        known.why = why
        known.due_at = due_at
    return known
