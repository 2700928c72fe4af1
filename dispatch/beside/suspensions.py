"""挂账: what can't be done now waits, with an owner, a day of review and a reason told to all."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import suspended_clocks, suspension_rules
from dispatch.beside.models_beside import Suspension
from dispatch.clustering import following
from dispatch.handling import orders
from dispatch.models import Clock, OrderRole, Ticket, WorkOrder
from dispatch.notices import caller_notices
from dispatch.rules import calendars
from dispatch.sealing import reach
from dispatch.terms import ClockKind
from dispatch.timing import appointments, clocks
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import Audience, EventType


class Outcome(StrEnum):
    """How a suspension ended."""

    FEASIBLE = "feasible"  # 条件具备，继续办理
    MISTAKEN = "mistaken"  # 不该挂账
    REPLIED = "replied"  # 承办单位已答复
    LEFT = "left"  # 工单已不在办理中


def suspend(
    session: Session,
    ticket: Ticket,
    owner: str,
    review_on: date,
    public_reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Suspension:
    """挂账: the reply clocks that run stand still until it ends; the caller is told why.

    `owner` is a department's code or an account's name. The clock of the review runs to the close
    of that day. Whoever follows a merged ticket waits with it and is told so too.
    """
    following.require_own(session, ticket)
    suspension_rules.check(session, ticket, owner, review_on, public_reason, now=now)
    if open_one(session, ticket):
        raise Conflict(f"Ticket {ticket.number} is suspended already.", remedy="End that first.")
    row = Suspension(
        ticket_id=ticket.id or 0,
        owner=owner,
        review_on=review_on,
        public_reason=public_reason.strip().rstrip("。"),
        at=now,
        by=str(actor),
    )
    session.add(row)
    session.flush()
    together = (ticket, *following.followers(session, ticket, lock=True))
    suspended_clocks.hold(session, row, col(Clock.ticket_id).in_([each.id for each in together]))
    _start_review(session, ticket, review_on, now=now)
    for each in together:
        _tell(session, row, each, actor=actor, now=now)
    return row


def end_suspension(
    session: Session, suspension: Suspension, outcome: Outcome, *, actor: Actor, now: datetime
) -> Suspension:
    """结束挂账: the clocks run on with what was left of them; the clock of the review stops."""
    if suspension.ended_at:
        raise Conflict("That suspension has ended already.", remedy="Read the ticket again.")
    suspension.ended_at, suspension.ended_by = now, str(actor)
    suspension.outcome = outcome
    session.add(suspension)
    main = session.get_one(Ticket, suspension.ticket_id)
    clocks.stop(session, history.chain(main), [ClockKind.REVIEW_BY], now=now)
    waited = (main, *following.followers(session, main, lock=True))
    for clock in suspended_clocks.waiting(session, suspension):
        suspended_clocks.let_run(session, suspension, clock, actor=actor, now=now)
    ended, caller = EventType.TICKET_SUSPENSION_ENDED, Audience.CALLER
    for each in waited:
        history.record(session, each, ended, actor=actor, now=now, audience=caller, outcome=outcome)
    return suspension


def end_by_itself(session: Session, ticket: Ticket, outcome: Outcome, *, now: datetime) -> None:
    """End the ticket's suspension because what happened leaves nothing to wait for."""
    suspension = open_one(session, ticket)
    if suspension:
        end_suspension(session, suspension, outcome, actor=MACHINE, now=now)


def answered(session: Session, order: WorkOrder, *, now: datetime) -> None:
    """End the suspension because its lead has replied, or nobody is left who has not.

    Whoever else replies counts on alone; the others still wait.
    """
    ticket = orders.ticket_of(session, order)
    suspension = open_one(session, ticket)
    if suspension is None:
        return
    top = [each for each in orders.of_ticket(session, ticket) if each.parent_id is None]
    last = not any(each.status in suspension_rules.UNANSWERED for each in top)
    if last or (order.role == OrderRole.LEAD and order.parent_id is None):
        end_suspension(session, suspension, Outcome.REPLIED, actor=MACHINE, now=now)
    for clock in suspended_clocks.waiting(session, suspension):
        if clock.subject == orders.subject(order):
            suspended_clocks.let_run(session, suspension, clock, actor=MACHINE, now=now)


def cover(session: Session, ticket: Ticket, subject: str) -> None:
    """Let the reply clocks of a new order of a suspended ticket stand still as the others do."""
    suspension = open_one(session, ticket)
    if suspension:
        suspended_clocks.hold(session, suspension, col(Clock.subject) == subject)


def rejected(session: Session, order: WorkOrder) -> None:
    """Let what runs again for a rejected reply stand still while its ticket is suspended.

    Those are the order's reply clocks, and what whoever follows its ticket was promised.
    """
    ticket = orders.ticket_of(session, order)
    suspension = open_one(session, ticket)
    if suspension:
        chains = [history.chain(each) for each in following.followers(session, ticket, lock=True)]
        suspended_clocks.hold(
            session, suspension, col(Clock.subject).in_([orders.subject(order), *chains])
        )


def take_in(
    session: Session, main: Ticket, members: Sequence[Ticket], *, actor: Actor, now: datetime
) -> None:
    """Let tickets that are merged into a suspended one wait with it; their callers are told so."""
    suspension = open_one(session, main)
    if suspension is None:
        return
    suspended_clocks.hold(
        session, suspension, col(Clock.ticket_id).in_([each.id for each in members])
    )
    for each in members:
        _tell(session, suspension, each, actor=actor, now=now)


def release(session: Session, main: Ticket, member: Ticket, *, actor: Actor, now: datetime) -> None:
    """Let a ticket that waited with its suspended main ticket run on: that is not its wait."""
    suspension = open_one(session, main)
    for clock in suspended_clocks.waiting(session, suspension) if suspension else []:
        if suspension and clock.ticket_id == member.id:
            suspended_clocks.let_run(session, suspension, clock, actor=actor, now=now)


def open_one(session: Session, ticket: Ticket) -> Suspension | None:
    """Return the suspension under which the ticket stands, locked."""
    return session.exec(
        select(Suspension)
        .where(Suspension.ticket_id == ticket.id, col(Suspension.ended_at).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def require_open(session: Session, ticket: Ticket) -> Suspension:
    """Return the suspension under which the ticket stands; raise NotFound."""
    suspension = open_one(session, ticket)
    if suspension is None:
        raise NotFound(f"Ticket {ticket.number} is not suspended.", remedy="Read it again.")
    return suspension


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Suspension]:
    """Return the ticket's suspensions, oldest first."""
    return session.exec(
        select(Suspension).where(Suspension.ticket_id == ticket.id).order_by(col(Suspension.id))
    ).all()


def register(
    session: Session,
    *,
    owner: str = "",
    after: tuple[date, int] | None = None,
    limit: int = 50,
    reader: Actor | None = None,
) -> Sequence[tuple[Suspension, Ticket]]:
    """挂账台账: return what is suspended now with its ticket, the next day of review first.

    `after` is the (review_on, id) of the last one seen.
    """
    query = (
        select(Suspension, Ticket)
        .join(Ticket, col(Ticket.id) == Suspension.ticket_id)
        .where(col(Suspension.ended_at).is_(None), reach.visible(reader))
        .order_by(col(Suspension.review_on), col(Suspension.id))
    )
    if owner:
        query = query.where(Suspension.owner == owner)
    if after:
        query = query.where(tuple_(col(Suspension.review_on), col(Suspension.id)) > tuple_(*after))
    return session.exec(query.limit(limit)).all()


def reason_of(session: Session, clock: Clock) -> str:
    """Return why the clock stands still, as the caller was told it; empty while it runs."""
    _, _, number = clock.waits_for.partition(suspended_clocks.NAMED)
    found = session.get(Suspension, int(number)) if number else None
    return found.public_reason if found else ""


def _start_review(session: Session, ticket: Ticket, review_on: date, *, now: datetime) -> None:
    given = appointments.until_day(ClockKind.REVIEW_BY, review_on, now=now)
    subject = history.chain(ticket)
    calendar = calendars.of_subject(session, ticket, subject)
    clocks.start(session, ticket, given, calendar, subject=subject, now=now)


def _tell(
    session: Session, suspension: Suspension, ticket: Ticket, *, actor: Actor, now: datetime
) -> None:
    day = suspension.review_on
    history.record(
        session,
        ticket,
        EventType.TICKET_SUSPENDED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        review_on=day.isoformat(),
    )
    words = {
        "reason": suspension.public_reason,
        "day": f"{day.year}年{day.month}月{day.day}日",
    }
    caller_notices.owe(session, ticket, caller_notices.SUSPENDED, now=now, **words)
