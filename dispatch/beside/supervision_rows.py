"""督办, many at a time: an outage ends with a hundred thousand clocks overdue at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.notices import staff_notices
from dispatch.notices.staff_notices import Owed
from dispatch.rules import calendars, policies, policy_rows, rules_stamp
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from dispatch.timing import clocks
from dispatch.timing.escalation import Card, Owner, Tier, recipient
from hotline.core import arrays
from hotline.core.accounts import Actor
from hotline.core.events import Audience, EventType, News

_Terms = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """What shall be supervised: a ticket or its order, its limits' terms, who answers, and why."""

    ticket_id: int
    number: str
    terms: _Terms  # district, request type, urgency, time class
    owner: Owner
    cause: str
    order_id: int | None  # None: the ticket is supervised, and whoever leads it answers
    instruction: str = ""

    @classmethod
    def of(
        cls, ticket: Ticket, owner: Owner, cause: str, instruction: str, *, order_id: int | None
    ) -> "Case":
        terms = (ticket.district, ticket.request_type, ticket.urgency, ticket.time_class)
        return cls(ticket.id or 0, ticket.number, terms, owner, cause, order_id, instruction)


@dataclass(frozen=True, slots=True)
class Raised:
    """A supervision that stands now, and the event that its ticket's history is still owed."""

    id: int
    case: Case
    news: News


_INSERT = text(
    "INSERT INTO supervision (ticket_id, order_id, cause, instruction, raised_at, raised_by, "
    "feedback, answered_by, lifted_by, note, version) "
    "SELECT told.ticket_id, told.order_id, told.cause, told.instruction, "
    "CAST(:now AS timestamptz), :actor, '', '', '', '', 1 FROM unnest(CAST(:tickets AS int[]), "
    "CAST(:orders AS int[]), CAST(:causes AS text[]), CAST(:instructions AS text[])) "
    "AS told(ticket_id, order_id, cause, instruction) "
    "ON CONFLICT DO NOTHING RETURNING id, ticket_id, order_id, cause"
)


def subject(supervision_id: int) -> str:
    """Return the name under which the feedback's clock runs."""
    return f"supervision:{supervision_id}"


def owner_of(ticket: Ticket, order: WorkOrder | None) -> Owner:
    """Return who answers by this order; without one it is the hotline's own desk."""
    if order is None:
        return Owner(ticket.district)
    return Owner(ticket.district, order.department, order.number, order.id)


def raise_many(
    session: Session, cases: Sequence[Case], *, actor: Actor, now: datetime
) -> list[Raised]:
    """督办: raise each case that has none open, start its clock, and tell the supervised.

    The tickets are locked by the caller, who also adds the events to their chains.
    """
    if not cases:
        return []
    session.flush()
    by_key = {(case.ticket_id, case.order_id, case.cause): case for case in cases}
    stood = session.execute(_INSERT, {**_columns(cases), "now": now, "actor": str(actor)}).all()
    raised = [
        Raised(id, case, _news(id, case, actor, now))
        for id, *key in stood
        for case in (by_key[key[0], key[1], key[2]],)
    ]
    due = _start_clocks(session, raised, now=now)
    told = [owed(each.id, each.case.number, each.case.owner, due.get(each.id)) for each in raised]
    staff_notices.owe(session, told, now=now)
    return raised


def _columns(cases: Sequence[Case]) -> dict[str, str]:
    return {
        "tickets": arrays.of_numbers([case.ticket_id for case in cases]),
        "orders": arrays.of_numbers([case.order_id for case in cases]),
        "causes": arrays.of_texts([case.cause for case in cases]),
        "instructions": arrays.of_texts([case.instruction for case in cases]),
    }


def _news(supervision_id: int, case: Case, actor: Actor, now: datetime) -> News:
    refs = {"ticket": case.number, "supervision": supervision_id, "cause": str(case.cause)}
    if case.owner.order:
        refs |= {"order": case.owner.order, "department": case.owner.department}
    chain = f"ticket:{case.number}"
    return News(EventType.SUPERVISION_RAISED, chain, str(actor), now, Audience.DEPARTMENT, refs)


def _start_clocks(
    session: Session, raised: Sequence[Raised], *, now: datetime
) -> dict[int, datetime]:
    """Start the feedback's clock of each, and return when it is due, by supervision.

    Those of one district and class are reckoned once.
    """
    due: dict[int, datetime] = {}
    alike: dict[_Terms, list[Raised]] = {}
    for each in raised:
        alike.setdefault(each.case.terms, []).append(each)
    for terms, cases in alike.items():
        if clock := _clock(session, terms, now=now):
            tickets = {subject(each.id): each.case.ticket_id for each in cases}
            clocks.start_many(session, clock, tickets)
            due |= dict.fromkeys((each.id for each in cases), clock.due_at)
    return due


def _clock(session: Session, terms: _Terms, *, now: datetime) -> Clock | None:
    """Return the clock that these cases share; None where the profile sets none."""
    district, request_type, urgency, time_class = terms
    policy = policies.row_for(
        ClockKind.FEEDBACK_BY,
        RequestType(request_type),
        Urgency(urgency),
        now,
        time_class=TimeClass(time_class),
        policies=policy_rows.current(session),
    )
    if policy is None:
        return None
    version = rules_stamp.current(session).calendar
    calendar = calendars.bounded(session, district, "", policy, version=version)
    return clocks.made(policy, calendar, now=now)


def owed(supervision_id: int, number: str, owner: Owner, due_at: datetime | None) -> Owed:
    """Return the notice to whoever is supervised; `due_at` is when their feedback is due."""
    return Owed(
        about=subject(supervision_id),
        recipient=recipient(Tier.ANSWERABLE, owner),
        card=Card.RED,
        says="supervised",
        ticket=number,
        order=owner.order,
        clock=ClockKind.FEEDBACK_BY,
        due_at=due_at,
    )
