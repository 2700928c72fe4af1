"""回访之后: what a requester expressed decides whether the ticket closes or is done again."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dispatch import history
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.ending import endings
from dispatch.ending.endings import Closing
from dispatch.models import Callback, Rating, Ticket
from dispatch.ratings import bad_ratings
from dispatch.ratings.stages import Step
from dispatch.states import TicketStatus
from hotline.core.accounts import Actor
from hotline.core.events import Audience, EventType

BAD = 2  # a rating up to this is 差评 (domain.md 2.7)


def finish(
    session: Session,
    callback: Callback,
    ticket: Ticket,
    status: CallbackStatus,
    *,
    actor: Actor,
    now: datetime,
    via: str = "",
    reasons: Sequence[str] = (),
) -> None:
    """End the callback and keep the rating; a dissatisfied requester has the matter done again.

    `via` says how they expressed it, when nobody rang them for it; `reasons` why it is no better.
    """
    callback.status, callback.finished_at, callback.by = status, now, str(actor)
    session.add(callback)
    heard = Step.ASK if status is CallbackStatus.COMPLETED else Step.MISS
    bad_ratings.move_on(session, ticket, heard, now=now)
    rating = _rating(callback, via or callback.mode, reasons, now)
    if rating:
        session.add(rating)
    _tell(session, callback, ticket, actor=actor, now=now)
    _decide(session, callback, ticket, rating, actor=actor, now=now)


def _tell(
    session: Session, callback: Callback, ticket: Ticket, *, actor: Actor, now: datetime
) -> None:
    history.record(
        session,
        ticket,
        EventType.CALLBACK_COMPLETED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        status=callback.status,
        contacted=callback.contacted,
        resolved=callback.resolved,
        satisfaction=callback.satisfaction,
    )


def _decide(
    session: Session,
    callback: Callback,
    ticket: Ticket,
    rating: Rating | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Have the matter done again, or close it."""
    if _dissatisfied(callback):
        endings.reopen(session, ticket, actor=actor, now=now)
        if rating and rating.satisfaction <= BAD:
            bad_ratings.open_for(session, rating, ticket, callback.round, now=now)
    elif ticket.status == TicketStatus.CLOSED:  # nobody had been reached; now they have spoken
        ticket.closing = _closing(callback)
    else:
        endings.close(session, ticket, _closing(callback), actor=actor, now=now)


def _rating(callback: Callback, via: str, reasons: Sequence[str], now: datetime) -> Rating | None:
    """Return what was expressed as a rating; None where no grade was given."""
    if callback.satisfaction is None:
        return None
    return Rating(
        ticket_id=callback.ticket_id,
        callback_id=callback.id,
        at=now,
        satisfaction=callback.satisfaction,
        via=via,
        reasons=list(dict.fromkeys(reasons)),
    )


def _dissatisfied(callback: Callback) -> bool:
    if callback.satisfaction is None:
        return callback.resolved is False
    return callback.satisfaction <= BAD


def _closing(callback: Callback) -> Closing:
    if callback.resolved is False:
        return Closing.EXPLAINED
    silent = callback.resolved is None and callback.satisfaction is None
    return Closing.UNREACHABLE if silent else Closing.RESOLVED
