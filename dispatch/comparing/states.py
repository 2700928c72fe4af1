"""The machines of this room, as data: `(state, action) -> state`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from hotline.core.errors import Conflict


class SchemeState(StrEnum):
    DRAFT = "draft"  # 草案
    SIMULATED = "simulated"  # 已试算
    ADOPTED = "adopted"  # 已采用
    RETIRED = "retired"  # 已停用


class SchemeAction(StrEnum):
    REVISE = "revise"  # what was simulated is another scheme then
    SIMULATE = "simulate"
    ADOPT = "adopt"
    RETIRE = "retire"


class RunState(StrEnum):
    DRAFT = "draft"  # 未公布
    PUBLISHED = "published"  # 已公布
    WITHDRAWN = "withdrawn"  # 已撤回


class RunAction(StrEnum):
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class ExclusionState(StrEnum):
    ASKED = "asked"  # 待审定
    GRANTED = "granted"  # 已剔除
    REFUSED = "refused"  # 不予剔除
    APPEALED = "appealed"  # 申诉待裁定
    REFUSED_FINALLY = "refused_finally"  # 维持不予剔除


class ExclusionAction(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    APPEAL = "appeal"


class Reason(StrEnum):
    """剔除事由: why an order should say nothing of its department (`comparison_reasons.csv`)."""

    NOT_OURS = "not_ours"  # 不属本单位职责
    FORCE_MAJEURE = "force_majeure"  # 不可抗力
    POLICY = "policy"  # 政策限制无法解决
    LOST = "lost"  # 诉求人失联
    UNREASONABLE = "unreasonable"  # 诉求不合理


_S, _A = SchemeState, SchemeAction
SCHEME: Mapping[tuple[SchemeState, SchemeAction], SchemeState] = {
    (_S.DRAFT, _A.REVISE): _S.DRAFT,
    (_S.SIMULATED, _A.REVISE): _S.DRAFT,
    (_S.DRAFT, _A.SIMULATE): _S.SIMULATED,
    (_S.SIMULATED, _A.SIMULATE): _S.SIMULATED,
    (_S.SIMULATED, _A.ADOPT): _S.ADOPTED,
    (_S.DRAFT, _A.RETIRE): _S.RETIRED,
    (_S.SIMULATED, _A.RETIRE): _S.RETIRED,
    (_S.ADOPTED, _A.RETIRE): _S.RETIRED,
}
RUN: Mapping[tuple[RunState, RunAction], RunState] = {
    (RunState.DRAFT, RunAction.PUBLISH): RunState.PUBLISHED,
    (RunState.DRAFT, RunAction.WITHDRAW): RunState.WITHDRAWN,
    (RunState.PUBLISHED, RunAction.WITHDRAW): RunState.WITHDRAWN,
}
_E, _D = ExclusionState, ExclusionAction
EXCLUSION: Mapping[tuple[ExclusionState, ExclusionAction], ExclusionState] = {
    (_E.ASKED, _D.GRANT): _E.GRANTED,
    (_E.ASKED, _D.REFUSE): _E.REFUSED,
    (_E.REFUSED, _D.APPEAL): _E.APPEALED,
    (_E.APPEALED, _D.GRANT): _E.GRANTED,
    (_E.APPEALED, _D.REFUSE): _E.REFUSED_FINALLY,
}

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def advance(steps: Mapping[tuple[S, A], S], state: S, action: A) -> S:
    """Return the state after the action; raise Conflict where there is none."""
    try:
        return steps[state, action]
    except KeyError:
        raise Conflict(
            f"What is {state} can't be given the action {action}.", remedy="Read it again."
        ) from None
