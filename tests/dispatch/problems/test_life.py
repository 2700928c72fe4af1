"""Proposing, listing, solving and verifying a problem, and who may not."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from dispatch.problems import life, milestones, reading, telling, terms, writing
from dispatch.problems.before_after import Aim, Days
from dispatch.problems.models_problems import Problem
from dispatch.problems.reading import Wanted
from dispatch.problems.states import Action, State
from dispatch.problems.writing import Step
from hotline.core.accounts import Actor, Role
from hotline.core.clock import BEIJING
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.dispatch.problems.scene import (
    AFTER,
    BASELINE,
    LEAD,
    LISTER,
    OWNER,
    SOLVER,
    VERIFIER,
    WRITER,
    asked,
    begun,
    claimed,
    listed,
    measured,
    plan,
    proposed,
)
from tests.factories import system_of

OVER = datetime(2027, 4, 2, 12, tzinfo=BEIJING)


def test_a_problem_goes_its_whole_way_and_each_step_is_one_event(
    session: Session, now: datetime
) -> None:
    asked(session, BASELINE.first, 9)
    asked(session, AFTER.first, 2)
    problem = claimed(session, now)
    measured(session, OVER)
    life.act(session, problem, Action.VERIFY, "同期大幅下降。", actor=VERIFIER, now=OVER)
    assert (problem.state, problem.judged_by) == (State.VERIFIED, "verifier")
    assert problem.figures
    assert problem.figures["before"] == {"numerator": 9, "denominator": 9}
    assert problem.figures["after"] == {"numerator": 2, "denominator": 2}
    assert problem.figures["later"] == {"first": "2027-03-01", "last": "2027-03-31"}
    life.act(session, problem, Action.CLOSE, actor=LISTER, now=OVER)
    assert [each.type for each in telling.story(session, problem)] == [
        *("problem.proposed", "problem.listed", "problem.begun"),
        *("problem.claimed", "problem.verified", "problem.closed"),
    ]


def test_what_is_written_is_masked(session: Session, now: datetime) -> None:
    problem = proposed(session, now, met="请打13989001234。", title="电话13989001234")
    assert "13989001234" not in problem.met + problem.title


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "  "},
        {"district": "999999"},
        {"lead_department": "没有这个局"},
        {"assisting": ("没有这个局",)},
        {"indicator": "connect"},
        {"indicator": "wait"},
        {"indicator": "nothing"},
        {"year": 1200},
        {"target": -1.0},
        {"target": float("nan")},
        {"baseline": Days(date(2026, 2, 2), date(2026, 2, 1))},
        {"baseline": Days(date(2024, 1, 1), date(2026, 2, 1))},
        {"baseline": Days(date(2099, 1, 1), date(2099, 2, 1))},
        {"matter": "一/二/三/四"},
        {"owner": "nobody"},
        {"milestones": (Step(" ", date(2026, 12, 1)),)},
        {"milestones": (Step("一步", date(2026, 12, 1)),) * 21},
    ],
)
def test_what_can_t_be_meant_is_refused(
    session: Session, now: datetime, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        proposed(session, now, **wrong)


def test_who_wrote_it_does_not_list_it_nor_does_who_wrote_it_last(
    session: Session, now: datetime
) -> None:
    problem = proposed(session, now)
    writing.change(session, problem, plan(title="路灯不亮"), actor=LISTER, now=now)
    for actor in (WRITER, LISTER):
        with pytest.raises(NotAllowed):
            life.act(session, problem, Action.PUT_ON_LIST, actor=actor, now=now)
    life.act(session, problem, Action.PUT_ON_LIST, actor=VERIFIER, now=now)
    assert (problem.state, problem.title) == (State.LISTED, "路灯不亮")
    with pytest.raises(Conflict):
        writing.change(session, problem, plan(), actor=WRITER, now=now)


def test_nobody_becomes_a_stranger_to_their_words_by_another_s_comma_or_another_year(
    session: Session, now: datetime
) -> None:
    problem = proposed(session, now)
    writing.change(session, problem, plan(title="路灯不亮"), actor=LISTER, now=now)
    writing.change(session, problem, plan(title="路灯不亮。"), actor=WRITER, now=now)
    with pytest.raises(NotAllowed):
        life.act(session, problem, Action.PUT_ON_LIST, actor=LISTER, now=now)
    life.act(session, problem, Action.PUT_ON_LIST, actor=VERIFIER, now=now)
    life.act(session, problem, Action.CARRY_OVER, "未完成", actor=VERIFIER, now=now)
    later = session.exec(select(Problem).where(Problem.carried_from == problem.id)).one()
    for actor in (WRITER, LISTER, VERIFIER):
        with pytest.raises(NotAllowed):
            life.act(session, later, Action.PUT_ON_LIST, actor=actor, now=now)
    assert later.state == State.PROPOSED


def test_a_year_s_list_has_so_many_places_and_who_leaves_gives_one_back(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "number", lambda name: 2 if name == "listed_most" else 400)
    first, _ = (listed(session, now, year=2031) for _ in range(2))
    third = proposed(session, now, year=2031)
    with pytest.raises(Conflict, match="full"):
        life.act(session, third, Action.PUT_ON_LIST, actor=LISTER, now=now)
    life.act(session, first, Action.DROP, "与另一项重复", actor=LISTER, now=now)
    life.act(session, third, Action.PUT_ON_LIST, actor=LISTER, now=now)
    assert third.state == State.LISTED


def test_the_packaged_list_has_a_hundred_places() -> None:
    assert terms.number("listed_most") == 100


def test_only_the_lead_department_solves_it_and_it_does_not_verify_itself(
    session: Session, now: datetime
) -> None:
    problem = begun(session, now)
    for actor in (WRITER, system_of("540102-civil")):
        with pytest.raises(NotAllowed):
            life.act(session, problem, Action.CLAIM, "好了", actor=actor, now=now)
    life.act(session, problem, Action.CLAIM, "灯都亮了", actor=SOLVER, now=now)
    for actor in (WRITER, SOLVER, Actor("one", Role.LEADER, LEAD)):
        with pytest.raises(NotAllowed):
            life.act(session, problem, Action.REFUSE, "没有", actor=actor, now=now)
    life.act(session, problem, Action.REFUSE, "现场仍不亮", actor=VERIFIER, now=now)
    assert (problem.state, problem.judgement) == (State.IN_PROGRESS, "现场仍不亮")


def test_a_reason_is_needed_to_judge_and_to_end(session: Session, now: datetime) -> None:
    problem = claimed(session, now)
    for action in (Action.REFUSE, Action.CARRY_OVER):
        with pytest.raises(Invalid):
            life.act(session, problem, action, "  ", actor=VERIFIER, now=now)
    assert problem.state == State.CLAIMED


def test_it_is_not_verified_before_the_season_is_over_or_measured(
    session: Session, now: datetime
) -> None:
    problem = claimed(session, now)
    early = datetime(2027, 3, 31, 12, tzinfo=BEIJING)
    with pytest.raises(Conflict, match="2027-03-31"):
        life.act(session, problem, Action.VERIFY, "好", actor=VERIFIER, now=early)
    asked(session, BASELINE.first, 1)
    with pytest.raises(Conflict, match="not measured"):
        life.act(session, problem, Action.VERIFY, "好", actor=VERIFIER, now=OVER)


def test_it_is_not_verified_while_the_figure_says_no(session: Session, now: datetime) -> None:
    asked(session, BASELINE.first, 9)
    asked(session, AFTER.first, 8)
    problem = claimed(session, now)
    measured(session, OVER)
    with pytest.raises(Conflict, match="target"):
        life.act(session, problem, Action.VERIFY, "好", actor=VERIFIER, now=OVER)
    assert (problem.state, problem.figures) == (State.CLAIMED, None)


def test_what_is_carried_over_is_proposed_anew_with_what_is_left_of_it(
    session: Session, now: datetime
) -> None:
    problem = listed(session, now)
    milestones.report(session, problem, 1, "已移交", done=True, actor=SOLVER, now=now)
    life.act(session, problem, Action.CARRY_OVER, "来年继续", actor=LISTER, now=now)
    later = session.exec(select(Problem).where(Problem.carried_from == problem.id)).one()
    assert (problem.state, later.state, later.year) == (State.CARRIED_OVER, State.PROPOSED, 2027)
    assert (later.title, later.owner, later.proposed_by) == (problem.title, OWNER, "lister")
    (step,) = milestones.of(session, later)
    assert (step.position, step.name, step.due_on) == (1, "更换灯具", date(2027, 12, 31))
    with pytest.raises(NotAllowed):
        life.act(session, later, Action.PUT_ON_LIST, actor=LISTER, now=now)


def test_readers_see_their_area_and_departments_what_they_lead_or_assist(
    session: Session, now: datetime
) -> None:
    waiting = proposed(session, now)
    mine = listed(session, now, assisting=("540102-civil",))
    everybody = Actor("auditor", Role.AUDITOR)
    found = reading.listed(session, Wanted(2026), reader=everybody)
    assert [each.id for each in found] == [mine.id, waiting.id]
    page = reading.listed(session, Wanted(2026), reader=everybody, limit=1)
    after = (page[0].proposed_at, page[0].id or 0)
    rest = reading.listed(session, Wanted(2026), reader=everybody, before=after)
    assert [each.id for each in rest] == [waiting.id]
    for department in (LEAD, "540102-civil"):
        seen = reading.listed(session, Wanted(), reader=system_of(department))
        assert [each.id for each in seen] == [mine.id]
    assert not reading.listed(session, Wanted(), reader=system_of("540100-urban"))
    elsewhere = Actor("far", Role.TEAM_LEAD, district="540200")
    with pytest.raises(NotFound):
        reading.find(session, mine.id or 0, reader=elsewhere)
    with pytest.raises(Invalid, match="area"):
        proposed(session, now, actor=elsewhere)
    inside = Actor("near", Role.TEAM_LEAD, district="540100")
    assert reading.find(session, mine.id or 0, reader=inside).id == mine.id
    counted = reading.states(session, 2026, reader=everybody)
    assert (counted[State.PROPOSED], counted[State.LISTED], sum(counted.values())) == (1, 1, 2)
    assert reading.years(session, reader=everybody) == [2026]


def test_a_rate_is_verified_by_its_points(session: Session, now: datetime) -> None:
    problem = proposed(session, now, indicator="reminded", aim=Aim.AT_MOST, target=10.0)
    tickets = [*asked(session, BASELINE.first, 4), *asked(session, AFTER.first, 5)]
    for each in tickets[:2]:
        each.reminders = 1
    measured(session, OVER)
    life.act(session, problem, Action.PUT_ON_LIST, actor=LISTER, now=now)
    life.act(session, problem, Action.BEGIN, actor=SOLVER, now=now)
    life.act(session, problem, Action.CLAIM, "好了", actor=SOLVER, now=now)
    life.act(session, problem, Action.VERIFY, "催办归零", actor=VERIFIER, now=OVER)
    assert problem.figures
    said = problem.figures["comparison"]
    assert (said["before"], said["after"], said["change"]) == (50.0, 0.0, -50.0)
    assert problem.figures["after"] == {"numerator": 0, "denominator": 5}
