"""预警: findings become alerts; one that is open grows, one that was decided rests for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from dispatch.hot import alikeness, counting, owners
from dispatch.hot.looking import Cell
from dispatch.hot.models_hot import HotAlert, HotAlertTicket
from dispatch.hot.states import State
from dispatch.hot.windows import Finding, Kind, rank, rejudge
from dispatch.models import Ticket
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType

MOST_AT_ONCE = 50  # alerts of one sweep, the most surprising first
MOST_TICKETS = 500  # of an alert: the newest
# What was decided is not raised again so soon, unless twice as many have asked by then.
RESTS = {Kind.BURST: timedelta(days=1), Kind.GROWTH: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Held:
    """The tickets of a window, the newest first, and how many tell of the very same thing."""

    ids: Sequence[int]
    alike: int


@dataclass(frozen=True, slots=True)
class Hot:
    """A cell that is hot enough for an alert, and the tickets of its window."""

    cell: Cell
    finding: Finding
    held: Held


def judge(session: Session, found: Mapping[Cell, Finding], *, now: datetime) -> list[Hot]:
    """Return what scores enough, by its words too, the most surprising first; only reads."""
    ranked = sorted(found.items(), key=lambda pair: rank(pair[1]), reverse=True)[:MOST_AT_ONCE]
    hot = []
    for cell, finding in ranked:
        held = _tickets(session, cell, finding.since, now)
        judged = rejudge(finding, held.alike)
        if judged.enough:
            hot.append(Hot(cell, judged, held))
    return hot


def raise_one(session: Session, hot: Hot, *, now: datetime) -> bool:
    """Raise the alert, or let the open one grow; return whether one was raised.

    What another sweep raised and people decided since it was judged is looked at again, alone.
    """
    counting.hold(session)
    present = _open(session, hot.cell)
    if present:
        _grow(session, present, hot.finding, hot.held, now)
        return False
    if _rests(session, hot.cell, hot.finding, now):
        return False
    _begin(session, hot.cell, hot.finding, hot.held, now)
    return True


def chain(alert: HotAlert) -> str:
    """Return the name of the alert's chain of events."""
    return f"hot:{alert.id}"


def _tickets(session: Session, cell: Cell, since: datetime, now: datetime) -> Held:
    matter = func.concat_ws("/", *(col(Ticket.category)[at].as_string() for at in range(3)))
    rows = session.exec(
        select(Ticket.id, Ticket.text)
        .where(col(Ticket.created_at) >= since, col(Ticket.created_at) <= now)
        .where(Ticket.district == cell.place, matter == cell.matter)
        .order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc())
        .limit(MOST_TICKETS)
    ).all()
    alike = alikeness.largest([words for _, words in rows if words])
    return Held([id for id, _ in rows if id], len(alike))


def _open(session: Session, cell: Cell) -> HotAlert | None:
    query = select(HotAlert).where(HotAlert.place == cell.place, HotAlert.matter == cell.matter)
    return session.exec(query.where(HotAlert.state != State.DECIDED).with_for_update()).first()


def _rests(session: Session, cell: Cell, finding: Finding, now: datetime) -> bool:
    """Return whether the cell was decided on so lately that this is the same story."""
    last = session.exec(
        select(HotAlert)
        .where(HotAlert.place == cell.place, HotAlert.matter == cell.matter)
        .where(HotAlert.state == State.DECIDED)
        .order_by(col(HotAlert.decided_at).desc())
        .limit(1)
    ).first()
    if last is None or last.decided_at is None:
        return False
    return now < last.decided_at + RESTS[Kind(last.kind)] and finding.count < 2 * last.count


def _begin(session: Session, cell: Cell, finding: Finding, held: Held, now: datetime) -> None:
    owner = owners.choose(session, cell.place)
    alert = HotAlert(
        state=State.OWNED if owner else State.RAISED,
        kind=finding.window.kind,
        place=cell.place,
        matter=cell.matter,
        since=finding.since,
        until=now,
        count=finding.count,
        expected=round(finding.expected, 3),
        score=round(finding.score, 2),
        alike=held.alike,
        raised_at=now,
        owner=owner,
        owned_at=now if owner else None,
        owned_by=str(MACHINE) if owner else "",
        departments=[],
    )
    session.add(alert)
    session.flush()
    _keep_tickets(session, alert, held)
    tell(session, alert, EventType.HOT_RAISED, actor=str(MACHINE), now=now, owner=owner)


def _grow(session: Session, alert: HotAlert, finding: Finding, held: Held, now: datetime) -> None:
    """Let an open alert know of more; nothing is told while nobody has asked since."""
    before = _count(session, alert)
    _keep_tickets(session, alert, held)
    count = _count(session, alert)
    if count == before:
        return
    alert.until = now
    alert.count = max(alert.count, finding.count, count)
    if finding.score > alert.score:
        alert.score, alert.expected = round(finding.score, 2), round(finding.expected, 3)
        alert.kind = finding.window.kind
    alert.alike = max(alert.alike, held.alike)
    tell(session, alert, EventType.HOT_GREW, actor=str(MACHINE), now=now)


def _count(session: Session, alert: HotAlert) -> int:
    rows = select(func.count()).where(col(HotAlertTicket.alert_id) == alert.id)
    return session.exec(rows).one()


def _keep_tickets(session: Session, alert: HotAlert, held: Held) -> None:
    rows = [{"alert_id": alert.id, "ticket_id": each} for each in sorted(held.ids)]
    if rows:
        session.execute(insert(HotAlertTicket).values(rows).on_conflict_do_nothing())


def tell(
    session: Session,
    alert: HotAlert,
    type: EventType,
    *,
    actor: str,
    now: datetime,
    **refs: Any,
) -> None:
    """Add an event to the alert's history, by codes and counts only; people's count its version up.

    One that grows is no other: whoever is writing a decision meanwhile is not refused.
    """
    alert.version += type not in (EventType.HOT_RAISED, EventType.HOT_GREW)
    session.add(alert)
    session.flush()
    known: dict[str, Any] = {
        "hot": alert.id,
        "place": alert.place,
        "matter": alert.matter,
        "count": alert.count,
    }
    events.append(session, type, chain=chain(alert), actor=actor, now=now, **known, **refs)
