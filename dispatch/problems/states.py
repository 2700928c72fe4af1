"""A problem's life as data: `(state, action) -> state`; nothing else moves one on."""

from collections.abc import Mapping
from enum import StrEnum

from dispatch import stages


class State(StrEnum):
    PROPOSED = "proposed"  # 待入单
    LISTED = "listed"  # 已入单
    IN_PROGRESS = "in_progress"  # 办理中
    CLAIMED = "claimed"  # 单位申报解决，待核验
    VERIFIED = "verified"  # 已核验
    CLOSED = "closed"  # 已销号
    CARRIED_OVER = "carried_over"  # 转入下一年
    DROPPED = "dropped"  # 不再列入


class Action(StrEnum):
    PUT_ON_LIST = "put_on_list"  # 入单, by somebody else than who wrote it
    BEGIN = "begin"  # comes of the lead department's first report
    CLAIM = "claim"  # 申报解决, by the lead department
    VERIFY = "verify"  # 核验通过
    REFUSE = "refuse"  # 核验不通过
    CLOSE = "close"  # 销号
    CARRY_OVER = "carry_over"  # 转入下一年
    DROP = "drop"  # 不再列入


_S, _A = State, Action
STEPS: Mapping[tuple[State, Action], State] = {
    (_S.PROPOSED, _A.PUT_ON_LIST): _S.LISTED,
    (_S.PROPOSED, _A.DROP): _S.DROPPED,
    (_S.LISTED, _A.BEGIN): _S.IN_PROGRESS,
    (_S.LISTED, _A.CARRY_OVER): _S.CARRIED_OVER,
    (_S.LISTED, _A.DROP): _S.DROPPED,
    (_S.IN_PROGRESS, _A.CLAIM): _S.CLAIMED,
    (_S.IN_PROGRESS, _A.CARRY_OVER): _S.CARRIED_OVER,
    (_S.IN_PROGRESS, _A.DROP): _S.DROPPED,
    (_S.CLAIMED, _A.VERIFY): _S.VERIFIED,
    (_S.CLAIMED, _A.REFUSE): _S.IN_PROGRESS,
    (_S.CLAIMED, _A.CARRY_OVER): _S.CARRIED_OVER,
    (_S.VERIFIED, _A.CLOSE): _S.CLOSED,
}
# Those that take one of the year's places: what was dropped or carried over gives it back.
ON_LIST = (_S.LISTED, _S.IN_PROGRESS, _S.CLAIMED, _S.VERIFIED, _S.CLOSED)
OPEN = (_S.LISTED, _S.IN_PROGRESS)  # milestones fall due
OF_DEPARTMENT = frozenset({_A.BEGIN, _A.CLAIM})
NEEDS_REASON = frozenset({_A.CLAIM, _A.VERIFY, _A.REFUSE, _A.CARRY_OVER, _A.DROP})


def advance(state: State, action: Action) -> State:
    """Return the state after the action; raise Conflict where there is none."""
    return stages.advance(STEPS, state, action, of="problem")


def open_actions(state: State) -> tuple[Action, ...]:
    """Return what people inside may do with a problem in this state, in the order of its life."""
    asked = (each for each in Action if each not in OF_DEPARTMENT)
    return stages.possible(STEPS, state, asked)
