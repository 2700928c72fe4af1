"""A machine's wall clock that jumps, through real processes: every threshold strikes once."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from dispatch.handling.dispatching import dispatch as dispatch_ticket
from dispatch.handling.orders import Assignment
from dispatch.models import Alarm, Clock
from dispatch.schedule import SWEEPS
from dispatch.timing import clocks
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.desks import LEAD, settings_of
from tests.e2e.machine import Machine, machine
from tests.factories import create_ticket

pytestmark = pytest.mark.e2e

JUMP = timedelta(hours=3)
WARNS_AFTER = timedelta(minutes=45)  # of the hour within which a ticket is to be dispatched
LONGEST_SLEEP_S = min(sweep.every_s for sweep in SWEEPS)
# Two minutes' sweeps: by then the schedule is asleep by a clock that has jumped, or has died of it.
STRUCK_WITHIN_S = 125

Struck = Counter[tuple[int, str]]


@pytest.fixture
def jumping(hotline: Hotline) -> Iterator[Machine]:
    with machine(hotline) as made, settings_of(made.own.data_dir):
        yield made


def registered(on: Machine, warns_in: float, *, dispatched: bool = False) -> list[Clock]:
    """Register a ticket that warns of its dispatch clock so many seconds from now on the wall."""
    with Session(on.engine, expire_on_commit=False) as session:
        started = on.wall() + timedelta(seconds=warns_in) - WARNS_AFTER
        ticket = create_ticket(session, now=started)
        if dispatched:
            to = [Assignment(LEAD)]
            dispatch_ticket(session, ticket, to, actor=MACHINE, now=started)
        session.commit()
        return list(clocks.of_ticket(session, ticket))


def alarms(on: Machine) -> list[Alarm]:
    with Session(on.engine) as session:
        return list(session.exec(select(Alarm).order_by(col(Alarm.id))).all())


def struck(on: Machine) -> Struck:
    return Counter((alarm.clock_id, alarm.threshold) for alarm in alarms(on))


def told(on: Machine) -> Counter[tuple[str, str, str]]:
    """Count the events by what runs for whom and which threshold it passed."""
    query = text(
        "SELECT refs->>'subject', refs->>'clock', replace(type, 'clock.', '') FROM event "
        "WHERE type IN ('clock.warning', 'clock.due', 'clock.overdue', 'clock.escalated')"
    )
    with on.engine.connect() as connection:
        return Counter((row[0], row[1], row[2]) for row in connection.execute(query))


def moments(clock: Clock) -> dict[str, datetime]:
    return {threshold.value: moment for threshold, moment in clocks.moments(clock).items()}


def passed(running: list[Clock], wall: datetime) -> Struck:
    """Return every threshold that has come by this wall clock, once."""
    return Counter(
        (clock.id or 0, threshold)
        for clock in running
        if clock.stopped_at is None
        for threshold, moment in moments(clock).items()
        if moment <= wall
    )


def caught_up(on: Machine, running: list[Clock]) -> Struck:
    """Sweep, and return what has struck: all that has come by the wall, and nothing else."""
    before = on.wall()
    on.sweep()
    found = struck(on)
    assert passed(running, before) <= found <= passed(running, on.wall())
    return found


def sleeping(on: Machine, times: int) -> None:
    """Wait until the schedule has gone to sleep so often."""
    asleep = f"the schedule did not go to sleep {times} times"
    wait_for(lambda: len(on.sleeps("schedule")) >= times, STRUCK_WITHIN_S, asleep)


def test_a_wall_clock_that_jumps_there_and_back_strikes_each_threshold_once(
    jumping: Machine,
) -> None:
    """The clerk's rules for a clock on the wall that can't be trusted, three hours either way.

    Nobody in the room can tell a clock that was set wrong from one that was set right, so it is
    believed while it hangs there: what has come by it strikes at once, each threshold in its turn
    and with the moment it showed. When it is put back, nothing is unwritten and nothing is struck
    a second time; what has not struck strikes at its own moment, not before it and, because the
    periods are counted by a clock that never jumps, not hours after it. While it is behind, the
    clerk waits.
    """
    standing = [
        *registered(jumping, -1200),  # has come due
        *registered(jumping, 900),
        *registered(jumping, 900, dispatched=True),
    ]
    assert caught_up(jumping, standing)
    standing += registered(jumping, 6)  # the schedule wakes then, whatever the wall says
    jumping.start("schedule")
    sleeping(jumping, 1)

    jumping.put(JUMP)
    ahead = caught_up(jumping, standing)
    assert sum(ahead.values()) >= 3 * 3  # three hours are more than an undispatched ticket has
    early = registered(jumping, 7)  # by the wrong clock: three hours from now in truth
    sleeping(jumping, 2)
    ahead = caught_up(jumping, [*standing, *early])

    for back in (-JUMP, timedelta()):
        jumping.put(back)
        jumping.sweep()
        assert struck(jumping) == ahead
    late = registered(jumping, 8)
    sleeping(jumping, 3)
    (own,) = late
    wait_for(lambda: struck(jumping)[own.id or 0, "warning"], STRUCK_WITHIN_S, "nothing strikes")
    assert struck(jumping) == ahead + Counter([(own.id or 0, "warning")])
    assert now() < early[0].warning_at
    assert max(jumping.sleeps("schedule")) <= LONGEST_SLEEP_S
    in_its_time = [alarm for alarm in alarms(jumping) if alarm.clock_id == own.id]
    assert own.warning_at <= in_its_time[0].at <= now()
    _once_and_never_before_its_time(jumping, [*standing, *early, *late])


def _once_and_never_before_its_time(on: Machine, running: list[Clock]) -> None:
    by_id = {clock.id: clock for clock in running}
    for alarm in alarms(on):
        assert alarm.at >= moments(by_id[alarm.clock_id])[alarm.threshold]
    assert set(struck(on).values()) == {1}
    named = Counter(
        (by_id[clock_id].subject, str(by_id[clock_id].kind), threshold)
        for clock_id, threshold in struck(on).elements()
    )
    assert told(on) == named
