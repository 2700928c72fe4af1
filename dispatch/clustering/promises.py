"""并单不误时: what a requester was promised before a merge is due when it was, also after it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import suspended_clocks, suspensions
from dispatch.clustering import following
from dispatch.handling import leads, recalls
from dispatch.models import Ticket
from dispatch.rules import calendars
from dispatch.rules.bounds import Wait
from dispatch.rules.limits import Limit
from dispatch.rules.policies import StartEvent
from dispatch.states import OrderStatus, TicketStatus
from dispatch.terms import ClockKind
from dispatch.timing import clock_changes, clocks, deadlines
from dispatch.timing.catching_up import catch_up
from hotline.core.accounts import Actor
from hotline.core.events import Event, EventType

MERGED = "merged"  # why an order was recalled
_NOT_REPLY = tuple(kind for kind in ClockKind if kind is not ClockKind.REPLY_BY)


def give_up_orders(session: Session, member: Ticket, *, actor: Actor, now: datetime) -> None:
    """Recall the member's own open orders; the reply that was promised is still due as before."""
    recalls.take_back_open(session, member, why=MERGED, actor=actor, now=now)


def fall_in(session: Session, main: Ticket, members: Sequence[Ticket], *, now: datetime) -> None:
    """Stop the clocks of new members that a dispatched main ticket leaves nothing to run for.

    Nobody need dispatch them; and where its lead has answered, their answer is in review too.
    """
    if main.status != TicketStatus.DISPATCHED:
        return
    lead = leads.leading(session, main)
    answered = lead is not None and lead.status in (OrderStatus.REPLIED, OrderStatus.COMPLETED)
    idle = [ClockKind.DISPATCH_BY, *(following.PROMISED if answered else ())]
    for each in members:
        clocks.stop(session, history.chain(each), idle, now=now)


def extend(
    session: Session, main: Ticket, more: Limit, *, why: str, actor: Actor, now: datetime
) -> Iterator[tuple[Ticket, datetime | None]]:
    """延期: count `more` on to what each follower was promised; yield it and when that is due now.

    None where it was promised nothing of its own: the main ticket's due moment is its one too.
    """
    for each in following.followers(session, main, lock=True):
        subject, due = history.chain(each), None
        for kind in following.PROMISED:
            clock = clock_changes.running(session, subject, kind)
            if clock:
                calendar = calendars.of_clock(session, each, clock)
                clock_changes.extend(session, clock, more, calendar, why=why, actor=actor, now=now)
                due = clock.due_at
        yield each, due


def keep(session: Session, ticket: Ticket, main: Ticket, *, actor: Actor, now: datetime) -> None:
    """Let the reply clock of a ticket that is merged no more count from when it first went out.

    One that was promised before the merge runs on; one that went out with the main ticket gets
    its own, counted from that moment without the time that both were suspended. Whoever has it
    next answers by it.
    """
    suspensions.release(session, main, ticket, actor=actor, now=now)
    subject, promised = history.chain(ticket), following.promised(session, ticket)
    if promised:
        catch_up(session, clocks.resume(session, subject, promised), now=now)
        return
    went_out = _went_out(session, ticket, following.round_began(session, ticket))
    if went_out:
        start = StartEvent.DISPATCHED
        deadlines.start(session, ticket, start, subject=subject, now=went_out, without=_NOT_REPLY)
        _leave_out_waits(session, ticket, main, actor=actor, now=now)


def _leave_out_waits(
    session: Session, ticket: Ticket, main: Ticket, *, actor: Actor, now: datetime
) -> None:
    """Let a reply clock that was begun afterwards stand still for the main ticket's suspensions."""
    subject = history.chain(ticket)
    clock = clock_changes.running(session, subject, ClockKind.REPLY_BY)
    if clock is None or clock.pauses != Wait.SUSPENSION:
        return
    for each in suspensions.of_ticket(session, main):
        over = each.ended_at or now
        if over > clock.started_at:
            clock_changes.unpause(
                session,
                clock,
                calendars.of_clock(session, ticket, clock),
                paused_at=max(each.at, clock.started_at),
                runs_from=over,
                why=suspended_clocks.WHY,
                actor=actor,
                now=now,
            )


def _went_out(session: Session, ticket: Ticket, since: datetime) -> datetime | None:
    """Return when the ticket was first dispatched in its present round, alone or with others."""
    return session.exec(
        select(Event.at)
        .where(Event.chain == history.chain(ticket), Event.type == EventType.TICKET_DISPATCHED)
        .where(Event.at >= since)
        .order_by(col(Event.seq))
        .limit(1)
    ).first()
