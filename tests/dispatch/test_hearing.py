"""Who hears of which event is judged in memory as the database judges it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product

import pytest
from sqlmodel import Session, col, select

from dispatch import feed
from dispatch.letters import drafting
from dispatch.models import Ticket
from dispatch.sealing import hearing, reach
from dispatch.sealing.models_readers import TicketReader
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.confidentiality import Confidentiality
from hotline.core.events import Event, EventType
from knowledge.models import District
from tests.dispatch.letters.letter_scene import BULLETIN, HOME, OURS, WRITER, issued
from tests.factories import create_ended_call, create_ticket

DISTRICTS = ("", "540000", "540100", "540102", "540602", "999999")
CLEARANCES = tuple(Confidentiality)
INSIDE = (Role.TEAM_LEAD, Role.SUPERVISOR, Role.INSPECTOR, Role.AUDITOR, Role.ADMINISTRATOR)


def listeners() -> Iterator[Actor]:
    """Yield people of every clearance, and districts that are, that are not, and none."""
    for name, district, clearance in product(("dawa", "pema"), DISTRICTS, CLEARANCES):
        yield Actor(name, Role.AGENT, district=district, clearance=clearance)
    for role, district in product(INSIDE, DISTRICTS):
        yield Actor("dawa", role, district=district)


@pytest.fixture
def happened(session: Session, now: datetime) -> list[Event]:
    """What happened to tickets of every level, near and far, their calls, and to letters."""
    assert session.exec(select(District).where(col(District.code) == "540102")).first()
    for level, district in product(CLEARANCES, DISTRICTS):
        call = create_ended_call(session, now=now)
        ticket = create_ticket(session, now=now)
        ticket.district, ticket.confidentiality, ticket.call_id = district, level, call.id
        session.flush()
        if level is Confidentiality.SEALED and district == "540602":
            named = TicketReader(ticket_id=ticket.id or 0, name="pema", added_at=now, added_by="x")
            session.add(named)
        chain = f"ticket:{ticket.number}"
        events.append(session, EventType.TICKET_REMINDED, chain=chain, actor="x", now=now)
        beside = [ticket.number]
        events.append(
            session,
            EventType.CALL_PROPOSAL,
            chain=f"call:{call.id}",
            actor="x",
            now=now,
            tickets=beside,
        )
    for district in DISTRICTS:
        drafting.draft(session, BULLETIN, district, actor=WRITER, now=now)
    session.flush()
    return list(session.exec(select(Event).order_by(col(Event.id))).all())


def test_both_judges_agree_for_everybody_about_everything(
    session: Session, happened: list[Event]
) -> None:
    marked = hearing.marked(session, happened)
    assert [told.event for told in marked] == happened
    hidden = 0
    for actor in listeners():
        by_database = [event.id for event in reach.told(session, actor, happened)]
        in_memory = [told.event.id for told in marked if told.may_be_heard_by(actor)]
        assert in_memory == by_database, actor
        hidden += len(happened) - len(in_memory)
    assert hidden > len(happened)


def test_the_machine_hears_everything(session: Session, happened: list[Event]) -> None:
    assert all(told.may_be_heard_by(None) for told in hearing.marked(session, happened))


def test_a_reader_who_was_removed_hears_nothing_more(session: Session, now: datetime) -> None:
    ticket: Ticket = create_ticket(session, now=now)
    ticket.confidentiality = Confidentiality.SEALED
    named = TicketReader(ticket_id=ticket.id or 0, name="dawa", added_at=now, added_by="x")
    session.add(named)
    session.flush()
    told = events.history(session, f"ticket:{ticket.number}")
    dawa = Actor("dawa", Role.AGENT)
    assert all(each.may_be_heard_by(dawa) for each in hearing.marked(session, told))
    named.removed_at, named.removed_by = now, "x"
    session.flush()
    assert not any(each.may_be_heard_by(dawa) for each in hearing.marked(session, told))


def test_a_letter_is_heard_of_by_who_may_read_it_alone(session: Session, now: datetime) -> None:
    letter = issued(session, BULLETIN, now)
    happened = events.history(session, f"letter:{letter.id}")
    readers = [Actor(role, role, district=where) for role in INSIDE for where in ("", HOME)]
    others = [
        Actor("agent", Role.AGENT),  # who reads no letters
        Actor("beside", Role.SUPERVISOR, district="540102"),  # the letter lies above it
    ]
    assert len(happened) > 2
    for actor, count in [(each, len(happened)) for each in readers] + [
        (each, 0) for each in others
    ]:
        marked = hearing.marked(session, happened)
        assert len(reach.told(session, actor, happened)) == count, actor
        assert sum(told.may_be_heard_by(actor) for told in marked) == count, actor


def test_a_department_is_told_of_its_own_letter_by_its_feed(
    session: Session, now: datetime
) -> None:
    letter = issued(session, BULLETIN, now)
    happened = events.history(session, f"letter:{letter.id}")
    theirs = reach.told(session, OURS, feed.concerning(session, happened, OURS.department))
    assert [(each.type, each.refs["department"]) for each in theirs] == [
        ("letter.issued", OURS.department)
    ]
