"""恶意来电限制: who is blocked, until when, upheld by whom; never against words of emergency.

A blocked caller is told so, leaves a message, and the message is heard (`hotline.switch.limited`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from telephony.models import Call
from telephony.models_trunks import BlockedCaller, BlockReason

# What a blocked caller hears in place of the request for a message.
PROMPT = "caller_limited"


def holds(block: BlockedCaller, moment: datetime) -> bool:
    """Return whether the block is in force at this moment."""
    ends = [block.until]
    if not block.upheld:
        ends.append(block.lapses_at)
    if block.lifted_at:
        ends.append(block.lifted_at)
    return block.blocked_at <= moment < min(ends)


def is_blocked(session: Session, call: Call, now: datetime) -> bool:
    """Return whether the call's person is blocked at this moment."""
    return _present(session, call, now) is not None


def block(
    session: Session,
    own: Settings,
    call: Call,
    reason: BlockReason,
    *,
    days: int,
    actor: Actor,
    now: datetime,
) -> BlockedCaller:
    """Block the person who made this call, for so many days.

    Raises Invalid for too many days, Conflict without a number, or when they are blocked already.
    """
    if not 1 <= days <= own.block_days:
        raise Invalid(
            f"A caller is blocked for 1 to {own.block_days} days.",
            remedy="Choose fewer days; a new block can follow.",
        )
    # Two who block the same person at once wait for one another here.
    person = session.get_one(Person, call.person_id, with_for_update={"key_share": True})
    if person.phone_index is None:
        raise Conflict(
            "This caller's number is not known; nobody would be blocked.",
            remedy="Only a caller who shows a number can be blocked.",
        )
    if _present(session, call, now):
        raise Conflict("This caller is blocked already.", remedy="Look at the blocked callers.")
    row = BlockedCaller(
        person_id=person.id,
        call_id=call.id,
        reason=reason,
        blocked_at=now,
        blocked_by=str(actor),
        until=now + timedelta(days=days),
        lapses_at=now + timedelta(days=own.block_review_days),
    )
    session.add(row)
    session.flush()
    _note(session, row, EventType.CALLER_BLOCKED, actor=actor, now=now)
    return row


def review(
    session: Session, row_id: int, *, upheld: bool, actor: Actor, now: datetime
) -> BlockedCaller:
    """Uphold or end a block; raise NotAllowed for who set it, Conflict for one that is over."""
    row = _in_force(session, row_id, now=now)
    if row.blocked_by == str(actor):
        raise NotAllowed(
            "Who blocks a caller does not review it.", remedy="Ask another team lead to do it."
        )
    if row.reviewed_at:
        raise Conflict(f"Block {row_id} was reviewed.", remedy="Lift it, if it is to end.")
    row.upheld, row.reviewed_at, row.reviewed_by = upheld, now, str(actor)
    if not upheld:
        return _lift(session, row, actor=actor, now=now)
    session.flush()
    _note(session, row, EventType.CALLER_BLOCKED, actor=actor, now=now)
    return row


def lift(session: Session, row_id: int, *, actor: Actor, now: datetime) -> BlockedCaller:
    """End a block; raise NotFound, or Conflict for one that is over."""
    return _lift(session, _in_force(session, row_id, now=now), actor=actor, now=now)


def listed(
    session: Session, *, before: int | None = None, limit: int = 50
) -> Sequence[BlockedCaller]:
    """Return blocks, newest first, those that are over too; `before` is the last one seen."""
    query = select(BlockedCaller).order_by(col(BlockedCaller.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(BlockedCaller.id) < before)
    return session.exec(query).all()


def _present(session: Session, call: Call, now: datetime) -> BlockedCaller | None:
    mine = select(BlockedCaller).where(
        BlockedCaller.person_id == call.person_id, col(BlockedCaller.until) > now
    )
    return next((row for row in session.exec(mine) if holds(row, now)), None)


def _in_force(session: Session, row_id: int, *, now: datetime) -> BlockedCaller:
    row = session.get(BlockedCaller, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no block {row_id}.", remedy="Look at the blocked callers.")
    if not holds(row, now):
        raise Conflict(f"Block {row_id} is over.", remedy="Look at the blocked callers.")
    return row


def _lift(session: Session, row: BlockedCaller, *, actor: Actor, now: datetime) -> BlockedCaller:
    row.lifted_at, row.lifted_by = now, str(actor)
    session.flush()
    _note(session, row, EventType.CALLER_UNBLOCKED, actor=actor, now=now)
    return row


def _note(
    session: Session, row: BlockedCaller, type: EventType, *, actor: Actor, now: datetime
) -> None:
    events.append(
        session,
        type,
        chain=f"blocked:{row.id}",
        actor=str(actor),
        now=now,
        block=row.id,
        call=str(row.call_id),
        reason=row.reason,
        until=row.until.isoformat(),
        upheld=row.upheld,
    )
