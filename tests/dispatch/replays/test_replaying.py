"""推演: nothing changed gives what happened; another limit or calendar says which orders flip."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from dispatch.beside import extensions, suspensions
from dispatch.beside.suspensions import Outcome
from dispatch.handling import dispatching, orders, returns, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.replays import reading
from dispatch.replays.changes import Changes, DayChange, LimitChange
from dispatch.replays.comparing import Sort, Why
from dispatch.replays.models_replays import Replay
from dispatch.replays.reading import By
from dispatch.rules.layers import DayKind
from dispatch.terms import ClockKind, RequestType
from hotline.core.accounts import Actor, Role
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
from tests.factories import system_of

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
