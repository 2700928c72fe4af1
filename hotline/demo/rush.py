"""How the day's other callers fared: most were answered soon, some late, a few gave up."""

import uuid
from datetime import datetime, time, timedelta

from sqlmodel import Session

from hotline.core.clock import BEIJING, beijing_day
from hotline.core.settings import settings
from hotline.demo.cast import AGENT
from hotline.demo.history import arrival
from telephony import queueing, records
from telephony.models import Call, CallStatus, RecordingStatus
from telephony.queueing import WhyLeft

CALLS = 120
TALKED = timedelta(minutes=3)


def fare_all(session: Session, *, at: datetime) -> None:
    """Let them all have rung since midnight in Beijing, as if it were `at` now."""
    for place in range(CALLS):
        fare(session, place, at=at)


def fare(session: Session, place: int, *, at: datetime) -> Call:
    """Let somebody have rung today, and have been answered or not; their sound is not kept."""
    midnight = datetime.combine(beijing_day(at), time(), BEIJING)
    began = midnight + (at - midnight) * ((place + 1) / (CALLS + 5))
    call = waiting(session, f"1390001{place:04d}", at=began)
    gone = place % 40 == 7
    waited = timedelta(seconds=3 if place % 80 == 7 else 40 if place % 20 == 7 else 6)
    why = WhyLeft.GONE if gone else WhyLeft.CONNECTED
    queueing.leave(session, call.id, why, now=began + waited)
    if not gone:
        call.connected_at, call.agent = began + waited, AGENT.name
    ended = began + waited if gone else min(began + waited + TALKED, at)
    call.status, call.ended_at = CallStatus.ENDED, ended
    recording = records.recording_of(session, call)
    if recording:
        recording.status = RecordingStatus.REMOVED
    session.flush()
    return call


def waiting(session: Session, number: str, *, at: datetime) -> Call:
    """Return a caller who has been let into the queue, as the switch would have written it."""
    call_id = str(uuid.uuid4())
    path = f"{at:%Y/%m/%d}/{call_id}.wav"
    records.open_call(session, arrival(call_id, number, path, at))
    call = records.answer_call(session, call_id, at=at)
    queueing.enter(session, call, number=number, own=settings(), now=at)
    return call
