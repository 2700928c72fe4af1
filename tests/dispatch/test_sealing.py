"""密件: who may read a sealed ticket, and that it is not there for anybody else."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from dispatch import tickets
from dispatch.clustering import clusters, splitting
from dispatch.clustering.splitting import Part
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import ProposalRow, Ticket
from dispatch.sealing import reach, readers, sealing
from dispatch.sealing.sealing import Seal
from dispatch.terms import RequestType
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.privacy import AccessLog
from tests.dispatch.sealing_scene import URBAN, WHY, WORDS, finds, somebody
from tests.factories import create_ticket


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


def test_a_department_of_nobody_reaches_nothing(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=MACHINE, now=now)
    nobody = Actor("x", Role.HANDLER)
    assert orders.inbox(session, reader=nobody) == []
    assert not reach.sees(session, nobody, ticket)
