"""不予受理: by a coded reason, and never without the lawful route (domain.md 2.13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlmodel import Session, col, func, select

from dispatch import history
from dispatch.beside.models_beside import Decline
from dispatch.ending import endings
from dispatch.models import Ticket
from dispatch.notices import caller_notices
from dispatch.rules.sheet import BadCell, Line, read_sheet
from dispatch.states import TicketAction
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import Audience, EventType

DECLINES = Path(__file__).parents[1] / "data" / "declines.csv"
OTHER = "other"  # says nothing by itself: a note must

_COLUMNS = ("code", "title", "script", "route", "source")


@dataclass(frozen=True, slots=True)
class Ground:
    """不予受理理由: its code and name, what the agent says, and the lawful route told."""

    code: str
    title: str
    script: str
    route: str
    source: str


@cache
def grounds() -> dict[str, Ground]:
    """Return the packaged reasons by code, in the file's order."""
    return {each.code: each for each in read_grounds(DECLINES)}


def read_grounds(path: Path) -> tuple[Ground, ...]:
    """Read the reasons: all of them, or BadSheet with an error per bad line."""
    return read_sheet(path, _COLUMNS, _read, key=lambda ground: ground.code)


def decline(
    session: Session,
    ticket: Ticket,
    reason: str,
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Ticket:
    """不予受理: the requester is told why not and where to go; it can be reopened.

    Raises Conflict for danger to life, which is handed over instead, and Invalid without a
    known reason.
    """
    ground, note = _ground(reason), note.strip()
    endings.require_harmless(ticket)
    if ground.code == OTHER and not note:
        raise Invalid("`other` needs a note.", remedy="Say why, and which route was told.")
    endings.end(session, ticket, TicketAction.DECLINE, now=now)
    ticket.closed_at = now
    row = Decline(
        ticket_id=ticket.id or 0,
        reason=ground.code,
        route=ground.route,
        note=privacy.mask_text(note),
        at=now,
        by=str(actor),
    )
    session.add(row)
    history.record(
        session,
        ticket,
        EventType.TICKET_DECLINED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        ground=ground.code,
    )
    told = {"title": ground.title, "route": ground.route}
    caller_notices.owe(session, ticket, caller_notices.DECLINED, now=now, **told)
    return ticket


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Decline]:
    """Return how often and why the ticket was declined, oldest first."""
    rows = select(Decline).where(Decline.ticket_id == ticket.id)
    return session.exec(rows.order_by(col(Decline.id))).all()


def count(session: Session, *, since: datetime, until: datetime) -> dict[str, int]:
    """Return how often each reason was given from `since` until just before `until`."""
    given = (
        select(Decline.reason, func.count())
        .where(col(Decline.at) >= since, col(Decline.at) < until)
        .group_by(col(Decline.reason))
    )
    counted = dict(session.exec(given).all())
    return {code: counted.pop(code, 0) for code in grounds()} | counted


def title_of(code: str) -> str:
    """Return the reason's Chinese name, or the code itself where no file has it any more."""
    ground = grounds().get(code)
    return ground.title if ground else code


def _ground(reason: str) -> Ground:
    ground = grounds().get(reason)
    if ground is None:
        raise Invalid(
            f"{reason!r} is no reason to decline.", remedy=f"Use one of: {', '.join(grounds())}."
        )
    return ground


def _read(line: Line) -> Ground:
    for column in _COLUMNS:
        if not line[column]:
            raise BadCell(column, "It is empty.", "Every reason needs its words and its source.")
    return Ground(**{column: line[column] for column in _COLUMNS})
