"""录音保存期限: how long a recording is kept, by the kind of the requests that came of its call."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, exists, or_, select, union_all

from dispatch.models import Callback, CallbackAttempt, Reminder, Ticket, WorkOrder
from dispatch.people import retention
from dispatch.people.models_people import PersonHold
from dispatch.relaying.models_relays import Relay
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType
from telephony import erased_recordings, records
from telephony.erased_recordings import GONE
from telephony.models import Call, Recording, RecordingStatus
from telephony.models_recordings import RecordingHold

SETTING = "HOTLINE_RECORDING_DAYS"
_UNDER_WAY = (RecordingStatus.RUNNING, RecordingStatus.READY)


def kept_until(session: Session, call: Call, *, written: str) -> datetime | None:
    """Return when the recording's span ends; None while the call or a request of it goes on."""
    return _ends(session, [call], written)[call.id]


def due(
    session: Session, *, written: str, now: datetime, after: int = 0, limit: int = 500
) -> tuple[list[int], int]:
    """Return the ids, of a batch above `after`, whose span is over and that nobody holds.

    And the last id that was looked at: 0 when there is none any more.
    """
    shortest = timedelta(days=min(retention.days_by_type(written, SETTING).values()))
    found = session.exec(
        select(Recording.id, Call)
        .join(Call, col(Call.id) == Recording.call_id)
        .where(col(Recording.id) > after, col(Call.ended_at) <= now - shortest)
        .where(col(Recording.status).not_in((*GONE, *_UNDER_WAY)), ~_held())
        .order_by(col(Recording.id))
        .limit(limit)
    ).all()
    ends = _ends(session, [call for _, call in found], written)
    over = [each for each, call in found if each and (end := ends[call.id]) and end <= now]
    return over, (found[-1][0] or 0) if found else 0


def remove(session: Session, recording_id: int, *, written: str, now: datetime) -> bool:
    """清除录音: let one go whose span is over; return whether it still was so, and nobody's."""
    claimed = select(Recording).where(Recording.id == recording_id, ~_held())
    claimed = claimed.join(Call, col(Call.id) == Recording.call_id)
    recording = session.exec(claimed.with_for_update(of=Recording, skip_locked=True)).first()
    if recording is None or recording.status in (*GONE, *_UNDER_WAY):
        return False
    call = session.get_one(Call, recording.call_id)
    until = kept_until(session, call, written=written)
    if until is None or until > now:
        return False
    erased_recordings.let_go(session, recording, RecordingStatus.REMOVED)
    removed, chain, name = EventType.RECORDING_REMOVED, records.chain(call.id), str(call.id)
    events.append(session, removed, chain=chain, actor=str(MACHINE), now=now, call=name)
    return True


def _held() -> Any:
    """Return the condition that the recording, or whatever is its caller's, is held."""
    on_it = exists().where(
        col(RecordingHold.call_id) == Recording.call_id, col(RecordingHold.lifted_at).is_(None)
    )
    on_them = exists().where(
        col(PersonHold.person_id) == Call.person_id, col(PersonHold.lifted_at).is_(None)
    )
    return or_(on_it, on_them)


def _ends(
    session: Session, calls: Sequence[Call], written: str
) -> dict[uuid.UUID, datetime | None]:
    days = retention.days_by_type(written, SETTING)
    asked = _requests(session, [call.id for call in calls])
    found: dict[uuid.UUID, datetime | None] = {}
    for call in calls:
        own = call.ended_at and call.ended_at + timedelta(days=days[retention.EVERY_OTHER])
        ends = [own] if not asked[call.id] else []
        for kind, closed_at in asked[call.id]:
            kept = days.get(kind, days[retention.EVERY_OTHER])
            ends.append(closed_at and closed_at + timedelta(days=kept))
        known = [end for end in ends if end]
        found[call.id] = max(known) if call.ended_at and len(known) == len(ends) else None
    return found


def _requests(
    session: Session, calls: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[str, datetime | None]]]:
    """Return the requests that came of each call, or that it was made for: type and end."""
    attempt, relay = col(CallbackAttempt.call_id), col(Relay.call_id)
    pairs = union_all(
        select(col(Ticket.call_id).label("call"), col(Ticket.id).label("ticket")),
        select(Reminder.call_id, Reminder.ticket_id),
        select(attempt, Callback.ticket_id).join(
            Callback, col(Callback.id) == CallbackAttempt.callback_id
        ),
        select(relay, WorkOrder.ticket_id).join(WorkOrder, col(WorkOrder.id) == Relay.order_id),
    ).subquery()
    query = select(pairs.c.call, Ticket.request_type, Ticket.closed_at)
    query = query.join(Ticket, col(Ticket.id) == pairs.c.ticket).where(pairs.c.call.in_(calls))
    found: dict[uuid.UUID, list[tuple[str, datetime | None]]] = defaultdict(list)
    for call_id, kind, closed_at in session.exec(query):
        found[call_id].append((kind, closed_at))
    return found
