"""Filters as SQL; always together with what the reader may see at all (`sealing.reach`)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, union
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from dispatch.handling.orders import GONE_ORDERS
from dispatch.listing.filters import Due, Filters
from dispatch.models import Clock, ProposalRow, Ticket, WorkOrder
from dispatch.routing.doubtful import TIBETAN_SKILL
from dispatch.sealing import reach
from dispatch.states import TicketStatus
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import BEIJING
from hotline.core.events import Event, EventType
from knowledge.models import District

_CHAIN = "ticket:"


def conditions(
    filters: Filters, reader: Actor | None, *, now: datetime
) -> list[ColumnElement[bool]]:
    """Return what the tickets of the list must meet, for this reader."""
    return [
        reach.visible(reader),
        *_sorted_by(filters),
        *_at_work(filters, now),
        *_registered(filters.since, filters.until),
        *([_is_mine(reader)] if filters.mine and reader else []),
        *_said(filters),
    ]


def is_running(clock: Any) -> ColumnElement[bool]:
    """Return the condition that the clock runs: it is not stopped, nor does it stand still.

    Written out as in the index `ix_clock_first_due`, which no parameter would be known to fit.
    """
    return and_(
        col(clock.stopped_at).is_(None), clock.waits_for == literal("", literal_execute=True)
    )


def _sorted_by(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what the ticket's own words of its kind must be."""
    chosen = (
        (col(Ticket.status), filters.statuses),
        (col(Ticket.request_type), filters.types),
        (col(Ticket.urgency), filters.urgencies),
        (col(Ticket.source), filters.sources),
    )
    found: list[ColumnElement[bool]] = [
        column.in_([each.value for each in values]) for column, values in chosen if values
    ]
    category: Any = col(Ticket.category)
    found += [category[at].astext == level for at, level in enumerate(filters.matter)]
    if filters.district:
        found.append(col(Ticket.district).in_(_below(filters.district)))
    return found


def _at_work(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.department:
        found.append(_is_with(filters.department))
    if filters.due:
        late = _has_clock(col(Clock.due_at) <= now)
        near = and_(_has_clock(col(Clock.warning_at) <= now), ~late)
        found.append(late if filters.due is Due.OVERDUE else near)
    if filters.reminded:
        found.append(col(Ticket.reminders) > 0)
    if filters.redone:
        found.append(col(Ticket.redone) > 0)
    if filters.tibetan:
        found.append(wants(TIBETAN_SKILL))
    return found


def wants(skill: str) -> ColumnElement[bool]:
    """Return the condition that who reads the ticket must have the skill.

    Written out, so that it is known to fit the index `ix_ticket_wanted_skill`.
    """
    return col(Ticket.wanted_skill) == _literally(skill)


def _registered(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since:
        found.append(col(Ticket.created_at) >= _midnight(since))
    if until:
        found.append(col(Ticket.created_at) < _midnight(until + timedelta(days=1)))
    return found


def _said(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what the words ask for. A sealed ticket's title holds none of its words."""
    if not filters.words:
        return []
    if filters.by_number:
        return [col(Ticket.number).startswith(filters.words, autoescape=True)]
    return [col(Ticket.title).icontains(each, autoescape=True) for each in filters.words.split(" ")]


def _is_with(department: str) -> ColumnElement[bool]:
    """Return the condition that the department has the ticket, or is proposed while nobody has."""
    order, proposal, later = aliased(WorkOrder), aliased(ProposalRow), aliased(ProposalRow)
    has = exists().where(
        col(order.ticket_id) == Ticket.id,
        col(order.department) == department,
        col(order.status).not_in(GONE_ORDERS),
    )
    newer = exists().where(
        col(later.ticket_id) == proposal.ticket_id, col(later.id) > col(proposal.id)
    )
    proposed = exists().where(
        col(proposal.ticket_id) == Ticket.id,
        col(proposal.department) == department,
        ~newer,
    )
    return or_(has, and_(col(Ticket.status) == TicketStatus.REGISTERED, proposed))


def _has_clock(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = columns(col(Clock.ticket_id)).where(is_running(Clock), condition)
    return col(Ticket.id).in_(mine)


def _is_mine(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader registered the ticket, or gave it to a department.

    Both are written out as in their indexes, `ix_event_registered_by` among them.
    """
    registered = aliased(Ticket)
    number = func.substr(col(Event.chain), len(_CHAIN) + 1)  # one look-up by number an event
    first = (
        columns(col(registered.id))
        .join(Event, col(registered.number) == number)
        .where(
            col(Event.type) == _literally(EventType.TICKET_REGISTERED.value),
            col(Event.actor) != _literally(str(MACHINE)),
            col(Event.actor) == str(reader),
        )
    )
    gave = columns(col(WorkOrder.ticket_id)).where(
        col(WorkOrder.dispatched_by) != _literally(str(MACHINE)),
        col(WorkOrder.dispatched_by) == str(reader),
    )
    return col(Ticket.id).in_(union(first, gave))


def _literally(word: str) -> ColumnElement[str]:
    return literal(word, literal_execute=True)


def _below(code: str) -> Select[Any]:
    """Return the codes of the district and of all below it."""
    area = columns(col(District.code)).where(col(District.code) == code).cte(recursive=True)
    below = columns(col(District.code)).join(area, col(District.parent) == area.c.code)
    return columns(area.union(below).c.code)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)
