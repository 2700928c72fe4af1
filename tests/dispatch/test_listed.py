"""A list shows what its filters select of what its reader may see, page by page both ways."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch import reminders, tickets
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.listing import listed
from dispatch.listing.filters import Due, Filters, Order
from dispatch.listing.listed import Wanted
from dispatch.models import Clock, Confidentiality, ProposalRow, Source, Ticket
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from dispatch.states import TicketStatus
from dispatch.terms import RequestType, Urgency
from hotline.core import accounts
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.privacy import Person
from tests.factories import create_ticket, proposal

AGENT = Actor("agent-1", Role.AGENT)
LEAD = Actor("team_lead-1", Role.TEAM_LEAD)
URBAN = "540102-urban"


def shown(
    session: Session, filters: Filters, now: datetime, reader: Actor | None = AGENT
) -> list[str]:
    session.flush()
    wanted = Wanted(filters, reader, now)
    found = [each.number for each in listed.page(session, wanted, limit=50).tickets]
    assert listed.count(session, wanted, most=50) == len(found)
    return found


def given_to(session: Session, ticket: Ticket, now: datetime, actor: Actor = MACHINE) -> Ticket:
    return dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=actor, now=now)


def test_a_list_is_of_what_its_filters_name(session: Session, now: datetime) -> None:
    lamp = create_ticket(session, now=now, urgency=Urgency.URGENT)
    tap = create_ticket(
        session,
        now=now + timedelta(days=1),
        text="水管漏水没人修",
        request_type=RequestType.COMPLAINT,
        category=("公用事业", "供水", ""),
        district="540121",
    )
    given_to(session, tap, now)
    by = {
        "statuses": (TicketStatus.DISPATCHED,),
        "types": (RequestType.COMPLAINT,),
        "matter": ("公用事业", "供水"),
        "district": "540121",
        "since": date(2026, 11, 26),
        "words": "水管 漏水",
    }
    for name, value in by.items():
        assert shown(session, Filters(**{name: value}), now) == [tap.number], name  # type: ignore[arg-type]
    others = {
        "urgencies": (Urgency.URGENT,),
        "matter": ("城乡建设",),
        "until": date(2026, 11, 25),
        "words": lamp.number[:12],
    }
    for name, value in others.items():
        assert shown(session, Filters(**{name: value}), now) == [lamp.number], name  # type: ignore[arg-type]
    assert shown(session, Filters(sources=(Source.WEB,)), now) == []
    assert shown(session, Filters(words="100%_"), now) == []


def test_a_district_is_meant_with_all_below_it(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)  # in 540102
    assert shown(session, Filters(district="540100"), now) == [ticket.number]
    assert shown(session, Filters(district="540121"), now) == []


def test_a_department_is_who_has_it_or_who_is_proposed(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    assert shown(session, Filters(department=URBAN), now) == []
    session.add(ProposalRow(ticket_id=ticket.id, at=now, department=URBAN, confidence=0.9, body={}))
    assert shown(session, Filters(department=URBAN), now) == [ticket.number]
    given_to(session, ticket, now)
    assert shown(session, Filters(department=URBAN), now) == [ticket.number]
    (order,) = orders.of_ticket(session, ticket)
    dispatching.recall(session, ticket, order, "误派", actor=MACHINE, now=now)
    assert shown(session, Filters(department=URBAN, statuses=(TicketStatus.DISPATCHED,)), now) == []


def test_what_is_late_and_what_will_be(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    session.flush()
    clock = session.exec(select(Clock).where(Clock.ticket_id == ticket.id)).one()
    near, late = Filters(due=Due.NEAR), Filters(due=Due.OVERDUE)
    assert shown(session, near, now) == shown(session, late, now) == []
    assert shown(session, near, clock.warning_at) == [ticket.number]
    assert shown(session, late, clock.warning_at) == []
    assert shown(session, near, clock.due_at) == []
    assert shown(session, late, clock.due_at) == [ticket.number]
    clock.waits_for = "suspension:1"
    assert shown(session, late, clock.due_at) == []


def test_what_was_asked_for_again_or_done_again(session: Session, now: datetime) -> None:
    create_ticket(session, now=now)
    ticket = create_ticket(session, now=now)
    person = session.get_one(Person, ticket.person_id)
    reminders.remind(session, ticket, person, "还没有人来", call_id=None, now=now)
    assert shown(session, Filters(reminded=True), now) == [ticket.number]
    ticket.redone = 1
    assert shown(session, Filters(redone=True), now) == [ticket.number]


def test_mine_is_what_i_registered_or_dispatched(session: Session, now: datetime) -> None:
    create_ticket(session, now=now)
    given = given_to(session, create_ticket(session, now=now), now, actor=AGENT)
    known = create_ticket(session, now=now)
    draft = tickets.Draft(
        "井盖丢了",
        Source.PHONE_AGENT,
        session.get_one(Person, known.person_id),
        proposal(),
    )
    mine = tickets.open_ticket(session, draft, actor=AGENT, now=now + timedelta(seconds=1))
    assert shown(session, Filters(mine=True), now) == [mine.number, given.number]
    assert shown(session, Filters(mine=True), now, LEAD) == []


@pytest.mark.parametrize("order", Order)
def test_pages_lead_on_and_back_without_a_gap_or_a_line_twice(
    session: Session, now: datetime, order: Order
) -> None:
    for second in range(11):
        given_to(session, create_ticket(session, now=now + timedelta(seconds=second // 3)), now)
    session.flush()
    wanted = Wanted(Filters(order=order), AGENT, now)
    whole = [each.number for each in listed.page(session, wanted, limit=50).tickets]
    assert len(set(whole)) == 11
    pages = [listed.page(session, wanted, limit=4)]
    assert pages[0].back is None
    while pages[-1].on:
        pages.append(listed.page(session, wanted, after=pages[-1].on, limit=4))
    assert [each.number for page in pages for each in page.tickets] == whole
    back = listed.page(session, wanted, before=pages[2].back, limit=4)
    assert back.tickets == pages[1].tickets
    first = listed.page(session, wanted, before=back.back, limit=4)
    assert (first.tickets, first.back, first.on) == (pages[0].tickets, None, pages[0].on)
    taken = [each.number for some in listed.batches(session, wanted, size=4) for each in some]
    assert taken == whole


def test_by_the_clock_the_first_due_stands_first_and_each_ticket_once(
    session: Session, now: datetime
) -> None:
    late = given_to(session, create_ticket(session, now=now), now)  # several clocks run
    soon = create_ticket(session, now=now)
    ended = create_ticket(session, now=now)
    session.flush()
    for clock in session.exec(select(Clock).where(col(Clock.ticket_id) == ended.id)):
        clock.stopped_at = now
    found = shown(session, Filters(order=Order.CLOCK), now)
    assert sorted(found) == sorted([late.number, soon.number])
    first = {
        number: min(
            clock.due_at
            for clock in session.exec(select(Clock).where(Clock.ticket_id == ticket.id))
            if not clock.stopped_at
        )
        for number, ticket in ((late.number, late), (soon.number, soon))
    }
    assert [first[number] for number in found] == sorted(first.values())


def test_more_than_is_counted_is_said_to_be_more(session: Session, now: datetime) -> None:
    for _ in range(4):
        create_ticket(session, now=now)
    session.flush()
    wanted = Wanted(Filters(), AGENT, now)
    assert listed.count(session, wanted, most=2) == 3
    assert listed.count(session, wanted, most=4) == 4


@pytest.mark.parametrize("order", Order)
def test_nobody_finds_by_a_filter_what_they_may_not_see(
    session: Session, now: datetime, order: Order
) -> None:
    here = create_ticket(session, now=now)
    there = create_ticket(session, now=now, district="540121")
    report = create_ticket(session, now=now, request_type=RequestType.REPORT)
    hidden = create_ticket(session, now=now)
    accounts.create_account(session, "team_lead-1", "", role=Role.TEAM_LEAD, now=now)
    sealing.seal(session, hidden, Seal("内部线索", ("team_lead-1",)), actor=LEAD, now=now)
    below = Actor("agent-2", Role.AGENT, district="540102", clearance=Confidentiality.INTERNAL)
    every = Filters(order=order)
    assert shown(session, every, now, below) == [here.number]
    assert set(shown(session, every, now)) == {here.number, there.number, report.number}
    assert hidden.number in shown(session, every, now, LEAD)
    for filters in (Filters(words=there.number), Filters(district="540121"), Filters(mine=True)):
        assert there.number not in shown(session, filters, now, below)
    taken = [
        each.number
        for some in listed.batches(session, Wanted(every, LEAD, now), size=50)
        for each in some
    ]
    assert hidden.number not in taken  # 密件 go out in no file, not even of who may read them
    assert len(taken) == 3
