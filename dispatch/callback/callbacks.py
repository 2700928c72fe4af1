"""回访: ring the requester, keep what they express, and let that decide how the ticket ends."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.callback import callback_ends, callback_plan
from dispatch.callback.callback_plan import ATTEMPTS, CallbackMode, CallbackStatus
from dispatch.callback.callback_record import counted
from dispatch.models import Callback, CallbackAttempt, Ticket
from dispatch.ratings import concerned
from dispatch.sealing import reach, readers
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType
from telephony import do_not_call

# Our own fault so often is no reason to ring the same person again and again.
MOST_LOST = 3


class AttemptOutcome(StrEnum):
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
class Errand:
    """One attempt for the switch to make."""

    callback_id: int
    attempt: int
    ticket_number: str
    person_id: uuid.UUID


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


def claim_due(session: Session, *, now: datetime, limit: int) -> list[Errand]:
    """Take callbacks whose moment has come; each taken one is an attempt under way.

    One whose moment passed while nobody looked, and that now lies at an impolite hour, waits; one
    whose requester has asked meanwhile not to be rung (免打扰) is left to a person.
    """
    due = session.exec(
        select(Callback, Ticket)
        .join(Ticket, col(Ticket.id) == Callback.ticket_id)
        .where(Callback.status == CallbackStatus.PLANNED, Callback.mode == CallbackMode.MACHINE)
        .where(col(Callback.planned_for) <= now)
        .order_by(col(Callback.planned_for))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    errands = []
    for callback, ticket in due:
        if not callback_plan.may_ring(session, ticket, now=now):
            callback_plan.plan_soon(session, callback, ticket, now=now)
        elif do_not_call.is_listed(session, ticket.person_id, now=now):
            _leave_alone(session, callback, ticket, now=now)
        else:
            errands.append(_begin(session, callback, ticket, by=str(MACHINE), now=now))
    return errands


def record_result(
    session: Session, callback_id: int, attempt: int, answers: Answers, *, now: datetime
) -> Callback:
    """Keep how the machine's attempt went; the same result told twice changes nothing."""
    callback = find(session, callback_id, lock=True)
    row = session.exec(
        select(CallbackAttempt).where(
            CallbackAttempt.callback_id == callback_id, CallbackAttempt.attempt == attempt
        )
    ).one()
    if not row.outcome and callback.status == CallbackStatus.CALLING:
        _conclude(session, callback, row, answers, actor=MACHINE, now=now)
    elif not row.outcome:  # called off, or they rated on their own page while the telephone rang
        row.outcome, row.call_id = answers.outcome, answers.call_id
    return callback


def record_by_person(
    session: Session, callback: Callback, answers: Answers, *, actor: Actor, now: datetime
) -> Callback:
    """Keep what a person heard; raise Conflict when the callback is over or being made.

    Raises NotAllowed for who handled the matter, Invalid for reasons of what is no bad rating.
    Every attempt is kept, but whoever tries again at once has not tried once more (`counted`).
    """
    _require_fitting(answers)
    callback = find(session, callback.id or 0, lock=True)
    if str(actor) in concerned.answerers(session, callback.ticket_id):
        raise NotAllowed("Who handled it does not ask.", remedy="Let somebody else ask.")
    if callback.status != CallbackStatus.PLANNED:
        raise Conflict(f"This callback is {callback.status}.", remedy="Take another from the list.")
    _begin(session, callback, session.get_one(Ticket, callback.ticket_id), by=str(actor), now=now)
    row = session.exec(
        select(CallbackAttempt).where(
            CallbackAttempt.callback_id == callback.id,
            CallbackAttempt.attempt == callback.attempts,
        )
    ).one()
    _conclude(session, callback, row, answers, actor=actor, now=now)
    return callback


def lost_attempts(session: Session, *, known: Collection[int], now: datetime) -> list[int]:
    """Plan anew every attempt that nobody is making any more; `known` are callbacks being made."""
    lost = session.exec(
        select(Callback)
        .where(Callback.status == CallbackStatus.CALLING)
        .where(col(Callback.id).not_in(list(known)))
        .order_by(col(Callback.ticket_id))
    ).all()
    for callback in lost:
        answers = Answers(AttemptOutcome.LOST)
        record_result(session, callback.id or 0, callback.attempts, answers, now=now)
    return [callback.id or 0 for callback in lost]


def to_make(
    session: Session,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int = 100,
    reader: Actor | None = None,
) -> Sequence[Callback]:
    """Return the callbacks that people make, the longest due first; not what the reader handled.

    `after` is the (planned_for, id) of the last one seen.
    """
    place = (col(Callback.planned_for), col(Callback.id))
    query = select(Callback).where(
        Callback.status == CallbackStatus.PLANNED,
        Callback.mode == CallbackMode.PERSON,
        reach.of_ticket(reader, col(Callback.ticket_id)),
    )
    if reader:
        handled = concerned.has_answered(col(Callback.ticket_id), str(reader))
        query = query.where(~handled)
    if after:
        query = query.where(tuple_(*place) > tuple_(*after))
    return session.exec(query.order_by(*place).limit(limit)).all()


def find(
    session: Session, callback_id: int, *, lock: bool = False, reader: Actor | None = None
) -> Callback:
    """Return the callback; raise NotFound, for one that the reader may not see too.

    With `lock`, its ticket is locked first and the callback after it: every writer in that order.
    """
    mine = reach.of_ticket(reader, col(Callback.ticket_id))
    callback = session.exec(select(Callback).where(Callback.id == callback_id, mine)).first()
    if callback is None:
        raise NotFound(f"There is no callback {callback_id}.", remedy="Take one from the list.")
    if reader:
        readers.note_read(session, session.get_one(Ticket, callback.ticket_id), reader)
    if lock:
        ticket = select(Ticket).where(Ticket.id == callback.ticket_id).with_for_update()
        session.exec(ticket.execution_options(populate_existing=True)).one()
        session.refresh(callback, with_for_update=True)
    return callback


def _require_fitting(answers: Answers) -> None:
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


def _begin(
    session: Session, callback: Callback, ticket: Ticket, *, by: str, now: datetime
) -> Errand:
    callback.status = CallbackStatus.CALLING
    callback.attempts += 1
    session.add(callback)
    session.add(
        CallbackAttempt(callback_id=callback.id or 0, attempt=callback.attempts, at=now, by=by)
    )
    session.flush()
    return Errand(callback.id or 0, callback.attempts, ticket.number, ticket.person_id)


def _leave_alone(session: Session, callback: Callback, ticket: Ticket, *, now: datetime) -> None:
    """Write down that the machine would have rung, and why it does not."""
    errand = _begin(session, callback, ticket, by=str(MACHINE), now=now)
    outcome = Answers(AttemptOutcome.DO_NOT_CALL)
    record_result(session, errand.callback_id, errand.attempt, outcome, now=now)


def _conclude(
    session: Session,
    callback: Callback,
    row: CallbackAttempt,
    answers: Answers,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if answers.rating is not None and not 1 <= answers.rating <= 5:
        raise Invalid(f"{answers.rating} is no rating.", remedy="1 (worst) to 5 (best).")
    ticket = session.get_one(Ticket, callback.ticket_id)
    row.outcome, row.call_id = answers.outcome, answers.call_id
    _keep(callback, answers)
    history.record(
        session,
        ticket,
        EventType.CALLBACK_ATTEMPTED,
        actor=actor,
        now=now,
        attempt=row.attempt,
        outcome=answers.outcome,
    )
    if _is_answered(callback, answers.outcome):
        completed, reasons = CallbackStatus.COMPLETED, answers.reasons
        callback_ends.finish(
            session, callback, ticket, completed, actor=actor, now=now, reasons=reasons
        )
    elif answers.outcome in _FOR_A_PERSON or _breaks_down(session, callback, answers.outcome):
        callback.mode = CallbackMode.PERSON
        callback_plan.plan_soon(session, callback, ticket, now=now)
    elif answers.outcome in _NOT_COUNTED:
        callback_plan.plan_soon(session, callback, ticket, now=now)
    elif len(tries := counted(session, callback, ticket, _NOT_COUNTED)) < ATTEMPTS:
        callback_plan.plan_again(session, callback, ticket, last=tries[-1], now=now)
    else:
        over = CallbackStatus.UNREACHABLE
        callback_ends.finish(session, callback, ticket, over, actor=actor, now=now)


def _keep(callback: Callback, answers: Answers) -> None:
    """Take over what was expressed; what an earlier attempt heard stays unless it is said anew."""
    if answers.contacted is not None:
        callback.contacted = answers.contacted
    if answers.solved is not None:
        callback.resolved = answers.solved
    if answers.rating is not None:
        callback.satisfaction = answers.rating


def _breaks_down(session: Session, callback: Callback, outcome: AttemptOutcome) -> bool:
    """Return whether this attempt was lost too, as were enough before it."""
    lost = outcome is AttemptOutcome.LOST
    made = select(CallbackAttempt.outcome).where(CallbackAttempt.callback_id == callback.id)
    return lost and session.exec(made).all().count(outcome) >= MOST_LOST


def _is_answered(callback: Callback, outcome: AttemptOutcome) -> bool:
    """Return whether nothing is left to ask; who won't rate is not rung for a rating alone."""
    if callback.satisfaction is not None or callback.resolved is False:
        return True
    return outcome is AttemptOutcome.COMPLETED and callback.resolved is not None
