"""一次回访: how an attempt ended, what was expressed in it, and what follows from that."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from dispatch import history
from dispatch.callback import callback_ends, callback_plan
from dispatch.callback.callback_plan import ATTEMPTS, CallbackMode, CallbackStatus
from dispatch.callback.callback_record import counted
from dispatch.models import Callback, CallbackAttempt, Ticket
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType

# Our own fault so often is no reason to ring the same person again and again.
MOST_LOST = 3


class AttemptOutcome(StrEnum):
    """How an attempt ended."""

    COMPLETED = "completed"  # every question answered
    PARTIAL = "partial"  # hung up in the middle; what was said before stands
    NO_KEY = "no_key"  # answered, pressed nothing that means anything
    VOICEMAIL = "voicemail"  # an answering machine took the call: nobody was reached
    HUNG_UP = "hung_up"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    NOT_ALLOWED = "not_allowed"  # no destination that we may ring
    DO_NOT_CALL = "do_not_call"  # they asked never to be rung by the machine
    LOST = "lost"  # our own fault


# After these the machine does not try again by itself.
_FOR_A_PERSON = {AttemptOutcome.NOT_ALLOWED, AttemptOutcome.DO_NOT_CALL}
_NOT_COUNTED = {AttemptOutcome.LOST, *_FOR_A_PERSON}


@dataclass(frozen=True)
class Answers:
    """How an attempt went and what was expressed in it; None: nothing was said of that.

    `reasons` are codes (差评理由), of a bad rating alone.
    """

    outcome: AttemptOutcome
    contacted: bool | None = None
    solved: bool | None = None
    rating: int | None = None
    call_id: uuid.UUID | None = None
    reasons: Sequence[str] = ()


def require_fitting(answers: Answers) -> None:
    """Raise Invalid for a completed attempt without an answer, or reasons of no bad rating."""
    nothing_said = answers.solved is None and answers.rating is None
    if answers.outcome is AttemptOutcome.COMPLETED and nothing_said:
        raise Invalid(
            "Completed, but nothing was answered.",
            remedy="Give `resolved` or `satisfaction`, or say how the attempt ended instead.",
        )
    if answers.reasons and (answers.rating is None or answers.rating > callback_ends.BAD):
        raise Invalid(
            "Reasons are given for a bad rating only.",
            remedy=f"Leave them out above {callback_ends.BAD}.",
        )


def conclude(
    session: Session,
    callback: Callback,
    row: CallbackAttempt,
    answers: Answers,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep how the attempt ended: it ends the callback, or another one is planned.

    Raises Invalid for a rating that is none of the five grades.
    """
    if answers.rating is not None and not 1 <= answers.rating <= 5:
        raise Invalid(f"{answers.rating} is no rating.", remedy="1 (worst) to 5 (best).")
    ticket = session.get_one(Ticket, callback.ticket_id)
    row.outcome, row.call_id = answers.outcome, answers.call_id
    _keep(callback, answers)
    told: dict[str, Any] = {"attempt": row.attempt, "outcome": answers.outcome}
    history.record(session, ticket, EventType.CALLBACK_ATTEMPTED, actor=actor, now=now, **told)
    _follow(session, callback, ticket, answers, actor=actor, now=now)


def _follow(
    session: Session,
    callback: Callback,
    ticket: Ticket,
    answers: Answers,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """End the callback, or plan the next attempt."""
    if _is_answered(callback, answers.outcome):
        over = CallbackStatus.COMPLETED
    elif answers.outcome in _NOT_COUNTED:
        if answers.outcome in _FOR_A_PERSON or _breaks_down(session, callback):
            callback.mode = CallbackMode.PERSON
        return callback_plan.plan_soon(session, callback, ticket, now=now)
    elif len(tries := counted(session, callback, ticket, _NOT_COUNTED)) < ATTEMPTS:
        return callback_plan.plan_again(session, callback, ticket, last=tries[-1], now=now)
    else:
        over = CallbackStatus.UNREACHABLE
    reasons = answers.reasons
    callback_ends.finish(session, callback, ticket, over, actor=actor, now=now, reasons=reasons)


def _keep(callback: Callback, answers: Answers) -> None:
    """Take over what was expressed; what an earlier attempt heard stays unless it is said anew."""
    if answers.contacted is not None:
        callback.contacted = answers.contacted
    if answers.solved is not None:
        callback.resolved = answers.solved
    if answers.rating is not None:
        callback.satisfaction = answers.rating


def _breaks_down(session: Session, callback: Callback) -> bool:
    """Return whether as many attempts were lost as are enough, this one too."""
    made = select(CallbackAttempt.outcome).where(CallbackAttempt.callback_id == callback.id)
    return session.exec(made).all().count(AttemptOutcome.LOST) >= MOST_LOST


def _is_answered(callback: Callback, outcome: AttemptOutcome) -> bool:
    """Return whether nothing is left to ask; who won't rate is not rung for a rating alone."""
    if callback.satisfaction is not None or callback.resolved is False:
        return True
    return outcome is AttemptOutcome.COMPLETED and callback.resolved is not None
