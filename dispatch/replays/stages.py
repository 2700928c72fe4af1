"""推演的状态: queued → running → done, failed or cancelled, as data. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.core.errors import Conflict


class State(StrEnum):
    """排队、推演中、完成、失败、已取消."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What moves a replay on."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"
    RESTART = "restart"


OPEN = (State.QUEUED, State.RUNNING)
TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.QUEUED, Action.START): State.RUNNING,
    (State.RUNNING, Action.FINISH): State.DONE,
    (State.QUEUED, Action.FAIL): State.FAILED,
    (State.RUNNING, Action.FAIL): State.FAILED,
    (State.QUEUED, Action.CANCEL): State.CANCELLED,
    (State.RUNNING, Action.CANCEL): State.CANCELLED,
    (State.FAILED, Action.RESTART): State.QUEUED,
    (State.CANCELLED, Action.RESTART): State.QUEUED,
}


def advance(state: str, action: Action) -> State:
    """Return the state after the action; raise Conflict where it is not to be taken."""
    after = TRANSITIONS.get((State(state), action))
    if after is None:
        raise Conflict(f"A replay that is {state} can't {action}.", remedy="Read it again.")
    return after
