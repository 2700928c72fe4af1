"""A year of a hotline made up by the server itself: tickets, orders, clocks, calls and events.

Everything is a function of a row's place, so that two runs of one size make the same year. Of ten
tickets four are answered on the line, six go to one of 300 departments, some much oftener.
"""

import uuid

from sqlalchemy import Engine, text
from sqlmodel import Session

from dispatch.beside.models_beside import (
    Cluster,
    ClusterMember,
    DirectAnswer,
    Extension,
    Redo,
    Supervision,
)
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
from hotline.bench import report_calls, report_seats
from hotline.bench.report_year import DAYS, Year, copies
from hotline.core.events import Audience, Event, EventType

EVENTS_EACH = 4
ALIKE = 50  # of so many tickets one has a second in its cluster, and a third ten days later
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


def fill(engine: Engine, year: Year) -> dict[str, int]:
    """Fill an empty database; return how many rows the bench names."""
    with Session(engine) as session:
        # Made up by one statement a table: what names what is right by how it is made.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        report_calls.fill(session, year)
        report_seats.fill(session, year)
        _tickets(session, year)
        _clusters(session, year)
        _orders(session, year)
        _answers(session, year)
        _callbacks(session, year)
        _delays(session, year)
        _events(session, year)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return sizes(engine)


def sizes(engine: Engine) -> dict[str, int]:
    """Return how many tickets, events of tickets, other events and calls there are."""
    counts = {
        "tickets": "SELECT count(*) FROM ticket",
        "events": "SELECT count(*) FROM event WHERE chain LIKE 'ticket:%'",
        "other_events": "SELECT count(*) FROM event WHERE chain NOT LIKE 'ticket:%'",
        "calls": 'SELECT count(*) FROM "call"',
    }
    with engine.connect() as connection:
        return {
            name: int(connection.exec_driver_sql(asked.replace("%", "%%")).scalar_one())
            for name, asked in counts.items()
        }


def _tickets(session: Session, year: Year) -> None:
    at = year.at(year.tickets)
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
    copies(session, _ticket(year), year.tickets, varying)
    told = DirectAnswer(ticket_id=0, text="已告知。", at=year.began, by="bench")
    copies(session, told, year.tickets, {"ticket_id": "place", "at": at}, "place % 10 < 4")
    _clocks(session, year, ClockKind.DISPATCH_BY, 1, f"'ticket:' || {_NUMBER}", "true")


def _ticket(year: Year) -> Ticket:
    """Return what all tickets have in common."""
    return Ticket(
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


def _clusters(session: Session, year: Year) -> None:
    row = Cluster(main_id=0, version=1, reason="同一处", at=year.began, by="bench")
    count = year.tickets // ALIKE
    main = f"(place * {ALIKE} - {ALIKE} + 1)"
    copies(session, row, count, {"id": "place", "main_id": main})
    member = ClusterMember(cluster_id=0, ticket_id=0, joined_at=year.began, joined_by="bench")
    later = f"(place + {max(1, 10 * year.tickets // DAYS // ALIKE)})"
    thirds = f"({later} * {ALIKE} - {ALIKE} + 3)"
    for ticket in (main, f"{main} + 1", thirds):
        varying = {"cluster_id": "place", "ticket_id": ticket}
        copies(session, member, count, varying, f"{ticket} <= {year.tickets}")


def _clocks(
    session: Session, year: Year, kind: ClockKind, hours: int, subject: str, where: str
) -> None:
    """Add a clock of so many hours to each; one in twelve was stopped after it was due."""
    at, span = year.at(year.tickets), f"interval '{hours} hours'"
    varying = {
        "ticket_id": "place",
        "subject": subject,
        "started_at": at,
        "due_at": f"{at} + {span}",
        "stopped_at": f"{at} + {span} * (CASE WHEN {_PROMPT} THEN 0.5 ELSE 1.5 END)",
    }
    copies(session, _clock(year, kind, hours), year.tickets, varying, where)


def _clock(year: Year, kind: ClockKind, hours: int) -> Clock:
    """Return what all clocks of the kind have in common."""
    return Clock(
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
    copies(session, row, year.tickets, varying, _SENT)
    for kind, hours in (
        (ClockKind.ACCEPT_BY, 4),
        (ClockKind.CONTACT_BY, 8),
        (ClockKind.REPLY_BY, 120),
    ):
        _clocks(session, year, kind, hours, f"'order:' || {_ORDER}", _SENT)


def _answers(session: Session, year: Year) -> None:
    """Add contacts, replies and returns, each three hours after the order."""
    varying = {"order_id": "place", "at": f"{year.at(year.tickets)} + interval '3 hours'"}
    contact = Contact(order_id=0, at=year.began, by="bench", reached=True)
    copies(session, contact, year.tickets, varying, f"{_KEPT} AND place % 9 > 0")
    reply = Reply(
        order_id=0,
        at=year.began,
        by="bench",
        result="已修",
        is_true=True,
        is_solved=True,
        public_reply="已经修好。",
    )
    copies(session, reply, year.tickets, varying, _KEPT)
    back = OrderReturn(order_id=0, at=year.began, by="bench", reason="not_our_duty", basis="三定")
    copies(session, back, year.tickets, varying, f"{_SENT} AND place % 30 = 7")


def _delays(session: Session, year: Year) -> None:
    """Add extensions and supervisions."""
    order = {"order_id": "place"}
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
    copies(session, longer, year.tickets, order, f"{_KEPT} AND place % 25 = 8")
    watched = Supervision(ticket_id=0, cause="person", raised_at=year.began, raised_by="bench")
    raised = {"raised_at": f"{year.at(year.tickets)} + interval '1 day'"}
    named = {"ticket_id": "place", **order, **raised}
    copies(session, watched, year.tickets, named, f"{_SENT} AND place % 50 = 9")


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
    copies(session, row, year.tickets, varying, _KEPT)
    again = Redo(ticket_id=0, round=1, reason="dissatisfied", at=year.began, by="bench")
    redone = {"ticket_id": "place", "at": f"{at} + interval '6 days'"}
    copies(session, again, year.tickets, redone, f"{_KEPT} AND place % 40 = 9")


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
        copies(session, row, year.tickets, {**varying, "at": year.at(year.tickets)})
