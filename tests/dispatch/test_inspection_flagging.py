"""Flags and draws on real rows: each call is looked at once, and each period drawn once."""

from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch import tickets
from dispatch.ending import answers
from dispatch.ending.answers import Told
from dispatch.ending.endings import Closing
from dispatch.inspection import (
    drawing,
    draws,
    flagging,
    inspections,
    jobs,
    plans,
    population,
    subjects,
)
from dispatch.inspection.inspections import Marks, Wanted
from dispatch.inspection.models_inspection import Inspection, InspectionFlag
from dispatch.inspection.plans import Wish
from dispatch.inspection.states import Kind, Period, Why
from dispatch.models import Confidentiality, Reminder, Source, Ticket
from dispatch.tickets import Draft
from hotline.core import accounts, events, privacy
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, NotAllowed
from tests.dispatch.inspection_scene import BAD, GOOD, person, plan, submitted, talk, yesterday
from tests.factories import CALLER, LAMP, create_ticket, proposal


def span(now: datetime) -> tuple[date, date]:
    return drawing.last_whole(Period.DAY, beijing_day(now))


def registered(session: Session, agent: Actor, at: datetime) -> Ticket:
    draft = Draft(
        text=LAMP,
        source=Source.PHONE_AGENT,
        person=privacy.know_person(session, CALLER, now=at),
        proposal=proposal(),
    )
    return tickets.open_ticket(session, draft, actor=agent, now=at)


def answered(session: Session, ticket: Ticket, agent: Actor, at: datetime) -> None:
    told = Told("您好，情况属实，已办结。", closing=Closing.EXPLAINED)
    answers.answer(session, ticket, told, actor=agent, now=at)


def rules(session: Session) -> set[str]:
    return set(session.exec(select(InspectionFlag.rule)).all())


def test_a_call_is_looked_at_once_when_a_promise_was_kept_or_not(
    session: Session, now: datetime
) -> None:
    call = talk(session, now, BAD)
    assert flagging.scan(session, now=now + timedelta(hours=1)) == 0
    assert flagging.scan(session, now=now + timedelta(hours=3)) == 1
    assert rules(session) == {
        *("silence", "interruption", "forbidden", "no_greeting", "no_closing", "promise")
    }
    assert flagging.scan(session, now=now + timedelta(hours=4)) == 0
    flag = session.exec(select(InspectionFlag).where(InspectionFlag.rule == "forbidden")).one()
    assert (flag.call_id, flag.agent, flag.line, flag.at_s) == (call.id, "agent-1", 2, 15)


def test_a_ticket_behind_it_keeps_a_promise(session: Session, now: datetime) -> None:
    call = talk(session, now, BAD)
    made = create_ticket(session, now=now)
    made.call_id = call.id
    session.flush()
    flagging.scan(session, now=now + timedelta(hours=3))
    assert "promise" not in rules(session)


def test_a_sealed_matter_is_neither_flagged_nor_drawn(session: Session, now: datetime) -> None:
    call = talk(session, yesterday(now), BAD)
    made = create_ticket(session, now=now)
    made.call_id = call.id
    session.flush()
    made.confidentiality = Confidentiality.SEALED
    session.flush()
    assert flagging.scan(session, now=now) == 0
    assert population.of(session, Kind.CALL, *span(now)) == []


def test_a_period_is_drawn_once_and_can_be_drawn_again_by_hand(
    session: Session, now: datetime
) -> None:
    at = yesterday(now)
    calls = [talk(session, at + timedelta(minutes=each)) for each in range(4)]
    bad = talk(session, at + timedelta(minutes=9), BAD, agent="agent-2")
    flagging.scan(session, now=now)
    made = plan(session, now, ("zhaxi", "agent-1"), per_agent=2)
    maker = person(session, "plan-maker", Role.ADMINISTRATOR, now)
    row = draws.draw(session, made, actor=maker, now=now)
    assert (row.population, row.drawn, row.flagged, row.unassigned) == (5, 3, 0, 0)
    by_hand = sorted(calls, key=lambda one: drawing.place(row.seed, str(one.id)))[:2]
    found = session.exec(select(Inspection)).all()
    assert {each.call_id for each in found} == {*(each.id for each in by_hand), bad.id}
    assert all(each.inspector == "zhaxi" for each in found if each.agent == "agent-1")
    with pytest.raises(Conflict):
        draws.draw(session, made, actor=maker, now=now)
    again = drawing.digest(each.work for each in population.of(session, Kind.CALL, *span(now)))
    assert again == row.digest


def test_what_is_flagged_is_inspected_beside_the_sample(session: Session, now: datetime) -> None:
    talk(session, yesterday(now), BAD)
    flagging.scan(session, now=now)
    made = plan(session, now, ("zhaxi",), per_agent=0)
    maker = person(session, "plan-maker", Role.ADMINISTRATOR, now)
    row = draws.draw(session, made, actor=maker, now=now)
    assert (row.drawn, row.flagged) == (0, 1)
    (found,) = inspections.listed(session, Wanted(why=Why.FLAG), reader=maker)
    told = events.history(session, f"inspection_plan:{made.id}")[-1].refs
    assert told == {"plan": made.id, "draw": row.id, "drawn": 0, "flagged": 1, "unassigned": 0}
    assert found.inspector == "zhaxi"


def test_the_job_flags_and_draws_each_plan_that_is_due_once_and_not_before_six(
    session: Session, now: datetime
) -> None:
    talk(session, yesterday(now), GOOD)
    made = plan(session, now, ("zhaxi",))
    today = beijing_day(now)
    assert draws.due(session, today=today) == [made.id]
    assert jobs.look(lambda: nullcontext(session), now=now) == 1
    assert jobs.draw(lambda: nullcontext(session), now=now - timedelta(hours=7)) == 0
    assert jobs.draw(lambda: nullcontext(session), now=now) == 1
    assert draws.due(session, today=today) == []
    assert jobs.draw(lambda: nullcontext(session), now=now) == 0


def test_a_closed_ticket_is_looked_at_once_and_drawn_from_who_registered_it(
    session: Session, now: datetime
) -> None:
    agent = person(session, "agent-1", Role.AGENT, now)
    at = yesterday(now)
    ticket = registered(session, agent, at)
    answered(session, ticket, agent, at)
    assert flagging.scan(session, now=now) == 1
    assert flagging.scan(session, now=now) == 0
    found = session.exec(select(InspectionFlag)).all()
    assert [(each.rule, each.agent, each.measure) for each in found] == [
        ("empty_reply", "agent-1", 9.0)
    ]
    (there,) = population.of(session, Kind.TICKET, *span(now))
    assert (there.work.name, there.work.agent) == (ticket.number, "agent-1")


def test_a_ticket_closed_long_after_its_period_is_inspected_for_its_flags(
    session: Session, now: datetime
) -> None:
    agent = person(session, "agent-1", Role.AGENT, now)
    person(session, "zhaxi", Role.INSPECTOR, now)
    begun = now - timedelta(days=20)
    ticket = registered(session, agent, begun)
    answered(session, ticket, agent, yesterday(now))
    wish = Wish("标记工单", Kind.TICKET, Period.DAY, 0, True, "ticket-basic", 5, ("zhaxi",))
    made = plans.create(session, wish, actor=agent, now=now - timedelta(days=2))
    flagging.scan(session, now=now)
    row = draws.draw(session, made, actor=agent, now=now)
    assert (row.population, row.drawn, row.flagged) == (0, 0, 1)
    found = session.exec(select(Inspection)).one()
    assert (found.ticket_id, found.agent, found.inspector) == (ticket.id, "agent-1", "zhaxi")
    tomorrow = now + timedelta(days=1)
    assert draws.draw(session, made, actor=agent, now=tomorrow).flagged == 0


def test_a_call_that_reminded_of_a_sealed_ticket_is_neither_flagged_nor_drawn(
    session: Session, now: datetime
) -> None:
    call = talk(session, yesterday(now), BAD)
    made = create_ticket(session, now=now)
    words = privacy.seal(session.get_one(privacy.Person, made.person_id), "催办", "reminder")
    session.add(
        Reminder(ticket_id=made.id or 0, call_id=call.id, at=now, text="催办", sealed_text=words)
    )
    made.confidentiality = Confidentiality.SEALED
    session.flush()
    assert flagging.scan(session, now=now) == 0
    assert population.of(session, Kind.CALL, *span(now)) == []


def test_work_goes_to_an_inspector_who_may_see_it_and_is_taken_over_from_who_no_longer_may(
    session: Session, now: datetime
) -> None:
    call = talk(session, yesterday(now), GOOD)
    made = create_ticket(session, now=now)
    made.call_id, made.confidentiality = call.id, Confidentiality.CONFIDENTIAL
    daily = plan(session, now, ("zhaxi", "dolma"))
    low, high = (accounts.find(session, name) for name in ("zhaxi", "dolma"))
    assert low
    assert high
    low.clearance = Confidentiality.INTERNAL
    session.flush()
    maker = person(session, "plan-maker", Role.ADMINISTRATOR, now)
    draws.draw(session, daily, actor=maker, now=now)
    found = session.exec(select(Inspection)).one()
    assert found.inspector == "dolma"
    inspections.save(session, found, Marks(note="草稿"), actor=accounts.as_actor(high), now=now)
    with pytest.raises(NotAllowed):
        inspections.take(session, found, actor=maker, now=now)
    high.clearance = Confidentiality.INTERNAL
    session.flush()
    inspections.take(session, found, actor=maker, now=now)
    assert (found.inspector, found.state, found.sealed_note) == ("plan-maker", "assigned", None)


def test_an_erased_person_s_notes_are_gone_and_the_score_stays(
    session: Session, now: datetime
) -> None:
    found = submitted(session, now, inspector="zhaxi", agent="agent-1")
    assert inspections.note_of(session, found) == "第 15 秒抢话"
    requester = subjects.requester(session, found)
    requester.wrapped_key = b""
    session.flush()
    assert inspections.note_of(session, found) == privacy.ERASED
    assert found.total == 85
