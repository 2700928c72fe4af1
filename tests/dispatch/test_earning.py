"""Automatic dispatch is earned by completed tickets, lost by upheld returns, and watched."""

from datetime import date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.routing import earned_policy, earning, earning_rules, router, watching
from dispatch.routing.bars import EarningRule
from dispatch.routing.earning import EntryState
from dispatch.routing.earning_rules import Heard
from dispatch.routing.models_earned import EarnedDispatch, RoutedTicket
from hotline.core.errors import Conflict, Invalid, NotFound
from knowledge.entries import ResponsibilityEntry
from tests.dispatch.dispatching_scene import WATER, give_back
from tests.dispatch.earning_scene import (
    AGENT,
    CHIEF,
    DAY,
    LAMP,
    MINUTE,
    REASON,
    called_in,
    completed,
    copies,
    earned,
    entry,
    finish,
    outcome_of,
    proposed_for,
    swept,
    told,
)


@pytest.fixture
def small(session: Session, now: datetime) -> EarningRule:
    """The least rule a site may set, so that a test needs few tickets."""
    rule = EarningRule(least_outcomes=50, least_precision=0.95, window_days=180, lowest=0.8)
    for heard in Heard:
        earning_rules.change(session, heard, rule, "试点", actor=CHIEF, now=now)
    return rule


def test_completed_tickets_earn_and_the_next_call_goes_out_by_itself(
    session: Session, now: datetime, small: EarningRule
) -> None:
    tickets = [called_in(session, now) for _ in range(small.least_outcomes + 30)]
    department = proposed_for(session, tickets[0])
    assert {ticket.status for ticket in tickets} == {"registered"}
    for ticket in tickets:
        completed(session, ticket, department, now)
    assert swept(session, now) == 1
    row = entry(session)
    assert (row.state, row.outcomes, row.right) == (EntryState.EARNED, 80, 80)
    assert row.threshold == 0.8
    assert swept(session, now) == 0
    assert told(session, row) == ["dispatch.earned"]
    ticket = called_in(session, now + MINUTE)
    assert ticket.status == "dispatched"
    assert orders.of_ticket(session, ticket)[0].dispatched_by == "hotline"


@pytest.mark.usefixtures("small")
def test_an_upheld_return_counts_against_at_once_and_suspends(
    session: Session, now: datetime
) -> None:
    row = earned(session, now, 80)
    later = now + MINUTE
    for _ in range(3):
        ticket = called_in(session, later)
        assert ticket.status == "dispatched"
        give_back(session, ticket, row.department, later, suggested=WATER)
        earning.take_in(session, now=later, limit=1000)
        assert outcome_of(session, ticket).right is None  # nobody has upheld it yet
        dispatching.dispatch(session, ticket, [Assignment(WATER)], actor=AGENT, now=later)
    assert swept(session, later) == 1
    assert (outcome_of(session, ticket).right, outcome_of(session, ticket).why) == (
        False,
        "redispatched",
    )
    assert (row.state, row.threshold, row.short) == (EntryState.SUSPENDED, None, "upheld_returns")
    assert told(session, row)[-1] == "dispatch.suspended"
    assert called_in(session, later + MINUTE).status == "registered"


@pytest.mark.usefixtures("small")
def test_a_threshold_refits_itself_before_the_entry_is_lost(
    session: Session, now: datetime
) -> None:
    row = earned(session, now, 120)
    first = session.exec(select(RoutedTicket).order_by(col(RoutedTicket.id))).first()
    assert first
    lowest, ticket = row.threshold, session.get_one(Ticket, first.ticket_id)
    first.confidence = 0.86  # what its copies have, too
    copies(session, ticket, 12, now + MINUTE, right=4)
    assert earning.judge(session, now=now + MINUTE) == 1
    assert (row.state, lowest) == (EntryState.EARNED, 0.8)
    assert row.threshold
    assert row.threshold > 0.86
    assert told(session, row) == ["dispatch.earned", "dispatch.threshold_changed"]
    assert not earned_policy.current(session, opted_in=False).permits(
        ResponsibilityEntry(
            row.matter_code, row.district_code, row.department, "", date(2026, 1, 1)
        ),
        confidence=0.86,
        spoken=True,
        place_heard=True,
    )


@pytest.mark.usefixtures("small")
def test_what_was_suspended_begins_anew(session: Session, now: datetime) -> None:
    row = earned(session, now, 80)
    ticket = called_in(session, now)
    earning.take_in(session, now=now, limit=1000)
    copies(session, ticket, 10, now + MINUTE, right=0)
    assert earning.judge(session, now=now + MINUTE) == 1
    assert row.state == EntryState.SUSPENDED
    assert earning.judge(session, now=now + 2 * MINUTE) == 0
    assert row.outcomes == 0
    copies(session, ticket, 80, now + DAY, right=80)
    assert earning.judge(session, now=now + DAY) == 1
    assert row.state == EntryState.EARNED
    assert told(session, row) == ["dispatch.earned", "dispatch.suspended", "dispatch.earned"]


@pytest.mark.usefixtures("small")
def test_a_report_earns_nothing_and_never_goes_by_itself(session: Session, now: datetime) -> None:
    earned(session, now)
    ticket = called_in(session, now, "我要举报城关区路灯管理所的人收受贿赂，路灯工程造假。")
    assert ticket.status == "registered"
    earning.take_in(session, now=now, limit=1000)
    assert outcome_of(session, ticket).matter_code == ""


@pytest.mark.usefixtures("small")
def test_who_changes_rules_switches_an_entry_off_and_it_earns_anew(
    session: Session, now: datetime
) -> None:
    row = earned(session, now)
    with pytest.raises(Invalid, match="reason"):
        earning.switch_off(session, row.id or 0, " ", actor=CHIEF, now=now)
    earning.switch_off(session, row.id or 0, REASON, actor=CHIEF, now=now)
    assert called_in(session, now).status == "registered"
    assert earning.judge(session, now=now) == 0
    assert row.state == EntryState.OFF
    with pytest.raises(Conflict):
        earning.switch_off(session, row.id or 0, REASON, actor=CHIEF, now=now)
    earning.switch_on(session, row.id or 0, "已改正", actor=CHIEF, now=now)
    assert row.threshold is None
    assert earning.judge(session, now=now) == 1
    assert told(session, row)[1:] == ["dispatch.switched", "dispatch.switched", "dispatch.earned"]
    with pytest.raises(NotFound):
        earning.switch_off(session, 999999, REASON, actor=CHIEF, now=now)


@pytest.mark.usefixtures("small")
def test_a_site_that_opted_in_still_waits_where_precision_fell(
    session: Session, now: datetime
) -> None:
    row = earned(session, now)
    open_to_all = earned_policy.current(session, opted_in=True)
    assert router.propose(
        session, LAMP, home="540102", spoken=True, auto=open_to_all, at=now
    ).auto_dispatch
    earning.switch_off(session, row.id or 0, REASON, actor=CHIEF, now=now)
    policy = earned_policy.current(session, opted_in=True)
    assert not router.propose(
        session, LAMP, home="540102", spoken=True, auto=policy, at=now
    ).auto_dispatch


def test_a_site_that_opted_in_loses_what_it_never_earned(session: Session, now: datetime) -> None:
    for _ in range(3):
        ticket = called_in(session, now, opted_in=True)
        assert ticket.status == "dispatched"
        order = orders.of_ticket(session, ticket)[0]
        dispatching.redispatch(session, ticket, order, Assignment(WATER), actor=AGENT, now=now)
    assert swept(session, now) == 1
    row = entry(session)
    assert (row.state, row.short) == (EntryState.SUSPENDED, "upheld_returns")
    assert told(session, row) == ["dispatch.suspended"]
    assert called_in(session, now + MINUTE, opted_in=True).status == "registered"
    assert swept(session, now + MINUTE) == 0
    assert row.state == EntryState.SUSPENDED


def test_what_was_proposed_before_the_window_earns_nothing(
    session: Session, now: datetime, small: EarningRule
) -> None:
    before = now - (small.window_days + 1) * DAY
    ticket = called_in(session, before)
    completed(session, ticket, proposed_for(session, ticket), before)
    ancient = called_in(session, now - 800 * DAY)
    assert swept(session, now) == 0  # noted and decided only now
    assert outcome_of(session, ticket).right is True
    assert session.exec(select(EarnedDispatch)).all() == []
    noted = select(RoutedTicket).where(RoutedTicket.ticket_id == ancient.id)
    assert session.exec(noted).first() is None


def test_a_switch_s_reason_keeps_no_number(session: Session, now: datetime) -> None:
    ticket = called_in(session, now)
    completed(session, ticket, proposed_for(session, ticket), now)
    swept(session, now)
    said = f"{REASON}，问13989001234"
    row = earning.switch_off(session, entry(session).id or 0, said, actor=CHIEF, now=now)
    assert row.reason == f"{REASON}，问139****1234"


def test_a_rule_weaker_than_the_design_is_refused(session: Session, now: datetime) -> None:
    weak = EarningRule(least_outcomes=50, least_precision=0.9, window_days=180, lowest=0.8)
    with pytest.raises(Invalid, match="No entry may earn"):
        earning_rules.change(session, Heard.TYPED, weak, "试点", actor=CHIEF, now=now)
    packaged = earning_rules.current(session)
    assert packaged[Heard.SPOKEN].least_outcomes > packaged[Heard.TYPED].least_outcomes
    assert packaged[Heard.SPOKEN].lowest > packaged[Heard.TYPED].lowest


@pytest.mark.usefixtures("small")
def test_share_and_precision_are_watched(session: Session, now: datetime) -> None:
    empty = watching.overall(session, now=now)
    assert (empty.proposed, empty.automatic, empty.share, empty.precision) == (0, 0, 0.0, None)
    row = earned(session, now)
    right, wrong = called_in(session, now), called_in(session, now)
    finish(session, right)
    order = orders.of_ticket(session, wrong)[0]
    dispatching.redispatch(session, wrong, order, Assignment(WATER), actor=AGENT, now=now)
    earning.take_in(session, now=now, limit=1000)
    found = watching.overall(session, now=now)
    assert (found.proposed, found.automatic, found.decided, found.right) == (122, 2, 2, 1)
    assert found.precision == 0.5
    (line,) = watching.entries(session, now=now)
    assert line.entry.id == row.id
    assert (line.watched.automatic, line.watched.precision) == (2, 0.5)


def test_the_sweep_goes_through_all_in_batches_and_once(
    emptied: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.core.db.engine", lambda: emptied)
    monkeypatch.setattr(earning, "BATCH", 2)
    monkeypatch.setattr(earning, "BATCHES", 2)
    monkeypatch.setattr(earning, "clock", lambda: now)
    with Session(emptied) as session:
        for _ in range(5):
            ticket = called_in(session, now)
            completed(session, ticket, proposed_for(session, ticket), now)
        session.commit()
    earning.sweep()
    with Session(emptied) as session:
        assert entry(session).outcomes == 4  # judged although there is more
    earning.sweep()
    with Session(emptied) as session:
        found = session.exec(select(RoutedTicket)).all()
        assert [row.right for row in found] == [True] * 5
        assert entry(session).outcomes == 5
        with Session(emptied) as other:
            assert earning.claim(session)
            assert not earning.claim(other)
