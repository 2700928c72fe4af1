"""回访: whom to ring, who rings them, and what comes of each attempt."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from dispatch.callback import attempts, callback_plan
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.callback.callback_plan import CallbackMode, CallbackStatus
from dispatch.models import Callback, CallbackAttempt, Ticket
from dispatch.ratings import concerned
from dispatch.sealing import reach, readers
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, NotAllowed, NotFound
from telephony import do_not_call


@dataclass(frozen=True)
class Errand:
    """One attempt for the switch to make."""

    callback_id: int
    attempt: int
    ticket_number: str
    person_id: uuid.UUID


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
        attempts.conclude(session, callback, row, answers, actor=MACHINE, now=now)
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
    attempts.require_fitting(answers)
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
    attempts.conclude(session, callback, row, answers, actor=actor, now=now)
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
