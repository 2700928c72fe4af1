"""How far a bad rating of a call has come, as data: `(state, action) -> state`; and its codes."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from hotline.core.errors import Conflict, Invalid


class State(StrEnum):
    OPEN = "open"  # 待核实
    VERIFIED = "verified"  # 已核实，待处理
    CLOSED = "closed"


class Action(StrEnum):
    VERIFY = "verify"
    CLOSE = "close"


class Finding(StrEnum):
    """核实结论: whether the agent's service deserved it."""

    FOUNDED = "founded"  # 属实
    UNFOUNDED = "unfounded"  # 不属实
    UNCLEAR = "unclear"  # 无法查实


class Done(StrEnum):
    """处理结果: what was done about it."""

    TALKED = "talked"  # 与坐席谈话
    TRAINED = "trained"  # 安排培训
    CALLED_BACK = "called_back"  # 已回电
    NOTHING = "nothing"  # 无需处理


STEPS: Mapping[tuple[State, Action], State] = {
    (State.OPEN, Action.VERIFY): State.VERIFIED,
    (State.VERIFIED, Action.CLOSE): State.CLOSED,
}
_WITH_THE_AGENT = {Done.TALKED, Done.TRAINED}


def advance(state: State, action: Action) -> State:
    """Return the state after the action; raise Conflict where there is none."""
    try:
        return STEPS[state, action]
    except KeyError:
        raise Conflict(
            f"A call's rating that is {state} can't be given the action {action}.",
            remedy="Read it again.",
        ) from None


def require_fitting(finding: Finding, done: Collection[Done]) -> None:
    """Raise Invalid for no deed, `nothing` beside another, or a founded one without a talk."""
    if not done or (Done.NOTHING in done and len(set(done)) > 1):
        raise Invalid("Say what was done.", remedy="Tick what was done, or `nothing` alone.")
    if finding is Finding.FOUNDED and not _WITH_THE_AGENT & set(done):
        raise Invalid(
            "A founded one is talked over with the agent.", remedy="Talk with them, or train them."
        )
