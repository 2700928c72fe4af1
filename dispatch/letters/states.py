"""The machines of a letter, as data: of the letter, of each recipient, of each agreed measure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from hotline.core.errors import Conflict

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class Kind(StrEnum):
    """What a letter is (domain.md 13, 38, 39)."""

    BULLETIN = "bulletin"  # 通报
    RECTIFICATION = "rectification"  # 整改通知书
    INTERVIEW = "interview"  # 约谈


class Status(StrEnum):
    DRAFT = "draft"  # 起草
    APPROVED = "approved"  # 已审核，待签发
    ISSUED = "issued"  # 已发出
    CLOSED = "closed"  # 已办结
    WITHDRAWN = "withdrawn"  # 已撤回


class Action(StrEnum):
    REVISE = "revise"
    ATTACH = "attach"  # 附件: added, or removed
    APPROVE = "approve"
    ISSUE = "issue"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Standing(StrEnum):
    """How far one recipient is."""

    SENT = "sent"  # 待签收
    ACKNOWLEDGED = "acknowledged"  # 已签收
    ANSWERED = "answered"  # 已答复，待认定
    SENT_BACK = "sent_back"  # 已退回
    ACCEPTED = "accepted"  # 已认可
    RECORDED = "recorded"  # 记录待确认
    CONFIRMED = "confirmed"  # 记录已确认
    OBJECTED = "objected"  # 对记录有异议


class Step(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    ATTACH = "attach"  # 附件 to an answer that is not given yet
    ANSWER = "answer"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    RECORD = "record"
    CONFIRM = "confirm"
    OBJECT = "object"


class Measure(StrEnum):
    """How far a measure is that an interview agreed."""

    AGREED = "agreed"  # 待落实
    REPORTED = "reported"  # 已报落实，待核销
    DONE = "done"  # 已核销
    DROPPED = "dropped"  # 记录重写后不再约定


class Tick(StrEnum):
    REPORT = "report"
    ACCEPT = "accept"
    RETURN = "return"
    DROP = "drop"


_S, _A = Status, Action
LETTERS: Mapping[tuple[Status, Action], Status] = {
    (_S.DRAFT, _A.REVISE): _S.DRAFT,
    (_S.DRAFT, _A.ATTACH): _S.DRAFT,  # and of no other: its files are part of what is approved
    (_S.DRAFT, _A.APPROVE): _S.APPROVED,
    (_S.APPROVED, _A.REVISE): _S.DRAFT,  # what was changed is approved anew
    (_S.APPROVED, _A.ISSUE): _S.ISSUED,
    (_S.ISSUED, _A.CLOSE): _S.CLOSED,
    (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.ISSUED, _A.WITHDRAW): _S.WITHDRAWN,
}
_G, _T = Standing, Step
_RECEIVED = {(_G.SENT, _T.ACKNOWLEDGE): _G.ACKNOWLEDGED}
RECIPIENTS: Mapping[Kind, Mapping[tuple[Standing, Step], Standing]] = {
    Kind.BULLETIN: _RECEIVED,
    Kind.RECTIFICATION: {
        **_RECEIVED,
        (_G.ACKNOWLEDGED, _T.ATTACH): _G.ACKNOWLEDGED,
        (_G.SENT_BACK, _T.ATTACH): _G.SENT_BACK,
        (_G.ACKNOWLEDGED, _T.ANSWER): _G.ANSWERED,
        (_G.SENT_BACK, _T.ANSWER): _G.ANSWERED,
        (_G.ANSWERED, _T.ACCEPT): _G.ACCEPTED,
        (_G.ANSWERED, _T.SEND_BACK): _G.SENT_BACK,
    },
    Kind.INTERVIEW: {
        **_RECEIVED,
        (_G.SENT, _T.RECORD): _G.RECORDED,  # who came has received it
        (_G.ACKNOWLEDGED, _T.RECORD): _G.RECORDED,
        (_G.RECORDED, _T.CONFIRM): _G.CONFIRMED,
        (_G.RECORDED, _T.OBJECT): _G.OBJECTED,
        (_G.OBJECTED, _T.RECORD): _G.RECORDED,  # written anew, for it to be asked again
    },
}
# Nothing more is asked of such a recipient; an objection may stand beside the record for good.
ENDS: Mapping[Kind, frozenset[Standing]] = {
    Kind.BULLETIN: frozenset({_G.ACKNOWLEDGED}),
    Kind.RECTIFICATION: frozenset({_G.ACCEPTED}),
    Kind.INTERVIEW: frozenset({_G.CONFIRMED, _G.OBJECTED}),
}
MEASURES: Mapping[tuple[Measure, Tick], Measure] = {
    (Measure.AGREED, Tick.REPORT): Measure.REPORTED,
    (Measure.REPORTED, Tick.ACCEPT): Measure.DONE,
    (Measure.REPORTED, Tick.RETURN): Measure.AGREED,
    (Measure.AGREED, Tick.DROP): Measure.DROPPED,
}
KEPT = (Measure.DONE, Measure.DROPPED)  # nothing more is asked


def after(status: Status, action: Action) -> Status:
    """Return the letter's status after the action; raise Conflict where there is none."""
    return _next(LETTERS, (status, action), "letter")


def stepped(kind: Kind, standing: Standing, step: Step) -> Standing:
    """Return how far the recipient is after the step; raise Conflict where it can't be taken."""
    return _next(RECIPIENTS[kind], (standing, step), f"{kind} letter")


def ticked(measure: Measure, tick: Tick) -> Measure:
    """Return how far the measure is after the tick; raise Conflict where it can't be."""
    return _next(MEASURES, (measure, tick), "measure")


def _next(table: Mapping[tuple[S, A], S], key: tuple[S, A], of: str) -> S:
    try:
        return table[key]
    except KeyError:
        state, action = key
        raise Conflict(
            f"A {of} that is {state} can't be given the action {action}.",
            remedy="Read it again: somebody was there before, or an earlier step is missing.",
        ) from None
