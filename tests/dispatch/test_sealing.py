"""密件: who may read a sealed ticket, and that nobody else is told that there is one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from dispatch import feed, history, tickets
from dispatch.clustering import clusters, counting, splitting
from dispatch.clustering.counting import Key, Measure, Scope
from dispatch.clustering.splitting import Part
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import ProposalRow, Ticket
from dispatch.notices import staff_inbox, staff_notices
from dispatch.notices.staff_gateways import Channel, StaffMessage, Way
from dispatch.notices.staff_notices import Owed
from dispatch.sealing import reach, readers, sealing, speech
from dispatch.sealing.sealing import Seal
from dispatch.terms import RequestType
from hotline.core import accounts, events
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import AccessLog
from tests.factories import create_ended_call, create_ticket, system_of

URBAN = "540102-urban"
WORDS = "某单位的张某收了好处，我的电话是13989001234。"
WHY = Seal("举报内容涉及具体人员")


def somebody(session: Session, name: str, role: Role, now: datetime, **more: str) -> Actor:
    account = accounts.create_account(session, name, "secret-word", role=role, now=now)
    for column, value in more.items():
        setattr(account, column, value)
    session.flush()
    return accounts.as_actor(account)


@pytest.fixture
def lead(session: Session, now: datetime) -> Actor:
    return somebody(session, "lead", Role.TEAM_LEAD, now)


@pytest.fixture
def agent(session: Session, now: datetime) -> Actor:
    return somebody(session, "agent", Role.AGENT, now)


@pytest.fixture
def sealed(session: Session, lead: Actor, now: datetime) -> Ticket:
    """A ticket that a team lead has sealed and nobody else reads."""
    ticket = create_ticket(session, now=now, text=WORDS)
    return sealing.seal(session, ticket, WHY, actor=lead, now=now)


def finds(session: Session, ticket: Ticket, reader: Actor) -> bool:
    try:
        return tickets.find(session, ticket.number, reader=reader) is ticket
    except NotFound:
        return False


def test_only_those_who_are_named_find_it(
    session: Session, sealed: Ticket, lead: Actor, agent: Actor, now: datetime
) -> None:
    boss = somebody(session, "boss", Role.ADMINISTRATOR, now, clearance="sealed")
    assert [finds(session, sealed, each) for each in (lead, agent, boss)] == [True, False, False]
    sealing.add(session, sealed, ["agent", "lead"], actor=lead, now=now)
    assert finds(session, sealed, agent)
    sealing.remove(session, sealed, "agent", actor=lead, now=now)
    assert not finds(session, sealed, agent)
    assert [each.name for each in readers.of_ticket(session, sealed)] == ["lead", "agent"]


def test_what_is_not_there_for_somebody_is_refused_like_what_never_was(
    session: Session, sealed: Ticket, agent: Actor
) -> None:
    told = []
    for number in (sealed.number, "209912310001"):
        with pytest.raises(NotFound) as refused:
            tickets.find(session, number, reader=agent)
        told.append(str(refused.value).replace(number, "N"))
    assert told[0] == told[1]


def test_the_words_are_in_no_column_and_its_readers_read_them(
    session: Session, lead: Actor, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, text=WORDS)
    session.add(
        ProposalRow(
            ticket_id=ticket.id,
            at=now,
            department=URBAN,
            confidence=0.9,
            body={"department": "城管局", "reasons": ["张某"], "entities": {"person": ["张某"]}},
        )
    )
    sealing.seal(session, ticket, WHY, actor=lead, now=now)
    session.flush()
    row = session.exec(select(ProposalRow).where(ProposalRow.ticket_id == ticket.id)).one()
    assert (ticket.title, ticket.text) == (readers.TITLE, "")
    assert "张某" not in str(row.body)
    assert readers.words(session, ticket).startswith("某单位的张某收了好处，我的电话是139")
    assert "13989001234" not in readers.words(session, ticket)


def test_what_is_split_from_it_is_sealed_for_the_same_people(
    session: Session, sealed: Ticket, lead: Actor, agent: Actor, now: datetime
) -> None:
    sealing.add(session, sealed, [agent.name], actor=lead, now=now)
    parts = [Part("张某收了好处。"), Part("某路路灯不亮。")]
    made = splitting.split(session, sealed, parts, actor=lead, now=now)
    assert {(each.title, each.text, each.confidentiality) for each in made} == {
        (readers.TITLE, "", "sealed")
    }
    assert all(finds(session, each, agent) for each in made)
    boss = somebody(session, "boss", Role.ADMINISTRATOR, now)
    assert splitting.parts_of(session, sealed, reader=boss) == []


def test_the_accused_unit_is_found_in_the_words_of_a_sealed_ticket(
    session: Session, lead: Actor, now: datetime
) -> None:
    text = "举报城关区城市管理和综合执法局的工作人员收了好处。"
    ticket = create_ticket(session, now=now, text=text, request_type=RequestType.REPORT)
    sealing.seal(session, ticket, WHY, actor=lead, now=now)
    somebody(session, "leader", Role.LEADER, now, department=URBAN)
    sealing.add(session, ticket, ["leader"], actor=lead, now=now)
    with pytest.raises(Conflict, match="accuses"):
        dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=lead, now=now)


def test_every_look_at_it_is_kept(session: Session, sealed: Ticket, lead: Actor) -> None:
    tickets.find(session, sealed.number, reader=lead)
    tickets.find(session, sealed.number)  # the machine's own steps
    session.flush()
    rows = session.exec(select(AccessLog).where(AccessLog.subject == sealed.number)).all()
    assert [(row.actor, row.what) for row in rows] == [("lead", readers.SEALED_TICKET)]


def test_the_last_who_could_let_others_in_stays(
    session: Session, sealed: Ticket, lead: Actor, agent: Actor, now: datetime
) -> None:
    sealing.add(session, sealed, [agent.name], actor=lead, now=now)
    with pytest.raises(Conflict, match="nobody inside"):
        sealing.remove(session, sealed, "lead", actor=lead, now=now)
    with pytest.raises(NotFound):
        sealing.remove(session, sealed, "stranger", actor=lead, now=now)
    somebody(session, "second", Role.SUPERVISOR, now)
    sealing.add(session, sealed, ["second"], actor=lead, now=now)
    sealing.remove(session, sealed, "lead", actor=lead, now=now)
    assert not finds(session, sealed, lead)


def test_an_agent_seals_with_somebody_who_can_let_others_in(
    session: Session, agent: Actor, lead: Actor, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    for given in (WHY, Seal(" ", ["lead"]), Seal("举报", ["nobody"]), Seal("举报", ["x#1"])):
        with pytest.raises(Invalid), session.begin_nested():
            sealing.seal(session, ticket, given, actor=agent, now=now)
    session.refresh(ticket)
    sealing.seal(session, ticket, Seal("举报", ["lead"]), actor=agent, now=now)
    assert finds(session, ticket, lead)
    with pytest.raises(Conflict, match="already"):
        sealing.seal(session, ticket, WHY, actor=lead, now=now)


def test_a_merged_ticket_is_not_sealed(session: Session, lead: Actor, now: datetime) -> None:
    main, other = create_ticket(session, now=now), create_ticket(session, now=now)
    clusters.merge(session, main, [other], "同一盏灯", actor=MACHINE, now=now)
    with pytest.raises(Conflict, match="merged"):
        sealing.seal(session, other, WHY, actor=lead, now=now)


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


def test_somebody_of_a_district_sees_what_lies_below_it(session: Session, now: datetime) -> None:
    county = create_ticket(session, now=now, district="540102")
    elsewhere = create_ticket(session, now=now, district="540202")
    city = somebody(session, "city", Role.AGENT, now, district="540100")
    assert finds(session, county, city)
    assert not finds(session, elsewhere, city)
    assert tickets.newest(session, reader=city) == [county]


def test_somebody_sees_no_more_than_they_are_cleared_for(session: Session, now: datetime) -> None:
    usual = create_ticket(session, now=now)
    report = create_ticket(session, now=now, request_type=RequestType.REPORT)
    assert report.confidentiality == Confidentiality.CONFIDENTIAL
    trainee = somebody(session, "trainee", Role.AGENT, now, clearance="internal")
    assert tickets.newest(session, reader=trainee) == [usual]


def test_no_recogniser_elsewhere_hears_a_report(
    session: Session, lead: Actor, now: datetime
) -> None:
    calls = [create_ended_call(session, now=now) for _ in range(3)]
    kinds = (RequestType.REPORT, RequestType.ASSISTANCE, RequestType.ASSISTANCE)
    made = [create_ticket(session, now=now, request_type=kind) for kind in kinds]
    for ticket, call in zip(made, calls, strict=True):
        ticket.call_id = call.id
    session.flush()
    sealing.seal(session, made[2], WHY, actor=lead, now=now)
    assert [speech.stays_here(session, call.id) for call in calls] == [True, False, True]


def test_a_department_of_nobody_reaches_nothing(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=MACHINE, now=now)
    nobody = Actor("x", Role.HANDLER)
    assert orders.inbox(session, reader=nobody) == []
    assert not reach.sees(session, nobody, ticket)
