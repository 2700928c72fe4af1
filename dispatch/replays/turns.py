"""推演的接力: one turn of a replay stands in line or is being done, however often it is asked for.

Redis keeps who has the turn. What it loses, or a killed worker took along, comes free after
`HELD_S`, and the sweep asks again.
"""

import structlog
from redis.exceptions import RedisError

from hotline.core import queue

GO_ON = "dispatch.replays.jobs.go_on"
HELD_S = 120  # a turn takes seconds; calls and clocks stand in the same line

log = structlog.get_logger()


def ask(replay_id: int) -> None:
    """Queue a turn, unless one stands in line or is being done."""
    try:
        free = queue.redis().set(_name(replay_id), b"", nx=True, ex=HELD_S)
    except RedisError as error:
        log.warning("queue.away", job=GO_ON, error=str(error), remedy="the minute's sweep runs it")
        return
    if free:
        queue.enqueue(GO_ON, replay_id)


def begin(replay_id: int) -> None:
    """Say that the turn is being done."""
    try:
        queue.redis().set(_name(replay_id), b"", ex=HELD_S)
    except RedisError as error:
        log.warning("queue.away", job=GO_ON, error=str(error))


def end(replay_id: int, *, left: bool) -> None:
    """Give the turn up, and queue the next one when something is left."""
    try:
        queue.redis().delete(_name(replay_id))
    except RedisError as error:
        log.warning("queue.away", job=GO_ON, error=str(error))
    if left:
        ask(replay_id)


def _name(replay_id: int) -> str:
    return f"hotline:replaying:{replay_id}"
