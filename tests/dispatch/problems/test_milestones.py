"""节点: reported by who leads, what runs late is told once."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch.notices.models_notices import StaffNotice
from dispatch.problems import milestones, telling
from dispatch.problems.states import State
from hotline.core.clock import BEIJING
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.dispatch.problems.scene import LEAD, OWNER, SOLVER, WRITER, claimed, listed

LATE = timedelta(days=10)


def test_the_first_report_begins_the_work(session: Session, now: datetime) -> None:
    problem = listed(session, now)
    row = milestones.report(session, problem, 1, "已移交", done=True, actor=SOLVER, now=now)
    assert (problem.state, row.report, row.done_at) == (State.IN_PROGRESS, "已移交", now)
    types = [each.type for each in telling.story(session, problem)]
    assert types[-2:] == ["problem.begun", "problem.reported"]
    with pytest.raises(Conflict):
        milestones.report(session, problem, 1, "再报", done=True, actor=SOLVER, now=now)


def test_nobody_else_reports_and_not_without_words(session: Session, now: datetime) -> None:
    problem = listed(session, now)
    with pytest.raises(NotAllowed):
        milestones.report(session, problem, 1, "好", done=True, actor=WRITER, now=now)
    with pytest.raises(NotFound):
        milestones.report(session, problem, 3, "好", done=True, actor=SOLVER, now=now)
    with pytest.raises(Invalid):
        milestones.report(session, problem, 1, " ", done=True, actor=SOLVER, now=now)
    assert problem.state == State.LISTED
    solved = claimed(session, now)
    with pytest.raises(Conflict):
        milestones.report(session, solved, 1, "好", done=True, actor=SOLVER, now=now)


def test_what_runs_late_is_told_once_to_the_owner_and_the_lead_department(
    session: Session, now: datetime
) -> None:
    problem = listed(session, now)
    first, _ = milestones.of(session, problem)
    on_its_day = datetime(2026, 12, 1, 23, 59, tzinfo=BEIJING)
    assert not milestones.is_late(first, on_its_day)
    assert milestones.tell_late(session, now=on_its_day) == 0
    later = on_its_day + LATE
    assert milestones.is_late(first, later)
    assert [milestones.tell_late(session, now=later) for _ in range(2)] == [1, 0]
    notices = session.exec(select(StaffNotice).order_by(col(StaffNotice.recipient))).all()
    assert [(each.recipient, each.says) for each in notices] == [
        (f"department:{LEAD}", "problem_late"),
        (f"person:{OWNER}", "problem_late"),
    ]
    assert telling.story(session, problem)[-1].type == "problem.late"


def test_what_waits_for_its_verification_is_not_late(session: Session, now: datetime) -> None:
    claimed(session, now)
    assert milestones.tell_late(session, now=datetime(2027, 6, 1, tzinfo=BEIJING)) == 0
