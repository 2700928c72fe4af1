"""推演: nothing changed gives what happened; another limit or calendar says which orders flip."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from dispatch.beside import extensions, suspensions
from dispatch.beside.suspensions import Outcome
from dispatch.handling import dispatching, orders, returns, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import WorkOrder
from dispatch.replays import reading
from dispatch.replays.changes import Changes, DayChange, LimitChange
from dispatch.replays.comparing import Sort, Why
from dispatch.replays.models_replays import Replay
from dispatch.replays.reading import By
from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.layers import DayKind
from dispatch.rules.policies import StartEvent
from dispatch.terms import ClockKind, RequestType
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from tests.dispatch.onward_scene import COUNTY, answer, city_order, give_on, system
from tests.dispatch.replays.scene import (
    AGENT,
    DAY,
    HOUR,
    URBAN,
    answered,
    findings,
    replayed,
    sent,
    ticket_of,
)
from tests.factories import create_ticket, system_of

LEAD = Actor("tashi", Role.TEAM_LEAD)
BEGAN = datetime.fromisoformat("2026-11-04T10:00:00+08:00")  # a Wednesday
SHORTER = Changes(
    limits=(LimitChange(ClockKind.REPLY_BY, RequestType.ASSISTANCE, None, None, "2wd"),)
)


def whole(session: Session, replay: Replay) -> dict[str, tuple[int, ...]]:
    """Return each on-time measure in all: before, after, flips and the check."""
    found = reading.compared(session, replay, reading.ON_TIME, reader=None)
    return {
        each.measure: (
            *(each.some_before, each.of_before, each.some_after, each.of_after),
            *(each.gained, each.lost, each.reproduced, each.differs),
        )
        for each in found
    }


def months(session: Session) -> list[int]:
    """Have four orders: in time, late, extended and in time, suspended and in time."""
    prompt, late, longer, waited = (sent(session, BEGAN) for _ in range(4))
    answered(session, prompt, BEGAN + HOUR)
    orders.accept(session, longer, actor=system_of(URBAN), now=BEGAN + HOUR)
    row = extensions.request_extension(
        session, longer, 3, "材料未到", actor=system_of(URBAN), now=BEGAN + DAY
    )
    extensions.decide_extension(session, row, True, "", actor=LEAD, now=BEGAN + 2 * DAY)
    orders.accept(session, waited, actor=system_of(URBAN), now=BEGAN + HOUR)
    wait = suspensions.suspend(
        session,
        ticket_of(session, waited),
        URBAN,
        date(2026, 12, 1),
        "冻土期不能开挖",
        actor=LEAD,
        now=BEGAN + 2 * DAY,
    )
    suspensions.end_suspension(session, wait, Outcome.FEASIBLE, actor=LEAD, now=BEGAN + 12 * DAY)
    answered(session, late, BEGAN + 14 * DAY)
    answered(session, longer, BEGAN + 12 * DAY)
    answered(session, waited, BEGAN + 16 * DAY)
    return [each.id or 0 for each in (prompt, late, longer, waited)]


def test_nothing_changed_gives_what_happened_to_the_last_order(session: Session) -> None:
    months(session)
    replay = replayed(session)
    assert whole(session, replay) == {
        "accepted_on_time": (3, 4, 3, 4, 0, 0, 4, 0),
        "contacted_on_time": (1, 4, 1, 4, 0, 0, 4, 0),
        "replied_on_time": (3, 4, 3, 4, 0, 0, 4, 0),
    }
    assert findings(session, replay) == []
    assert (replay.state, replay.done, replay.total, replay.sealed) == ("done", 4, 4, 0)


def test_a_shorter_limit_says_which_orders_would_have_been_late(session: Session) -> None:
    _, late, longer, waited = months(session)
    replay = replayed(session, SHORTER)
    found = whole(session, replay)
    assert found["accepted_on_time"] == (3, 4, 3, 4, 0, 0, 4, 0)
    assert found["replied_on_time"] == (3, 4, 1, 4, 0, 2, 4, 0)
    flips = [(each.thing_id, each.sort, each.measure) for each in findings(session, replay)]
    assert flips == [
        (longer, Sort.LOST, "replied_on_time"),
        (waited, Sort.LOST, "replied_on_time"),
    ]
    assert late not in {thing for thing, _, _ in flips}
    (unit,) = reading.compared(session, replay, ["replied_on_time"], by=By.DEPARTMENT, reader=None)
    assert (unit.key, unit.rate_before, unit.rate_after) == (URBAN, 75.0, 25.0)
    lines = reading.lines(session, replay, "replied_on_time", None, limit=9, reader=None)
    assert [(line.department, bool(line.number)) for line in lines] == [(URBAN, True)] * 2


def test_days_off_are_counted_as_the_replay_has_them(session: Session) -> None:
    _, late, _, _ = months(session)
    off = [date(2026, 11, 5) + timedelta(days=each) for each in range(8)]
    days = tuple(DayChange("540100", each, DayKind.OFF, "雪顿节") for each in off)
    replay = replayed(session, Changes(days=days))
    assert whole(session, replay)["replied_on_time"] == (3, 4, 4, 4, 1, 0, 4, 0)
    (flip,) = findings(session, replay)
    assert (flip.thing_id, flip.sort) == (late, Sort.GAINED)
    assert flip.due_before
    assert flip.due_after
    assert flip.due_before < flip.due_after


def test_a_reply_clock_that_ran_on_from_a_returned_order_is_replayed_from_its_beginning(
    session: Session,
) -> None:
    order = sent(session, BEGAN)
    why = Return("not_our_duty", "三定方案", "540100-urban")
    returns.return_order(session, order, why, actor=system_of(URBAN), now=BEGAN + 2 * HOUR)
    ticket = ticket_of(session, order)
    again = [Assignment("540100-urban")]
    dispatching.dispatch(session, ticket, again, actor=AGENT, now=BEGAN + 2 * DAY)
    *_, second = orders.of_ticket(session, ticket)
    answered(session, second, BEGAN + 3 * DAY)
    assert whole(session, replayed(session))["replied_on_time"] == (1, 1, 1, 1, 0, 0, 1, 0)
    found = whole(session, replayed(session, SHORTER))
    assert found["replied_on_time"] == (1, 1, 0, 1, 0, 1, 1, 0)


def test_what_a_department_gave_on_is_due_before_what_it_has_itself(session: Session) -> None:
    _, order = city_order(session, BEGAN)
    (below,) = give_on(session, order, BEGAN + HOUR, COUNTY)
    answer(session, below, BEGAN + 3 * DAY)
    reviews.complete(session, below, actor=system(order), now=BEGAN + 3 * DAY)
    answer(session, order, BEGAN + 3 * DAY + HOUR)
    found = whole(session, replayed(session))
    assert found["replied_on_time"] == (2, 2, 2, 2, 0, 0, 2, 0)
    assert {each[7] for each in found.values()} == {0}
    found = whole(session, replayed(session, SHORTER))
    assert found["replied_on_time"] == (2, 2, 0, 2, 0, 2, 2, 0)


def test_a_clock_that_somebody_moved_is_named_and_compared_nowhere(session: Session) -> None:
    order = sent(session, BEGAN)
    answered(session, order, BEGAN + HOUR)
    session.flush()
    moved = "UPDATE clock SET due_at = due_at + interval '1 hour' WHERE kind = 'reply_by'"
    session.execute(text(moved))
    session.expire_all()
    replay = replayed(session, SHORTER)
    assert whole(session, replay)["replied_on_time"] == (0, 0, 0, 0, 0, 0, 0, 1)
    (finding,) = findings(session, replay)
    assert (finding.sort, finding.why, finding.thing_id) == (Sort.DIFFERS, Why.MOVED, order.id)
    assert reading.reasons(session, replay, reader=None) == {Why.MOVED: 1}


def test_what_still_runs_is_late_only_by_the_limit_that_has_passed(session: Session) -> None:
    sent(session, BEGAN)
    replay = replayed(session, SHORTER, now=datetime.fromisoformat("2026-12-01T00:30:00+08:00"))
    assert whole(session, replay)["replied_on_time"] == (0, 1, 0, 1, 0, 0, 1, 0)


def signed_late(session: Session) -> WorkOrder:
    """Have an order of a ticket of the day before, signed for on the third day after."""
    ticket = create_ticket(session, now=BEGAN - DAY)
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=AGENT, now=BEGAN)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=system_of(URBAN), now=BEGAN + 2 * DAY)
    return order


def of_reply(limit: str, **terms: Any) -> Changes:
    case = (ClockKind.REPLY_BY, RequestType.ASSISTANCE, None, None)
    return Changes(limits=(LimitChange(*case, limit, **terms),))


@pytest.mark.parametrize(
    ("limit", "starts", "due"),
    [
        ("7d", None, "2026-11-11"),  # natural days; seven workdays end on the 13th
        ("2wd", None, "2026-11-06"),  # dispatched on a Wednesday
        ("2wd", StartEvent.REGISTERED, "2026-11-05"),
        ("2wd", StartEvent.ACCEPTED, "2026-11-10"),
    ],
)
def test_a_limit_counts_the_days_and_from_the_step_that_the_replay_names(
    session: Session, limit: str, starts: StartEvent | None, due: str
) -> None:
    answered(session, signed_late(session), BEGAN + 8 * DAY)  # in time by seven workdays
    replay = replayed(session, of_reply(limit, starts_at=starts))
    assert whole(session, replay)["replied_on_time"] == (1, 1, 0, 1, 0, 1, 1, 0)
    (flip,) = findings(session, replay)
    assert flip.due_after
    assert beijing_day(flip.due_after).isoformat() == due


def test_what_nobody_signed_for_is_not_late_by_a_limit_that_begins_there(session: Session) -> None:
    sent(session, BEGAN)  # never signed for, and late in every way
    replay = replayed(session, of_reply("7wd", starts_at=StartEvent.ACCEPTED))
    assert whole(session, replay)["replied_on_time"] == (0, 1, 0, 0, 1, 0, 1, 0)
    (flip,) = findings(session, replay)
    assert (flip.sort, flip.due_after) == (Sort.GAINED, None)


def test_a_wait_that_stops_nothing_and_the_nation_s_days_off_alone(
    session: Session,
) -> None:
    _, _, _, waited = months(session)
    running_on = replayed(session, of_reply("7wd", pauses=Wait.NONE))
    (lost,) = [each for each in findings(session, running_on) if each.thing_id == waited]
    assert lost.sort == Sort.LOST
    days = (DayChange("540100", date(2026, 11, 5), DayKind.OFF, "雪顿节"),)
    ours = replayed(session, replace(SHORTER, days=days))
    nation = of_reply("2wd", calendar=Scope.NATIONAL)
    theirs = replayed(session, replace(nation, days=days))
    ours_due, theirs_due = (
        {each.thing_id: each.due_after for each in findings(session, replay) if each.due_after}
        for replay in (ours, theirs)
    )
    assert theirs_due
    assert all(ours_due[thing] > due for thing, due in theirs_due.items())
