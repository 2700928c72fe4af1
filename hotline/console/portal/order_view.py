"""承办单 as its department reads it: what was said, what is due, and what happened so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from dispatch import disclosure, feed, history, reminders
from dispatch.beside import suspensions
from dispatch.clustering import cluster_record
from dispatch.handling import co_handling, onward, orders, recalls, replies, returns
from dispatch.handling.inbox import OWED
from dispatch.models import Clock, Reply, Ticket, WorkOrder
from dispatch.requesters import additions
from dispatch.sealing import reach, readers
from dispatch.terms import RequestType, TimeClass, Urgency
from dispatch.timing import clocks
from hotline.console import moments, story
from hotline.console.countdowns import Countdown, countdown
from hotline.console.portal.callings import as_department
from hotline.console.portal.order_asks import Asked, asked_of
from hotline.console.portal.order_doable import is_own
from hotline.console.story import Sentence
from hotline.console.words import name_of, say
from hotline.core.accounts import Actor
from hotline.core.events import Event
from hotline.core.privacy import mask_text
from knowledge import names


@dataclass(frozen=True)
class Said:
    """Words of the requester's, or a contact, with their moment."""

    kind: str
    at: str
    text: str


@dataclass(frozen=True)
class ReplyView:
    """A reply that was given or drafted, numbers masked, and what review said."""

    public_reply: str
    result: str
    unsolved_reason: str
    review_note: str
    is_true: bool
    is_solved: bool
    at: str
    contacted: str
    verdict: str
    signed_by: str
    is_draft: bool


@dataclass(frozen=True)
class Share:
    """Another department's order of the same matter, as who leads or issued it may see it."""

    number: str
    department: str
    role: str
    status: str
    status_name: str
    reply: str
    readable: bool  # it was given on from here: it has a page


@dataclass(frozen=True)
class OrderPage:
    """One order with all that its page tells of it."""

    order: WorkOrder
    ticket: Ticket
    own: bool
    title: str
    text: str
    caller: str
    department: str
    above: str
    facts: list[tuple[str, str]]
    said: list[Said]
    contacts: list[Said]
    replies: list[ReplyView]
    returned: str
    recalled: str
    asked: list[Asked]
    shares: list[Share]
    joined: Sequence[cluster_record.Joined]
    next_due: Countdown | None  # of what its department owes
    running: list[Countdown]
    stopped: list[Countdown]
    story: list[Sentence]


def order_view(session: Session, order: WorkOrder, actor: Actor, *, now: datetime) -> OrderPage:
    """Return the order for its page, as far as this department may know it."""
    ticket, until = orders.ticket_of(session, order), orders.left_at(session, order)
    own, parent = is_own(order, actor), orders.above(session, order)
    happened = _told(session, ticket, actor, until)
    timed = [each for each in clocks.of_ticket(session, ticket) if _is_its(each, order)]
    owed = [each for each in timed if each.kind in OWED]
    departments = names.department_names(session, {order.department, _code(parent)})
    return OrderPage(
        order=order,
        ticket=ticket,
        own=own,
        title=disclosure.for_department(ticket, ticket.title),
        text=disclosure.for_department(ticket, readers.words(session, ticket)),
        caller=disclosure.requester(session, ticket) if disclosure.shows_requester(ticket) else "",
        department=departments.get(order.department, order.department),
        above=departments.get(_code(parent), ""),
        facts=_facts(session, ticket, order),
        said=_said(session, ticket, until),
        contacts=_contacts(session, order),
        replies=_replies(session, ticket, order, own=own),
        returned=_returned(session, order),
        recalled=order.recall_reason or _recalled(session, order),
        asked=asked_of(session, ticket, order) if own else [],
        shares=_shares(session, order),
        joined=cluster_record.of_order(session, order),
        next_due=next(iter(_countdowns(session, owed, happened, now, stopped=False)), None),
        running=_countdowns(session, timed, happened, now, stopped=False),
        stopped=_countdowns(session, timed, happened, now, stopped=True),
        story=story.tell(session, happened, callings=as_department(actor.department)),
    )


def _code(order: WorkOrder | None) -> str:
    return order.department if order else ""


def _is_its(clock: Clock, order: WorkOrder) -> bool:
    return clock.subject == orders.subject(order)


def _told(session: Session, ticket: Ticket, actor: Actor, until: datetime | None) -> list[Event]:
    """Return what the department was told of the ticket, nothing that came after it let it go."""
    happened = reach.told(session, actor, history.story(session, ticket))
    theirs = feed.concerning(session, happened, actor.department)
    return [each for each in theirs if until is None or each.at <= until]


def _facts(session: Session, ticket: Ticket, order: WorkOrder) -> list[tuple[str, str]]:
    district = names.district_names(session, [ticket.district]).get(ticket.district, "")
    told = [
        ("type", RequestType(ticket.request_type).label),
        ("matter", " / ".join(level for level in ticket.category if level)),
        ("district", district),
        ("urgency", Urgency(ticket.urgency).label),
        ("time_class", TimeClass(ticket.time_class).label),
        ("confidentiality", name_of("confidentiality", ticket.confidentiality)),
        ("registered_at", moments.full(ticket.created_at)),
        ("basis", order.legal_basis),
    ]
    return [(word, text) for word, text in told if text]


def _said(session: Session, ticket: Ticket, until: datetime | None) -> list[Said]:
    """Return what the requester said since, oldest first."""
    found = [
        (each.at, "reminded", readers.reminder_words(session, ticket, each))
        for each in reminders.of_ticket(session, ticket)
    ]
    found += [
        (each.at, "added", additions.words(session, ticket, each))
        for each in additions.of_ticket(session, ticket)
    ]
    return [
        Said(kind, moments.short(at), disclosure.for_department(ticket, text))
        for at, kind, text in sorted(found)
        if until is None or at < until
    ]


def _contacts(session: Session, order: WorkOrder) -> list[Said]:
    return [
        Said(
            "reached" if each.reached else "not_reached",
            moments.short(each.at),
            mask_text(each.note),
        )
        for each in orders.contacts_of(session, order)
    ]


def _replies(session: Session, ticket: Ticket, order: WorkOrder, *, own: bool) -> list[ReplyView]:
    """Return what the department answered on this ticket, newest first, in earlier rounds too."""
    found = [
        reply
        for each in orders.of_ticket(session, ticket)
        if each.department == order.department and each.round <= order.round
        for reply in replies.replies_of(session, each)
        if own or not reply.awaits_signature
    ]
    return [_reply(each) for each in reversed(found)]


def _reply(reply: Reply) -> ReplyView:
    return ReplyView(
        public_reply=mask_text(reply.public_reply),
        result=mask_text(reply.result),
        unsolved_reason=mask_text(reply.unsolved_reason),
        review_note=mask_text(reply.review_note),
        is_true=reply.is_true,
        is_solved=reply.is_solved,
        at=moments.full(reply.at),
        contacted=moments.full(reply.contacted_at) if reply.contacted_at else "",
        verdict=name_of("verdict", reply.verdict) if reply.verdict else "",
        signed_by=reply.signed_by,
        is_draft=reply.awaits_signature,
    )


def _returned(session: Session, order: WorkOrder) -> str:
    row = returns.return_of(session, order)
    if row is None:
        return ""
    code = row.suggested_department
    suggested = names.department_names(session, [code]).get(code, code)
    told = [name_of("returned", row.reason), row.basis]
    return "；".join([*told, say("portal.suggested", whom=suggested)] if suggested else told)


def _recalled(session: Session, order: WorkOrder) -> str:
    code = recalls.code_of(session, order)
    return name_of("recalled", code) if code else ""


def _shares(session: Session, order: WorkOrder) -> list[Share]:
    """Return what was given on from it, and what assists it where it leads."""
    below = list(onward.of_order(session, order))
    beside = co_handling.shares(session, order)
    called_by = names.department_names(session, {each.department for each in (*below, *beside)})
    found = []
    for each in (*below, *beside):
        reply = replies.latest_reply(session, each)
        found.append(
            Share(
                each.number,
                called_by.get(each.department, each.department),
                name_of("order_role", each.role),
                each.status,
                name_of("order_status", each.status),
                mask_text(reply.public_reply) if reply else "",
                readable=each.parent_id == order.id,
            )
        )
    return found


def _countdowns(
    session: Session,
    found: Sequence[Clock],
    happened: Sequence[Event],
    now: datetime,
    *,
    stopped: bool,
) -> list[Countdown]:
    mine = [clock for clock in found if bool(clock.stopped_at) is stopped]
    told = [
        countdown(clock, now=now, happened=happened, waits=suspensions.reason_of(session, clock))
        for clock in sorted(mine, key=lambda clock: clock.due_at)
    ]
    return [replace(each, subject="") for each in told]  # the page is of one order
