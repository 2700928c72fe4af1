"""派单重演: what would be proposed for the period's tickets, beside what was, and what came of it.

Masked words are read, of a sealed ticket none; codes alone are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch.indicators.models_indicators import TicketFact
from dispatch.models import OrderRole, ProposalRow, Source, Ticket, WorkOrder
from dispatch.replays.clock_batches import Done
from dispatch.replays.comparing import turned
from dispatch.replays.models_replays import Replay
from dispatch.replays.tallies import Found, write
from dispatch.routing import earned_policy, live_model, registry
from dispatch.routing.auto import AutoPolicy, Permitting
from dispatch.routing.proposal import Proposal
from dispatch.routing.router import route
from dispatch.sealing import readers
from dispatch.states import OrderStatus
from hotline.core.clock import BEIJING
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Conflict
from hotline.core.settings import settings
from knowledge import stored
from knowledge.directory import Directory
from nlp import known_models
from nlp.classifier import Model
from nlp.model_files import MATTERS

MOST = 100  # tickets: about half a second


class Routed(StrEnum):
    """单位、事项和前三 that are right, of those whose outcome is known; 自动派单 that are."""

    DEPARTMENT = "routed_department"
    MATTER = "routed_matter"
    TOP3 = "routed_top3"
    AUTOMATIC = "routed_automatic"


@dataclass(frozen=True, slots=True)
class Router:
    """All that proposes anew."""

    directory: Directory
    model: Model
    auto: Permitting
    at: datetime | None  # of the catalogue; None: when it was proposed


@dataclass(frozen=True, slots=True)
class Said:
    """One side's proposal, in codes."""

    department: str
    matter: str  # its three levels
    others: Sequence[str]
    automatic: bool


def router(session: Session, replay: Replay) -> Router:
    """Return the router that the replay asks; raise where its files were changed since."""
    told = replay.inputs["routing"]
    day = date.fromisoformat(told["catalogue_on"]) if told["catalogue_on"] else None
    bars = told["threshold"], told["spoken_threshold"]
    return Router(
        stored.current(session),
        _model(session, told),
        earned_policy.current(session, opted_in=settings().auto_dispatch)
        if bars[0] is None
        else AutoPolicy(*bars, entries=None),
        datetime.combine(day, time(12), BEIJING) if day else None,
    )


def _model(session: Session, told: Mapping[str, Any]) -> Model:
    """Return the model that was chosen; raise an error of the domain where it is another now."""
    row = registry.find(session, told["model"]) if told["model"] else None
    if row is not None and row.folder:
        return live_model.load(row.folder, told["sha256"])
    if known_models.digest_of(MATTERS) != told["sha256"]:
        raise Conflict("The packaged model is another one now.", remedy="Ask for it anew.")
    return live_model.packaged()


def total(session: Session, since: date, until: date) -> int:
    """Return how many tickets have facts in the period."""
    fact: Any = TicketFact
    query = columns(func.count()).select_from(fact).where(fact.day.between(since, until))
    return int(session.execute(query).scalar_one())


def go_on(
    session: Session,
    replay: Replay,
    asked: Router,
    after: tuple[date, int] | None,
    *,
    most: int = MOST,
) -> Done:
    """Ask about the next tickets of the period; not about one that nobody has completed yet."""
    facts = _facts(session, replay, after, most)
    if not facts:
        return Done(0, 0, None)
    rows = select(Ticket).where(col(Ticket.id).in_([fact.id for fact in facts]))
    tickets = {ticket.id: ticket for ticket in session.exec(rows)}
    before, outcomes = _proposed(session, list(tickets)), _outcomes(session, list(tickets))
    found, sealed = Found(), 0
    for fact in facts:
        ticket = tickets.get(fact.id)
        if ticket is None or Confidentiality.SEALED in (ticket.confidentiality, fact.level):
            sealed += 1
        elif (row := before.get(fact.id)) and row.body and (outcome := outcomes.get(fact.id)):
            said = _then(row), _asked(session, asked, ticket, row)
            _compare(fact, ticket, *said, outcome, found)
    write(session, replay, found)
    return Done(len(facts), sealed, (facts[-1].day, facts[-1].id))


def _facts(
    session: Session, replay: Replay, after: tuple[date, int] | None, most: int
) -> Sequence[Any]:
    fact: Any = TicketFact
    query = (
        columns(fact.id, fact.day, fact.district, fact.confidentiality.label("level"))
        .where(fact.day.between(replay.since, replay.until))
        .order_by(fact.day, fact.id)
        .limit(most)
    )
    if after:
        day, last = after
        query = query.where((fact.day > day) | ((fact.day == day) & (fact.id > last)))
    return session.execute(query).all()


def _proposed(session: Session, ids: Sequence[int | None]) -> Mapping[int, ProposalRow]:
    """Return the last proposal that each ticket was registered with."""
    rows = select(ProposalRow).where(col(ProposalRow.ticket_id).in_(ids))
    found = session.exec(rows.order_by(col(ProposalRow.id))).all()
    return {row.ticket_id or 0: row for row in found}


def _outcomes(session: Session, ids: Sequence[int | None]) -> Mapping[int, str]:
    """Return who completed each ticket's last lead order (`outcomes.settle`)."""
    row = WorkOrder
    led = columns(col(row.ticket_id), col(row.department), col(row.status)).where(
        col(row.ticket_id).in_(ids), col(row.role) == OrderRole.LEAD, col(row.parent_id).is_(None)
    )
    last = {
        ticket: (department, status)
        for ticket, department, status in session.execute(led.order_by(col(row.id)))
    }
    completed = OrderStatus.COMPLETED
    return {ticket: unit for ticket, (unit, status) in last.items() if status == completed}


def _asked(session: Session, asked: Router, ticket: Ticket, row: ProposalRow) -> Said:
    spoken = ticket.source == Source.PHONE_MACHINE
    found: Proposal = route(
        readers.words(session, ticket),
        directory=asked.directory,
        model=asked.model,
        home=settings().district,
        at=asked.at or row.at,
        spoken=spoken,
        auto=asked.auto,
    )
    others = [each.department_code for each in found.alternatives]
    matter = "/".join(found.category)
    return Said(found.department_code, matter, others, found.auto_dispatch)


def _then(row: ProposalRow) -> Said:
    body = row.body
    others = [each["department_code"] for each in body.get("alternatives", [])]
    matter = "/".join(body.get("category", []))
    return Said(row.department, matter, others, bool(body.get("auto_dispatch")))


def _compare(fact: Any, ticket: Ticket, was: Said, now: Said, outcome: str, found: Found) -> None:
    """Count both sides, by who completed it."""
    matter = "/".join(ticket.category)
    _count(fact, ticket, Routed.DEPARTMENT, outcome, (was.department, now.department), found)
    _count(fact, ticket, Routed.MATTER, matter, (was.matter, now.matter), found)
    key = (outcome, fact.district, ticket.category[0] if ticket.category else "", fact.level)
    top3 = [int(outcome in (said.department, *said.others[:2])) for said in (was, now)]
    found.compare((Routed.TOP3, *key), top3[0], top3[1], turned(top3[0], top3[1]))
    sides = [int(said.department == outcome) if said.automatic else None for said in (was, now)]
    found.compare((Routed.AUTOMATIC, *key), sides[0], sides[1], None)


def _count(
    fact: Any, ticket: Ticket, what: Routed, right: str, said: tuple[str, str], found: Found
) -> None:
    before, after = (int(each == right) for each in said)
    matter = ticket.category[0] if ticket.category else ""
    sort = turned(before, after)
    department = right if what is Routed.DEPARTMENT else ""
    found.compare((what, department, fact.district, matter, fact.level), before, after, sort)
    if sort:
        found.find(
            measure=what,
            sort=sort,
            thing_id=ticket.id,
            ticket_id=ticket.id,
            department=department,
            matter=matter,
            was=said[0],
            becomes=said[1],
        )
