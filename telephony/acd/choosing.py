"""来电分配: which seat is offered which waiting call; pure, every moment is an argument."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telephony.acd.places import Place
from telephony.acd.skills import OVERFLOW, Softening, breadth, fits
from telephony.acd.waiting import Waiting, in_turn


class Strategy(StrEnum):
    """By what one of several seats that fit is chosen."""

    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"  # since they logged in
    LAST_AGENT = "last_agent"  # who took this person's last call, if free; else the longest idle


@dataclass(frozen=True)
class Plan:
    """How a site serves its callers."""

    strategy: Strategy = Strategy.LONGEST_IDLE
    overflow: Sequence[Softening] = OVERFLOW


def choose(places: Iterable[Place], one: Waiting, plan: Plan, now: datetime) -> Place | None:
    """Return the free seat for this caller at `now`; None when nobody can take them.

    A caller whom some seat has already is offered to no second one.
    """
    known = list(places)
    if any(str(each.call_id) == one.key for each in known if each.call_id):
        return None
    so_far = breadth(one.waited_s(now), plan.overflow)
    able = [
        each for each in known if each.free and fits(each.skills, one.language, one.matter, so_far)
    ]
    return max(able, key=lambda each: _worth(each, one, plan.strategy, now), default=None)


def assign(
    places: Iterable[Place],
    waiting: Iterable[Waiting],
    room: Mapping[str, int],
    plan: Plan,
    now: datetime,
) -> list[tuple[Waiting, Place]]:
    """Return whom each free seat is offered, the highest score first.

    `room`: how many more telephones each worker can ring; a worker that is not named can be told
    nothing. A browser takes no room, a call that is owed rings nobody.
    """
    free, left, chosen = list(places), dict(room), []
    for one in in_turn(waiting, now):
        if not one.owed and one.worker not in left:
            continue
        has_leg = one.owed or left[one.worker] > 0
        place = choose((each for each in free if has_leg or not each.needs_leg), one, plan, now)
        if place is None:
            continue
        free.remove(place)
        if not one.owed and place.needs_leg:
            left[one.worker] -= 1
        chosen.append((one, place))
    return chosen


def _worth(
    place: Place, one: Waiting, strategy: Strategy, now: datetime
) -> tuple[float, float, int]:
    idle_s = (now - place.since).total_seconds()
    match strategy:
        case Strategy.FEWEST_CALLS:
            first = -float(place.calls)
        case Strategy.LAST_AGENT:
            first = float(place.seat == one.last_seat)
        case Strategy.LONGEST_IDLE:
            first = 0.0
    return first, idle_s, -place.seat
