"""The machine of an inspection, as data: `(state, action) -> state`, and its columns' codes."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.core.errors import Conflict


class Kind(StrEnum):
    CALL = "call"
    TICKET = "ticket"


class Why(StrEnum):
    RANDOM = "random"  # 随机抽取
    FLAG = "flag"  # 系统标记
    CALIBRATION = "calibration"  # 校准


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class State(StrEnum):
    ASSIGNED = "assigned"  # 待质检
    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 已提交
    APPEALED = "appealed"  # 申诉中
    DECIDED = "decided"  # 已裁定


class Action(StrEnum):
    TAKE = "take"
    HAND = "hand"
    SAVE = "save"
    SUBMIT = "submit"
    APPEAL = "appeal"
    DECIDE = "decide"


class Verdict(StrEnum):
    UPHELD = "upheld"  # 维持
    CHANGED = "changed"  # 改判


OPEN = (State.ASSIGNED, State.DRAFT)
DONE = (State.SUBMITTED, State.APPEALED, State.DECIDED)

STEPS: Mapping[tuple[State, Action], State] = {
    (State.ASSIGNED, Action.TAKE): State.ASSIGNED,
    (State.DRAFT, Action.TAKE): State.ASSIGNED,  # another begins anew
    (State.ASSIGNED, Action.HAND): State.ASSIGNED,
    (State.DRAFT, Action.HAND): State.ASSIGNED,
    (State.ASSIGNED, Action.SAVE): State.DRAFT,
    (State.DRAFT, Action.SAVE): State.DRAFT,
    (State.ASSIGNED, Action.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Action.APPEAL): State.APPEALED,
    (State.APPEALED, Action.DECIDE): State.DECIDED,
}


def advance(state: State, action: Action) -> State:
    """Return the state after the action; raise Conflict where there is none."""
    try:
        return STEPS[state, action]
    except KeyError:
        raise Conflict(
            f"An inspection that is {state} can't be given the action {action}.",
            remedy="Read it again.",
        ) from None
