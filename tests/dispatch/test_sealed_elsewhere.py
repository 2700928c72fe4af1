"""密件: no list, event, notice or line of the log tells anybody else that there is one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from dispatch import feed, history, tickets
from dispatch.clustering import counting
from dispatch.clustering.counting import Key, Measure, Scope
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.notices import staff_inbox, staff_notices
from dispatch.notices.staff_gateways import Channel, StaffMessage, Way
from dispatch.notices.staff_notices import Owed
from dispatch.requesters import confiding
from dispatch.sealing import reach, sealing, speech
from dispatch.terms import RequestType
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType
from tests.dispatch.sealing_scene import URBAN, WHY, somebody
from tests.factories import create_ended_call, create_ticket, system_of


def test_it_is_counted_in_totals_and_in_nothing_that_leads_to_it(
    session: Session, sealed: Ticket, lead: Actor, agent: Actor, now: datetime
) -> None:
    create_ticket(session, now=now)
    scope = Scope(now - timedelta(hours=1), now + timedelta(hours=1), "540102")
    assert counting.total(session, scope, reader=agent).matters == 2
    (row,) = counting.by(session, scope, Key.MATTER, reader=agent).values()
    assert row.matters == 1
    found = counting.behind(session, scope, Measure.MATTERS, reader=agent)
    assert sealed.number not in [number for _, number in found]
    assert len(counting.behind(session, scope, Measure.MATTERS, reader=lead)) == 2
    assert sealed not in tickets.newest(session, reader=agent)
    assert sealed in tickets.newest(session, reader=lead)


def test_the_log_of_events_is_told_without_it(
    session: Session, sealed: Ticket, lead: Actor, agent: Actor, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    sealed.call_id = call.id
    session.flush()
    heard = events.history(session, f"call:{call.id}")
    happened = [*history.story(session, sealed), *heard]
    assert [event.type for event in happened][:2] == ["ticket.registered", "ticket.sealed"]
    assert reach.told(session, agent, happened) == []
    assert reach.told(session, lead, happened) == happened


def test_a_department_gets_it_once_somebody_of_theirs_is_named(
    session: Session, sealed: Ticket, lead: Actor, now: datetime
) -> None:
    with pytest.raises(Conflict, match="nobody of"):
        dispatching.dispatch(session, sealed, [Assignment(URBAN)], actor=lead, now=now)
    leader = somebody(session, "leader", Role.LEADER, now, department=URBAN)
    sealing.add(session, sealed, ["leader"], actor=lead, now=now)
    dispatching.dispatch(session, sealed, [Assignment(URBAN)], actor=lead, now=now)
    (order,) = orders.of_ticket(session, sealed)
    assert orders.find(session, order.number, reader=leader) is order
    assert orders.inbox(session, reader=leader) == [order]
    handler = somebody(session, "handler", Role.HANDLER, now, department=URBAN)
    for other in (system_of(URBAN), handler):
        with pytest.raises(NotFound):
            orders.find(session, order.number, reader=other)
        assert orders.inbox(session, reader=other) == []
    told = [event.refs["ticket"] for event in _heard(session, leader)]
    assert sealed.number in told
    assert not [each for each in _heard(session, handler) if each.refs["ticket"] == sealed.number]


def _heard(session: Session, reader: Actor) -> list[Any]:
    """Return what this transaction did as the feed would tell the reader."""
    happened = session.exec(select(events.Event).order_by(events.Event.id)).all()  # type: ignore[arg-type]
    concerned = feed.concerning(session, happened, reader.department)
    return reach.told(session, reader, concerned)


def test_notices_of_it_are_for_its_readers_and_leave_by_no_way(
    session: Session, sealed: Ticket, lead: Actor, now: datetime
) -> None:
    owed = Owed("clock:1:1:due", "team_lead:540102", "red", "due", sealed.number, "", "", now)
    other = somebody(session, "other-lead", Role.TEAM_LEAD, now)
    staff_notices.owe(session, [owed], now=now)
    assert [each.ticket for each, _ in staff_inbox.listed(session, lead)] == [sealed.number]
    assert staff_inbox.listed(session, other) == []
    sent: list[StaffMessage] = []
    for channel in Channel:
        staff_notices.deliver(session, channel, Way(sent.extend, 10), now=now)
    assert sent == []


def test_no_line_of_the_log_names_it(session: Session, lead: Actor, now: datetime) -> None:
    with capture_logs() as lines:
        ticket = create_ticket(session, now=now)
        _commit(session)
        assert ticket.number in str(lines)
        lines.clear()
        sealing.seal(session, ticket, WHY, actor=lead, now=now)
        sealing.add(session, ticket, ["lead"], actor=lead, now=now)
        _commit(session)
    assert ticket.number not in str(lines)


def _commit(session: Session) -> None:
    """Do what waits for the commit; the test's own transaction stays open."""
    for action in session.info.pop("after_commit", []):
        action()


def test_sealing_is_an_event_that_names_nobody(session: Session, sealed: Ticket) -> None:
    (event,) = [
        each for each in history.story(session, sealed) if each.type == EventType.TICKET_SEALED
    ]
    assert (event.audience, event.refs) == ("internal", {"ticket": sealed.number})


def test_no_recogniser_elsewhere_hears_a_report_or_what_was_made_confidential(
    session: Session, lead: Actor, now: datetime
) -> None:
    calls = [create_ended_call(session, now=now) for _ in range(4)]
    kinds = (RequestType.REPORT, *[RequestType.ASSISTANCE] * 3)
    made = [create_ticket(session, now=now, request_type=kind) for kind in kinds]
    for ticket, call in zip(made, calls, strict=True):
        ticket.call_id = call.id
    session.flush()
    sealing.seal(session, made[2], WHY, actor=lead, now=now)
    confiding.keep_secret(session, made[3], now=now)
    assert [speech.stays_here(session, call.id) for call in calls] == [True, False, True, True]
