"""办理进展: what a requester may know of their own ticket, as codes and moments; reads only.

Nothing of an internal note, of who worked on it by name, or of who they are is ever in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from dispatch.beside.models_beside import HandOver, Suspension
from dispatch.clustering import following
from dispatch.ending import answers, declines, receivers
from dispatch.handling import leads, orders, replies
from dispatch.models import Clock, Confidentiality, Ticket
from dispatch.requesters import additions, asked, confiding, course, promised, ratings, withdrawing
from dispatch.requesters.additions import Written
from dispatch.requesters.asked import Question
from dispatch.requesters.course import Step
from dispatch.requesters.promised import Basis
from dispatch.states import TicketStatus
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core.masking import mask_leaving
from knowledge import names

# By what each stage was promised; the first kind that runs is the one that is told.
_PROMISED = {
    TicketStatus.REGISTERED: (ClockKind.DISPATCH_BY,),
    TicketStatus.DISPATCHED: (ClockKind.RECTIFY_BY, ClockKind.REPLY_BY),
    TicketStatus.AWAITING_CALLBACK: (ClockKind.CALLBACK_BY,),
}


@dataclass(frozen=True)
class Promise:
    """By when the next thing is due, whether that is past or may still move, and why then."""

    kind: str
    due_at: datetime
    late: bool
    provisional: bool
    basis: Basis


@dataclass(frozen=True)
class Told:
    """An answer for the requester, masked, and when it was given."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Wait:
    """挂账: why it can't be done now, and the day on which that is looked at again."""

    reason: str
    review_on: date


@dataclass(frozen=True)
class Progress:
    """One ticket as its requester sees it; what a 举报 keeps to itself is empty."""

    number: str
    status: TicketStatus
    registered_at: datetime
    matter: str
    departments: Sequence[str]
    promise: Promise | None
    wait: Wait | None
    replies: Sequence[Told]
    declined: str  # why, and which way is open instead
    receiver: str  # who has it now
    closing: str
    closed_at: datetime | None
    redone: int
    reminders: int
    questions: Sequence[Question]  # what departments wait for
    written: Sequence[Written]
    course: Sequence[Step]
    rating: int | None
    guarded: bool  # a 举报: the answer is told by telephone
    may_add: bool
    may_withdraw: bool
    may_rate: bool
    may_confide: bool


def shown(session: Session, ticket: Ticket, *, by_link: bool, now: datetime) -> Progress:
    """Return what may be told: all of it to who holds the link, the bare course to who does not."""
    status, guarded = TicketStatus(ticket.status), _is_guarded(ticket)
    handled = _handled(session, ticket)
    full = by_link and not guarded
    return Progress(
        number=ticket.number,
        status=status,
        registered_at=ticket.created_at,
        matter=_matter(ticket) if full else "",
        departments=() if guarded else _departments(session, handled, status),
        promise=_promise(session, ticket, handled, now=now),
        wait=None if guarded else _wait(session, handled),
        replies=_replies(session, ticket) if full else (),
        declined=_declined(session, ticket) if full else "",
        receiver="" if guarded else _receiver(session, ticket),
        closing=ticket.closing,
        closed_at=ticket.closed_at,
        redone=ticket.redone,
        reminders=ticket.reminders,
        questions=asked.open_of(session, ticket) if full else (),
        written=additions.written(session, ticket) if full else (),
        course=course.of_ticket(session, ticket) if full else (),
        rating=_rating(session, ticket) if by_link else None,
        guarded=guarded,
        may_add=by_link and additions.may_add(ticket),
        may_withdraw=by_link and withdrawing.may_withdraw(ticket),
        may_rate=by_link and ratings.open_round(session, ticket) is not None,
        may_confide=by_link and confiding.may_ask(session, ticket),
    )


def _is_guarded(ticket: Ticket) -> bool:
    """Return whether the page keeps to itself what the matter is and who has it (举报)."""
    return ticket.confidentiality not in (Confidentiality.PUBLIC, Confidentiality.INTERNAL)


def _handled(session: Session, ticket: Ticket) -> Ticket:
    """Return the ticket whose orders this one goes by: its main one's, when it was merged."""
    follows = ticket.status in following.FOLLOWING
    return (following.main_of(session, ticket) if follows else None) or ticket


def _matter(ticket: Ticket) -> str:
    return next((level for level in reversed(ticket.category) if level), "")


def _departments(session: Session, handled: Ticket, status: TicketStatus) -> Sequence[str]:
    """Return who has it or answered it, the lead first."""
    if status not in (TicketStatus.DISPATCHED, *_ANSWERED):
        return ()
    stand = [
        each for each in leads.shares(session, handled) if each.status not in orders.GONE_ORDERS
    ]
    stand.sort(key=lambda order: not leads.is_lead(order))
    called = names.department_names(session, [each.department for each in stand])
    return tuple(dict.fromkeys(called[each.department] for each in stand))


_ANSWERED = (TicketStatus.AWAITING_CALLBACK, TicketStatus.CLOSED)


def _promise(session: Session, ticket: Ticket, handled: Ticket, *, now: datetime) -> Promise | None:
    """Return the latest due moment of what runs for the present stage.

    What was promised to this ticket itself goes before what its main one was promised.
    """
    kinds = _PROMISED.get(TicketStatus(ticket.status), ())
    for whose in (ticket, handled):
        running = [
            each
            for each in clocks.of_ticket(session, whose)
            if each.kind in kinds and not (each.stopped_at or each.waits_for)
        ]
        top = [each for each in running if _is_ours(session, whose, each)]
        if top:
            last = max(top, key=lambda clock: clock.due_at)
            why = promised.of_clock(last)
            return Promise(last.kind, last.due_at, last.due_at < now, last.provisional, why)
    return None


def _is_ours(session: Session, whose: Ticket, clock: Clock) -> bool:
    """Return whether the hotline promised it: what a department asks of those below is its own."""
    given_on = {orders.subject(each) for each in orders.of_ticket(session, whose) if each.parent_id}
    return clock.subject not in given_on


def _wait(session: Session, handled: Ticket) -> Wait | None:
    row = session.exec(
        select(Suspension).where(
            Suspension.ticket_id == handled.id, col(Suspension.ended_at).is_(None)
        )
    ).first()
    return Wait(row.public_reason, row.review_on) if row else None


def _replies(session: Session, ticket: Ticket) -> Sequence[Told]:
    """Return what stood as an answer, oldest first: departments', and what an agent told."""
    told = [
        Told(each.reviewed_at or each.at, mask_leaving(each.public_reply))
        for each in replies.told(session, ticket)
    ]
    told += [Told(each.at, mask_leaving(each.text)) for each in answers.of_ticket(session, ticket)]
    return sorted(told, key=lambda each: each.at)


def _declined(session: Session, ticket: Ticket) -> str:
    rows = declines.of_ticket(session, ticket)
    if ticket.status != TicketStatus.DECLINED or not rows:
        return ""
    return f"{declines.title_of(rows[-1].reason)}。{rows[-1].route}"


def _receiver(session: Session, ticket: Ticket) -> str:
    if ticket.status != TicketStatus.HANDED_OVER:
        return ""
    row = session.exec(
        select(HandOver)
        .where(HandOver.ticket_id == ticket.id)
        .order_by(col(HandOver.id).desc())
        .limit(1)
    ).first()
    return receivers.find(row.receiver).title if row else ""


def _rating(session: Session, ticket: Ticket) -> int | None:
    rating = ratings.latest(session, ticket)
    return rating.satisfaction if rating else None
