"""What the router proposed for each ticket, and by which catalogue entry: noted after the fact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from dispatch.models import Confidentiality, ProposalRow, Source, Ticket
from dispatch.routing.auto import never
from dispatch.routing.earning_rules import LONGEST_WINDOW
from dispatch.routing.models_earned import RoutedTicket
from dispatch.terms import RequestType, Urgency
from hotline.core import events
from hotline.core.events import EventType
from knowledge import stored
from knowledge.catalogue import candidates
from knowledge.directory import Directory
from telephony import records

# A proposal whose transaction ended late has a smaller number than some that were noted before.
LATE = 500
# What an agent may state: where all of it was stated, the router was not asked.
_ALL_STATED = frozenset({"request_type", "category", "district", "urgency"})


@dataclass(frozen=True, slots=True)
class Proposed:
    """The router's own word in codes, before a person changed any of it."""

    request_type: str
    urgency: str
    matter: str
    district: str
    department: str
    confidence: float
    spoken: bool


def notice(session: Session, *, now: datetime, limit: int) -> int:
    """Note the next proposals that no outcome is kept of; return how many.

    Those from before the longest window that a rule may have are left alone.
    """
    noted = select(RoutedTicket.id).where(RoutedTicket.proposal_id == ProposalRow.id)
    last = session.exec(select(func.max(RoutedTicket.proposal_id))).one() or 0
    waiting = session.exec(
        select(ProposalRow, Ticket)
        .join(Ticket, col(Ticket.id) == ProposalRow.ticket_id)
        .where(col(ProposalRow.id) > last - LATE, ~noted.exists())
        .where(ProposalRow.at > now - timedelta(days=LONGEST_WINDOW))
        .order_by(col(ProposalRow.id))
        .limit(limit)
    ).all()
    if not waiting:
        return 0
    directory = stored.current(session)
    made = [
        _noted(directory, row, ticket, proposed(session, directory, row, ticket))
        for row, ticket in waiting
    ]
    session.add_all(made)  # at once: the stream waits for whoever has written and not committed
    session.flush()
    return len(waiting)


def proposed(
    session: Session, directory: Directory, row: ProposalRow, ticket: Ticket
) -> Proposed | None:
    """Return what the router itself said; None where it was not asked.

    An agent who stated everything has seen what was proposed while the call ran: that counts.
    """
    if set(row.body.get("stated", ())) >= _ALL_STATED:
        return _while_it_ran(session, row)
    said = {**row.body, **row.body.get("changed", {})}
    if "request_type" not in said:  # of an earlier version, or another system's
        return None
    matter = directory.matter(*said["category"])
    return Proposed(
        request_type=said["request_type"],
        urgency=said["urgency"],
        matter=matter.code if matter else "",
        district=said["district"],
        department=said.get("department_code", row.department),
        confidence=row.confidence,
        spoken=ticket.source == Source.PHONE_MACHINE,
    )


def _while_it_ran(session: Session, row: ProposalRow) -> Proposed | None:
    if row.call_id is None:
        return None
    chain = events.history(session, records.chain(row.call_id))
    told: list[dict[str, Any]] = [
        each.refs for each in chain if each.type == EventType.CALL_PROPOSAL and each.at <= row.at
    ]
    said = next((each for each in reversed(told) if "matter" in each), None)
    if said is None:
        return None
    return Proposed(
        request_type=said["request_type"],
        urgency=said["urgency"],
        matter=said["matter"],
        district=said["district"],
        department=said["department"],
        confidence=said["confidence"],
        spoken=True,
    )


def _noted(
    directory: Directory, row: ProposalRow, ticket: Ticket, found: Proposed | None
) -> RoutedTicket:
    matter, district = _entry(directory, found, row.at) if found else ("", "")
    if ticket.confidentiality == Confidentiality.SEALED:
        matter = district = ""
    return RoutedTicket(
        proposal_id=row.id or 0,
        ticket_id=ticket.id or 0,
        at=row.at,
        matter_code=matter,
        district_code=district,
        department=found.department if found else "",
        spoken=found.spoken if found else False,
        confidence=found.confidence if found else 0.0,
        automatic=row.body.get("auto_dispatch") is True,
    )


def _entry(directory: Directory, found: Proposed, at: datetime) -> tuple[str, str]:
    """Return the catalogue entry that named the department; empty for what may never go alone."""
    matter = directory.matters.get(found.matter)
    may_never = never(RequestType(found.request_type), Urgency(found.urgency))
    if matter is None or may_never or found.district not in directory.districts:
        return "", ""
    named = (
        (entry.matter_code, entry.district_code)
        for entry in candidates(directory, matter, found.district, at)
        if entry.department_code == found.department
    )
    return next(named, ("", ""))
