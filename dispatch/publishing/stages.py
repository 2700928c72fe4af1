"""How far a release has come, as data: `(stage, step) -> stage`. Nothing goes out by itself."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.core.errors import Conflict


class Stage(StrEnum):
    MADE = "made"  # 已生成
    CHECKED = "checked"  # 已核对
    PUBLISHED = "published"  # 已公布
    WITHDRAWN = "withdrawn"  # 已撤下
    DISCARDED = "discarded"  # 已作废: it was never out


class Step(StrEnum):
    CHECK = "check"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    DISCARD = "discard"


class Part(StrEnum):
    """What is being done while a release is made, in this order."""

    FACTS = "facts"  # 读取: what may be told of, and the month's figures
    ROWS = "rows"  # 明细: generalised until nobody stands out
    TABLES = "tables"  # 统计: what is not told
    MEASURES = "measures"  # 量测: what the written files give away


class Asked(StrEnum):
    """How far a making is."""

    WAITING = "waiting"  # or being done
    DONE = "done"
    REFUSED = "refused"


OPEN = (Stage.MADE, Stage.CHECKED)
WAS_OUT = (Stage.PUBLISHED, Stage.WITHDRAWN)
STEPS: Mapping[tuple[Stage, Step], Stage] = {
    (Stage.MADE, Step.CHECK): Stage.CHECKED,
    (Stage.CHECKED, Step.PUBLISH): Stage.PUBLISHED,
    (Stage.PUBLISHED, Step.WITHDRAW): Stage.WITHDRAWN,
    (Stage.MADE, Step.DISCARD): Stage.DISCARDED,
    (Stage.CHECKED, Step.DISCARD): Stage.DISCARDED,
}


def after(stage: str, step: Step) -> Stage:
    """Return the stage after the step; raise Conflict where it is not open."""
    found = STEPS.get((Stage(stage), step))
    if found is None:
        raise Conflict(f"A release that is {stage} can't {step}.", remedy="Read it again.")
    return found


def possible(stage: str) -> tuple[Step, ...]:
    """Return the steps that are open."""
    return tuple(step for where, step in STEPS if where == stage)
