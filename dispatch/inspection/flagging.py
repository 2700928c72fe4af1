"""自动标记: each call and ticket is looked at once by all rules, when nothing of it is to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from dispatch.inspection import call_rules, heard, lists, population, ticket_rules
from dispatch.inspection.models_inspection import InspectionFlag, InspectionScan
from dispatch.inspection.rules import VERSIONS, Found
from dispatch.inspection.word_lists import Lists
from dispatch.models import Confidentiality, Ticket
from dispatch.sealing import reach
from hotline.core import privacy
from hotline.core.accounts import Account
from hotline.core.privacy import Person
from telephony.models import Call, Direction, Recording, RecordingStatus

AT_ONCE = 50
LOOKS_BACK = timedelta(days=7)


def scan(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Look at what waits to be looked at; return how much that was."""
    number, present = lists.current(session)
    calls = _calls(session, present, now, limit)
    tickets = _tickets(session, now, limit)
    for call in calls:
        _scan_call(session, call, number, present, now)
    for ticket in tickets:
        _scan_ticket(session, ticket, number, present, now)
    return len(calls) + len(tickets)


def _calls(session: Session, present: Lists, now: datetime, limit: int) -> Sequence[Call]:
    """Return talks that are written down and over for so long that a promise was kept or not."""
    scanned = select(InspectionScan.id).where(InspectionScan.call_id == Call.id)
    query = (
        select(Call)
        .join(Recording, col(Recording.call_id) == Call.id)
        .where(Recording.status == RecordingStatus.TRANSCRIBED, Call.direction == Direction.IN)
        .where(Call.agent != "", col(Call.started_at) >= now - LOOKS_BACK)
        .where(col(Call.ended_at) <= now - timedelta(hours=present.promise_h))
        .where(~scanned.exists(), ~reach.of_sealed(col(Call.id)))
    )
    return session.exec(query.order_by(col(Call.started_at)).limit(limit)).all()


def _tickets(session: Session, now: datetime, limit: int) -> Sequence[Ticket]:
    """Return tickets that were closed lately."""
    scanned = select(InspectionScan.id).where(InspectionScan.ticket_id == Ticket.id)
    query = (
        select(Ticket)
        .where(col(Ticket.archived_at).is_(None), col(Ticket.closed_at) >= now - LOOKS_BACK)
        .where(Ticket.confidentiality != Confidentiality.SEALED, ~scanned.exists())
    )
    return session.exec(query.order_by(col(Ticket.closed_at)).limit(limit)).all()


def _scan_call(session: Session, call: Call, number: int, present: Lists, now: datetime) -> None:
    claim = insert(InspectionScan).values(call_id=call.id, lists=number, at=now)
    if not _claimed(session, claim) or _erased(session, call):
        return
    found = call_rules.judge(heard.talk_of(session, call, present), present)
    for each in found:
        session.add(_flag(each, each.agent or call.agent, number, now, call=call))


def _scan_ticket(
    session: Session, ticket: Ticket, number: int, present: Lists, now: datetime
) -> None:
    claim = insert(InspectionScan).values(ticket_id=ticket.id, lists=number, at=now)
    if not _claimed(session, claim) or _erased(session, ticket):
        return
    agent = population.registrar(session, ticket)
    sheet = heard.sheet_of(session, ticket, agent, present)
    found = [(each, each.agent or agent) for each in ticket_rules.judge(sheet, present)]
    inside = session.exec(
        select(Account.username).where(col(Account.username).in_([who for _, who in found]))
    ).all()
    for each, who in found:
        if who in inside:  # what a department let pass itself is no agent's
            session.add(_flag(each, who, number, now, ticket=ticket))


def _claimed(session: Session, claim: object) -> bool:
    """Return whether nobody has looked at it before; two sweeps at once look once."""
    once = claim.on_conflict_do_nothing().returning(col(InspectionScan.id))  # type: ignore[attr-defined]
    return session.exec(once).first() is not None


def _erased(session: Session, thing: Call | Ticket) -> bool:
    return privacy.is_erased(session.get_one(Person, thing.person_id))


def _flag(
    found: Found,
    agent: str,
    number: int,
    now: datetime,
    *,
    call: Call | None = None,
    ticket: Ticket | None = None,
) -> InspectionFlag:
    return InspectionFlag(
        call_id=call.id if call else None,
        ticket_id=ticket.id if ticket else None,
        agent=agent,
        rule=found.rule,
        rule_version=VERSIONS[found.rule],
        lists=number,
        line=found.line,
        at_s=found.at_s,
        until_s=found.until_s,
        measure=found.measure,
        found_at=now,
    )
