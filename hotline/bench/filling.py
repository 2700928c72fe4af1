"""Tables filled with open tickets that look like a province's, by the server itself."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, insert, literal, literal_column, select, text
from sqlmodel import Session, SQLModel, func

from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.terms import ClockKind
from hotline.core.events import Audience, Event, EventType
from hotline.core.privacy import Person

# A dispatched ticket's clocks; each clock falls due in another week.
KINDS = (ClockKind.ACCEPT_BY, ClockKind.CONTACT_BY, ClockKind.RETURN_BY, ClockKind.REPLY_BY)
_NUMBER = "lpad(place::text, 12, '0')"
_TRACE = [
    {
        "date": f"2026-11-{day:02}",
        "counted": True,
        "amount": 1,
        "total": day,
        "why": "workday",
        "name": "",
        "layer": "",
        "source": "",
        "kind": "workday",
        "provisional": False,
    }
    for day in (2, 3)
]


def fill(engine: Engine, clocks: int, *, now: datetime) -> int:
    """Fill an empty database with so many open clocks, none of them due; return its tickets."""
    tickets = clocks // len(KINDS)
    with Session(engine) as session:
        person = Person(id=uuid.uuid4(), wrapped_key=b"", created_at=now)
        session.add(person)
        session.flush()
        _copies(session, _ticket(person.id, now), tickets, {"id": "place", "number": _NUMBER})
        _copies(
            session,
            _order(now),
            tickets,
            {"id": "place", "ticket_id": "place", "number": f"{_NUMBER} || '-1'"},
        )
        chain = f"'ticket:' || {_NUMBER}"
        _copies(session, _event(now), tickets, {"chain": chain, "hash": f"md5({_NUMBER})"})
        for place, kind in enumerate(KINDS):
            row = _clock(kind, now + timedelta(weeks=4 + place))
            subject = f"'order:' || {_NUMBER} || '-1'"
            _copies(session, row, tickets, {"ticket_id": "place", "subject": subject})
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return tickets


def _copies(session: Session, row: SQLModel, count: int, varying: Mapping[str, str]) -> None:
    """Insert `count` copies of the row; the varying columns are SQL over `place`, from 1 on."""
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    values: dict[str, ColumnElement[Any]] = {
        column.name: literal(getattr(row, column.name), column.type)
        for column in table.columns
        if getattr(row, column.name) is not None and column.name not in varying
    }
    values |= {name: literal_column(expression) for name, expression in varying.items()}
    places = func.generate_series(1, count).table_valued("place").render_derived("counted")
    session.execute(
        insert(table).from_select(list(values), select(*values.values()).select_from(places))
    )


def _ticket(person: uuid.UUID, now: datetime) -> Ticket:
    return Ticket(
        number="",
        status="dispatched",
        source="web",
        request_type="assistance",
        category=["城乡建设", "市政设施", "路灯"],
        district="540100",
        urgency="normal",
        time_class="normal",
        confidentiality="internal",
        title="路灯不亮",
        text="路灯不亮，请派人来修。" * 4,
        sealed_text=bytes(200),
        person_id=person,
        created_at=now,
        updated_at=now,
    )


def _order(now: datetime) -> WorkOrder:
    return WorkOrder(
        number="", ticket_id=0, department="540102-urban", dispatched_at=now, dispatched_by="bench"
    )


def _event(now: datetime) -> Event:
    return Event(
        at=now,
        type=EventType.TICKET_REGISTERED,
        chain="",
        seq=1,
        actor="bench",
        audience=Audience.CALLER,
        refs={"request_type": "assistance", "district": "540100"},
        prev_hash="",
        hash="",
    )


def _clock(kind: ClockKind, warning: datetime) -> Clock:
    return Clock(
        ticket_id=0,
        subject="",
        kind=kind,
        limit="7wd",
        started_at=warning - timedelta(weeks=4),
        warning_at=warning,
        due_at=warning + timedelta(days=2),
        escalates_at=warning + timedelta(days=4),
        provisional=False,
        next_alarm_at=warning,
        trace=_TRACE * 5,
    )
