"""Conversations of callers with agents at desk phones: what each leg costs, and what is on tape."""

import time
from collections.abc import Callable
from typing import Any

from sqlmodel import Session, col, func, select

from hotline.bench.calls_fleet import HOST, Fleet, Taken, sign_in, sign_out
from hotline.bench.calls_sipp import Callers, Load, calling, desks
from hotline.core.errors import Unavailable
from hotline.core.ports import free_port
from telephony import tapes
from telephony.models import Call, Recording

FRAMES_S = 50
# Where a call begins and ends, one frame may be heard in part.
EDGE_FRAMES = 2
_DESKS_PORT = 18500
_RAMP_PER_S = 5.0
_CONNECTED_S = 60.0
_MARGIN_S = 2.0


def talk(fleet: Fleet, callers: int, talk_s: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Return what so many conversations at once took of the workers, and left on tape."""
    port = free_port(HOST, _DESKS_PORT)
    sign_in(fleet.place, [f"sip:desk{each}@{HOST}:{port}" for each in range(callers)])
    whole_s = talk_s + callers / _RAMP_PER_S + 10
    load = Load(fleet.ports(), callers, _RAMP_PER_S, whole_s)
    folder = fleet.own.data_dir
    began = time.monotonic()
    with desks(port, folder / "desks"), calling(load, folder / "talking") as running:
        _all_talk(fleet, callers, running)
        say(f"{callers} callers talk with {callers} agents …")
        first = fleet.take()
        time.sleep(max(1.0, whole_s - (time.monotonic() - began) - _MARGIN_S))
        last = fleet.take()
        running.wait()
        failed = running.failed
    missing = _missing(fleet, whole_s)
    sign_out(fleet.place)
    time.sleep(_MARGIN_S)  # the leader makes it so in its next round
    return {"missing_frames": missing, **_cost(first, last, 2 * callers), "failed": failed}


def _all_talk(fleet: Fleet, callers: int, running: Callers) -> None:
    until = time.monotonic() + _CONNECTED_S
    while running.running and time.monotonic() < until:
        if _connected(fleet) == callers:
            return
        time.sleep(0.5)
    raise Unavailable(
        f"Only {_connected(fleet)} of {callers} callers talk with an agent.",
        remedy="Measure on a machine that has nothing else to do.",
    )


def _connected(fleet: Fleet) -> int:
    talking = (
        select(func.count())
        .select_from(Call)
        .where(col(Call.connected_at).is_not(None), col(Call.ended_at).is_(None))
    )
    with Session(fleet.place.engine) as session:
        return int(session.exec(talking).one())


def _cost(first: Taken, last: Taken, legs: int) -> dict[str, float]:
    span = last.at - first.at
    return {
        "cpu_pct_per_leg": round(100 * (last.cpu_s - first.cpu_s) / span / legs, 2),
        "mb_per_leg": round(last.pss_mb / legs, 2),
    }


def _missing(fleet: Fleet, talked_s: float) -> int:
    """Return how many frames are not on the tapes, of the time in which each caller talked."""
    with Session(fleet.place.engine) as session:
        paths = session.exec(select(Recording.path)).all()
    missing = 0
    for path in paths:
        kept = round(tapes.seconds(fleet.own.recordings_dir / path) * FRAMES_S)
        missing += max(0, round(talked_s * FRAMES_S) - EDGE_FRAMES - kept)
    return missing
