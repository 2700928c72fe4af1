"""疑似造假 on a real database: found from what stands there, kept once, decided by a person."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.models import Callback, Confidentiality, Rating, Ticket, WorkOrder
from dispatch.ratings import alerts, blind_draw, jobs
from dispatch.ratings.alert_rules import Rule
from dispatch.ratings.alerts import Decision, Wanted
from dispatch.ratings.models_ratings import RatingAlert
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed
from tests.dispatch.rating_scene import DEPARTMENT, JUDGE, answered, callback_of, rated


def swept(session: Session, now: datetime) -> dict[str, RatingAlert]:
    """Return what a sweep raises, by its rule."""
    session.flush()
    later = now + timedelta(minutes=1)
    alerts.raise_all(session, jobs.look(session, now=later), now=later)
    return {each.rule: each for each in session.exec(select(RatingAlert)).all()}


def test_what_stands_there_is_found_once(session: Session, now: datetime) -> None:
    tickets = [answered(session, now) for _ in range(3)]  # in no time, alike, without a contact
    found = swept(session, now)
    assert {Rule.SHAM_CLOSURE, Rule.COPIED_REPLY} <= found.keys()
    copied = found[Rule.COPIED_REPLY]
    assert (copied.department, copied.evidence["count"]) == (DEPARTMENT, 3)
    assert all(each.number in str(copied.evidence["orders"]) for each in tickets)
    before = len(session.exec(select(RatingAlert)).all())
    swept(session, now)
    assert len(session.exec(select(RatingAlert)).all()) == before


def test_a_callback_by_who_handled_it_and_a_burst_of_ratings_are_found(
    session: Session, now: datetime
) -> None:
    ticket, _ = rated(session, now, 5)
    callback_of(session, ticket).by = f"{DEPARTMENT}#1"  # whose system answered
    for _ in range(4):
        rated(session, now, 5)
    found = swept(session, now)
    assert found[Rule.SELF_CALLBACK].ticket_id == ticket.id
    cluster = found[Rule.RATING_CLUSTER]
    assert cluster.evidence["count"] == len(session.exec(select(Rating)).all()) == 5


def test_an_alert_gets_an_owner_and_one_decision_that_changes_nothing_else(
    session: Session, now: datetime
) -> None:
    ticket, rating = rated(session, now, 5)
    callback_of(session, ticket).by = f"{DEPARTMENT}#1"
    alert = swept(session, now)[Rule.SELF_CALLBACK]
    with pytest.raises(Invalid):
        alerts.assign(session, alert, "nobody", actor=JUDGE, now=now)
    with pytest.raises(NotAllowed):
        alerts.assign(session, alert, f"{DEPARTMENT}#1", actor=JUDGE, now=now)
    accounts.create_account(session, "lead", "", role=Role.TEAM_LEAD, now=now)
    alerts.assign(session, alert, "lead", actor=JUDGE, now=now)
    named = Actor(f"{DEPARTMENT}#1", Role.TEAM_LEAD)
    with pytest.raises(NotAllowed):
        alerts.decide(session, alert, Decision.HARMLESS, actor=named, now=now)
    alerts.decide(session, alert, Decision.GAMED, actor=JUDGE, now=now)
    assert (alert.owner, alert.decision, alert.decided_by) == ("lead", "gamed", str(JUDGE))
    with pytest.raises(Conflict):
        alerts.decide(session, alert, Decision.UNCLEAR, actor=JUDGE, now=now)
    assert (session.get_one(Rating, rating.id).satisfaction, ticket.status) == (5, "closed")
    assert alert not in alerts.listed(session, Wanted(still_open=True), reader=JUDGE)


def test_alike_answers_of_two_weeks_are_not_counted_together(session: Session) -> None:
    monday = blind_draw.week_of("2026-W48").since
    for hours in (-2, -1, 1):
        answered(session, monday + timedelta(hours=hours))
    assert Rule.COPIED_REPLY not in swept(session, monday + timedelta(hours=2))
    for hours in (3, 4):
        answered(session, monday + timedelta(hours=hours))
    found = swept(session, monday + timedelta(hours=5))[Rule.COPIED_REPLY]
    assert (found.evidence["count"], found.about.split(":")[1]) == (3, "2026-W48")


def test_orders_out_of_reach_are_a_count(session: Session, now: datetime) -> None:
    tickets = [answered(session, now) for _ in range(3)]
    tickets[0].confidentiality = Confidentiality.SEALED
    alert = RatingAlert(
        rule=Rule.COPIED_REPLY,
        about="x",
        department=DEPARTMENT,
        evidence={"orders": [f"{each.number}-1" for each in tickets], "count": 3},
        found_at=now,
    )
    session.add(alert)
    session.flush()
    numbers = session.exec(select(WorkOrder.number)).all()
    assert set(alert.evidence["orders"]) == set(numbers)
    (seen,) = alerts.shown(session, [alert], reader=JUDGE).values()
    assert (len(seen["orders"]), seen["hidden"]) == (2, 1)
    assert tickets[0].number not in str(seen["orders"])


def test_who_works_elsewhere_does_not_see_it(session: Session, now: datetime) -> None:
    ticket = answered(session, now)
    swept(session, now)
    elsewhere = Actor("x", Role.SUPERVISOR, district="540103")
    assert session.get_one(Ticket, ticket.id).district == "540102"
    assert session.exec(select(Callback)).all()
    assert list(alerts.listed(session, Wanted(), reader=elsewhere)) == []
    assert alerts.listed(session, Wanted(), reader=JUDGE)
