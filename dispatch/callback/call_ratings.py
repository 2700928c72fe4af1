"""好差评 of a call itself: what the caller expressed right after an agent had left the line."""

import uuid
from datetime import datetime

from sqlmodel import Session, select

from dispatch.callback.callback_ends import BAD
from dispatch.models import Rating
from dispatch.ratings import call_cases
from hotline.core import events
from hotline.core.errors import Invalid
from hotline.core.events import EventType
from telephony import records
from telephony.models import Call

VIA = "call"
RATINGS = range(1, 6)  # 非常不满意 to 非常满意


def rate(session: Session, call: Call, satisfaction: int, *, now: datetime) -> Rating:
    """Keep the caller's rating; a call has one, so that a second report changes nothing.

    A bad one opens a case of its own (`call_cases`).

    Raises Invalid for anything but 1 (worst) to 5 (best).
    """
    if satisfaction not in RATINGS:
        raise Invalid(f"{satisfaction} is no rating.", remedy="1 (worst) to 5 (best).")
    known = of_call(session, call.id)
    if known:
        return known
    rating = Rating(call_id=call.id, at=now, satisfaction=satisfaction, via=VIA)
    session.add(rating)
    session.flush()
    events.append(
        session,
        EventType.CALL_RATED,
        chain=records.chain(call.id),
        actor=records.ACTOR,
        now=now,
        call=str(call.id),
        agent=call.agent,
        satisfaction=satisfaction,
    )
    if satisfaction <= BAD:
        call_cases.open_for(session, rating, call, now=now)
    return rating


def of_call(session: Session, call_id: uuid.UUID) -> Rating | None:
    """Return what the caller expressed of the call, if anything."""
    return session.exec(select(Rating).where(Rating.call_id == call_id)).first()
