"""How far a bad rating has come, as data: `(stage, step) -> stage`."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    RECTIFYING = "rectifying"  # 整改中
    ANSWERED = "answered"  # 已答复，待再回访
    ASKED_AGAIN = "asked_again"  # 已再回访
    NOT_REACHED = "not_reached"  # 再回访未联系上: nothing was heard
    ENDED = "ended"  # the ticket ended otherwise: withdrawn, handed over …


class Step(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    MISS = "miss"  # asked again, and nobody was reached
    END = "end"


class Verdict(StrEnum):
    """核实结论."""

    TRUE = "true"  # 属实
    FALSE = "false"  # 不属实
    NOT_AT_FAULT = "not_at_fault"  # 非承办单位责任


class Ground(StrEnum):
    """Why a rating counts in no indicator, and why a department says that it should not."""

    FALSE_RATING = "false_rating"  # 虚假评价
    WRONG_RATING = "wrong_rating"  # 误评
    NOT_AT_FAULT = "not_at_fault"  # 非承办单位责任


OPEN = (Stage.RECTIFYING, Stage.ANSWERED)
MOVABLE = (*OPEN, Stage.NOT_REACHED)
_S = Stage
STEPS: Mapping[tuple[Stage, Step], Stage] = {
    (_S.RECTIFYING, Step.ANSWER): _S.ANSWERED,
    (_S.RECTIFYING, Step.ASK): _S.ASKED_AGAIN,
    (_S.ANSWERED, Step.ASK): _S.ASKED_AGAIN,
    (_S.RECTIFYING, Step.MISS): _S.NOT_REACHED,
    (_S.ANSWERED, Step.MISS): _S.NOT_REACHED,
    # Who did not pick up may still rate through the link.
    (_S.NOT_REACHED, Step.ASK): _S.ASKED_AGAIN,
    (_S.RECTIFYING, Step.END): _S.ENDED,
    (_S.ANSWERED, Step.END): _S.ENDED,
}
# A rating that is excluded by its verification, and why.
EXCLUDES: Mapping[Verdict, Ground] = {
    Verdict.FALSE: Ground.FALSE_RATING,
    Verdict.NOT_AT_FAULT: Ground.NOT_AT_FAULT,
}


def after(stage: Stage, step: Step) -> Stage:
    """Return the stage after the step; the same where the step changes nothing."""
    return STEPS.get((stage, step), stage)
