"""The machine of an alert, as data: `(state, action) -> state`."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.core.errors import Conflict


class State(StrEnum):
    RAISED = "raised"  # 待认领: nobody is responsible who could be found
    OWNED = "owned"  # 待处置
    DECIDED = "decided"  # 已处置


class Action(StrEnum):
    ASSIGN = "assign"
    DECIDE = "decide"


class Decision(StrEnum):
    MERGE = "merge"  # 并单
    INFORM = "inform"  # 知会承办单位
    NONE = "none"  # 不处置


STEPS: Mapping[tuple[State, Action], State] = {
    (State.RAISED, Action.ASSIGN): State.OWNED,
    (State.OWNED, Action.ASSIGN): State.OWNED,
    (State.RAISED, Action.DECIDE): State.DECIDED,
    (State.OWNED, Action.DECIDE): State.DECIDED,
}


def advance(state: State, action: Action) -> State:
    """Return the state after the action; raise Conflict where there is none."""
    try:
        return STEPS[state, action]
    except KeyError:
        raise Conflict(
            f"A hot issue that is {state} can't be given the action {action}.",
            remedy="Read it again: it was decided.",
        ) from None
