"""各线路来电: how many calls came on each line, how many were answered, and their tickets."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from dispatch.models import Ticket
from hotline.core.errors import Invalid
from telephony.models import Call, Direction
from telephony.models_lines import MergedHotline


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line's figures; `number` is empty for the hotline's own."""

    number: str
    name: str
    calls: int
    answered: int  # by an agent
    tickets: int


def of_period(session: Session, since: datetime, until: datetime) -> list[LineFigures]:
    """Return every line that is merged or had a call between the moments, the busiest first.

    Raises Invalid for a period that ends before it begins.
    """
    if until <= since:
        raise Invalid("The period ends before it begins.", remedy="Exchange the two moments.")
    asked = (
        select(
            Call.line,
            func.count(),
            func.count(col(Call.connected_at)),
            func.count(col(Ticket.id)),
        )
        .outerjoin(Ticket, col(Ticket.call_id) == Call.id)
        .where(
            Call.direction == Direction.IN,
            Call.started_at >= since,
            Call.started_at < until,
        )
        .group_by(Call.line)
    )
    counted = {line: counts for line, *counts in session.exec(asked)}
    names = _names(session)
    merged = {number for number, (_, mode) in names.items() if mode}
    lines = {"", *counted, *merged}
    found = [
        LineFigures(line, names.get(line, ("", ""))[0], *counted.get(line, (0, 0, 0)))
        for line in lines
    ]
    return sorted(found, key=lambda each: (-each.calls, each.number))


def _names(session: Session) -> dict[str, tuple[str, str]]:
    """Return each line's newest name and mode; one that is only linked has none here."""
    rows = session.exec(select(MergedHotline).order_by(col(MergedHotline.valid_from)))
    return {row.number: (row.name, "" if row.mode == "linked" else row.mode) for row in rows}
