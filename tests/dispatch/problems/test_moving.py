"""改期: asked for by who leads, decided by nobody who wrote or solves it, each day kept."""

from datetime import date, datetime

import pytest
from sqlmodel import Session, col, select

from dispatch.notices.models_notices import StaffNotice
from dispatch.problems import life, milestones, moving, telling
from dispatch.problems.models_problems import Problem, ProblemMilestone
from dispatch.problems.moving import Wish
from dispatch.problems.states import Action
from dispatch.problems.writing import Step
from hotline.core.accounts import Actor, Role
from hotline.core.clock import BEIJING
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.dispatch.problems.scene import (
    LEAD,
    LISTER,
    SOLVER,
    VERIFIER,
    WRITER,
    claimed,
    listed,
    proposed,
)
from tests.factories import system_of

WAS, LATER = date(2026, 12, 1), date(2026, 12, 20)
WISH = Wish(1, LATER, "灯具到货推迟，联系13989001234。")


def first(session: Session, problem: Problem) -> ProblemMilestone:
    return milestones.of(session, problem)[0]


def told(session: Session) -> list[tuple[str, str]]:
    notices = session.exec(select(StaffNotice).order_by(col(StaffNotice.id))).all()
    return [(each.recipient, each.says) for each in notices]


def test_the_lead_department_asks_and_the_lister_grants_it(session: Session, now: datetime) -> None:
    problem = listed(session, now)
    asked = moving.ask(session, problem, WISH, actor=SOLVER, now=now)
    assert "13989001234" not in asked.reason
    assert first(session, problem).due_on == WAS
    given = Wish(1, date(2026, 12, 15), "同意半个月")
    done = moving.move(session, problem, given, actor=LISTER, now=now)
    assert (done.id, done.due_on, done.answer) == (asked.id, given.due_on, given.reason)
    row = first(session, problem)
    moves = moving.of(session, problem)[row.id or 0]
    assert (row.due_on, moving.first_day(row, moves)) == (given.due_on, WAS)
    assert [(each.type, each.refs.get("day")) for each in telling.story(session, problem)[-2:]] == [
        ("problem.move_asked", "2026-12-20"),
        ("problem.moved", "2026-12-15"),
    ]
    assert told(session) == [
        ("person:lister", "problem_move_asked"),
        (f"department:{LEAD}", "problem_move_decided"),
    ]


def test_what_is_refused_stays_and_may_be_asked_for_again(session: Session, now: datetime) -> None:
    problem = listed(session, now)
    moving.ask(session, problem, WISH, actor=SOLVER, now=now)
    with pytest.raises(Conflict, match="already"):
        moving.ask(session, problem, WISH, actor=SOLVER, now=now)
    moving.refuse(session, problem, 1, "入冬前要亮", actor=VERIFIER, now=now)
    with pytest.raises(Conflict, match="asked for"):
        moving.refuse(session, problem, 1, "入冬前要亮", actor=VERIFIER, now=now)
    moving.ask(session, problem, WISH, actor=SOLVER, now=now)
    row = first(session, problem)
    moves = moving.of(session, problem)[row.id or 0]
    assert [(each.due_on, each.answer) for each in moves] == [(None, "入冬前要亮"), (None, "")]
    assert (row.due_on, moving.first_day(row, moves)) == (WAS, WAS)


def test_the_lister_moves_it_with_a_reason_and_the_first_day_stays_by_every_move(
    session: Session, now: datetime
) -> None:
    problem = listed(session, now)
    for day in (LATER, date(2026, 12, 10)):
        moving.move(session, problem, Wish(1, day, "汛期"), actor=LISTER, now=now)
    row = first(session, problem)
    moves = moving.of(session, problem)[row.id or 0]
    assert [(each.was_due_on, each.due_on) for each in moves] == [
        (WAS, LATER),
        (LATER, date(2026, 12, 10)),
    ]
    assert (row.due_on, moving.first_day(row, moves)) == (date(2026, 12, 10), WAS)
    with pytest.raises(Invalid, match="reason"):
        moving.move(session, problem, Wish(1, LATER, " "), actor=LISTER, now=now)


def test_a_milestone_that_was_moved_is_late_by_its_new_day_and_told_of_again(
    session: Session, now: datetime
) -> None:
    problem = listed(session, now, milestones=(Step("完成移交", WAS),))
    over = datetime(2026, 12, 2, 9, tzinfo=BEIJING)
    assert milestones.tell_late(session, now=over) == 1
    moving.move(session, problem, Wish(1, LATER, "到货推迟"), actor=LISTER, now=over)
    assert not milestones.is_late(first(session, problem), over)
    assert milestones.tell_late(session, now=over) == 0
    later = datetime(2026, 12, 21, 9, tzinfo=BEIJING)
    assert milestones.is_late(first(session, problem), later)
    assert [milestones.tell_late(session, now=later) for _ in range(2)] == [1, 0]
    assert [says for _, says in told(session)].count("problem_late") == 4


def test_nobody_moves_what_they_wrote_or_solve_and_nobody_else_asks(
    session: Session, now: datetime
) -> None:
    problem = listed(session, now)
    for actor in (WRITER, SOLVER, Actor("one", Role.LEADER, LEAD)):
        with pytest.raises(NotAllowed):
            moving.move(session, problem, WISH, actor=actor, now=now)
        with pytest.raises(NotAllowed):
            moving.refuse(session, problem, 1, "不", actor=actor, now=now)
    for actor in (LISTER, system_of("540102-civil")):
        with pytest.raises(NotAllowed):
            moving.ask(session, problem, WISH, actor=actor, now=now)
    assert moving.of(session, problem) == {}


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        (Wish(1, WAS, "同一天"), Invalid),
        (Wish(1, date(2026, 11, 30), "更早"), Invalid),
        (Wish(1, LATER, "  "), Invalid),
        (Wish(3, LATER, "没有这个节点"), NotFound),
    ],
)
def test_what_can_t_be_meant_is_not_asked_for(
    session: Session, now: datetime, wish: Wish, wrong: type[Exception]
) -> None:
    problem = listed(session, now)
    with pytest.raises(wrong):
        moving.ask(session, problem, wish, actor=SOLVER, now=now)
    assert moving.of(session, problem) == {}


def test_a_day_that_is_over_is_set_for_nothing(session: Session, now: datetime) -> None:
    problem = listed(session, now)
    moving.ask(session, problem, WISH, actor=SOLVER, now=now)
    later = datetime(2026, 12, 21, tzinfo=BEIJING)
    with pytest.raises(Invalid, match="over"):
        moving.move(session, problem, WISH, actor=LISTER, now=later)


def test_nothing_is_moved_that_is_done_not_listed_or_claimed(
    session: Session, now: datetime
) -> None:
    waiting, done, solved = proposed(session, now), listed(session, now), claimed(session, now)
    milestones.report(session, done, 1, "已移交", done=True, actor=SOLVER, now=now)
    for problem in (waiting, done, solved):
        with pytest.raises(Conflict):
            moving.move(session, problem, WISH, actor=LISTER, now=now)
        with pytest.raises(Conflict):
            moving.ask(session, problem, WISH, actor=SOLVER, now=now)


def test_what_is_carried_over_is_due_a_year_after_the_day_that_holds(
    session: Session, now: datetime
) -> None:
    problem = listed(session, now)
    moving.move(session, problem, WISH, actor=LISTER, now=now)
    life.act(session, problem, Action.CARRY_OVER, "来年继续", actor=LISTER, now=now)
    later = session.exec(select(Problem).where(Problem.carried_from == problem.id)).one()
    assert [each.due_on for each in milestones.of(session, later)] == [
        LATER.replace(year=2027),
        date(2027, 12, 31),
    ]
