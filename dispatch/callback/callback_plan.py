"""回访的安排: who rings a requester, when first and when again. Three attempts, never more."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.callback import polite
from dispatch.callback.polite import PoliteHours
from dispatch.models import Callback, Ticket
from dispatch.notices import caller_notices
from dispatch.ratings import bad_ratings
from dispatch.ratings.stages import Step
from dispatch.rules import calendars
from dispatch.rules.layers import Calendar
from dispatch.rules.policies import StartEvent
from dispatch.timing import deadlines
from hotline.core.accounts import MACHINE, Actor
from hotline.core.events import EventType
from hotline.core.settings import settings
from telephony import do_not_call

ATTEMPTS = 3  # domain.md 2.7
# An attempt that broke on our side, not the requester's, is made again soon and not counted.
AGAIN_AFTER = timedelta(minutes=5)


class CallbackMode(StrEnum):
    MACHINE = "machine"
    PERSON = "person"


class CallbackStatus(StrEnum):
    PLANNED = "planned"
    CALLING = "calling"
    COMPLETED = "completed"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"  # nobody needs to be asked any more


def plan(session: Session, ticket: Ticket, *, now: datetime) -> Callback:
    """Plan this round's callback at the first polite moment, and start its clock."""
    # Whom the machine may not ring (免打扰) is a person's, who judges whether to.
    left_alone = do_not_call.is_listed(session, ticket.person_id, now=now)
    callback = Callback(
        ticket_id=ticket.id or 0,
        round=ticket.redone + 1,
        mode=CallbackMode.PERSON if left_alone else mode_for(ticket),
        status=CallbackStatus.PLANNED,
        planned_for=polite.first_moment(_hours(), _calendar(session, ticket), now=now),
    )
    session.add(callback)
    session.flush()
    bad_ratings.move_on(session, ticket, Step.ANSWER, now=now)
    deadlines.start(session, ticket, StartEvent.REPLIED, subject=subject(ticket), now=now)
    announce(session, callback, ticket, now=now)
    if settings().public_url:  # they may read the answer and rate it before anybody rings
        caller_notices.owe(session, ticket, caller_notices.ANSWERED, now=now)
    return callback


def plan_again(
    session: Session, callback: Callback, ticket: Ticket, *, last: datetime, now: datetime
) -> None:
    """Plan the next attempt: on another day and in another part of it than the last that counted.

    An attempt between the two, which did not count, leaves that moment where it is.
    """
    calendar = _calendar(session, ticket)
    callback.status = CallbackStatus.PLANNED
    callback.planned_for = polite.moment_left(_hours(), calendar, last=last, now=now)
    announce(session, callback, ticket, now=now)


def plan_soon(session: Session, callback: Callback, ticket: Ticket, *, now: datetime) -> None:
    """Plan the same attempt again within minutes, as soon as that is polite."""
    calendar = _calendar(session, ticket)
    callback.status = CallbackStatus.PLANNED
    callback.planned_for = polite.first_moment(_hours(), calendar, now=now + AGAIN_AFTER)
    announce(session, callback, ticket, now=now)


def cancel(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Call off what is planned or under way; a call under way ends without effect.

    The action that makes it needless leaves the event.
    """
    pending = session.exec(
        select(Callback)
        .where(Callback.ticket_id == ticket.id)
        .where(col(Callback.status).in_((CallbackStatus.PLANNED, CallbackStatus.CALLING)))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for callback in pending:
        callback.status = CallbackStatus.CANCELLED
        callback.finished_at, callback.by = now, str(actor)
        session.add(callback)


def is_another(session: Session, ticket: Ticket, *, last: datetime, at: datetime) -> bool:
    """Return whether an attempt lies on a later day and in another part of it than the last one."""
    return polite.differs(_hours(), _calendar(session, ticket), last=last, now=at)


def may_ring(session: Session, ticket: Ticket, *, now: datetime) -> bool:
    """Return whether it is polite to ring this requester now."""
    return polite.is_polite(_hours(), _calendar(session, ticket), now=now)


def mode_for(ticket: Ticket) -> CallbackMode:
    """Return who rings: 投诉 and 举报 are a person's, unless the site's setting says otherwise."""
    by_person = settings().callbacks_by_person.split()
    wanted = "all" in by_person or ticket.request_type in by_person
    return CallbackMode.PERSON if wanted else CallbackMode.MACHINE


def subject(ticket: Ticket) -> str:
    """Return the name under which the callback's clock runs."""
    return history.chain(ticket)


def of_ticket(session: Session, ticket: Ticket) -> Callback | None:
    """Return the ticket's newest callback."""
    return session.exec(
        select(Callback)
        .where(Callback.ticket_id == ticket.id)
        .order_by(col(Callback.round).desc())
        .limit(1)
    ).first()


def announce(session: Session, callback: Callback, ticket: Ticket, *, now: datetime) -> None:
    """Write into the ticket's history when its requester will be rung, and by whom."""
    session.add(callback)
    history.record(
        session,
        ticket,
        EventType.CALLBACK_PLANNED,
        actor=MACHINE,
        now=now,
        mode=callback.mode,
        round=callback.round,
        planned_for=callback.planned_for.isoformat(),
    )


def _calendar(session: Session, ticket: Ticket) -> Calendar:
    return calendars.current(session, ticket.district)


@lru_cache
def _hours() -> PoliteHours:
    own = settings()
    return PoliteHours.parse(own.callback_hours, own.callback_hours_off)
