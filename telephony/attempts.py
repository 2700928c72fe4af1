"""One call that several media workers were asked to take: behind Kamailio the next one is tried.

All know it by the same Call-ID; one record is kept of those that had no room.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from telephony.models import Call, CallStatus

WITHIN = timedelta(seconds=60)
BUSY, REDIRECTED = "busy", "redirected"


def refused_before(session: Session, sip_call_id: str, at: datetime) -> Call | None:
    """Return the record of another worker that had no room for this very call, just before.

    Their reports come at once, by two connections: the second waits for what the first one writes.
    """
    if not sip_call_id:
        return None
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:call, 0))"), {"call": sip_call_id}
    )
    return session.exec(
        select(Call)
        .where(
            Call.sip_call_id == sip_call_id,
            Call.status == CallStatus.ENDED,
            Call.end_reason == BUSY,
            col(Call.started_at) > at - WITHIN,
        )
        .limit(1)
    ).first()


def taken(session: Session, sip_call_id: str, at: datetime) -> None:
    """Note that one worker does take the call that another had no room for: nobody missed it.

    Before its person is looked up, as `refused_before` is: two who wait for each other wait long.
    """
    earlier = refused_before(session, sip_call_id, at)
    if earlier:
        earlier.end_reason = REDIRECTED
