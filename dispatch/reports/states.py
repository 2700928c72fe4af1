"""A report's life, as data: what may be done with it where it stands, and where it stands then."""

from collections.abc import Mapping

from dispatch.reports.terms import ReportAction as Action
from dispatch.reports.terms import ReportState as State
from hotline.core.errors import Conflict

MOVES: Mapping[tuple[State, Action], State] = {
    (State.PREPARING, Action.PREPARE): State.DRAFTED,
    (State.PREPARING, Action.WITHDRAW): State.WITHDRAWN,
    (State.PREPARING, Action.GIVE_UP): State.FAILED,
    (State.FAILED, Action.RETRY): State.PREPARING,
    (State.FAILED, Action.WITHDRAW): State.WITHDRAWN,
    (State.DRAFTED, Action.REMARK): State.DRAFTED,
    (State.DRAFTED, Action.SIGN): State.SIGNED,
    (State.DRAFTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.SIGNED, Action.DISTRIBUTE): State.DISTRIBUTED,
    (State.SIGNED, Action.ARCHIVE): State.ARCHIVED,
    (State.SIGNED, Action.WITHDRAW): State.WITHDRAWN,
    (State.DISTRIBUTED, Action.ARCHIVE): State.ARCHIVED,
    (State.DISTRIBUTED, Action.WITHDRAW): State.WITHDRAWN,
}
# Its text and its files stand for good; one that was withdrawn after is among them by its files.
FINAL = frozenset({State.SIGNED, State.DISTRIBUTED, State.ARCHIVED})
RECEIVED = frozenset({State.DISTRIBUTED, State.ARCHIVED})


def after(state: State, action: Action) -> State:
    """Return where a report stands after the action; raise Conflict where it may not be done."""
    moved = MOVES.get((state, action))
    if moved is None:
        raise Conflict(
            f"A report that is {state} can't be done this with: {action}.",
            remedy="Look at the report again: somebody else was faster.",
        )
    return moved


def may(state: State) -> frozenset[Action]:
    """Return what may be done with a report that stands there."""
    return frozenset(action for held, action in MOVES if held is state)
