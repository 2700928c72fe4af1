"""盲复核领取: a row is one person's until they answer, let it go, or its hours are over.

While it is theirs its ticket is not there for them (`reach`): what it says was said in it. They
see the matter from then on and could look for the ticket afterwards, so each has a row once.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from dispatch.models import Ticket
from dispatch.ratings import terms
from dispatch.ratings.models_ratings import BlindCallback
from dispatch.sealing import reach
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import EventType

MOST = 3  # rows of one person at a time


class AsksBlind(NotAllowed):
    """The ticket is hidden from whoever asks its requester again; the attempt is audited."""


def take(session: Session, row: BlindCallback, *, actor: Actor, now: datetime) -> BlindCallback:
    """领取: bind the locked row to the actor for `blind_hours`; theirs already, nothing changes.

    Raises Conflict for another's or too many at a time, NotAllowed for who had it before.
    """
    if row.taken_by == actor.name:
        return row
    if row.taken_by and not is_over(row, now):
        raise Conflict("Somebody else is asking them.", remedy="Take another from the list.")
    if actor.name in row.had_by:
        raise NotAllowed("You had this one before.", remedy="Let somebody else ask.")
    session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(f"blind:{actor}", 0))))
    if _held(session, actor) >= MOST:  # counted under the lock: they may take two at once
        raise Conflict("You have enough of them.", remedy="Answer one, or let one go.")
    row.taken_by = actor.name
    row.taken_until = now + timedelta(hours=terms.number("blind_hours"))
    row.had_by = [*row.had_by, actor.name]
    _done(session, row, EventType.RATING_BLIND_TAKEN, actor, now)
    return row


def release(session: Session, row: BlindCallback, *, actor: Actor, now: datetime) -> BlindCallback:
    """放回: let the locked row go unanswered; raise NotAllowed for who does not have it."""
    require_theirs(row, actor)
    row.taken_by, row.taken_until = "", None
    _done(session, row, EventType.RATING_BLIND_RELEASED, actor, now)
    return row


def lapse(session: Session, *, now: datetime) -> int:
    """Let go what was not answered in its hours; return how many that were."""
    over = select(BlindCallback).where(
        BlindCallback.taken_by != "", col(BlindCallback.taken_until) < now
    )
    found = session.exec(
        over.order_by(col(BlindCallback.id)).with_for_update(skip_locked=True)
    ).all()
    for row in found:
        row.taken_by, row.taken_until = "", None
        _done(session, row, EventType.RATING_BLIND_RELEASED, MACHINE, now)
    return len(found)


def is_over(row: BlindCallback, now: datetime) -> bool:
    """Return whether the hours of who has it are over; it stays theirs until it is let go."""
    return row.taken_until is not None and row.taken_until < now


def require_theirs(row: BlindCallback, actor: Actor) -> None:
    """Raise NotAllowed unless the actor has the row."""
    if row.taken_by != actor.name:
        raise NotAllowed("You have not taken this one.", remedy="Take it first.")


def require_not_blind(session: Session, number: str, reader: Actor | None) -> None:
    """Raise AsksBlind for a ticket that is hidden because the reader asks about it blind."""
    if reader is None or reader.role is None:
        return
    hidden = select(Ticket.id).where(Ticket.number == number, reach.asks_blind(reader))
    if session.exec(hidden).first() is not None:
        raise AsksBlind(
            "You are asking its requester again, blind.",
            remedy="Record what they said, or let the callback go.",
        )


def _held(session: Session, actor: Actor) -> int:
    mine = select(func.count()).select_from(BlindCallback)
    return session.exec(mine.where(BlindCallback.taken_by == actor.name)).one()


def _done(
    session: Session, row: BlindCallback, type: EventType, actor: Actor, now: datetime
) -> None:
    """Count the change and tell it by the row alone: its ticket's number leads to the answer."""
    row.version += 1
    session.add(row)
    session.flush()
    events.append(session, type, chain=f"blind_callback:{row.id}", actor=str(actor), now=now)
