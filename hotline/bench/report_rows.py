"""A year of a hotline made up by the server itself: tickets, orders, clocks, calls and events.

Everything is a function of a row's place, so that two runs of one size make the same year. Of ten
tickets four are answered on the line, six go to one of 300 departments, some much oftener.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, insert, literal, literal_column, select, text
from sqlmodel import Session, SQLModel, func

from dispatch.beside.models_beside import DirectAnswer, Extension, Redo, Supervision
from dispatch.models import (
    Callback,
    Clock,
    Contact,
    OrderReturn,
    Reply,
    Ticket,
    WorkOrder,
)
from dispatch.terms import ClockKind
from hotline.core.events import Audience, Event, EventType
from hotline.core.privacy import Person
from telephony.models import Call
from telephony.models_queue import QueueEntry

DAYS = 365
PEOPLE_IN_TEN = 4  # so many callers have ten tickets between them
EVENTS_EACH = 4
_NUMBER = "lpad(place::text, 12, '0')"
_ORDER = f"{_NUMBER} || '-1'"
_SENT = "place % 10 >= 4"
_KEPT = f"{_SENT} AND place % 30 <> 7"
_DEPARTMENT = (
    "'5401' || lpad(floor(300 * ((place::bigint * 7919) % 1000 / 1000.0) ^ 2)::text, 4, '0')"
)
_CALL_OF = "md5('call' || (place * 5 / 2))::uuid"
_PERSON = "md5('person' || (place % :people))::uuid"
_PROMPT = "(place % 12 > 0)"  # one in twelve is late


@dataclass(frozen=True)
class Year:
    """How much there is of it, and when it began."""

    tickets: int
    calls: int
    began: datetime

    @property
    def people(self) -> int:
        return max(1, self.tickets * PEOPLE_IN_TEN // 10)

    def at(self, places: int) -> str:
        """Return the moment of a row among so many, as SQL: the same number each day."""
        spread = f"{DAYS * 86400.0} * (place - 1) / {places}"
        return f"timestamptz '{self.began.isoformat()}' + interval '1 second' * ({spread})"


def fill(engine: Engine, year: Year) -> dict[str, int]:
    """Fill an empty database; return how many rows the bench names."""
    with Session(engine) as session:
        # Made up by one statement a table: what names what is right by how it is made.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        _people(session, year)
        _calls(session, year)
        _tickets(session, year)
        _orders(session, year)
        _endings(session, year)
        _events(session, year)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return sizes(engine)


def sizes(engine: Engine) -> dict[str, int]:
    """Return how many tickets, events and calls there are."""
    with engine.connect() as connection:
        return {
            f"{name}s": int(connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0)  # noqa: S608
            for name in ("ticket", "event", "call")
        }


def _copies(
    session: Session, row: SQLModel, count: int, varying: Mapping[str, str], where: str = "true"
) -> None:
    """Insert copies of the row; the varying columns are SQL over `place`, from 1 on."""
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    values: dict[str, ColumnElement[Any]] = {
        column.name: literal(getattr(row, column.name), column.type)
        for column in table.columns
        if getattr(row, column.name) is not None and column.name not in varying
    }
    values |= {name: literal_column(expression) for name, expression in varying.items()}
    places = func.generate_series(1, count).table_valued("place").render_derived("counted")
    rows = select(*values.values()).select_from(places).where(literal_column(where))
    session.execute(insert(table).from_select(list(values), rows))


def _people(session: Session, year: Year) -> None:
    row = Person(id=uuid.UUID(int=0), wrapped_key=b"", created_at=year.began)
    _copies(session, row, year.people, {"id": "md5('person' || (place - 1))::uuid"})


def _calls(session: Session, year: Year) -> None:
    at = year.at(year.calls)
    person = f"md5('person' || ((place * 2 / 5) % {year.people}))::uuid"
    queued, answered = f"({at}) + interval '5 seconds'", "place % 20 > 0"
    wait = "interval '1 second' * (place % 45)"
    row = Call(
        id=uuid.UUID(int=0),
        person_id=uuid.UUID(int=0),
        status="ended",
        caller_masked="",
        called="12345",
        sip_call_id="",
        worker="bench",
        started_at=year.began,
    )
    varying = {
        "id": "md5('call' || place)::uuid",
        "person_id": person,
        "started_at": at,
        "queued_at": f"CASE WHEN place % 10 < 8 THEN {queued} END",
        "connected_at": f"CASE WHEN place % 10 < 8 AND {answered} THEN {queued} + {wait} END",
        "ended_at": f"{queued} + {wait} + interval '3 minutes'",
    }
    _copies(session, row, year.calls, varying)
    entry = QueueEntry(call_id=uuid.UUID(int=0), entered_at=year.began)
    left = {
        "call_id": "md5('call' || place)::uuid",
        "entered_at": queued,
        "left_at": f"{queued} + {wait}",
        "why_left": f"CASE WHEN {answered} THEN 'connected' ELSE 'gone' END",
    }
    _copies(session, entry, year.calls, left, "place % 10 < 8")


def _tickets(session: Session, year: Year) -> None:
    at = year.at(year.tickets)
    row = Ticket(
        number="",
        status="closed",
        source="phone_agent",
        request_type="assistance",
        category=[],
        district="",
        urgency="normal",
        time_class="normal",
        confidentiality="internal",
        title="路灯不亮",
        text="路灯不亮，请派人来修。" * 4,
        sealed_text=bytes(200),
        person_id=uuid.UUID(int=0),
        created_at=year.began,
        updated_at=year.began,
    )
    varying = {
        "id": "place",
        "number": _NUMBER,
        "category": "jsonb_build_array('事项' || place % 20, '', '')",
        "district": "'5401' || lpad((place % 8)::text, 2, '0')",
        "confidentiality": "CASE WHEN place % 1000 = 7 THEN 'sealed' ELSE 'internal' END",
        "person_id": _PERSON.replace(":people", str(year.people)),
        "call_id": _CALL_OF,
        "reminders": "CASE WHEN place % 15 = 0 THEN 2 ELSE 0 END",
        "created_at": at,
        "closed_at": f"{at} + interval '6 days'",
    }
    _copies(session, row, year.tickets, varying)
    told = DirectAnswer(ticket_id=0, text="已告知。", at=year.began, by="bench")
    _copies(session, told, year.tickets, {"ticket_id": "place", "at": at}, "place % 10 < 4")
    _clocks(session, year, ClockKind.DISPATCH_BY, 1, f"'ticket:' || {_NUMBER}", "true")


def _clocks(
    session: Session, year: Year, kind: ClockKind, hours: int, subject: str, where: str
) -> None:
    """Add a clock of so many hours to each; one in twelve was stopped after it was due."""
    at, span = year.at(year.tickets), f"interval '{hours} hours'"
    row = Clock(
        ticket_id=0,
        subject="",
        kind=kind,
        limit=f"{hours}h",
        started_at=year.began,
        warning_at=year.began,
        due_at=year.began,
        escalates_at=year.began,
        provisional=False,
        trace=[],
    )
    varying = {
        "ticket_id": "place",
        "subject": subject,
        "started_at": at,
        "due_at": f"{at} + {span}",
        "stopped_at": f"{at} + {span} * (CASE WHEN {_PROMPT} THEN 0.5 ELSE 1.5 END)",
    }
    _copies(session, row, year.tickets, varying, where)


def _orders(session: Session, year: Year) -> None:
    at = year.at(year.tickets)
    row = WorkOrder(
        number="", ticket_id=0, department="", dispatched_at=year.began, dispatched_by="bench"
    )
    varying = {
        "id": "place",
        "ticket_id": "place",
        "number": _ORDER,
        "department": _DEPARTMENT,
        "status": "CASE WHEN place % 30 = 7 THEN 'returned' ELSE 'completed' END",
        "dispatched_at": f"{at} + interval '20 minutes'",
    }
    _copies(session, row, year.tickets, varying, _SENT)
    for kind, hours in (
        (ClockKind.ACCEPT_BY, 4),
        (ClockKind.CONTACT_BY, 8),
        (ClockKind.REPLY_BY, 120),
    ):
        _clocks(session, year, kind, hours, f"'order:' || {_ORDER}", _SENT)


def _endings(session: Session, year: Year) -> None:
    at = year.at(year.tickets)
    moment = {"at": f"{at} + interval '3 hours'"}
    order = {"order_id": "place"}
    contact = Contact(order_id=0, at=year.began, by="bench", reached=True)
    _copies(session, contact, year.tickets, {**order, **moment}, f"{_KEPT} AND place % 9 > 0")
    reply = Reply(
        order_id=0,
        at=year.began,
        by="bench",
        result="已修",
        is_true=True,
        is_solved=True,
        public_reply="已经修好。",
    )
    _copies(session, reply, year.tickets, {**order, **moment}, _KEPT)
    back = OrderReturn(order_id=0, at=year.began, by="bench", reason="not_our_duty", basis="三定")
    _copies(session, back, year.tickets, {**order, **moment}, f"{_SENT} AND place % 30 = 7")
    _callbacks(session, year)
    longer = Extension(
        order_id=0,
        count=1,
        working_days=2,
        reason="材料",
        status="granted",
        asked_at=year.began,
        asked_by="bench",
        due_before=year.began,
    )
    _copies(session, longer, year.tickets, order, f"{_KEPT} AND place % 25 = 8")
    watched = Supervision(ticket_id=0, cause="person", raised_at=year.began, raised_by="bench")
    named = {"ticket_id": "place", **order, "raised_at": f"{at} + interval '1 day'"}
    _copies(session, watched, year.tickets, named, f"{_SENT} AND place % 50 = 9")


def _callbacks(session: Session, year: Year) -> None:
    at = year.at(year.tickets)
    row = Callback(ticket_id=0, round=1, mode="machine", status="completed", planned_for=year.began)
    reached = "place % 12 > 1"
    varying = {
        "ticket_id": "place",
        "status": f"CASE WHEN {reached} THEN 'completed' ELSE 'unreachable' END",
        "contacted": f"CASE WHEN {reached} THEN place % 11 > 0 END",
        "resolved": f"CASE WHEN {reached} AND place % 6 > 0 THEN place % 7 > 0 END",
        "satisfaction": f"CASE WHEN {reached} AND place % 3 > 0 THEN 1 + place * 31 % 5 END",
        "finished_at": f"{at} + interval '6 days'",
    }
    _copies(session, row, year.tickets, varying, _KEPT)
    again = Redo(ticket_id=0, round=1, reason="dissatisfied", at=year.began, by="bench")
    redone = {"ticket_id": "place", "at": f"{at} + interval '6 days'"}
    _copies(session, again, year.tickets, redone, f"{_KEPT} AND place % 40 = 9")


def _events(session: Session, year: Year) -> None:
    for seq in range(1, EVENTS_EACH + 1):
        row = Event(
            at=year.began,
            type=EventType.TICKET_REGISTERED,
            chain="",
            seq=seq,
            actor="bench",
            audience=Audience.CALLER,
            refs={"district": "540100"},
            prev_hash="",
            hash="",
        )
        varying = {"chain": f"'ticket:' || {_NUMBER}", "hash": f"md5({_NUMBER})"}
        _copies(session, row, year.tickets, {**varying, "at": year.at(year.tickets)})
