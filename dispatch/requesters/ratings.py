"""诉求人自评: a rating through the link is the callback's answer, by the callback's own rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, select

from dispatch.callback import callback_ends, callback_plan
from dispatch.callback.callback_ends import BAD
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.models import Callback, Rating, Ticket
from dispatch.ratings import contents
from dispatch.ratings.contents import Aspect
from dispatch.requesters.requester import REQUESTER, VIA
from dispatch.states import TicketStatus
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid

GRADES = range(1, 6)  # 非常不满意 to 非常满意
_ASKABLE = (CallbackStatus.PLANNED, CallbackStatus.CALLING)


class Reason(StrEnum):
    """差评理由: why it is no better; several may be given."""

    NOT_CONTACTED = "not_contacted"  # 没有人联系我
    NOT_SOLVED = "not_solved"  # 问题没有解决
    TOO_SLOW = "too_slow"  # 办得太慢
    RUDE = "rude"  # 态度不好
    UNCLEAR = "unclear"  # 答复看不明白
    OTHER = "other"


@dataclass(frozen=True)
class Judgement:
    """What the requester says: 满意度 1 (worst) to 5; 响应 and 解决 where they say; and why.

    `aspects`: 评价内容, graded 1 to 5 each where they say.
    """

    satisfaction: int
    contacted: bool | None = None
    solved: bool | None = None
    reasons: Sequence[Reason] = ()
    aspects: Mapping[Aspect, int] = field(default_factory=dict)


def open_round(session: Session, ticket: Ticket) -> Callback | None:
    """Return the callback that a rating would answer; None while there is nothing to rate.

    One that reached nobody may still be answered: who does not pick up reads the message later.
    """
    callback = callback_plan.of_ticket(session, ticket)
    if callback is None:
        return None
    waits = ticket.status == TicketStatus.AWAITING_CALLBACK and callback.status in _ASKABLE
    return callback if waits or _was_not_reached(ticket, callback) else None


def rate(
    session: Session,
    ticket: Ticket,
    said: Judgement,
    *,
    actor: Actor = REQUESTER,
    via: str = VIA,
    now: datetime,
) -> Rating:
    """评价: keep it and end the callback; a bad one has the matter done again.

    The ticket is locked. One rating a round: the same one again changes nothing, another raises
    Conflict, as does a ticket that nobody is to be asked about. `via` says how it came.
    """
    _check(said)
    callback = open_round(session, ticket)
    if callback is None:
        return _kept(session, ticket, said, via)
    session.refresh(callback, with_for_update=True)
    callback.contacted, callback.resolved = said.contacted, said.solved
    callback.satisfaction = said.satisfaction
    callback_ends.finish(
        session,
        callback,
        ticket,
        CallbackStatus.COMPLETED,
        actor=actor,
        now=now,
        via=via,
        reasons=[str(each) for each in said.reasons],
    )
    session.flush()
    rating = session.exec(select(Rating).where(Rating.callback_id == callback.id)).one()
    contents.keep(session, rating, said.aspects)
    return rating


def latest(session: Session, ticket: Ticket) -> Rating | None:
    """Return what the requester expressed in the round that was asked about last, if anything."""
    callback = callback_plan.of_ticket(session, ticket)
    if callback is None:
        return None
    return session.exec(select(Rating).where(Rating.callback_id == callback.id)).first()


def _was_not_reached(ticket: Ticket, callback: Callback) -> bool:
    closed = ticket.status == TicketStatus.CLOSED and ticket.archived_at is None
    return closed and callback.status == CallbackStatus.UNREACHABLE


def _check(said: Judgement) -> None:
    if said.satisfaction not in GRADES:
        raise Invalid(f"{said.satisfaction} is no rating.", remedy="1 (worst) to 5 (best).")
    if said.reasons and said.satisfaction > BAD:
        raise Invalid(
            "Reasons are given for a bad rating only.", remedy=f"Leave them out above {BAD}."
        )
    contents.check(said.aspects)


def _kept(session: Session, ticket: Ticket, said: Judgement, via: str) -> Rating:
    """Return the rating that was given already, when it is this very one; raise Conflict."""
    rating = latest(session, ticket)
    callback = callback_plan.of_ticket(session, ticket)
    if rating and callback and rating.via == via:
        before = (rating.satisfaction, callback.contacted, callback.resolved, rating.reasons)
        now_said = (said.satisfaction, said.contacted, said.solved, list(said.reasons))
        if before == now_said:
            return rating
    raise Conflict(
        f"Ticket {ticket.number} is not to be rated now: it has its rating, or no answer yet.",
        remedy="Dial 12345 to say more.",
    )
