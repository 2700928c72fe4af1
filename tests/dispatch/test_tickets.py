"""A ticket from its registration to its work order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlmodel import Session

from dispatch import history, intake, tickets
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.numbers import check_digit, is_valid
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.rules.policies import default_policies
from dispatch.terms import RequestType, TimeClass
from dispatch.timing import clocks, sweep
from dispatch.timing.clocks import Threshold
from dispatch.timing.reckoning import Terms, reckon
from hotline.core import privacy
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, Stale
from hotline.core.privacy import Person
from knowledge.models import Department
from tests.factories import LAMP, create_ended_call, create_ticket

AGENT = Actor("dawa", Role.AGENT)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
URBAN = Assignment("540102-urban", "《城市道路管理条例》第六条")


def kinds(session: Session, ticket: Ticket, *, stopped: bool) -> list[str]:
    found = clocks.of_ticket(session, ticket)
    return sorted(clock.kind for clock in found if (clock.stopped_at is not None) == stopped)


def test_registering_numbers_the_ticket_and_starts_the_dispatch_clock(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    assert is_valid(ticket.number)
    assert ticket.number.startswith("261125")
    assert kinds(session, ticket, stopped=False) == ["dispatch_by"]
    assert [event.type for event in history.story(session, ticket)] == ["ticket.registered"]


def test_the_ticket_shows_no_number_and_the_vault_keeps_every_word(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    assert "13989001234" not in ticket.text
    assert ticket.title == "城关区的路灯坏了一个星期，我的电话是139****1234，请派人来修"
    person = session.get_one(Person, ticket.person_id)
    assert privacy.unseal(person, ticket.sealed_text, "ticket") == LAMP


def test_events_hold_no_word_of_the_caller(session: Session, now: datetime) -> None:
    create_ended_call(session, now=now)
    create_ticket(session, now=now)
    for row in session.execute(sql("SELECT refs::text FROM event")):
        assert "路灯坏了" not in row[0]
        assert "13989001234" not in row[0]


def test_dispatching_stops_one_clock_and_starts_the_departments_clocks_at_once(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [URBAN], actor=AGENT, now=now)
    assert ticket.status == "dispatched"
    assert kinds(session, ticket, stopped=True) == ["dispatch_by"]
    # Nothing waits for the sign-in: refusing to sign stops nothing (domain.md 1.5).
    assert kinds(session, ticket, stopped=False) == [
        "accept_by",
        "contact_by",
        "reply_by",
        "return_by",
    ]
    assert [order.number for order in orders.of_ticket(session, ticket)] == [f"{ticket.number}-1"]


def test_the_first_department_leads_and_the_others_assist(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    assignments = [URBAN, Assignment("540100-urban")]
    dispatching.dispatch(session, ticket, assignments, actor=AGENT, now=now)
    assert [order.role for order in orders.of_ticket(session, ticket)] == ["lead", "assisting"]


def test_dispatch_to_nobody_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid):
        dispatching.dispatch(session, create_ticket(session, now=now), [], actor=AGENT, now=now)


def test_a_closed_ticket_is_not_dispatched(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    ticket.status = "closed"
    with pytest.raises(Conflict):
        dispatching.dispatch(session, ticket, [URBAN], actor=AGENT, now=now)


def test_who_read_an_older_version_is_told(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    seen = ticket.version
    dispatching.dispatch(session, ticket, [URBAN], actor=AGENT, now=now)
    with pytest.raises(Stale):
        tickets.require_version(ticket, seen)


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"request_type": RequestType.INQUIRY}, "3wd"),
        ({"request_type": RequestType.COMPLAINT}, "7wd"),
        ({"time_class": TimeClass.EMERGENCY}, "2h"),
        ({"time_class": TimeClass.UTILITY}, "24h"),
    ],
)
def test_the_reply_limit_follows_type_and_time_class(
    session: Session, now: datetime, changes: dict[str, Any], limit: str
) -> None:
    ticket = create_ticket(session, now=now, **changes)
    dispatching.dispatch(session, ticket, [URBAN], actor=AGENT, now=now)
    reply = next(c for c in clocks.of_ticket(session, ticket) if c.kind == "reply_by")
    assert reply.limit == limit


def test_a_report_is_confidential(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now, request_type=RequestType.REPORT)
    assert ticket.confidentiality == "confidential"


def test_a_call_becomes_one_ticket_however_often_its_job_runs(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    assert intake.forgotten_calls(session) == [call.id]
    made = [
        intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
        for _ in range(3)
    ]
    assert len({ticket.number for ticket in made if ticket}) == 1
    assert intake.forgotten_calls(session) == []


def test_music_makes_no_ticket(session: Session, now: datetime) -> None:
    call = create_ended_call(session, now=now, said=("啊",), confidence=0.02)
    made = intake.register_call(session, call.id, district="540100", auto_dispatch=True, now=now)
    assert made is None
    assert intake.forgotten_calls(session) == []


def test_a_site_that_opted_in_has_confident_calls_dispatched(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    ticket = intake.register_call(session, call.id, district="540100", auto_dispatch=True, now=now)
    assert ticket
    assert ticket.status == "dispatched"
    assert orders.of_ticket(session, ticket)[0].dispatched_by == "hotline"


def test_a_call_whose_dispatch_is_refused_waits_for_a_person(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = intake.tell_proposal

    def meanwhile(*given: Any, **named: Any) -> None:
        tell(*given, **named)
        session.get_one(Department, URBAN.department).accepts = False
        session.flush()

    monkeypatch.setattr(intake, "tell_proposal", meanwhile)
    call = create_ended_call(session, now=now)
    ticket = intake.register_call(session, call.id, district="540102", auto_dispatch=True, now=now)
    assert ticket
    assert (ticket.status, orders.of_ticket(session, ticket)) == ("registered", [])
    assert kinds(session, ticket, stopped=False) == ["dispatch_by"]
    kept = intake.proposal_of(session, ticket)
    assert kept
    assert (kept.department, kept.body["auto_dispatch"]) == (URBAN.department, False)


def test_each_threshold_strikes_once_and_in_order(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    late = now + timedelta(days=3)
    struck = []
    while batch := sweep.strike_batch(session, now=late).struck:
        struck += [each.threshold for each in batch]
    assert struck == list(Threshold)
    alarms = [e.type for e in history.story(session, ticket) if e.type.startswith("clock.")]
    assert alarms == ["clock.warning", "clock.due", "clock.overdue", "clock.escalated"]


def test_a_stopped_clock_strikes_no_more(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    clocks.stop(session, history.chain(ticket), ["dispatch_by"], now=now)
    session.flush()
    assert sweep.strike_batch(session, now=now + timedelta(days=9)).found == 0


@given(st.text("0123456789", min_size=11, max_size=11), st.data())
def test_one_wrong_digit_in_a_number_is_noticed(digits: str, data: st.DataObject) -> None:
    number = digits + check_digit(digits)
    assert is_valid(number)
    place = data.draw(st.integers(0, 11))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert not is_valid(number[:place] + other + number[place + 1 :])


def test_a_ticket_with_an_open_order_is_not_dispatched_to_a_second_lead(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [URBAN], actor=AGENT, now=now)
    with pytest.raises(Conflict, match="540102-urban"):
        dispatching.dispatch(session, ticket, [URBAN], actor=AGENT, now=now)


@pytest.mark.parametrize("codes", [["540102-urban", "540102-urban"], ["nowhere"]])
def test_a_department_twice_or_none_at_all_is_refused(
    session: Session, now: datetime, codes: list[str]
) -> None:
    ticket = create_ticket(session, now=now)
    with pytest.raises(Invalid):
        dispatching.dispatch(
            session, ticket, [Assignment(code) for code in codes], actor=AGENT, now=now
        )


def test_a_resumed_clock_strikes_what_passed_while_it_stood(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    subject = history.chain(ticket)
    clocks.stop(session, subject, ["dispatch_by"], now=now)
    later = now + timedelta(days=2)  # long past due and overdue, unseen
    (clock,) = clocks.resume(session, subject, ["dispatch_by"])
    session.flush()
    struck = []
    while batch := sweep.strike_batch(session, now=later).struck:
        struck += [each.threshold for each in batch]
    assert struck == list(Threshold)
    assert clock.stopped_at is None


@given(
    st.sampled_from(
        [
            Limit(count, unit, moves)
            for count in (1, 3, 7)
            for unit in LimitUnit
            for moves in (False, True)
        ]
    ),
    st.integers(0, 480_000).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
)
def test_yellow_always_comes_before_red(limit: Limit, start: datetime) -> None:
    policy = replace(default_policies()[0], limit=limit)
    calendar = load_calendar("540100")
    reckoned = reckon(start, Terms((limit,), policy.warning_percent), calendar)
    assert start <= reckoned.warning_at < reckoned.due_at
    assert reckoned.due_at == due(start, limit, calendar).due
