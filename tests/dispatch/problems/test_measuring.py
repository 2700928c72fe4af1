"""What a problem's figure counts: its scope, no deeper and no wider, and nothing sealed."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.hot.models_hot import HotAlert
from dispatch.models import Confidentiality, WorkOrder
from dispatch.problems import candidates, evidence, life, measuring
from dispatch.problems.before_after import Counted, Days
from dispatch.problems.candidates import By, Candidate
from dispatch.problems.evidence import Shows
from dispatch.problems.scopes import Scope
from dispatch.problems.states import Action
from dispatch.routing.proposal import Category
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotFound
from tests.dispatch.hot_scene import alert_of
from tests.dispatch.indicators.scene import refresh_all
from tests.dispatch.problems.scene import (
    BASELINE,
    LAMPS,
    LEAD,
    LISTER,
    WRITER,
    asked,
    listed,
    proposed,
)
from tests.dispatch.rating_scene import rated

ROADS: Category = ("城乡建设", "市政设施", "道路")
WATER: Category = ("公用事业", "供水", "停水")
READER = Actor("reader", Role.SUPERVISOR, clearance=Confidentiality.CONFIDENTIAL)


@pytest.mark.parametrize(
    ("matter", "district", "count"),
    [
        ("城乡建设/市政设施/路灯", "540102", 3),
        ("城乡建设/市政设施", "540102", 5),
        ("城乡建设", "540000", 5),
        ("", "540100", 6),
        ("城乡建设", "540103", 0),
        ("城乡建设/别的", "540102", 0),
    ],
)
def test_a_scope_is_a_matter_with_all_below_it_in_a_district_with_all_below_it(
    session: Session, now: datetime, matter: str, district: str, count: int
) -> None:
    day = BASELINE.first
    for many, about in ((3, LAMPS), (2, ROADS), (1, WATER)):
        asked(session, day, many, about)
    asked(session, BASELINE.last + timedelta(days=1), 7)
    refresh_all(session, now)
    found = measuring.counted(session, Scope(matter, district), "requests", BASELINE)
    assert found == Counted(count, count)


def test_a_sealed_ticket_is_counted_for_nobody_from_the_moment_on(
    session: Session, now: datetime
) -> None:
    first, *_ = asked(session, BASELINE.first, 3)
    refresh_all(session, now)
    first.confidentiality = Confidentiality.SEALED
    session.flush()
    found = measuring.counted(session, Scope("城乡建设", "540102"), "requests", BASELINE)
    assert found == Counted(2, 2)


def test_an_order_s_figure_is_within_the_scope_of_its_ticket(
    session: Session, now: datetime
) -> None:
    rated(session, now, 1)
    rated(session, now, 5)
    refresh_all(session, now)
    today = Days(now.date() - timedelta(days=1), now.date() + timedelta(days=1))
    scope = Scope("城乡建设/市政设施/路灯", "540102")
    assert measuring.counted(session, scope, "satisfaction", today) == Counted(1, 2)
    other = Scope("城乡建设/市政设施/道路", "540102")
    assert measuring.counted(session, other, "satisfaction", today) == Counted(0, 0)


def test_a_scope_s_tickets_are_shown_to_whom_each_may_be_shown(
    session: Session, now: datetime
) -> None:
    problem = proposed(session, now)
    made = asked(session, BASELINE.first, 4)
    made[1].confidentiality = Confidentiality.SEALED
    refresh_all(session, now)
    found = measuring.tickets(session, problem, BASELINE, reader=READER, limit=2)
    assert [each.id for each in found] == [made[3].id, made[2].id]
    after = found[-1].id or 0
    rest = measuring.tickets(session, problem, BASELINE, reader=READER, before=after, limit=2)
    assert [each.id for each in rest] == [made[0].id]
    far = Actor("far", Role.SUPERVISOR, district="540200")
    assert not measuring.tickets(session, problem, BASELINE, reader=far, limit=2)


def test_candidates_are_the_scopes_with_most_and_say_what_is_listed(
    session: Session, now: datetime
) -> None:
    asked(session, BASELINE.first, 3)
    asked(session, BASELINE.first, 2, WATER)
    refresh_all(session, now)
    problem = listed(session, now)
    found = candidates.find(session, BASELINE, By.TICKETS, year=2026, reader=READER)
    assert found == [
        Candidate("城乡建设/市政设施", "540102", 3, 0, 0, problem.id),
        Candidate("公用事业/供水", "540102", 2, 0, 0, None),
    ]
    assert not candidates.find(session, BASELINE, By.REPEATED, year=2026, reader=READER)
    far = Actor("far", Role.SUPERVISOR, district="540200")
    assert not candidates.find(session, BASELINE, By.TICKETS, year=2026, reader=far)


def test_a_candidate_names_no_problem_that_its_reader_may_not_read(
    session: Session, now: datetime
) -> None:
    rated(session, now, 1, LEAD)
    refresh_all(session, now)
    day = Days(now.date() - timedelta(days=1), now.date() + timedelta(days=1))

    def told(reader: Actor) -> list[int | None]:
        found = candidates.find(session, day, By.TICKETS, year=2026, reader=reader)
        return [each.listed for each in found]

    problem = proposed(session, now)
    assert told(READER) == [problem.id]
    department = Actor("leader", Role.LEADER, LEAD)
    assert told(department) == [None]
    life.act(session, problem, Action.PUT_ON_LIST, actor=LISTER, now=now)
    assert told(department) == [problem.id]


def test_what_was_not_solved_is_a_candidate_of_its_own(session: Session, now: datetime) -> None:
    ticket, _ = rated(session, now, 1)
    refresh_all(session, now)
    day = Days(now.date() - timedelta(days=1), now.date() + timedelta(days=1))
    (found,) = candidates.find(session, day, By.UNSOLVED, year=2026, reader=READER)
    assert (found.matter, found.district, found.unsolved) == ("城乡建设/市政设施", "540102", 1)
    assert ticket.id
    assert session.get(WorkOrder, 0) is None


@pytest.mark.parametrize("last", [date(2025, 2, 28), date(2027, 3, 1)])
def test_a_period_of_candidates_is_a_year_at_most(session: Session, last: date) -> None:
    with pytest.raises(Invalid):
        candidates.find(session, Days(date(2025, 3, 1), last), By.TICKETS, year=2026, reader=READER)


def test_evidence_is_named_once_and_shown_to_whom_it_may_be(
    session: Session, now: datetime
) -> None:
    problem = listed(session, now)
    (ticket,) = asked(session, BASELINE.first, 1)
    alert = alert_of(session, now)
    for _ in range(2):
        evidence.add(session, problem, Shows.TICKET, ticket.number, actor=WRITER, now=now)
    evidence.add(session, problem, Shows.HOT, str(alert.id), actor=WRITER, now=now)
    found = evidence.of(session, problem, reader=READER)
    assert {(each.kind, each.ref) for each in found} == {
        ("ticket", ticket.number),
        ("hot", str(alert.id)),
    }
    ticket.confidentiality = Confidentiality.SEALED
    session.flush()
    (left,) = evidence.of(session, problem, reader=READER)
    assert left.kind == "hot"
    assert session.get(HotAlert, int(left.ref))


def test_what_nobody_can_see_is_no_evidence(session: Session, now: datetime) -> None:
    problem = listed(session, now)
    for kind, ref in (
        (Shows.TICKET, "1"),
        (Shows.CLUSTER, "x"),
        (Shows.CLUSTER, "9"),
        (Shows.HOT, "9"),
    ):
        with pytest.raises(NotFound):
            evidence.add(session, problem, kind, ref, actor=WRITER, now=now)
    problem.state = "closed"
    with pytest.raises(Conflict):
        evidence.add(session, problem, Shows.HOT, "1", actor=WRITER, now=now)
